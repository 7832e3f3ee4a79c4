#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "solver/explain/diagnosis.h"
#include "solver/explain/open_problem.h"
#include "solver/solve.h"

namespace satchel {

// One thing that a fix may do, before it is known to what exactly a spec is widened or which day is
// late enough.
struct Relaxation {
  Change::Kind kind;
  std::size_t part = 0;       // Of the problem: of pins, specs and what is kept.
  std::string name;           // Of the other kinds.
  std::uint32_t channel = 0;  // kAllowChannel: its rank.
  std::string version;        // kNewerMachine.

  bool IsOfPart() const {
    return kind == Change::Kind::kRelaxPin || kind == Change::Kind::kWidenSpec ||
           kind == Change::Kind::kDropSpec || kind == Change::Kind::kLetChange ||
           kind == Change::Kind::kLetGo;
  }
  friend bool operator==(const Relaxation&, const Relaxation&) = default;
};
using Relaxations = std::vector<Relaxation>;

// A request with relaxations of it. What does not concern its parts is another request, with an
// open problem of its own; those are kept, as the relaxations come again and again.
class RelaxedRequests final {
 public:
  // `request` outlives this.
  RelaxedRequests(const Request& request, std::vector<MatchSpec> kept)
      : request_(request), kept_(std::move(kept)) {}

  // The problem of the request as it is, with nothing kept: VariantFor({}) is then there.
  void SetPlain(std::unique_ptr<OpenProblem> problem);

  // A request in which everything but parts is relaxed. Its parts are those of the original, and
  // after them the specs that allow channels.
  struct Variant {
    std::unique_ptr<Request> request;
    std::unique_ptr<OpenProblem> problem;
    Relaxations allowed_channels;  // Those that brought the specs, in their order.
    std::size_t first_extra;       // The first of these parts.
  };
  absl::StatusOr<Variant*> VariantFor(const Relaxations& relaxations);

  // The spec that allows a channel.
  MatchSpec SpecFor(const Relaxation& allows_channel) const;

  static OpenProblem::Uses UsesFor(const Variant& variant, const Relaxations& relaxations);

  // What widened parts become: the nearest version that works. By part.
  using Stretched = std::map<std::size_t, MatchSpec>;
  // Whether the relaxed request has a plan; if so, `stretched` gets what is widened.
  [[nodiscard]] Answer Holds(const Relaxations& relaxations, const StopSignal& stop,
                             Stretched* stretched);

  // The request as a fix changes it, and the changes in words; a later day is the earliest that
  // works. `stretched`: as Holds said.
  struct Concrete {
    Request request;
    std::vector<Change> changes;
  };
  absl::StatusOr<Concrete> MakeConcrete(const Relaxations& relaxations, const Stretched& stretched,
                                        const StopSignal& stop);

 private:
  Request Relaxed(const Relaxations& relaxations) const;
  [[nodiscard]] static Answer StretchPart(OpenProblem& problem, const OpenProblem::Uses& uses,
                                          std::size_t part, bool is_known, const StopSignal& stop,
                                          Stretched* stretched);
  absl::StatusOr<std::int64_t> EarliestDay(const Request& request, const StopSignal& stop) const;

  const Request& request_;
  const std::vector<MatchSpec> kept_;
  std::map<std::string, Variant> variants_;
};

}  // namespace satchel

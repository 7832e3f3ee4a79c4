#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/domains.h"
#include "encoding/request.h"
#include "solver/search/search.h"
#include "solver/search/stop_signal.h"

namespace satchel {

// Something of a request that a conflict can be blamed on and that a fix can change.
struct Part {
  enum class Kind : std::uint8_t {
    kPinned,
    kStays,  // A package that is there, in whatever version: asked for before, or pinned.
    kKept,   // A package that is there and is to stay exactly as it is.
    kRequested,
  };
  Kind kind;
  MatchSpec spec;
  std::size_t index;  // In the request's specs, pins, installed packages or the packages kept.
  // What a requested or pinned spec comes to when its version and build are given up: "numpy",
  // "conda-forge::numpy"; a name that exists, for one that does not. None if that would change
  // nothing.
  std::optional<MatchSpec> widened;
  // Of kStays: it may go, as it or what it needs is to be removed. So the part says nothing; it is
  // there because in a request with other removals it would.
  bool is_idle = false;

  SpecRole role() const {
    return kind == Kind::kPinned ? SpecRole::kConstrains : SpecRole::kDepends;
  }
  bool demands() const { return kind != Kind::kPinned && !is_idle; }  // The package must be there.
};

// Why a record that a channel has is no candidate.
enum class HiddenBy : std::uint8_t { kPriority, kTooNew, kRemoval };

// A request taken apart for asking "would it work if ...?" again and again: what has been read of
// the channels for one question serves the next. Specs and pins are parts that a question may
// include, widen or leave out. Records that priority, exclude-newer or a removal hide are
// candidates of the universe, so that one can speak of them, but never chosen.
class OpenProblem final {
 public:
  // What to do with each part in a question.
  enum class Use : std::uint8_t { kDropped, kWidened, kAsWritten };
  using Uses = std::vector<Use>;

  // `request` outlives the problem. `kept`: packages that are to stay, beside the request.
  // Errors: those of Universe::Make.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<OpenProblem>> Make(
      const Request& request, const std::vector<MatchSpec>& kept);

  // Pins, then what stays, what is kept, and the specs in the order of the request; each text once.
  // Those of a request with other removals, or with further specs, are the same, in their place.
  const std::vector<Part>& parts() const { return parts_; }
  // Requires: the part can be widened.
  void SetWidened(std::size_t part, const MatchSpec& spec) { parts_[part].widened = spec; }
  Uses Only(const std::vector<std::size_t>& parts) const;

  // A requested spec that names a channel makes all channels' records of its name visible, where it
  // is part of the question. From here on: as in the question given, whatever of it is asked. (So
  // that leaving out a part never hides a record.)
  void SeeAsIn(const Uses& uses) { visibility_ = uses; }

  // False where arc consistency refutes the question; `parts`, if given, then gets the parts that
  // this rests on, ascending. Cost: that, over what was not yet read.
  bool MayHold(const Uses& uses, std::vector<std::size_t>* parts = nullptr);
  // Whether a plan exists. On "no" `core`, if given, gets parts that are impossible together (with
  // all pins used).
  [[nodiscard]] Answer Holds(const Uses& uses, const StopSignal& stop,
                             std::vector<std::size_t>* core = nullptr);
  // Whether arc consistency and dives show that none does; `packages` then gets those (by id) by
  // what is known of which. False says nothing: they may have been stopped.
  // `crowd`, if given, gets the packages that are too many, where it was seen by counting.
  bool Refute(const Uses& uses, const StopSignal& stop, std::vector<bool>* packages,
              std::optional<Crowd>* crowd = nullptr);
  // The candidates of `name` that arc consistency leaves in the question; empty on a conflict.
  std::vector<Word> Left(const Uses& uses, std::string_view name);

  Universe& universe() { return *universe_; }
  const Request& request() const { return request_; }
  // A record hidden for one of these reasons is not visible; the sets may overlap.
  std::vector<Word> Hidden(PackageId package, HiddenBy by, const Uses& uses) const;
  // Newer than exclude-newer allows in the record's channel.
  bool IsTooNew(const Source& source, RecordId record, std::string_view name) const;
  // The channel whose records of the name hide those of the others (strict priority); the number
  // of channels if there is none.
  std::uint32_t HidingChannel(PackageId package) const;

  // Makes the dependencies of these candidates known.
  void Ground(PackageId package, const std::vector<Word>& candidates);

 private:
  explicit OpenProblem(const Request& request) : request_(request) {}
  void AddParts(const std::vector<MatchSpec>& kept);
  void AddStaying(const std::vector<MatchSpec>& kept);
  void AddPart(Part::Kind kind, const MatchSpec& spec, std::size_t index, bool is_idle = false);
  std::optional<MatchSpec> Widen(const MatchSpec& spec) const;
  void Limit(PackageId package, std::span<Word> domain) const;
  bool OverridesPriority(std::string_view name, const Uses* uses) const;
  const MatchSpec* SpecOf(std::size_t part, Use use) const;
  bool Restrict(const Uses& uses, bool pins_only);
  std::vector<PackageId> Roots(const Uses& uses);
  void LimitOverridden(const Uses& uses);
  void UndoTo(Domains::Mark mark);

  const Request& request_;
  Request open_;  // Without specs, pins, removals and limits.
  std::vector<Part> parts_;
  std::optional<Uses> visibility_;
  std::unique_ptr<Universe> universe_;
  std::optional<Domains> domains_;
};

// A name that some channel or the machine has.
[[nodiscard]] bool NameExists(const Request& request, std::string_view name);

}  // namespace satchel

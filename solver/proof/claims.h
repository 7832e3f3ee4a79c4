#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "encoding/plain_encoder.h"
#include "encoding/universe.h"
#include "solver/proof/plan_proof.h"
#include "solver/proof/prover.h"

namespace satchel {

// What a level counts of a name, for each candidate: less is better.
struct Counted {
  using Goodness = std::pair<std::int64_t, std::int64_t>;  // The cost; what decides between equals.
  PackageId package;
  std::vector<Goodness> goodness;  // By position.
  std::int64_t if_absent = 1;      // Its cost where it may be absent.
};

// Makes the claims of a proof, one step after the other, each about the plans that are left by
// those before, and refutes that any of these is better.
//   fixed K    all steps up to K are as the plan has them     -> fixed K-1, ...
//   better K   the first step that is better is K             -> fixed K-1, ...
// The last clause says that some "better" holds.
class Claims final {
 public:
  // `plan`: by package, of those that the universe had so far.
  Claims(Universe& universe, std::vector<Position> plan, const StopSignal& stop, PlanProof& proof);

  bool IsIn(PackageId package) const { return plan_[package.index()] != kNoPosition; }
  Position Of(PackageId package) const { return plan_[package.index()]; }
  // The candidates that no step has ruled out.
  std::vector<Position> Left(PackageId package) const;

  // The least sum, and then each by itself in this order.
  [[nodiscard]] absl::Status ProveSum(const std::string& label, const std::vector<Counted>& items);
  // The least goodness of one.
  [[nodiscard]] absl::Status ProveBest(const std::string& label, const Counted& item);
  // Which of these names, all in the plan, every plan has that is left.
  [[nodiscard]] absl::StatusOr<std::vector<PackageId>> ProveCertain(
      const std::vector<PackageId>& names);
  void Finish();

 private:
  struct Threshold {                  // Of a name in a sum.
    std::vector<std::int64_t> costs;  // Above the least, rising.
    std::size_t next = 0;             // The first that is not wholly paid for.
    std::int64_t open = 0;            // What is not, of the rise to it.
    std::int64_t least = 0;
  };
  struct Sum {
    const std::vector<Counted>& items;
    std::int64_t value = 0;
    std::int64_t bound = 0;  // Proven so far.
    std::vector<Threshold> thresholds = {};
    std::vector<std::vector<std::pair<std::size_t, std::int64_t>>> cores = {};  // Items, costs.
    std::vector<std::int64_t> weights = {};
  };

  struct Counter {
    std::vector<std::int64_t> least = {};  // By item.
    std::int64_t room = 0;                 // What the plan pays beyond those.
    Literal bounded = Literal::True();     // "No more than that."
    std::map<std::int64_t, Literal> sums = {{0, Literal::True()}};  // Of the items so far.
    std::vector<std::pair<PackageId, Position>> too_dear = {};      // By themselves.
    std::size_t num_clauses = 0;
  };

  Literal NewVariable(const std::string& meaning);
  Literal NewClaim(const std::string& meaning);
  Literal ChoiceLiteral(PackageId package, Position at) const;
  std::int64_t CostOf(const Counted& item, Position at) const;
  std::vector<Position> Choices(PackageId package) const;  // kNoPosition if it may be absent.
  absl::Status Refute(Literal claim, const std::string& what);
  void Derive(std::vector<Literal> clause);
  void BeginFix();
  void EndFix();
  void RuleOut(PackageId package, Position at);
  Literal Dear(const Counted& item, std::int64_t cost);
  std::string Number() const { return std::to_string(proof_.steps.size()); }
  void PayFor(Sum& sum, std::vector<std::pair<std::size_t, std::int64_t>> core,
              std::int64_t weight);
  absl::Status ProveCore(Sum& sum, const std::vector<std::size_t>& members);
  absl::StatusOr<bool> FindSingles(Sum& sum);
  absl::StatusOr<bool> FindCores(Sum& sum);
  absl::StatusOr<std::vector<std::size_t>> Shrunk(const Sum& sum, std::vector<std::size_t> members);
  std::int64_t Slack(const Sum& sum, std::size_t item, std::int64_t cost) const;
  absl::Status FixByCores(const Sum& sum);
  absl::Status Count(const Counted& item, std::size_t index, Counter& counter);
  absl::Status FixByCounter(const Sum& sum);
  std::size_t AddModel();
  bool IsLeft(const std::vector<Position>& model) const;
  std::optional<std::size_t> ModelWithout(PackageId package) const;

  Universe& universe_;
  std::vector<Position> plan_;
  const StopSignal& stop_;
  PlanProof& proof_;
  PlainEncoding encoding_;
  Cnf& cnf_;
  Prover prover_;
  std::vector<std::vector<bool>> left_;  // By package, position.
  std::vector<bool> may_be_absent_;
  Literal fixed_ = Literal::True();  // The last.
  Literal fixing_ = Literal::True();
  std::vector<Literal> betters_;
  std::map<std::pair<PackageId, std::int64_t>, Literal> dear_;  // Of this step.
  std::vector<std::vector<Position>> models_;
  std::vector<std::pair<std::vector<Counted>, std::int64_t>> sums_;
};

}  // namespace satchel

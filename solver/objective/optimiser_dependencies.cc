// Levels 4 and 5: what must be there, and builds.

#include <algorithm>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "solver/objective/optimiser.h"

namespace satchel {
namespace {

// What of the candidates left of a package that must be there all depend on, as far as their specs
// say at first sight: without grounding them.
class SharedNames final {
 public:
  explicit SharedNames(Domains& domains) : domains_(domains), universe_(domains.universe()) {}

  // Requires: the best candidate is grounded.
  std::vector<PackageId> Of(PackageId package) {
    std::vector<PackageId> names;
    for (const GateId gate : universe_.LinksOf(package, domains_.Best(package)).depends) {
      names.push_back(universe_.GateOf(gate).package);
    }
    ForEach(domains_.Domain(package), [&](Position at) {
      std::erase_if(names, [&](PackageId name) { return !Needs(package, at, name); });
    });
    return names;
  }

 private:
  bool Needs(PackageId package, Position at, PackageId name) {
    if (universe_.IsGrounded(package, at)) {
      const std::span<const GateId> depends = universe_.LinksOf(package, at).depends;
      return std::any_of(depends.begin(), depends.end(),
                         [&](GateId gate) { return universe_.GateOf(gate).package == name; });
    }
    return universe_.SaysItNeeds(package, at, name);
  }

  Domains& domains_;
  Universe& universe_;
};

}  // namespace

// Ends: each round decides a name, a build number or a variant.
absl::Status Optimiser::FixDependencies() {
  for (int round = 1;;) {
    ASSIGN_OR_RETURN(const std::vector<PackageId> names, FindCertain());
    if (!names.empty() || !open_features_.empty()) {
      const std::string label =
          round == 1 ? "dependencies" : "dependencies " + std::to_string(round);
      ++round;
      RETURN_IF_ERROR(FixVersions(names, label));
      continue;
    }
    ASSIGN_OR_RETURN(const bool any_build, FixBuilds());
    if (any_build) {
      continue;
    }
    const PackageId open = progress_.EarliestOpen(domains_);
    if (!open.ok()) {
      return absl::OkStatus();
    }
    steps_.push_back({Step::Kind::kVariant, "variant", {std::string(universe_.NameOf(open))}});
    RETURN_IF_ERROR(FixBest(open, false));
  }
}

// The undecided names that every remaining plan has, by name. Arc consistency knows most of them;
// of what else the last plan has, each is asked about.
absl::StatusOr<std::vector<PackageId>> Optimiser::FindCertain() {
  for (const PackageId package : progress_.decided()) {
    if (!domains_.IsSingle(package)) {
      domains_.GroundAll(package);
    }
  }
  RequireShared();
  search_.DropStaleModels();
  if (!search_.has_model()) {
    search_.Announce({}, {});
    ASSIGN_OR_RETURN(const bool has_plan, search_.Feasible({}, progress_));
    if (!has_plan) {
      return absl::InternalError("the levels of the objective leave no plan, please report it");
    }
  }
  const Model best = search_.model();
  std::vector<bool> is_absent(universe_.num_packages(), false);  // In some plan.
  const auto note = [&](const Model& model) {
    for (std::size_t i = 0; i < is_absent.size(); ++i) {
      is_absent[i] = is_absent[i] || model.Of(PackageId(i)) == kNoPosition;
    }
  };
  search_.ForEachModel(note);
  std::vector<PackageId> uncertain;
  for (std::size_t i = 0; i < is_absent.size(); ++i) {
    const PackageId package(i);
    if (!is_absent[i] && !domains_.IsRequired(package) && !universe_.IsVirtual(package)) {
      uncertain.push_back(package);
    }
  }
  if (!uncertain.empty()) {
    search_.Announce({}, {}, uncertain);
  }
  for (const PackageId package : uncertain) {
    if (is_absent[package.index()] || domains_.IsRequired(package)) {
      continue;
    }
    const Choice absent{package, std::vector<Word>(domains_.Domain(package).size(), 0), true};
    const Answer may_be_absent = search_.Feasible({&absent, 1}, progress_);
    if (!may_be_absent.ok()) {
      search_.UseModel(best);
      return may_be_absent.status();
    }
    if (*may_be_absent) {
      note(search_.model());
      continue;
    }
    search_.CloseSession();
    domains_.Require(package);
    domains_.Propagate();
    RequireShared();
  }
  if (!uncertain.empty()) {
    search_.Announce({}, {});
    search_.UseModel(best);
  }
  std::vector<PackageId> names;
  for (const PackageId package : domains_.Required()) {
    if (!progress_.IsDecided(package) && !universe_.IsVirtual(package)) {
      names.push_back(package);
    }
  }
  SortByName(universe_, names);
  for (const PackageId package : names) {
    ClaimCertain(package);
  }
  return names;
}

void Optimiser::RequireShared() {
  SharedNames shared(domains_);
  for (std::size_t i = 0; i < domains_.Required().size(); ++i) {
    const PackageId package = domains_.Required()[i];
    if (universe_.IsVirtual(package) || domains_.IsSingle(package)) {
      continue;
    }
    domains_.GroundBest(package);
    for (const PackageId name : shared.Of(package)) {
      domains_.Require(name);
    }
    domains_.Propagate();
  }
}

absl::Status Optimiser::FixVersions(const std::vector<PackageId>& names, const std::string& label) {
  std::vector<Item> items;
  for (const PackageId package : names) {
    domains_.GroundBest(package);
  }
  for (const PackageId package : names) {
    items.push_back(CostItem(package, Measure::kLagAndFeatures));
  }
  // Of what was requested the versions are decided already.
  for (const PackageId package : open_features_) {
    items.push_back(CostItem(package, Measure::kLagAndFeatures));
    items.back().paid =
        CostOf(universe_.List(package).candidates[domains_.Best(package)], Measure::kLag);
  }
  std::sort(items.begin(), items.end(), [&](const Item& a, const Item& b) {
    return universe_.NameOf(a.term.package) < universe_.NameOf(b.term.package);
  });
  if (certificate_ == nullptr && open_features_.empty() && AreSettled(domains_, names)) {
    AddStep(Step::Kind::kVersions, label, items);
    AddLevel(label, SumOfCheapest(items), items);
  } else {
    RETURN_IF_ERROR(FixItems(std::move(items), label, Step::Kind::kVersions));
  }
  open_features_.clear();
  progress_.Decide(names);
  return absl::OkStatus();
}

// Whether there was any to be decided.
absl::StatusOr<bool> Optimiser::FixBuilds() {
  const std::vector<PackageId> open = progress_.OpenBuilds(domains_);
  if (open.empty()) {
    return false;
  }
  Step step{Step::Kind::kBuilds, "build", {}};
  for (const PackageId package : open) {
    step.names.emplace_back(universe_.NameOf(package));
    RETURN_IF_ERROR(FixBest(package, true));
  }
  steps_.push_back(std::move(step));
  return true;
}

// To the best candidate left that some plan has, or to the best rank class.
absl::Status Optimiser::FixBest(PackageId package, bool whole_class) {
  const CandidateList& list = universe_.List(package);
  for (;;) {
    const Position best = domains_.Best(package);
    if (best == kNoPosition) {
      return absl::InternalError(
          absl::StrFormat("no build of %s is left, please report it", universe_.NameOf(package)));
    }
    const Position end = whole_class ? list.class_end[list.candidates[best].rank_class] : best + 1;
    const Choice choice{package, RangeSet(list.candidates.size(), best, end)};
    ASSIGN_OR_RETURN(const bool is_possible, search_.Feasible({&choice, 1}, progress_));
    if (is_possible) {
      ClaimBetterImpossible(package, best);
      Permit(choice);
      search_.DropStaleModels();
      return absl::OkStatus();
    }
    domains_.RemoveAll(package, choice.allowed);
    domains_.Propagate();
    search_.CloseSession();
  }
}

}  // namespace satchel

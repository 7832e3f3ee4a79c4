// Levels 4 and 5: what must be there, and builds.

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "solver/objective/optimiser.h"

namespace satchel {

// Ends: each round decides a name, a build number or a variant.
absl::Status Optimiser::FixDependencies() {
  for (int round = 1;;) {
    const std::string label = round == 1 ? "dependencies" : "dependencies " + std::to_string(round);
    ASSIGN_OR_RETURN(const Easy easy,
                     search_.is_one_cnf() ? absl::StatusOr<Easy>(Easy::kNone) : FixEasily(label));
    if (easy == Easy::kAll) {
      return absl::OkStatus();
    }
    if (easy == Easy::kSome) {
      ++round;
      continue;
    }
    ASSIGN_OR_RETURN(const bool was_known,
                     search_.is_one_cnf() ? absl::StatusOr<bool>(false) : FixKnown(label));
    if (was_known) {
      ++round;
      continue;
    }
    ASSIGN_OR_RETURN(const std::vector<PackageId> names, FindCertain());
    if (!names.empty() || !open_features_.empty()) {
      ++round;
      RETURN_IF_ERROR(FixVersions(names, label));
      continue;
    }
    ASSIGN_OR_RETURN(const bool any_build, FixBuilds());
    if (any_build) {
      continue;
    }
    const PackageId open = progress_.FirstOpen(domains_);
    if (!open.ok()) {
      return absl::OkStatus();
    }
    steps_.push_back({Step::Kind::kVariant, "variant", {std::string(universe_.NameOf(open))}});
    RETURN_IF_ERROR(FixBest(open, false));
  }
}

// The undecided names that every remaining plan has, by name. Arc consistency knows most of them;
// of what else the last plan has, plans are looked for that do without.
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
  std::vector<PackageId> perhaps;
  for (std::size_t i = 0; i < universe_.num_packages(); ++i) {
    const PackageId package(i);
    if (!domains_.IsRequired(package) && universe_.MayBeInPlan(package)) {
      perhaps.push_back(package);
    }
  }
  search_.ForEachModel([&](const Model& model) { DropAbsent(model, &perhaps); });
  if (!perhaps.empty()) {
    const Model best = search_.model();
    search_.Announce({}, {}, perhaps);
    const absl::Status settled = SettlePerhaps(std::move(perhaps));
    search_.UseModel(best);
    RETURN_IF_ERROR(settled);
    search_.Announce({}, {});
  }
  std::vector<PackageId> names;
  for (const PackageId package : domains_.Required()) {
    if (!progress_.IsDecided(package) && universe_.MayBeInPlan(package)) {
      names.push_back(package);
    }
  }
  SortByName(universe_, names);
  return names;
}

void Optimiser::DropAbsent(const Model& model, std::vector<PackageId>* perhaps) {
  std::erase_if(*perhaps, [&](PackageId package) { return model.Of(package) == kNoPosition; });
}

// Requires those of the names that every remaining plan has.
absl::Status Optimiser::SettlePerhaps(std::vector<PackageId> perhaps) {
  while (!perhaps.empty()) {
    const PackageId package = perhaps.front();
    const Choice absent{package, std::vector<Word>(domains_.Domain(package).size(), 0), true};
    ASSIGN_OR_RETURN(const bool may_be_absent, search_.Feasible({&absent, 1}, progress_));
    if (may_be_absent) {
      DropAbsent(search_.model(), &perhaps);
      continue;
    }
    const std::size_t size = universe_.NumCandidates(package);
    Commit({package, RangeSet(size, 0, static_cast<Position>(size))});
    const auto drop_required = [&] {
      std::erase_if(perhaps, [&](PackageId other) { return domains_.IsRequired(other); });
    };
    drop_required();
    if (!perhaps.empty()) {
      RequireShared();
      drop_required();
    }
  }
  return absl::OkStatus();
}

// What all candidates left of a package that must be there depend on, as far as their specs say at
// first sight: without grounding them.
void Optimiser::RequireShared() {
  std::vector<PackageId> names;
  for (std::size_t i = 0; i < domains_.Required().size(); ++i) {
    const PackageId package = domains_.Required()[i];
    if (!universe_.MayBeInPlan(package) || domains_.IsSingle(package)) {
      continue;
    }
    domains_.GroundBest(package);
    const std::size_t num_left = Count(domains_.Domain(package));
    if (num_left_.size() <= package.index()) {
      num_left_.resize(universe_.num_packages(), 0);
    }
    if (std::exchange(num_left_[package.index()], num_left) == num_left) {
      continue;  // Nothing new since it was looked at.
    }
    names.clear();
    for (const RequirementId requirement :
         universe_.LinksOf(package, domains_.Best(package)).depends) {
      const PackageId name = universe_.RequirementOf(requirement).package;
      if (!domains_.IsRequired(name)) {
        names.push_back(name);
      }
    }
    for (Position at = domains_.Best(package); at != kNoPosition && !names.empty();
         at = FirstFrom(domains_.Domain(package), at + 1)) {
      universe_.KeepNeeded(package, at, names);
    }
    for (const PackageId name : names) {
      domains_.Require(name);
    }
    if (!names.empty()) {
      domains_.Propagate();
    }
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
  if (open_features_.empty() && AreSettled(domains_, names)) {
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
      Commit(choice);
      search_.DropModelsWithout(choice);
      return absl::OkStatus();
    }
    Forbid(choice);
  }
}

}  // namespace satchel

// Levels 4 and 5: dependencies, in steps, and variants.

#include <algorithm>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "solver/objective/optimiser.h"

namespace satchel {

// Ends: each round decides a name or a variant. A name that enters the frontier later, because a
// variant that did without it is gone, belongs to a later step, as the objective says.
absl::Status Optimiser::FixDependencies() {
  for (int depth = 1;;) {
    ASSIGN_OR_RETURN(const std::vector<PackageId> frontier, NextFrontier());
    if (!frontier.empty()) {
      RETURN_IF_ERROR(FixStep(frontier, "depth " + std::to_string(depth++)));
      continue;
    }
    const PackageId open = progress_.EarliestOpen(domains_);
    if (!open.ok()) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(FixVariant(open));
  }
}

absl::Status Optimiser::FixVariant(PackageId package) {
  steps_.push_back({Step::Kind::kVariant, "variant", {std::string(universe_.NameOf(package))}});
  const std::size_t size = universe_.NumCandidates(package);
  for (;;) {
    const Position best = domains_.Best(package);
    if (best == kNoPosition) {
      return absl::InternalError(
          absl::StrFormat("no variant of %s is left, please report it", universe_.NameOf(package)));
    }
    const Choice choice{package, RangeSet(size, best, best + 1)};
    ASSIGN_OR_RETURN(const bool is_possible, search_.Feasible({&choice, 1}, progress_));
    if (is_possible) {
      ClaimBetterImpossible(package, best);
      Permit(choice);
      search_.DropStaleModels();
      return absl::OkStatus();
    }
    domains_.Remove(package, best);
    domains_.Propagate();
    search_.CloseSession();
  }
}

// A variant of a decided package that no plan contains must not keep a name out of the frontier.
// Where a name is needed by some variants only, a plan has to show that one of the others is live.
absl::StatusOr<std::vector<PackageId>> Optimiser::NextFrontier() {
  for (;;) {
    const std::vector<PackageId> open = progress_.open();
    for (const PackageId package : open) {
      if (!domains_.IsSingle(package)) {
        domains_.GroundAll(package);
      }
    }
    std::vector<PackageId> frontier = progress_.Frontier(domains_);
    bool changed = false;
    for (const PackageId package : open) {
      if (!domains_.IsSingle(package) && !changed) {
        ASSIGN_OR_RETURN(changed, RuleOutUnwitnessed(package, frontier));
      }
    }
    if (!changed) {
      return frontier;
    }
  }
}

// Whether it ruled out any.
absl::StatusOr<bool> Optimiser::RuleOutUnwitnessed(PackageId package,
                                                   const std::vector<PackageId>& frontier) {
  const DependencyNames names = NamesOf(domains_, package);
  for (const PackageId name : names.only_some) {
    if (progress_.IsDecided(name) ||
        std::find(frontier.begin(), frontier.end(), name) != frontier.end()) {
      continue;
    }
    Choice without{package, std::vector<Word>(domains_.Domain(package).size(), 0)};
    ForEach(domains_.Domain(package), [&](Position at) {
      const std::span<const GateId> depends = universe_.LinksOf(package, at).depends;
      const bool needs = std::any_of(depends.begin(), depends.end(), [&](GateId gate) {
        return universe_.GateOf(gate).package == name;
      });
      if (!needs) {
        Insert(without.allowed, at);
      }
    });
    if (search_.IsWitnessed(without)) {
      continue;
    }
    ASSIGN_OR_RETURN(const bool is_possible, search_.Feasible({&without, 1}, progress_));
    if (!is_possible) {
      ClaimImpossible(package, without.allowed);
      domains_.RemoveAll(package, without.allowed);
      domains_.Propagate();
      search_.CloseSession();
      return true;
    }
  }
  return false;
}

}  // namespace satchel

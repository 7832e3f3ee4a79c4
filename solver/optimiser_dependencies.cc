// Levels 4 and 5: dependencies, in steps, and variants.

#include <algorithm>

#include "solver/optimiser.h"

namespace satchel {

// Ends: each round decides a name or a variant. A name that enters the frontier later, because a
// variant that did without it is gone, belongs to a later step, as the objective says.
Answer Optimiser::FixDependencies() {
  for (int depth = 1;;) {
    std::vector<PackageId> frontier;
    if (const Answer answer = NextFrontier(&frontier); answer != Answer::kYes) {
      return answer;
    }
    Answer answer = Answer::kYes;
    if (!frontier.empty()) {
      answer = FixStep(frontier, "depth " + std::to_string(depth++));
    } else {
      const PackageId open = progress_.EarliestOpen(domains_);
      if (!open.ok()) {
        return Answer::kYes;
      }
      answer = FixVariant(open);
    }
    if (answer != Answer::kYes) {
      return answer;
    }
  }
}

Answer Optimiser::FixVariant(PackageId package) {
  steps_.push_back({Step::Kind::kVariant, "variant", {std::string(universe_.NameOf(package))}});
  const std::size_t size = universe_.NumCandidates(package);
  for (;;) {
    const Position best = domains_.Best(package);
    if (best == kNoPosition) {
      return Answer::kNo;
    }
    const Choice choice{package, RangeSet(size, best, best + 1)};
    const Answer answer = search_.Feasible({&choice, 1}, progress_);
    if (answer == Answer::kStopped) {
      return answer;
    }
    if (answer == Answer::kYes) {
      ClaimBetterImpossible(package, best);
      Permit(choice);
      search_.DropStaleModels();
      return Answer::kYes;
    }
    domains_.Remove(package, best);
    domains_.Propagate();
    search_.CloseSession();
  }
}

// A variant of a decided package that no plan contains must not keep a name out of the frontier.
// Where a name is needed by some variants only, a plan has to show that one of the others is live.
Answer Optimiser::NextFrontier(std::vector<PackageId>* frontier) {
  for (;;) {
    const std::vector<PackageId> decided = progress_.decided();
    for (const PackageId package : decided) {
      if (!domains_.IsSingle(package)) {
        domains_.GroundAll(package);
      }
    }
    *frontier = progress_.Frontier(domains_);
    bool changed = false;
    for (const PackageId package : decided) {
      if (!domains_.IsSingle(package) && !changed) {
        const Answer answer = RuleOutUnwitnessed(package, *frontier, &changed);
        if (answer == Answer::kStopped) {
          return answer;
        }
      }
    }
    if (!changed) {
      return Answer::kYes;
    }
  }
}

Answer Optimiser::RuleOutUnwitnessed(PackageId package, const std::vector<PackageId>& frontier,
                                     bool* changed) {
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
    const Answer answer = search_.Feasible({&without, 1}, progress_);
    if (answer == Answer::kStopped) {
      return answer;
    }
    if (answer == Answer::kNo) {
      ClaimImpossible(package, without.allowed);
      domains_.RemoveAll(package, without.allowed);
      domains_.Propagate();
      search_.CloseSession();
      *changed = true;
      return Answer::kYes;
    }
  }
  return Answer::kYes;
}

}  // namespace satchel

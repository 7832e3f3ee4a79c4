// Follows ARCHITECTURE.md, "The objective", sentence by sentence on the list of all plans.

#include "tests/oracle/brute_force.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "tests/oracle/plan_list.h"
#include "tests/oracle/small_world.h"

namespace satchel::oracle {
namespace {

using Cost = std::function<int(const SmallPlan&)>;

class Chooser final {
 public:
  Chooser(const SmallWorld& world, const Request& request, Objective objective,
          std::vector<SmallPlan> plans)
      : world_(world),
        request_(request),
        objective_(objective),
        plans_(std::move(plans)),
        decided_at_(world.names.size(), kUndecided) {}

  void Run();

  const std::vector<SmallPlan>& plans() const { return plans_; }
  std::vector<std::string>& trace() { return trace_; }

 private:
  static constexpr int kUndecided = -1;

  const Name& NameAt(std::size_t at) const { return world_.names[at]; }
  const Choice* Chosen(const SmallPlan& plan, std::size_t at) const {
    return plan[at] < 0 ? nullptr : &NameAt(at).choices[static_cast<std::size_t>(plan[at])];
  }
  bool IsPresent(std::size_t at) const { return plans_.front()[at] >= 0; }
  bool IsDecided(std::size_t at) const { return decided_at_[at] != kUndecided; }
  ChoiceSet Live(std::size_t at) const;

  void KeepBest(const std::string& what, const Cost& cost);
  void KeepEnvironment();
  void KeepUnchanged();
  void DecideRequested();
  void Decide(const std::string& what, const std::vector<std::size_t>& names);
  void DecideInOrder();
  std::vector<std::size_t> RequestedNames() const;
  bool AllVariantsNeed(std::size_t from, ChoiceSet live, std::size_t at) const;
  std::vector<std::size_t> Frontier() const;
  bool DecideVariant();

  const SmallWorld& world_;
  const Request& request_;
  const Objective objective_;
  std::vector<SmallPlan> plans_;
  std::vector<int> decided_at_;  // By name: the step.
  int step_ = 0;
  std::vector<std::string> trace_;
};

ChoiceSet Chooser::Live(std::size_t at) const {
  ChoiceSet live = 0;
  for (const SmallPlan& plan : plans_) {
    live |= plan[at] < 0 ? 0 : ChoiceSet{1} << plan[at];
  }
  return live;
}

void Chooser::KeepBest(const std::string& what, const Cost& cost) {
  int best = cost(plans_.front());
  for (const SmallPlan& plan : plans_) {
    best = std::min(best, cost(plan));
  }
  std::erase_if(plans_, [&](const SmallPlan& plan) { return cost(plan) > best; });
  trace_.push_back(absl::StrFormat("%s %d, %d plans left", what, best, plans_.size()));
}

// Level 1. With prune only what was once asked for or is pinned can go missing: the rest may go.
void Chooser::KeepEnvironment() {
  const auto is_missing = [&](const SmallPlan& plan, std::size_t at) {
    return IsRoot(NameAt(at), request_) && plan[at] < 0 ? 1 : 0;
  };
  // Of names not requested now, and not when all is to be updated. A package that is to be removed
  // takes its spec along.
  const auto is_violated = [&](const SmallPlan& plan, std::size_t at) {
    return NameAt(at).was_requested && !NameAt(at).is_requested && !request_.update_all &&
                   !Contains(NameAt(at).satisfies_history, plan[at])
               ? 1
               : 0;
  };
  const auto minimize = [&](const std::string& what, const auto& flaw) {
    KeepBest(what, [&](const SmallPlan& plan) {
      int count = 0;
      for (std::size_t at = 0; at < plan.size(); ++at) {
        count += flaw(plan, at);
      }
      return count;
    });
    for (std::size_t at = 0; at < world_.names.size(); ++at) {
      if (NameAt(at).is_installed) {
        KeepBest(what + ": " + NameAt(at).name,
                 [&](const SmallPlan& plan) { return flaw(plan, at); });
      }
    }
  };
  minimize("missing", is_missing);
  minimize("history", is_violated);
}

// Level 3.
void Chooser::KeepUnchanged() {
  const auto is_changed = [&](const SmallPlan& plan, std::size_t at) {
    const bool counts = NameAt(at).is_installed && !NameAt(at).is_requested && plan[at] >= 0 &&
                        IsRoot(NameAt(at), request_);
    return counts && !Chosen(plan, at)->is_installed ? 1 : 0;
  };
  KeepBest("changed", [&](const SmallPlan& plan) {
    int count = 0;
    for (std::size_t at = 0; at < plan.size(); ++at) {
      count += is_changed(plan, at);
    }
    return count;
  });
  ++step_;
  for (std::size_t at = 0; at < world_.names.size(); ++at) {
    if (NameAt(at).is_installed && !NameAt(at).is_requested && IsRoot(NameAt(at), request_)) {
      KeepBest("changed: " + NameAt(at).name,
               [&](const SmallPlan& plan) { return is_changed(plan, at); });
      if (IsPresent(at) && Chosen(plans_.front(), at)->is_installed) {
        decided_at_[at] = step_;
      }
    }
  }
}

// The rule of level 2. Requires: all of `names` are in every plan left.
void Chooser::Decide(const std::string& what, const std::vector<std::size_t>& names) {
  if (names.empty()) {
    return;
  }
  KeepBest(what + ": greatest lag", [&](const SmallPlan& plan) {
    int greatest = 0;
    for (const std::size_t at : names) {
      greatest = std::max(greatest, Chosen(plan, at)->lag);
    }
    return greatest;
  });
  KeepBest(what + ": total lag", [&](const SmallPlan& plan) {
    int total = 0;
    for (const std::size_t at : names) {
      total += Chosen(plan, at)->lag;
    }
    return total;
  });
  ++step_;
  for (const std::size_t at : names) {
    KeepBest(what + ": rank class of " + NameAt(at).name,
             [&](const SmallPlan& plan) { return Chosen(plan, at)->rank_class; });
    decided_at_[at] = step_;
  }
}

// In byte order.
std::vector<std::size_t> Chooser::RequestedNames() const {
  std::vector<std::size_t> names;
  for (std::size_t at = 0; at < world_.names.size(); ++at) {
    const bool counts = NameAt(at).is_requested ||
                        (request_.update_all && NameAt(at).was_requested && IsPresent(at));
    if (counts) {
      names.push_back(at);
    }
  }
  return names;
}

// `ordered`: the specs in their order, then what --update-all adds, by name.
void Chooser::DecideInOrder() {
  std::vector<std::size_t> names;
  for (const int at : world_.requested_in_order) {
    names.push_back(static_cast<std::size_t>(at));
  }
  for (const std::size_t at : RequestedNames()) {
    if (!NameAt(at).is_requested) {
      names.push_back(at);
    }
  }
  ++step_;
  for (const std::size_t at : names) {
    KeepBest("ordered: rank class of " + NameAt(at).name,
             [&](const SmallPlan& plan) { return Chosen(plan, at)->rank_class; });
    decided_at_[at] = step_;
  }
}

// Level 2.
void Chooser::DecideRequested() {
  if (objective_ == Objective::kOrdered) {
    DecideInOrder();
  } else {
    Decide("requested", RequestedNames());
  }
}

// Whether every live variant of a decided package depends on the name.
bool Chooser::AllVariantsNeed(std::size_t from, ChoiceSet live, std::size_t at) const {
  const std::vector<Choice>& choices = NameAt(from).choices;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const std::vector<Demand>& depends = choices[i].depends;
    const bool needs = std::any_of(depends.begin(), depends.end(), [&](const Demand& demand) {
      return demand.name == static_cast<int>(at);
    });
    if (Contains(live, static_cast<int>(i)) && !needs) {
      return false;
    }
  }
  return true;
}

// Level 4: the undecided names that are roots or what every live variant of something decided
// needs.
std::vector<std::size_t> Chooser::Frontier() const {
  std::vector<bool> is_wanted(world_.names.size());
  for (std::size_t at = 0; at < world_.names.size(); ++at) {
    is_wanted[at] = IsRoot(NameAt(at), request_) && IsPresent(at);
  }
  for (std::size_t from = 0; from < world_.names.size(); ++from) {
    const ChoiceSet live = IsDecided(from) ? Live(from) : 0;
    for (std::size_t at = 0; at < world_.names.size() && live != 0; ++at) {
      is_wanted[at] = is_wanted[at] || AllVariantsNeed(from, live, at);
    }
  }
  std::vector<std::size_t> frontier;
  for (std::size_t at = 0; at < world_.names.size(); ++at) {
    if (is_wanted[at] && !IsDecided(at)) {
      frontier.push_back(at);
    }
  }
  return frontier;
}

// Level 5. Returns false if no variant is open.
bool Chooser::DecideVariant() {
  std::optional<std::size_t> first;
  for (std::size_t at = 0; at < world_.names.size(); ++at) {
    const ChoiceSet live = Live(at);
    const bool is_open = (live & (live - 1)) != 0;
    if (IsDecided(at) && is_open && (!first.has_value() || decided_at_[at] < decided_at_[*first])) {
      first = at;
    }
  }
  if (first.has_value()) {
    KeepBest("variant of " + NameAt(*first).name,
             [&](const SmallPlan& plan) { return static_cast<int>(plan[*first]); });
  }
  return first.has_value();
}

void Chooser::Run() {
  const bool keeps = !request_.installed.empty() && !request_.update_all;
  KeepEnvironment();
  if (keeps && objective_ == Objective::kFewestChanges) {
    KeepUnchanged();
  }
  DecideRequested();
  if (keeps && objective_ != Objective::kFewestChanges) {
    KeepUnchanged();
  }
  do {
    for (std::vector<std::size_t> names = Frontier(); !names.empty(); names = Frontier()) {
      Decide(absl::StrFormat("step %d", step_ + 1), names);
    }
  } while (DecideVariant());
}

}  // namespace

absl::StatusOr<BruteForceResult> BruteForce(const Request& request, Objective objective,
                                            std::size_t max_plans) {
  ASSIGN_OR_RETURN(const SmallWorld world, MakeSmallWorld(request, objective));
  ASSIGN_OR_RETURN(std::vector<SmallPlan> plans, AllPlans(world, request, max_plans));
  BruteForceResult result;
  result.num_plans = plans.size();
  if (plans.empty()) {
    return result;
  }
  Chooser chooser(world, request, objective, std::move(plans));
  chooser.Run();
  if (chooser.plans().size() != 1) {
    return absl::InternalError(
        absl::StrFormat("the objective leaves %d plans", chooser.plans().size()));
  }
  const SmallPlan& best = chooser.plans().front();
  for (std::size_t at = 0; at < world.names.size(); ++at) {
    if (best[at] >= 0) {
      result.plan.push_back(world.names[at].choices[static_cast<std::size_t>(best[at])].record);
    }
  }
  result.trace = std::move(chooser.trace());
  return result;
}

}  // namespace satchel::oracle

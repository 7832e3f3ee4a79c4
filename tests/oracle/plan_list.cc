// Depth first: first which of the optional roots are there, then, as long as some name is needed
// but open, each of its records in turn. So a finished plan holds exactly the names that its roots
// reach, and no plan comes up twice: an optional root that was left out is forbidden from then on.

#include "tests/oracle/plan_list.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"

namespace satchel::oracle {
namespace {

constexpr std::int8_t kOpen = -2;    // Nothing needs it so far.
constexpr std::int8_t kNeeded = -3;  // Something does; its record is not chosen yet.

class Enumerator final {
 public:
  Enumerator(const SmallWorld& world, const Request& request, std::size_t max_plans)
      : world_(world), request_(request), max_plans_(max_plans) {}

  absl::StatusOr<std::vector<SmallPlan>> Run() {
    if (!world_.spec_is_hopeless) {
      SmallPlan plan(world_.names.size(), kOpen);
      ChooseRoots(0, plan);
    }
    if (overflow_) {
      return absl::ResourceExhaustedError("too many plans to enumerate");
    }
    if (!world_.is_plain) {  // What is honoured may be there anyway.
      std::sort(plans_.begin(), plans_.end());
      plans_.erase(std::unique(plans_.begin(), plans_.end()), plans_.end());
    }
    return std::move(plans_);
  }

 private:
  void ChooseRoots(std::size_t at, SmallPlan& plan) {
    if (at == world_.names.size()) {
      ChooseRecords(plan);
      return;
    }
    const Name& name = world_.names[at];
    if (!name.is_requested && !IsRoot(name, request_)) {
      ChooseRoots(at + 1, plan);
      return;
    }
    plan[at] = kNeeded;
    ChooseRoots(at + 1, plan);
    if (!name.is_requested && !name.must_stay) {
      plan[at] = kAbsent;
      ChooseRoots(at + 1, plan);
    }
    plan[at] = kOpen;
  }

  void ChooseRecords(SmallPlan& plan) {
    const auto needed = std::find(plan.begin(), plan.end(), kNeeded);
    if (needed == plan.end()) {
      if (world_.is_plain) {
        Finish(plan);
      } else {
        ChooseHistory(0, {}, plan);
      }
      return;
    }
    const auto at = static_cast<std::size_t>(needed - plan.begin());
    const std::vector<Choice>& choices = world_.names[at].choices;
    for (std::size_t i = 0; i < choices.size() && !overflow_; ++i) {
      SmallPlan next = plan;
      next[at] = static_cast<std::int8_t>(i);
      if (AddDemands(choices[i], next) && Constraints(next)) {
        ChooseRecords(next);
      }
    }
  }

  // False if a dependency contradicts what is chosen or left out already.
  static bool AddDemands(const Choice& choice, SmallPlan& plan) {
    for (const Demand& demand : choice.depends) {
      if (!demand.when.empty()) {
        continue;
      }
      if (demand.name < 0 || demand.allowed == 0) {
        return false;
      }
      std::int8_t& other = plan[static_cast<std::size_t>(demand.name)];
      if (other == kOpen) {
        other = kNeeded;
      } else if (other != kNeeded && !Contains(demand.allowed, other)) {
        return false;
      }
    }
    return !choice.breaks_virtual;
  }

  // Whether what is chosen so far fits together: the depends of the earlier records, of which this
  // one may be the target, and all constrains.
  bool Constraints(const SmallPlan& plan) const {
    for (std::size_t i = 0; i < plan.size(); ++i) {
      if (plan[i] < 0) {
        continue;
      }
      const Choice& choice = world_.names[i].choices[static_cast<std::size_t>(plan[i])];
      for (const std::vector<Demand>* demands : {&choice.depends, &choice.constrains}) {
        for (const Demand& demand : *demands) {
          if (!demand.when.empty()) {
            continue;
          }
          const std::int8_t other = plan[static_cast<std::size_t>(demand.name)];
          if (other >= 0 && !Contains(demand.allowed, other)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  // Which specs of the past with extras or a condition the plan honours: each way is tried.
  void ChooseHistory(std::size_t at, std::vector<const Demand*> honoured, SmallPlan& plan) {
    while (at < world_.names.size() && world_.names[at].history.empty()) {
      ++at;
    }
    if (at == world_.names.size()) {
      AddConditional(honoured, plan);
      return;
    }
    ChooseHistory(at + 1, honoured, plan);
    honoured.push_back(&world_.names[at].history.front());
    ChooseHistory(at + 1, std::move(honoured), plan);
  }

  // What conditions and extras demand of a plan in which nothing else is open.
  void AddConditional(const std::vector<const Demand*>& honoured, SmallPlan plan) {
    const std::vector<const Demand*> demands = ActiveDemands(world_, plan, honoured);
    bool any_new = false;
    for (const Demand* demand : demands) {
      if (demand->name < 0 || demand->allowed == 0) {
        return;
      }
      std::int8_t& other = plan[static_cast<std::size_t>(demand->name)];
      if (other == kOpen) {
        other = kNeeded;
        any_new = true;
      } else if (other != kNeeded && !Contains(demand->allowed, other)) {
        return;
      }
    }
    if (!any_new) {
      if (LimitsHold(plan)) {
        Finish(std::move(plan));
      }
      return;
    }
    ChooseNeeded(honoured, plan);
  }

  void ChooseNeeded(const std::vector<const Demand*>& honoured, const SmallPlan& plan) {
    const auto needed = std::find(plan.begin(), plan.end(), kNeeded);
    if (needed == plan.end()) {
      AddConditional(honoured, plan);
      return;
    }
    const auto at = static_cast<std::size_t>(needed - plan.begin());
    const std::vector<Choice>& choices = world_.names[at].choices;
    for (std::size_t i = 0; i < choices.size() && !overflow_; ++i) {
      SmallPlan next = plan;
      next[at] = static_cast<std::int8_t>(i);
      if (AddDemands(choices[i], next) && Constraints(next)) {
        ChooseNeeded(honoured, next);
      }
    }
  }

  // Constraints and pins with a condition.
  bool LimitsHold(const SmallPlan& plan) const {
    const auto holds = [&](const Demand& limit) {
      if (limit.when.empty() || !Holds(limit.when.front(), plan)) {
        return true;
      }
      const std::int8_t other = limit.name < 0 ? 0 : plan[static_cast<std::size_t>(limit.name)];
      return limit.name >= 0 && (other < 0 || Contains(limit.allowed, other));
    };
    if (!std::all_of(world_.limits.begin(), world_.limits.end(), holds)) {
      return false;
    }
    for (std::size_t i = 0; i < plan.size(); ++i) {
      if (plan[i] >= 0) {
        const Choice& choice = world_.names[i].choices[static_cast<std::size_t>(plan[i])];
        if (!std::all_of(choice.constrains.begin(), choice.constrains.end(), holds)) {
          return false;
        }
      }
    }
    return true;
  }

  void Finish(SmallPlan plan) {
    std::replace(plan.begin(), plan.end(), kOpen, std::int8_t{kAbsent});
    plans_.push_back(std::move(plan));
    overflow_ = overflow_ || plans_.size() > max_plans_;
  }

  const SmallWorld& world_;
  const Request& request_;
  const std::size_t max_plans_;
  bool overflow_ = false;
  std::vector<SmallPlan> plans_;
};

}  // namespace

bool Holds(const SmallCondition& condition, const SmallPlan& plan) {
  const auto holds = [&](const SmallCondition& part) { return Holds(part, plan); };
  switch (condition.kind) {
    case SmallCondition::Kind::kMachine:
      return condition.holds;
    case SmallCondition::Kind::kChosen:
      return Contains(condition.allowed, plan[static_cast<std::size_t>(condition.name)]);
    case SmallCondition::Kind::kAll:
      return std::all_of(condition.parts.begin(), condition.parts.end(), holds);
    case SmallCondition::Kind::kAny:
      return std::any_of(condition.parts.begin(), condition.parts.end(), holds);
  }
  return false;
}

std::vector<const Demand*> ActiveDemands(const SmallWorld& world, const SmallPlan& plan,
                                         const std::vector<const Demand*>& honoured) {
  std::vector<const Demand*> active;
  std::set<std::pair<int, std::string>> asked;  // Name and group.
  const auto take = [&](const Demand& demand) {
    if ((demand.when.empty() || Holds(demand.when.front(), plan)) &&
        std::find(active.begin(), active.end(), &demand) == active.end()) {
      active.push_back(&demand);
      for (const std::string& group : demand.extras) {
        asked.insert({demand.name, group});
      }
    }
  };
  for (std::size_t before = 0; before != active.size() + asked.size() + 1;) {
    before = active.size() + asked.size() + 1;
    std::for_each(world.asked.begin(), world.asked.end(), take);
    for (const Demand* demand : honoured) {
      take(*demand);
    }
    for (std::size_t i = 0; i < plan.size(); ++i) {
      if (plan[i] < 0) {
        continue;
      }
      const Choice& choice = world.names[i].choices[static_cast<std::size_t>(plan[i])];
      std::for_each(choice.depends.begin(), choice.depends.end(), take);
      for (const auto& [group, demands] : choice.groups) {
        if (asked.contains({static_cast<int>(i), group})) {
          std::for_each(demands.begin(), demands.end(), take);
        }
      }
    }
  }
  return active;
}

bool Honours(const SmallWorld& world, const SmallPlan& plan, const Demand& spec) {
  const std::vector<const Demand*> demands = ActiveDemands(world, plan, {&spec});
  return std::all_of(demands.begin(), demands.end(), [&](const Demand* demand) {
    return demand->name >= 0 &&
           Contains(demand->allowed, plan[static_cast<std::size_t>(demand->name)]);
  });
}

bool IsRoot(const Name& name, const Request& request) {
  return name.is_requested || name.was_requested || name.is_pinned ||
         (name.is_installed && !request.prune);
}

absl::StatusOr<std::vector<SmallPlan>> AllPlans(const SmallWorld& world, const Request& request,
                                                std::size_t max_plans) {
  return Enumerator(world, request, max_plans).Run();
}

std::vector<PackageRecord> ToRecords(const SmallWorld& world, const SmallPlan& plan) {
  std::vector<PackageRecord> records;
  for (std::size_t at = 0; at < plan.size(); ++at) {
    if (plan[at] >= 0) {
      records.push_back(world.names[at].choices[static_cast<std::size_t>(plan[at])].record);
    }
  }
  return records;
}

}  // namespace satchel::oracle

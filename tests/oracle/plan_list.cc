// Depth first: first which of the optional roots are there, then, as long as some name is needed
// but open, each of its records in turn. So a finished plan holds exactly the names that its roots
// reach, and no plan comes up twice: an optional root that was left out is forbidden from then on.

#include "tests/oracle/plan_list.h"

#include <algorithm>

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
      Finish(plan);
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
          const std::int8_t other = plan[static_cast<std::size_t>(demand.name)];
          if (other >= 0 && !Contains(demand.allowed, other)) {
            return false;
          }
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

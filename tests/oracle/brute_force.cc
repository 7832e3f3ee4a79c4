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
        is_decided_(world.names.size(), false) {}

  void Run();

  const std::vector<SmallPlan>& plans() const { return plans_; }
  std::vector<std::string>& trace() { return trace_; }

 private:
  const Name& NameAt(std::size_t at) const { return world_.names[at]; }
  const Choice* Chosen(const SmallPlan& plan, std::size_t at) const {
    return plan[at] < 0 ? nullptr : &NameAt(at).choices[static_cast<std::size_t>(plan[at])];
  }
  bool IsPresent(std::size_t at) const { return plans_.front()[at] >= 0; }
  ChoiceSet Live(std::size_t at) const;

  void KeepBest(const std::string& what, const Cost& cost);
  void KeepEnvironment();
  void KeepUnchanged();
  void DecideRequested();
  void DecideInOrder();
  void KeepBestVersion(const std::string& what, std::size_t at);
  std::vector<std::size_t> RequestedNames() const;
  std::vector<std::size_t> CertainNames() const;
  void DecideVersions(const std::vector<std::size_t>& names);
  std::vector<std::size_t> InOrder() const;
  bool DecideBuilds();
  bool DecideVariant();

  const SmallWorld& world_;
  const Request& request_;
  const Objective objective_;
  std::vector<SmallPlan> plans_;
  std::vector<bool> is_decided_;  // By name.
  int round_ = 0;
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
    if (!NameAt(at).history.empty()) {
      return Honours(world_, plan, NameAt(at).history.front()) ? 0 : 1;
    }
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
  const auto minor = [](const std::string& version) {
    const std::size_t first = version.find('.');
    return version.substr(0, first == std::string::npos ? first : version.find('.', first + 1));
  };
  for (const InstalledPackage& installed : request_.installed) {
    for (std::size_t at = 0; at < world_.names.size(); ++at) {
      const Name& name = NameAt(at);
      if (name.name == "python" && installed.record.name == "python" && name.is_installed &&
          !name.is_requested && !request_.update_all && IsRoot(name, request_) && IsPresent(at)) {
        KeepBest("python", [&](const SmallPlan& plan) {
          return minor(Chosen(plan, at)->record.version) == minor(installed.record.version) ? 0 : 1;
        });
      }
    }
  }
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
  for (std::size_t at = 0; at < world_.names.size(); ++at) {
    if (NameAt(at).is_installed && !NameAt(at).is_requested && IsRoot(NameAt(at), request_)) {
      KeepBest("changed: " + NameAt(at).name,
               [&](const SmallPlan& plan) { return is_changed(plan, at); });
      if (IsPresent(at) && Chosen(plans_.front(), at)->is_installed) {
        is_decided_[at] = true;
      }
    }
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
  for (const std::size_t at : names) {
    KeepBestVersion("requested: ", at);
    is_decided_[at] = true;
  }
}

void Chooser::KeepBestVersion(const std::string& what, std::size_t at) {
  KeepBest(what + "cost of " + NameAt(at).name, [&](const SmallPlan& plan) {
    return Chosen(plan, at)->lag + Chosen(plan, at)->accelerator;
  });
  KeepBest(what + "lag of " + NameAt(at).name,
           [&](const SmallPlan& plan) { return Chosen(plan, at)->lag; });
}

// Level 2.
void Chooser::DecideRequested() {
  if (objective_ == Objective::kOrdered) {
    DecideInOrder();
    return;
  }
  const std::vector<std::size_t> names = RequestedNames();
  KeepBest("requested", [&](const SmallPlan& plan) {
    int sum = 0;
    for (const std::size_t at : names) {
      sum += Chosen(plan, at)->lag + Chosen(plan, at)->accelerator;
    }
    return sum;
  });
  for (const std::size_t at : names) {
    KeepBestVersion("requested: ", at);
    is_decided_[at] = true;
  }
}

// Those in every plan left, undecided.
std::vector<std::size_t> Chooser::CertainNames() const {
  std::vector<std::size_t> names;
  for (std::size_t at = 0; at < world_.names.size(); ++at) {
    const bool is_certain = std::all_of(plans_.begin(), plans_.end(),
                                        [&](const SmallPlan& plan) { return plan[at] >= 0; });
    if (is_certain && !is_decided_[at]) {
      names.push_back(at);
    }
  }
  return names;
}

// Level 4. Of a name that is decided only the features count, which nothing has looked at.
void Chooser::DecideVersions(const std::vector<std::size_t>& names) {
  const std::string what = absl::StrFormat("round %d", ++round_);
  const auto cost = [&](const SmallPlan& plan, std::size_t at) {
    const Choice& choice = *Chosen(plan, at);
    return choice.features + (is_decided_[at] ? 0 : choice.lag + choice.accelerator);
  };
  KeepBest(what, [&](const SmallPlan& plan) {
    int sum = 0;
    for (const std::size_t at : names) {
      sum += cost(plan, at);
    }
    return sum;
  });
  for (const std::size_t at : names) {
    KeepBest(what + ": cost of " + NameAt(at).name,
             [&](const SmallPlan& plan) { return cost(plan, at); });
    KeepBest(what + ": lag of " + NameAt(at).name,
             [&](const SmallPlan& plan) { return Chosen(plan, at)->lag; });
  }
  for (const std::size_t at : names) {
    is_decided_[at] = true;
  }
}

// The decided names: first those requested, by name, then the others.
std::vector<std::size_t> Chooser::InOrder() const {
  const std::vector<std::size_t> requested = RequestedNames();
  std::vector<std::size_t> names = requested;
  for (std::size_t at = 0; at < world_.names.size(); ++at) {
    if (is_decided_[at] && std::find(requested.begin(), requested.end(), at) == requested.end()) {
      names.push_back(at);
    }
  }
  return names;
}

// Level 5. Returns false if no build number is open.
bool Chooser::DecideBuilds() {
  bool any = false;
  for (const std::size_t at : InOrder()) {
    const auto number = [&](const SmallPlan& plan) { return Chosen(plan, at)->rank_class; };
    const bool is_open = std::any_of(plans_.begin(), plans_.end(), [&](const SmallPlan& plan) {
      return number(plan) != number(plans_.front());
    });
    if (is_open) {
      any = true;
      KeepBest("build number of " + NameAt(at).name, number);
    }
  }
  return any;
}

// Level 6. Returns false if no variant is open.
bool Chooser::DecideVariant() {
  for (const std::size_t at : InOrder()) {
    const ChoiceSet live = Live(at);
    if ((live & (live - 1)) != 0) {
      KeepBest("variant of " + NameAt(at).name,
               [&](const SmallPlan& plan) { return static_cast<int>(plan[at]); });
      return true;
    }
  }
  return false;
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
  std::vector<std::size_t> names = CertainNames();
  const std::vector<std::size_t> requested = RequestedNames();
  names.insert(names.end(), requested.begin(), requested.end());
  std::sort(names.begin(), names.end());
  for (bool any_open = true; any_open; names = CertainNames()) {
    for (; !names.empty(); names = CertainNames()) {
      DecideVersions(names);
    }
    any_open = DecideBuilds() || DecideVariant();
  }
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

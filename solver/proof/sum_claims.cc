// The least sum of a level. Lower bounds come from cores, names that cannot all cost less than so
// much at once: a core of weight w raises the bound by w, if no name pays more over all its cores
// than it costs. Where cores add up to the sum that the plan has, no adder is needed, for the claim
// as for what is fixed: nothing then costs more than its cores say, and of each core just one name
// pays. Only if there is a gap, a counter (Sinz, CP 2005, over weights) is written.

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "solver/proof/claims.h"

namespace satchel {
namespace {

constexpr std::size_t kMaxMembersToShrink = 30;
constexpr std::size_t kMaxCounterClauses = 4'000'000;

}  // namespace

// "The item costs at least this": true where it does.
Literal Claims::Dear(const Counted& item, std::int64_t cost) {
  const auto [at, is_new] = dear_.try_emplace({item.package, cost}, Literal());
  if (is_new) {
    at->second = NewVariable(
        absl::StrFormat("dear\t%s\t%s\t%d", Number(), universe_.NameOf(item.package), cost));
    for (const Position choice : Choices(item.package)) {
      if (CostOf(item, choice) >= cost) {
        cnf_.AddImplication(ChoiceLiteral(item.package, choice), at->second);
      }
    }
  }
  return at->second;
}

// The bound rises by what the core weighs; each of its members has paid that.
void Claims::PayFor(Sum& sum, std::vector<std::pair<std::size_t, std::int64_t>> core,
                    std::int64_t weight) {
  sum.bound += weight;
  ProofStep& step = proof_.steps.back();
  step.cores.push_back({weight, {}});
  for (const auto& [item, cost] : core) {
    step.cores.back().costs.emplace_back(universe_.NameOf(sum.items[item].package), cost);
    Threshold& threshold = sum.thresholds[item];
    std::int64_t paid = weight;  // Also over thresholds: only of a core with one member.
    while (paid > 0 && paid >= threshold.open) {
      paid -= threshold.open;
      const std::size_t next = ++threshold.next;
      if (next == threshold.costs.size()) {
        break;
      }
      threshold.open = threshold.costs[next] - threshold.costs[next - 1];
    }
    threshold.open -= paid;
  }
  sum.cores.push_back(std::move(core));
  sum.weights.push_back(weight);
}

absl::Status Claims::ProveCore(Sum& sum, const std::vector<std::size_t>& members) {
  const std::size_t number = sum.cores.size() + 1;
  std::vector<std::pair<std::size_t, std::int64_t>> core;
  std::int64_t weight = 0;
  for (const std::size_t item : members) {
    const Threshold& threshold = sum.thresholds[item];
    core.emplace_back(item, threshold.costs[threshold.next]);
    weight = core.size() == 1 ? threshold.open : std::min(weight, threshold.open);
  }
  const Literal claim = NewClaim(absl::StrCat("core\t", Number(), "\t", number));
  for (const auto& [item, cost] : core) {
    cnf_.AddImplication(claim, ~Dear(sum.items[item], cost));
  }
  RETURN_IF_ERROR(Refute(claim, "a sum"));
  PayFor(sum, std::move(core), weight);
  return absl::OkStatus();
}

// Names that cannot be better than in the plan, whatever the others are: most, usually.
absl::StatusOr<bool> Claims::FindSingles(Sum& sum) {
  for (std::size_t i = 0; i < sum.items.size() && sum.bound < sum.value; ++i) {
    const Threshold& threshold = sum.thresholds[i];
    const std::int64_t cost = CostOf(sum.items[i], Of(sum.items[i].package));
    if (cost == threshold.least) {
      continue;
    }
    const Literal cheaper = ~Dear(sum.items[i], cost);
    prover_.Add(cnf_);
    ASSIGN_OR_RETURN(const bool is_possible, prover_.Solve({&cheaper, 1}, stop_));
    if (!is_possible) {
      const Literal claim = NewClaim(absl::StrCat("core\t", Number(), "\t", sum.cores.size() + 1));
      cnf_.AddImplication(claim, cheaper);
      RETURN_IF_ERROR(Refute(claim, "a sum"));
      PayFor(sum, {{i, cost}}, cost - threshold.least);
    }
  }
  return sum.bound == sum.value;
}

// Without the members that the core does not need.
absl::StatusOr<std::vector<std::size_t>> Claims::Shrunk(const Sum& sum,
                                                        std::vector<std::size_t> members) {
  for (std::size_t i = 0; members.size() <= kMaxMembersToShrink && i < members.size();) {
    std::vector<Literal> assumptions;
    for (std::size_t j = 0; j < members.size(); ++j) {
      const Threshold& threshold = sum.thresholds[members[j]];
      if (j != i) {
        assumptions.push_back(~Dear(sum.items[members[j]], threshold.costs[threshold.next]));
      }
    }
    ASSIGN_OR_RETURN(const bool is_possible, prover_.Solve(assumptions, stop_));
    if (is_possible) {
      ++i;
    } else {
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return members;
}

// Whether the cores add up to the value.
absl::StatusOr<bool> Claims::FindCores(Sum& sum) {
  while (sum.bound < sum.value) {
    std::vector<Literal> assumptions;
    std::map<Literal, std::size_t> item_of;
    for (std::size_t i = 0; i < sum.items.size(); ++i) {
      const Threshold& threshold = sum.thresholds[i];
      if (threshold.next < threshold.costs.size()) {
        assumptions.push_back(~Dear(sum.items[i], threshold.costs[threshold.next]));
        item_of[assumptions.back()] = i;
      }
    }
    prover_.Add(cnf_);
    ASSIGN_OR_RETURN(const bool is_possible, prover_.Solve(assumptions, stop_));
    if (is_possible) {
      return false;
    }
    std::vector<std::size_t> members;
    for (const Literal literal : prover_.core()) {
      members.push_back(item_of[literal]);
    }
    std::ranges::sort(members);
    ASSIGN_OR_RETURN(members, Shrunk(sum, std::move(members)));
    if (members.empty()) {
      return absl::InternalError("the levels before leave no plan, please report it");
    }
    RETURN_IF_ERROR(ProveCore(sum, members));
  }
  return true;
}

// What an item of this cost pays beyond its cores.
std::int64_t Claims::Slack(const Sum& sum, std::size_t item, std::int64_t cost) const {
  std::int64_t slack = cost - sum.thresholds[item].least;
  for (std::size_t core = 0; core < sum.cores.size(); ++core) {
    for (const auto& [member, threshold] : sum.cores[core]) {
      slack -= member == item && threshold <= cost ? sum.weights[core] : 0;
    }
  }
  return slack;
}

absl::Status Claims::FixByCores(const Sum& sum) {
  BeginFix();
  for (std::size_t i = 0; i < sum.items.size(); ++i) {
    const PackageId package = sum.items[i].package;
    for (const Position at : Choices(package)) {
      if (Slack(sum, i, CostOf(sum.items[i], at)) > 0) {
        RuleOut(package, at);
      }
    }
  }
  for (const auto& core : sum.cores) {
    for (std::size_t a = 0; a < core.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        cnf_.AddClause({~fixing_, ~Dear(sum.items[core[a].first], core[a].second),
                        ~Dear(sum.items[core[b].first], core[b].second)});
      }
    }
  }
  EndFix();
  return absl::OkStatus();
}

// Takes one item more into account. "The first items came to just this sum", over all sums that can
// be; an item that costs much also costs less, so smaller sums are true beside the right one.
absl::Status Claims::Count(const Counted& item, std::size_t index, Counter& counter) {
  const std::int64_t least = counter.least[index];
  std::set<std::int64_t> excess;
  for (const Position at : Choices(item.package)) {
    const std::int64_t more = CostOf(item, at) - least;
    if (more > counter.room) {
      counter.too_dear.emplace_back(item.package, at);
      cnf_.AddImplication(counter.bounded, ~ChoiceLiteral(item.package, at));
    } else if (more > 0) {
      excess.insert(more);
    }
  }
  if (excess.empty()) {
    return absl::OkStatus();
  }
  counter.num_clauses += counter.sums.size() * (excess.size() + 1);
  if (counter.num_clauses > kMaxCounterClauses) {
    return absl::ResourceExhaustedError("a sum is too large to be proved");
  }
  std::map<std::int64_t, Literal> now = {{0, Literal::True()}};
  const auto reach = [&](std::int64_t total, Literal so_far, Literal input) {
    if (total > counter.room) {
      cnf_.AddClause({~counter.bounded, ~so_far, ~input});
      return;
    }
    const auto [at, is_new] = now.try_emplace(total, Literal());
    if (is_new) {
      at->second = NewVariable(absl::StrCat("sum\t", Number(), "\t", index, "\t", total));
    }
    cnf_.AddClause({~so_far, ~input, at->second});
  };
  for (const auto& [total, so_far] : counter.sums) {
    reach(total, so_far, Literal::True());
    for (const std::int64_t more : excess) {
      reach(total + more, so_far, Dear(item, least + more));
    }
  }
  counter.sums = std::move(now);
  return absl::OkStatus();
}

// Each item beyond the bound that cores of it alone give.
absl::Status Claims::FixByCounter(const Sum& sum) {
  Counter counter;
  for (const Threshold& threshold : sum.thresholds) {
    counter.least.push_back(threshold.least);
  }
  for (std::size_t core = 0; core < sum.cores.size(); ++core) {
    if (sum.cores[core].size() == 1) {
      counter.least[sum.cores[core][0].first] += sum.weights[core];
    }
  }
  counter.room =
      std::accumulate(counter.least.begin(), counter.least.end(), sum.value, std::minus());
  const Literal claim = NewClaim("better\t" + Number());
  counter.bounded = NewVariable("bounded\t" + Number());
  cnf_.AddImplication(claim, counter.bounded);
  for (std::size_t i = 0; i < sum.items.size(); ++i) {
    RETURN_IF_ERROR(Count(sum.items[i], i, counter));
  }
  if (const auto all = counter.sums.find(counter.room); all != counter.sums.end()) {
    cnf_.AddImplication(claim, ~all->second);
  }
  RETURN_IF_ERROR(Refute(claim, "a sum"));
  BeginFix();
  cnf_.AddImplication(fixing_, counter.bounded);
  for (const auto& [package, at] : counter.too_dear) {
    RuleOut(package, at);
  }
  EndFix();
  return absl::OkStatus();
}

absl::Status Claims::ProveSum(const std::string& label, const std::vector<Counted>& items) {
  proof_.steps.push_back({ProofStep::Kind::kSum, label, {}});
  dear_.clear();
  Sum sum{items};
  for (const Counted& item : items) {
    proof_.steps.back().names.emplace_back(universe_.NameOf(item.package));
    std::set<std::int64_t> costs;
    for (const Position at : Choices(item.package)) {
      costs.insert(CostOf(item, at));
    }
    Threshold threshold;
    threshold.least = *costs.begin();
    threshold.costs.assign(std::next(costs.begin()), costs.end());
    threshold.open = threshold.costs.empty() ? 0 : threshold.costs[0] - threshold.least;
    sum.value += CostOf(item, Of(item.package));
    sum.bound += threshold.least;
    sum.thresholds.push_back(std::move(threshold));
  }
  proof_.steps.back().value = sum.value;
  ASSIGN_OR_RETURN(bool adds_up, FindSingles(sum));
  if (!adds_up) {
    ASSIGN_OR_RETURN(adds_up, FindCores(sum));
  }
  proof_.steps.back().is_counted = !adds_up;
  RETURN_IF_ERROR(adds_up ? FixByCores(sum) : FixByCounter(sum));
  sums_.emplace_back(items, sum.value);
  for (const Counted& item : items) {
    RETURN_IF_ERROR(ProveBest(label, item));
  }
  return absl::OkStatus();
}

}  // namespace satchel

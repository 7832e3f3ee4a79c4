#include "solver/objective/hitting_set.h"

#include <algorithm>
#include <limits>

namespace satchel {
namespace {

constexpr int kMaxSteps = 5000;

}  // namespace

HittingSet::HittingSet(std::size_t num_terms, CostOfLevel cost_of_level)
    : cost_of_level_(std::move(cost_of_level)),
      lowest_(num_terms, 0),
      highest_(num_terms, std::numeric_limits<std::size_t>::max()) {}

HittingSet::Result HittingSet::Find(std::span<const Core> more, Cheapest* cheapest) {
  open_.clear();
  for (const Core& core : cores_) {
    open_.push_back(&core);
  }
  for (const Core& core : more) {
    open_.push_back(&core);
  }
  best_.reset();
  num_steps_ = 0;
  std::vector<std::size_t> levels = lowest_;
  std::vector<std::size_t> highest = highest_;
  std::int64_t cost = 0;
  for (std::size_t term = 0; term < levels.size(); ++term) {
    const std::optional<std::int64_t> least = cost_of_level_(term, levels[term]);
    if (!least.has_value() || levels[term] > highest[term]) {
      return Result::kNone;
    }
    cost += *least;
  }
  Branch(levels, highest, cost);
  if (num_steps_ > kMaxSteps) {
    return Result::kGaveUp;
  }
  if (!best_.has_value()) {
    return Result::kNone;
  }
  *cheapest = std::move(*best_);
  return Result::kFound;
}

// What it costs more to put the term just above the member's level; nullopt if that cannot be.
std::optional<std::int64_t> HittingSet::PriceOf(const Member& member,
                                                const std::vector<std::size_t>& levels,
                                                const std::vector<std::size_t>& highest) const {
  if (member.level >= highest[member.term]) {
    return std::nullopt;
  }
  const std::optional<std::int64_t> above = cost_of_level_(member.term, member.level + 1);
  if (!above.has_value()) {
    return std::nullopt;
  }
  return *above - *cost_of_level_(member.term, levels[member.term]);
}

void HittingSet::Branch(std::vector<std::size_t>& levels, std::vector<std::size_t>& highest,
                        std::int64_t cost) {
  if (++num_steps_ > kMaxSteps) {
    return;
  }
  std::int64_t bound = cost;
  std::vector<bool> is_used(levels.size(), false);
  const Core* chosen = nullptr;
  for (const Core* core : open_) {
    const bool is_hit = std::any_of(core->begin(), core->end(), [&](const Member& member) {
      return levels[member.term] > member.level;
    });
    if (is_hit) {
      continue;
    }
    std::optional<std::int64_t> least;
    bool is_disjoint = true;
    for (const Member& member : *core) {
      is_disjoint = is_disjoint && !is_used[member.term];
      const std::optional<std::int64_t> price = PriceOf(member, levels, highest);
      if (price.has_value() && (!least.has_value() || *price < *least)) {
        least = price;
      }
    }
    if (!least.has_value()) {
      return;  // Nothing can be done for this core any more.
    }
    if (chosen == nullptr || core->size() < chosen->size()) {
      chosen = core;
    }
    if (is_disjoint) {
      bound += *least;
      for (const Member& member : *core) {
        is_used[member.term] = true;
      }
    }
  }
  if (best_.has_value() && bound >= best_->cost) {
    return;
  }
  if (chosen == nullptr) {
    best_ = {levels, cost};
    return;
  }
  std::vector<std::pair<std::int64_t, Member>> ways;
  for (const Member& member : *chosen) {
    if (const std::optional<std::int64_t> price = PriceOf(member, levels, highest)) {
      ways.emplace_back(*price, member);
    }
  }
  std::stable_sort(ways.begin(), ways.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::pair<std::size_t, std::size_t>> capped;
  for (const auto& [price, member] : ways) {
    const std::size_t before = levels[member.term];
    levels[member.term] = member.level + 1;
    Branch(levels, highest, cost + price);
    levels[member.term] = before;
    // From here on another member hits the core, and this one need not.
    capped.emplace_back(member.term, highest[member.term]);
    highest[member.term] = member.level;
  }
  for (const auto& [term, level] : capped) {
    highest[term] = level;
  }
}

}  // namespace satchel

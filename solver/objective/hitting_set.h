#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace satchel {

// Several terms, each on a level, where higher levels cost more; and cores, each saying that not
// all of some terms can be on the levels named or below. Which levels satisfy all cores at the
// least cost? Branch and bound, where cores that share no term bound the cost from below: the cores
// of a solve are a handful, and usually disjoint.
class HittingSet final {
 public:
  // What level `level` of term `term` costs; nullopt: there is no such level, nor a higher one.
  using CostOfLevel =
      std::function<std::optional<std::int64_t>(std::size_t term, std::size_t level)>;
  HittingSet(std::size_t num_terms, CostOfLevel cost_of_level);

  // Of these terms one must be above its level. Not empty.
  struct Member {
    std::size_t term;
    std::size_t level;
  };
  using Core = std::vector<Member>;
  void Add(Core core) { cores_.push_back(std::move(core)); }

  // Bounds on the levels of a term, both inclusive.
  void SetLowest(std::size_t term, std::size_t level) { lowest_[term] = level; }
  void SetHighest(std::size_t term, std::size_t level) { highest_[term] = level; }

  struct Cheapest {
    std::vector<std::size_t> levels;  // By term.
    std::int64_t cost = 0;
  };
  enum class Result { kFound, kNone, kGaveUp };
  // The cheapest levels, of equal ones always the same. `more`: cores that hold for this question
  // only. Gives up after some thousand steps.
  [[nodiscard]] Result Find(std::span<const Core> more, Cheapest* cheapest);

 private:
  void Branch(std::vector<std::size_t>& levels, std::vector<std::size_t>& highest,
              std::int64_t cost);
  std::optional<std::int64_t> PriceOf(const Member& member, const std::vector<std::size_t>& levels,
                                      const std::vector<std::size_t>& highest) const;

  CostOfLevel cost_of_level_;
  std::vector<Core> cores_;
  std::vector<std::size_t> lowest_;
  std::vector<std::size_t> highest_;

  // Of the search under way.
  std::vector<const Core*> open_;
  std::optional<Cheapest> best_;
  int num_steps_ = 0;
};

}  // namespace satchel

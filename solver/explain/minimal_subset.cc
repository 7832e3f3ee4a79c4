#include "solver/explain/minimal_subset.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace satchel {
namespace {

using Uses = OpenProblem::Uses;
using Use = OpenProblem::Use;
using PartSet = std::vector<std::size_t>;

class Blamer final {
 public:
  Blamer(OpenProblem& problem, const Uses& uses, const StopSignal& stop)
      : problem_(problem), uses_(uses), stop_(stop) {
    for (std::size_t i = 0; i < uses.size(); ++i) {
      if (uses[i] != Use::kDropped && !problem.parts()[i].is_idle) {
        used_.push_back(i);
      }
    }
    impossible_ = used_;
  }

  Blamed Run() {
    Blamed blamed;
    const absl::Status found = Find();
    blamed.parts = std::move(impossible_);
    blamed.minimal = found.ok();
    return blamed;
  }

 private:
  Uses With(const PartSet& parts) const {
    Uses uses(uses_.size(), Use::kDropped);
    for (const std::size_t part : parts) {
      uses[part] = uses_[part];
    }
    return uses;
  }

  // Keeps what is, if it is less than what was known before.
  Answer IsImpossible(const PartSet& parts) {
    ASSIGN_OR_RETURN(const bool holds, problem_.Holds(With(parts), stop_));
    if (!holds && parts.size() < impossible_.size()) {
      impossible_ = parts;
    }
    return !holds;
  }

  absl::Status Find() {
    PartSet core;
    if (stop_.stop()) {
      return stop_.Why();
    }
    if (!problem_.MayHold(uses_, &core)) {
      impossible_ = std::move(core);
    } else if (used_.size() > 1) {
      ASSIGN_OR_RETURN(const bool holds, problem_.Holds(uses_, stop_, &core));
      if (!holds && !core.empty()) {
        impossible_ = std::move(core);
      }
    }
    // What arc consistency needs all of, a search may refute a part of.
    ASSIGN_OR_RETURN(impossible_, Last(impossible_));
    return RemoveNeedless();
  }

  // The minimal impossible subset of `parts` that comes last.
  // Requires: `parts` are impossible, and more than what is impossible is so, too.
  absl::StatusOr<PartSet> Last(PartSet parts) {
    PartSet found;
    std::size_t open = 0;  // parts[open...] may still be needed beside `found`.
    while (found.size() < parts.size()) {
      if (!found.empty()) {
        ASSIGN_OR_RETURN(const bool is_all, IsImpossible(found));
        if (is_all) {
          break;
        }
      }
      // The last place to start from so that it still fails; starting at `open` it does.
      std::size_t low = open;
      std::size_t high = parts.size();
      while (high - low > 1) {
        const std::size_t middle = low + (high - low) / 2;
        PartSet tried = found;
        tried.insert(tried.end(), parts.begin() + static_cast<std::ptrdiff_t>(middle), parts.end());
        ASSIGN_OR_RETURN(const bool fails, IsImpossible(tried));
        (fails ? low : high) = middle;
      }
      if (low >= parts.size()) {
        return parts;  // Not monotone: all that can be said.
      }
      found.push_back(parts[low]);
      open = low + 1;
      if (open == parts.size()) {
        break;
      }
    }
    return found;
  }

  // Leaving out a spec that names a channel can hide records, so that what was needed before may
  // not be any more.
  absl::Status RemoveNeedless() {
    const bool monotone = std::none_of(
        impossible_.begin(), impossible_.end(),
        [&](std::size_t part) { return !problem_.parts()[part].spec.channel().empty(); });
    for (std::size_t i = 0; !monotone && impossible_.size() > 1 && i < impossible_.size();) {
      PartSet others = impossible_;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      ASSIGN_OR_RETURN(const bool is_needless, IsImpossible(others));
      i = is_needless ? 0 : i + 1;
    }
    return absl::OkStatus();
  }

  OpenProblem& problem_;
  const Uses& uses_;
  const StopSignal& stop_;
  PartSet used_;
  PartSet impossible_;  // The least set known to be.
};

}  // namespace

Blamed FindMinimalUnsatisfiableSubset(OpenProblem& problem, const OpenProblem::Uses& uses,
                                      const StopSignal& stop) {
  return Blamer(problem, uses, stop).Run();
}

}  // namespace satchel

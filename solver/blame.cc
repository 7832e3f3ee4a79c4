#include "solver/blame.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "absl/status/status.h"

#include "solver/gather_lines.h"
#include "solver/lines.h"

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
      if (uses[i] != Use::kDropped) {
        used_.push_back(i);
      }
    }
  }

  absl::StatusOr<PartSet> Run() {
    PartSet blamed = Find();
    if (stopped_) {
      return stop_.cancelled()
                 ? absl::CancelledError("cancelled while looking for the cause of the conflict")
                 : absl::DeadlineExceededError(
                       "time is up while looking for the cause of the conflict");
    }
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

  bool IsRefuted(const PartSet& parts) { return !problem_.MayHold(With(parts)); }
  bool IsImpossible(const PartSet& parts) {
    if (stopped_) {
      return false;
    }
    const Answer answer = problem_.Holds(With(parts), stop_);
    stopped_ = answer == Answer::kStopped;
    return answer == Answer::kNo;
  }

  PartSet Find() {
    PartSet blamed = used_;
    if (IsRefuted(used_)) {
      blamed = FromLines();
    } else {
      PartSet core;
      const Answer answer = problem_.Holds(uses_, stop_, &core);
      stopped_ = answer == Answer::kStopped;
      if (answer == Answer::kNo && !core.empty()) {
        blamed = std::move(core);
      }
    }
    // What these lines need all of, a search may refute a part of.
    blamed = Last(blamed, [&](const PartSet& parts) { return IsImpossible(parts); });
    RemoveNeedless(&blamed);
    return blamed;
  }

  // What was read of the channels until arc consistency failed is mostly little, and says which
  // parts it failed for: cheaper than to ask about each, which reads what all the others need.
  PartSet FromLines() {
    const GatheredLines gathered = GatherLines(problem_, uses_, used_);
    std::vector<std::uint32_t> group_of_line;
    PartSet part_of_group;
    for (const Line& line : gathered.lines) {
      group_of_line.push_back(line.IsPart() ? static_cast<std::uint32_t>(part_of_group.size())
                                            : LineProblem::kAlways);
      if (line.IsPart()) {
        part_of_group.push_back(line.part);
      }
    }
    LineProblem lines(problem_.universe(), gathered.lines, group_of_line);
    std::vector<std::uint32_t> kept(part_of_group.size());
    std::iota(kept.begin(), kept.end(), 0U);
    if (lines.Solve(kept, stop_) != SatSolver::Result::kUnsatisfiable) {
      return used_;  // It leant on what is not known of them, or was stopped.
    }
    for (std::uint32_t group = 0; group < part_of_group.size(); ++group) {
      std::vector<std::uint32_t> tried = kept;
      if (std::erase(tried, group) > 0 &&
          lines.Solve(tried, stop_) == SatSolver::Result::kUnsatisfiable) {
        kept = lines.core();
      }
    }
    PartSet blamed;
    for (const std::uint32_t group : kept) {
      blamed.push_back(part_of_group[group]);
    }
    return blamed;
  }

  // The minimal subset of `parts` for which `fails` holds that comes last.
  // Requires: fails(parts), and fails is monotone.
  PartSet Last(const PartSet& parts, const std::function<bool(const PartSet&)>& fails) {
    PartSet found;
    std::size_t open = 0;  // parts[open...] may still be needed beside `found`.
    while (found.size() < parts.size() && (found.empty() || !fails(found))) {
      // The last place to start from so that it still fails; starting at `open` it does.
      std::size_t low = open;
      std::size_t high = parts.size();
      while (high - low > 1) {
        const std::size_t middle = low + (high - low) / 2;
        PartSet tried = found;
        tried.insert(tried.end(), parts.begin() + static_cast<std::ptrdiff_t>(middle), parts.end());
        (fails(tried) ? low : high) = middle;
        if (stopped_) {
          return parts;
        }
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
  void RemoveNeedless(PartSet* blamed) {
    const bool monotone = std::none_of(blamed->begin(), blamed->end(), [&](std::size_t part) {
      return !problem_.parts()[part].spec.channel().empty();
    });
    for (std::size_t i = 0; !monotone && blamed->size() > 1 && i < blamed->size();) {
      PartSet others = *blamed;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      if (IsImpossible(others)) {
        *blamed = std::move(others);
        i = 0;
      } else {
        ++i;
      }
    }
  }

  OpenProblem& problem_;
  const Uses& uses_;
  const StopSignal& stop_;
  PartSet used_;
  bool stopped_ = false;
};

}  // namespace

absl::StatusOr<std::vector<std::size_t>> FindBlamed(OpenProblem& problem,
                                                    const OpenProblem::Uses& uses,
                                                    const StopSignal& stop) {
  return Blamer(problem, uses, stop).Run();
}

}  // namespace satchel

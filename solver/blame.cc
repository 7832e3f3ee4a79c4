#include "solver/blame.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/status/status.h"

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
    if (problem_.MayHold(uses_, &blamed) && used_.size() > 1) {
      PartSet core;
      const Answer answer = problem_.Holds(uses_, stop_, &core);
      stopped_ = answer == Answer::kStopped;
      if (answer == Answer::kNo && !core.empty()) {
        blamed = std::move(core);
      }
    }
    // What arc consistency needs all of, a search may refute a part of.
    blamed = Last(blamed, [&](const PartSet& parts) { return IsImpossible(parts); });
    RemoveNeedless(&blamed);
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

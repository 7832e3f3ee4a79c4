// What a failure rests on, and what is learned from it.

#include <algorithm>
#include <utility>

#include "encoding/domains.h"

namespace satchel {

// Back over the trail: a change that something known to be needed rests on is needed too, and so is
// what caused it.
Domains::Failure Domains::WhyFailed(Mark since) const {
  std::vector<Word> now = words_;                     // Before the changes already looked at.
  std::vector<Word> needs_removed(words_.size(), 0);  // Candidates.
  std::vector<bool> needs_required(packages_.size(), false);
  std::vector<bool> needs_dead(gates_.size(), false);
  Failure failure;
  std::vector<std::uint32_t>& givers = failure.givers;
  failure.packages.assign(packages_.size(), false);
  const auto need_domain = [&](PackageId package) {
    const PackageState& state = packages_[package.index()];
    failure.packages[package.index()] = true;
    needs_required[package.index()] = true;
    for (std::uint32_t w = state.first_word; w < state.first_word + state.num_words; ++w) {
      needs_removed[w] |= ~now[w];
    }
  };
  const auto need_held = [&](const Choice& held) {
    const PackageState& state = packages_[held.package.index()];
    failure.packages[held.package.index()] = true;
    needs_required[held.package.index()] = true;
    for (std::uint32_t w = 0; w < state.num_words; ++w) {
      needs_removed[state.first_word + w] |= ~held.allowed[w];
    }
  };
  const auto need_cause = [&](const Change& change) {
    switch (change.cause) {
      case Cause::Kind::kGiven:
        givers.push_back(change.cause_value);
        break;
      case Cause::Kind::kDeadConstrains:
        needs_required[universe_.GateOf(GateId(change.cause_value)).package.index()] = true;
        [[fallthrough]];
      case Cause::Kind::kDeadGate:
        needs_dead[change.cause_value] = true;
        break;
      case Cause::Kind::kDomain:
        need_domain(PackageId(change.cause_value));
        break;
      case Cause::Kind::kForbidden:
        for (const Choice& held : forbidden_[change.cause_value].together) {
          if (held.package != change.package) {
            need_held(held);
          }
        }
        break;
    }
  };
  need_domain(failed_package_);
  for (std::size_t i = trail_.size(); i-- > since;) {
    const Change& change = trail_[i];
    switch (change.kind) {
      case Change::Kind::kWord: {
        const Word removed = change.old & ~now[change.index] & needs_removed[change.index];
        now[change.index] = change.old;
        if (removed != 0) {
          need_cause(change);
        }
        break;
      }
      case Change::Kind::kRequired:
        if (needs_required[change.package.index()]) {
          need_cause(change);
        }
        break;
      case Change::Kind::kDead:
        if (needs_dead[change.index]) {
          const Gate& gate = universe_.GateOf(GateId(change.index));
          const std::span<const Word> allowed = universe_.Allowed(GateId(change.index));
          const std::uint32_t first = packages_[gate.package.index()].first_word;
          failure.packages[gate.package.index()] = true;
          for (std::uint32_t w = 0; w < allowed.size(); ++w) {
            needs_removed[first + w] |= allowed[w];
          }
        }
        break;
    }
  }
  std::erase(givers, kNobody);
  std::sort(givers.begin(), givers.end());
  givers.erase(std::unique(givers.begin(), givers.end()), givers.end());
  return failure;
}

bool Domains::IsHeld(const Choice& held) const {
  const PackageState& state = packages_[held.package.index()];
  if (!state.required) {
    return false;
  }
  for (std::uint32_t w = 0; w < state.num_words; ++w) {
    if ((words_[state.first_word + w] & ~held.allowed[w]) != 0) {
      return false;
    }
  }
  return true;
}

void Domains::Forbid(std::vector<Choice> together, Mark since) {
  // Of each package once: what both sets allow.
  std::vector<Choice> merged;
  for (Choice& held : together) {
    const auto known = std::find_if(merged.begin(), merged.end(), [&](const Choice& other) {
      return other.package == held.package;
    });
    if (known == merged.end()) {
      merged.push_back(std::move(held));
      continue;
    }
    for (std::size_t w = 0; w < held.allowed.size(); ++w) {
      held.allowed[w] &= known->allowed[w];
    }
    merged.erase(known);  // It counts as the later one: the order is that of the decisions.
    merged.push_back(std::move(held));
  }
  if (merged.empty()) {
    return;
  }
  if (merged.size() == 1) {
    excluded_.push_back({since, 0, std::move(merged[0])});
    Exclude(excluded_.back());
    return;
  }
  const auto id = static_cast<std::uint32_t>(forbidden_.size());
  // The last two are the first to stop holding when decisions are undone.
  for (const std::size_t i : {merged.size() - 1, merged.size() - 2}) {
    State(merged[i].package).watching.push_back(id);
  }
  const PackageId first = merged[merged.size() - 1].package;
  const PackageId second = merged[merged.size() - 2].package;
  forbidden_.push_back({since, std::move(merged), {first, second}});
  CheckForbidden(second);
  CheckForbidden(first);
}

// Of each forbidden combination two packages are watched that, as far as was looked, do not hold:
// nothing follows before one of them does.
void Domains::CheckForbidden(PackageId package) {
  std::vector<std::uint32_t>& watching = packages_[package.index()].watching;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < watching.size(); ++i) {
    Forbidden& forbidden = forbidden_[watching[i]];
    const std::uint32_t id = watching[i];
    std::size_t mine = 0;
    const PackageId other =
        forbidden.watched[0] == package ? forbidden.watched[1] : forbidden.watched[0];
    std::size_t others = 0;
    std::size_t next = forbidden.together.size();
    for (std::size_t h = 0; h < forbidden.together.size(); ++h) {
      const Choice& held = forbidden.together[h];
      if (held.package == package) {
        mine = h;
      } else if (held.package == other) {
        others = h;
      } else if (next == forbidden.together.size() && !IsHeld(held)) {
        next = h;
      }
    }
    if (IsHeld(forbidden.together[mine])) {
      if (next < forbidden.together.size()) {
        const PackageId target = forbidden.together[next].package;
        forbidden.watched[forbidden.watched[0] == package ? 0 : 1] = target;
        packages_[target.index()].watching.push_back(id);
        continue;  // No longer watched here.
      }
      const Cause before = cause_;
      cause_ = {Cause::Kind::kForbidden, id};
      RemoveAll(other, forbidden.together[others].allowed);
      cause_ = before;
    }
    watching[kept++] = id;
  }
  watching.resize(kept);
}

// What can never be had stays ruled out, whatever decisions it was found under.
void Domains::Exclude(Excluded& excluded) {
  const Cause before = cause_;
  cause_ = {Cause::Kind::kGiven, kNobody};
  excluded.applied_at = trail_.size();
  RemoveAll(excluded.held.package, excluded.held.allowed);
  cause_ = before;
}

void Domains::RepeatExclusions(Mark mark) {
  for (Excluded& excluded : excluded_) {
    if (excluded.applied_at >= mark) {
      Exclude(excluded);
    }
  }
}

// What was learned from restrictions that are undone now.
void Domains::ForgetSince(Mark mark) {
  while (!excluded_.empty() && excluded_.back().since > mark) {
    excluded_.pop_back();
  }
  while (!forbidden_.empty() && forbidden_.back().since > mark) {
    const auto id = static_cast<std::uint32_t>(forbidden_.size() - 1);
    for (const PackageId package : forbidden_.back().watched) {
      std::erase(packages_[package.index()].watching, id);
    }
    forbidden_.pop_back();
  }
}

}  // namespace satchel

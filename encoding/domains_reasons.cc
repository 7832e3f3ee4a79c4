// What a failure rests on, and what is learned from it.

#include <algorithm>
#include <utility>

#include "encoding/domains.h"

namespace satchel {

// Back over the trail: a change that something known to be needed rests on is needed too, and so is
// what caused it.
class Domains::Analysis final {
 public:
  explicit Analysis(const Domains& domains)
      : domains_(domains),
        universe_(domains.universe_),
        now_(domains.words_),
        needs_removed_(domains.words_.size(), 0),
        needs_required_(domains.packages_.size(), false),
        needs_dead_(domains.requirements_.size(), false) {
    failure_.packages.assign(domains.packages_.size(), false);
  }

  Failure Run(Mark since) {
    const PackageState& failed = NeedRequired(domains_.failed_package_);
    for (std::uint32_t w = failed.first_word; w < failed.first_word + failed.num_words; ++w) {
      needs_removed_[w] = ~Word{0};
    }
    for (std::size_t i = domains_.trail_.size(); i-- > since;) {
      LookAt(domains_.trail_[i]);
    }
    std::sort(
        failure_.reasons.begin(), failure_.reasons.end(),
        [](const Failure::Reason& a, const Failure::Reason& b) { return a.reason < b.reason; });
    return std::move(failure_);
  }

 private:
  void LookAt(const Change& change) {
    switch (change.kind) {
      case Change::Kind::kWord: {
        const Word removed = change.old & ~now_[change.index] & needs_removed_[change.index];
        now_[change.index] = change.old;
        if (removed != 0) {
          NeedCause(change, removed);
        }
        break;
      }
      case Change::Kind::kRequired:
        if (needs_required_[change.package.index()]) {
          NeedCause(change, 0);
        }
        break;
      case Change::Kind::kDead:
        if (needs_dead_[change.index]) {
          const Requirement& requirement = universe_.RequirementOf(RequirementId(change.index));
          const std::span<const Word> allowed = universe_.Allowed(RequirementId(change.index));
          const std::uint32_t first = domains_.packages_[requirement.package.index()].first_word;
          failure_.packages[requirement.package.index()] = true;
          for (std::uint32_t w = 0; w < allowed.size(); ++w) {
            needs_removed_[first + w] |= allowed[w];
          }
        }
        break;
    }
  }

  // `removed`: what the change took away that is needed; none if the change is "required".
  void NeedCause(const Change& change, Word removed) {
    switch (change.cause) {
      case Cause::Kind::kGiven:
        NeedReason(change, removed);
        break;
      case Cause::Kind::kDeadConstrains:
        NeedRequired(universe_.RequirementOf(RequirementId(change.cause_value)).package);
        [[fallthrough]];
      case Cause::Kind::kDeadRequirement:
        needs_dead_[change.cause_value] = true;
        break;
      case Cause::Kind::kDomain:
        NeedDomain(PackageId(change.cause_value), change, removed);
        break;
      case Cause::Kind::kNogood:
        for (const Choice& held : domains_.nogoods_[change.cause_value].choices) {
          if (held.package != change.package) {
            const PackageState& state = NeedRequired(held.package);
            for (std::uint32_t w = 0; w < state.num_words; ++w) {
              needs_removed_[state.first_word + w] |= ~held.allowed[w];
            }
          }
        }
        break;
    }
  }

  void NeedReason(const Change& change, Word removed) {
    if (change.cause_value == kNoReason) {
      return;
    }
    auto reason = std::find_if(
        failure_.reasons.begin(), failure_.reasons.end(), [&](const Failure::Reason& known) {
          return known.reason == change.cause_value && known.package == change.package;
        });
    if (reason == failure_.reasons.end()) {
      const PackageState& state = domains_.packages_[change.package.index()];
      failure_.reasons.push_back(
          {change.cause_value, change.package, std::vector<Word>(state.num_words, 0)});
      reason = failure_.reasons.end() - 1;
    }
    if (removed != 0) {
      const std::uint32_t first = domains_.packages_[change.package.index()].first_word;
      reason->ruled_out[change.index - first] |= removed;
    }
  }

  const PackageState& NeedRequired(PackageId package) {
    failure_.packages[package.index()] = true;
    needs_required_[package.index()] = true;
    return domains_.packages_[package.index()];
  }

  // The change followed from what candidates the package has left: each that would not have led to
  // it must be gone.
  void NeedDomain(PackageId package, const Change& change, Word removed) {
    const PackageState& state = NeedRequired(package);
    const std::uint32_t word =
        removed == 0 ? 0 : change.index - domains_.packages_[change.package.index()].first_word;
    const std::size_t size = universe_.NumCandidates(package);
    for (std::uint32_t w = 0; w < state.num_words; ++w) {
      Word gone = ~now_[state.first_word + w] & ~needs_removed_[state.first_word + w];
      if ((w + 1) * kWordBits > size) {
        gone &= ~Word{0} >> ((w + 1) * kWordBits - size);
      }
      ForEach({&gone, 1}, [&](Position bit) {
        if (!LeadsTo(package, static_cast<Position>(w * kWordBits + bit), change.package, word,
                     removed)) {
          needs_removed_[state.first_word + w] |= Word{1} << bit;
        }
      });
    }
  }

  // Whether choosing the candidate would have done the same: required the target, or ruled out of
  // this word of it what was removed.
  bool LeadsTo(PackageId package, Position at, PackageId target, std::uint32_t word,
               Word removed) const {
    if (!universe_.IsGrounded(package, at)) {
      return false;
    }
    const Links links = universe_.LinksOf(package, at);
    const auto is_on_target = [&](RequirementId requirement) {
      return universe_.RequirementOf(requirement).package == target;
    };
    if (removed == 0) {
      return std::any_of(links.depends.begin(), links.depends.end(), is_on_target);
    }
    for (const std::span<const RequirementId> requirements : {links.depends, links.constrains}) {
      for (const RequirementId requirement : requirements) {
        if (is_on_target(requirement)) {
          removed &= universe_.Allowed(requirement)[word];
        }
      }
    }
    return removed == 0;
  }

  const Domains& domains_;
  const Universe& universe_;
  std::vector<Word> now_;            // Before the changes already looked at.
  std::vector<Word> needs_removed_;  // Candidates.
  std::vector<bool> needs_required_;
  std::vector<bool> needs_dead_;
  Failure failure_;
};

Domains::Failure Domains::WhyFailed(Mark since) const {
  return Analysis(*this).Run(since);
}

bool Domains::IsHeld(const Choice& held) const {
  return packages_[held.package.index()].required && IsWithin(Domain(held.package), held.allowed);
}

void Domains::AddNogood(std::vector<Choice> choices, Mark since) {
  // Of each package once: what both sets allow.
  std::vector<Choice> merged;
  for (Choice& held : choices) {
    const auto known = std::find_if(merged.begin(), merged.end(), [&](const Choice& other) {
      return other.package == held.package;
    });
    if (known == merged.end()) {
      merged.push_back(std::move(held));
      continue;
    }
    Intersect(held.allowed, known->allowed);
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
  const auto id = static_cast<std::uint32_t>(nogoods_.size());
  // The last two are the first to stop holding when decisions are undone.
  for (const std::size_t i : {merged.size() - 1, merged.size() - 2}) {
    State(merged[i].package).watching.push_back(id);
  }
  const PackageId first = merged[merged.size() - 1].package;
  const PackageId second = merged[merged.size() - 2].package;
  nogoods_.push_back({since, std::move(merged), {first, second}});
  CheckNogoods(second);
  CheckNogoods(first);
}

// Of each nogood two packages are watched that, as far as was looked, do not hold:
// nothing follows before one of them does.
void Domains::CheckNogoods(PackageId package) {
  std::vector<std::uint32_t>& watching = packages_[package.index()].watching;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < watching.size(); ++i) {
    Nogood& nogood = nogoods_[watching[i]];
    const std::uint32_t id = watching[i];
    std::size_t mine = 0;
    const PackageId other = nogood.watched[0] == package ? nogood.watched[1] : nogood.watched[0];
    std::size_t others = 0;
    std::size_t next = nogood.choices.size();
    for (std::size_t h = 0; h < nogood.choices.size(); ++h) {
      const Choice& held = nogood.choices[h];
      if (held.package == package) {
        mine = h;
      } else if (held.package == other) {
        others = h;
      } else if (next == nogood.choices.size() && !IsHeld(held)) {
        next = h;
      }
    }
    if (IsHeld(nogood.choices[mine])) {
      if (next < nogood.choices.size()) {
        const PackageId target = nogood.choices[next].package;
        nogood.watched[nogood.watched[0] == package ? 0 : 1] = target;
        packages_[target.index()].watching.push_back(id);
        continue;  // No longer watched here.
      }
      const Cause before = cause_;
      cause_ = {Cause::Kind::kNogood, id};
      RemoveAll(other, nogood.choices[others].allowed);
      cause_ = before;
    }
    watching[kept++] = id;
  }
  watching.resize(kept);
}

// What can never be had stays ruled out, whatever decisions it was found under.
void Domains::Exclude(Excluded& excluded) {
  const Cause before = cause_;
  cause_ = {Cause::Kind::kGiven, kNoReason};
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
  while (!nogoods_.empty() && nogoods_.back().since > mark) {
    const auto id = static_cast<std::uint32_t>(nogoods_.size() - 1);
    for (const PackageId package : nogoods_.back().watched) {
      std::erase(packages_[package.index()].watching, id);
    }
    nogoods_.pop_back();
  }
}

}  // namespace satchel

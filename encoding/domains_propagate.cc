// The rules of domains.h, and the order in which they are applied.

#include <algorithm>

#include "encoding/domains.h"

namespace satchel {
namespace {

// Beyond this many candidates the shared rule costs more than it finds: it is linear in their
// dependencies at each change of the package, and hundreds of versions share little but python.
constexpr std::size_t kMaxShared = 64;
// The same for the names alone, where not all candidates are grounded: those of one version,
// usually. With 64 that was a quarter of the instructions of a request for twelve packages.
constexpr std::size_t kMaxNamed = 16;

// The names that each of the candidates depends on, as far as their specs say at first sight:
// without grounding them; but for those that must be there anyway. None where the first one is not
// grounded.
std::vector<PackageId> NamedByAll(const Domains& domains, PackageId package,
                                  std::span<const Position> candidates) {
  Universe& universe = domains.universe();
  std::vector<PackageId> names;
  if (universe.IsGrounded(package, candidates[0])) {
    for (const RequirementId requirement : universe.LinksOf(package, candidates[0]).depends) {
      const PackageId name = universe.RequirementOf(requirement).package;
      if (!domains.IsRequired(name)) {
        names.push_back(name);
      }
    }
  }
  // From the other end: the less alike, the sooner a name that is not shared drops out.
  for (std::size_t i = candidates.size() - 1; i > 0 && !names.empty(); --i) {
    universe.KeepNeeded(package, candidates[i], names);
  }
  return names;
}

}  // namespace

// The candidate cannot be chosen as its requirement is dead: at all for a dependency; for a
// constrains only if the target must be there.
void Domains::SetCause(const User& user, RequirementId requirement) {
  if (!user.is_constrains || State(universe_.RequirementOf(requirement).package).required) {
    const Cause before = cause_;
    cause_ = {user.is_constrains ? Cause::Kind::kDeadConstrains : Cause::Kind::kDeadRequirement,
              requirement.value()};
    Remove(user.package, user.at);
    cause_ = before;
  }
}

void Domains::Kill(RequirementId requirement) {
  requirements_[requirement.index()].dead = true;
  Record(Change::Kind::kDead, requirement.value(), PackageId(), 0);
  for (const User& user : requirements_[requirement.index()].users) {
    SetCause(user, requirement);
  }
}

bool Domains::HasChoice(RequirementId requirement) const {
  return FirstCommon(universe_.Allowed(requirement),
                     Domain(universe_.RequirementOf(requirement).package)) != kNoPosition;
}

bool Domains::HasSupport(RequirementId requirement) const {
  const Position support = requirements_[requirement.index()].support;
  return support != kNoPosition &&
         Contains(Domain(universe_.RequirementOf(requirement).package), support);
}

void Domains::Open(RequirementId requirement) {
  if (!requirements_[requirement.index()].is_open) {
    requirements_[requirement.index()].is_open = true;
    open_requirements_.push_back(requirement);
  }
}

// Whether a candidate that is left depends on it, or constrains what must be there.
bool Domains::IsAskedFor(RequirementId requirement) {
  std::vector<User>& users = requirements_[requirement.index()].users;
  const bool is_required = IsRequired(universe_.RequirementOf(requirement).package);
  const auto asks = [&](const User& user) {
    return (!user.is_constrains || is_required) && Contains(Domain(user.package), user.at);
  };
  const auto found = std::find_if(users.begin(), users.end(), asks);
  if (found == users.end()) {
    return false;
  }
  std::iter_swap(users.begin(), found);  // Usually the same one serves the next time.
  return true;
}

// Finds the requirement a candidate that is left and grounded, the best first: it is the one most
// likely to stay, and the one that a plan will ask about. So each candidate is grounded at most
// once for all requirements choices, and only as many as fail before one holds.
void Domains::Support(RequirementId requirement) {
  if (requirements_[requirement.index()].dead || HasSupport(requirement)) {
    return;
  }
  if (!IsAskedFor(requirement)) {
    sleeping_.push_back({trail_.size(), requirement});
    return;
  }
  const PackageId package = universe_.RequirementOf(requirement).package;
  // Grounding the support may remove it again or move the sets, hence the loop.
  for (;;) {
    const Position at = FirstCommon(universe_.Allowed(requirement), Domain(package));
    if (at == kNoPosition) {
      Kill(requirement);
      return;
    }
    if (universe_.IsGrounded(package, at)) {
      requirements_[requirement.index()].support = at;
      return;
    }
    UseRequirements(package, at);
  }
}

void Domains::UseRequirement(RequirementId requirement, User user) {
  const PackageId target = universe_.RequirementOf(requirement).package;
  State(target);
  RequirementState& state = State(requirement);
  state.users.push_back(user);
  state.has_constrains = state.has_constrains || user.is_constrains;
  if (!state.used) {
    state.used = true;
    packages_[target.index()].requirements.push_back(requirement);
  } else if (state.dead) {
    late_.push_back({trail_.size() + 1, requirement, user});
    SetCause(user, requirement);
    return;
  }
  if (!HasSupport(requirement)) {
    // Said at once where it shows, so that the candidate's other requirements need no support.
    if (HasChoice(requirement)) {
      Open(requirement);
    } else {
      Kill(requirement);
    }
  }
}

void Domains::UseRequirements(PackageId package, Position at) {
  if (universe_.IsGrounded(package, at)) {
    return;
  }
  const Links links = universe_.Ground(package, at);
  for (const RequirementId requirement : links.depends) {
    UseRequirement(requirement, {package, at, false});
  }
  for (const RequirementId requirement : links.constrains) {
    UseRequirement(requirement, {package, at, true});
  }
  Enqueue(package);  // It may be the only one left, and so chosen.
}

void Domains::Choose(PackageId package, Position at) {
  UseRequirements(package, at);
  const Links links = universe_.LinksOf(package, at);
  for (std::size_t i = 0; i < links.depends.size(); ++i) {
    const RequirementId requirement = links.depends[i];
    Require(universe_.RequirementOf(requirement).package);
    Restrict(universe_.RequirementOf(requirement).package, universe_.Allowed(requirement));
  }
  for (const RequirementId requirement : links.constrains) {
    Restrict(universe_.RequirementOf(requirement).package, universe_.Allowed(requirement));
  }
}

// For each name that all candidates left depend on, what they allow, united over the candidates; of
// one candidate with several dependencies on it, what these allow choices. The first candidate
// lists the names, each of the others drops those that it lacks, so it ends early where nothing is
// shared. Cost: the dependencies of all candidates, times the names still shared.
void Domains::PropagateShared(PackageId package) {
  std::vector<Position>& left = shared_left_;
  left.clear();
  ForEach(Domain(package), [&](Position at) { left.push_back(at); });
  if (left.size() > kMaxShared) {
    return;
  }
  if (std::any_of(left.begin(), left.end(),
                  [&](Position at) { return !universe_.IsGrounded(package, at); })) {
    if (left.size() <= kMaxNamed) {
      for (const PackageId name : NamedByAll(*this, package, left)) {
        Require(name);
      }
    }
    return;  // What they allow is not known yet.
  }
  // A handful of names each: a linear search beats a map.
  std::vector<SharedTarget>& targets = shared_targets_;
  std::size_t num_targets = 0;
  std::size_t num_looked_at = 0;
  for (const Position at : left) {
    const bool is_first = num_looked_at == 0;
    for (const RequirementId requirement : universe_.LinksOf(package, at).depends) {
      const PackageId name = universe_.RequirementOf(requirement).package;
      const std::span<const Word> allowed = universe_.Allowed(requirement);
      std::size_t t = 0;
      while (t < num_targets && targets[t].package != name) {
        ++t;
      }
      if (t == num_targets) {
        if (!is_first) {
          continue;  // One before does not depend on it.
        }
        if (targets.size() == num_targets) {
          targets.emplace_back();
        }
        ++num_targets;
        targets[t].package = name;
        targets[t].seen = 0;
        targets[t].last = kNoPosition;
        targets[t].one.clear();
        targets[t].all.assign(allowed.size(), 0);
      }
      SharedTarget& target = targets[t];
      if (target.last != at) {
        target.last = at;
        ++target.seen;
        Unite(std::span(target.all).first(target.one.size()), target.one);  // Empty at first.
        target.one.assign(allowed.begin(), allowed.end());
      } else {
        Intersect(target.one, allowed);
      }
    }
    ++num_looked_at;
    for (std::size_t t = 0; t < num_targets;) {
      if (targets[t].seen < num_looked_at) {
        std::swap(targets[t], targets[--num_targets]);
      } else {
        ++t;
      }
    }
    if (num_targets == 0) {
      return;
    }
  }
  for (std::size_t t = 0; t < num_targets; ++t) {
    SharedTarget& target = targets[t];
    Unite(target.all, target.one);
    Require(target.package);
    Restrict(target.package, target.all);
  }
}

void Domains::Process(PackageId package) {
  // Requirements first: a candidate that loses a dependency here is gone before anything is
  // concluded. Nothing below adds requirements to the package.
  const bool is_required = packages_[package.index()].required;
  const std::span<const Word> domain = Domain(package);
  for (const RequirementId requirement : packages_[package.index()].requirements) {
    const RequirementState& state = requirements_[requirement.index()];
    if (state.dead) {
      // Who depends on it was removed when it died; who constrains it only where it must be there.
      if (is_required && state.has_constrains) {
        for (const User& user : state.users) {
          SetCause(user, requirement);
        }
      }
    } else if (state.support == kNoPosition || !Contains(domain, state.support)) {
      if (FirstCommon(universe_.Allowed(requirement), domain) != kNoPosition) {
        Open(requirement);
      } else {
        Kill(requirement);
      }
    }
  }
  if (!State(package).required) {
    return;
  }
  CheckNogoods(package);
  const Position first = FirstFrom(Domain(package));
  const Cause before = cause_;
  cause_ = {Cause::Kind::kDomain, package.value()};
  if (first == kNoPosition) {
    failed_ = true;
    failed_package_ = package;
  } else if (FirstFrom(Domain(package), first + 1) == kNoPosition) {
    Choose(package, first);
  } else {
    PropagateShared(package);
  }
  cause_ = before;
}

bool Domains::PropagateGrounded() {
  while (!queue_.empty() && !failed_) {
    const PackageId package = queue_.back();
    queue_.pop_back();
    packages_[package.index()].queued = false;
    Process(package);
  }
  return !failed_;
}

// Supports come last because they ground: each conclusion that is drawn before may make one
// needless. That the queue and the open requirements are stacks is for locality only; the fixpoint
// is unique.
//
// It ends: domains only shrink, and what is grounded stays so. Cost: each requirement of a package
// is looked at once for each change of the package, a word operation for 64 candidates.
bool Domains::Propagate() {
  while (PropagateGrounded() && !open_requirements_.empty()) {
    const RequirementId requirement = open_requirements_.back();
    open_requirements_.pop_back();
    requirements_[requirement.index()].is_open = false;
    Support(requirement);
  }
  return !failed_;
}

bool Domains::GroundAll(PackageId package) {
  const std::span<const Word> domain = Domain(package);
  return Ground(package, std::vector<Word>(domain.begin(), domain.end()));
}

bool Domains::Ground(PackageId package, const std::vector<Word>& within) {
  for (;;) {
    const std::vector<Word> domain(Domain(package).begin(), Domain(package).end());
    bool changed = false;
    for (std::size_t w = 0; w < domain.size(); ++w) {
      const Word word = domain[w] & within[w];
      ForEach({&word, 1}, [&](Position bit) {
        const auto at = static_cast<Position>(w * kWordBits + bit);
        if (!universe_.IsGrounded(package, at)) {
          UseRequirements(package, at);
          changed = true;
        }
      });
    }
    if (!Propagate()) {
      return false;
    }
    if (!changed) {
      return true;
    }
  }
}

// Again and again: that the best is grounded may remove it.
bool Domains::GroundBest(PackageId package) {
  for (;;) {
    if (!Propagate()) {
      return false;
    }
    const Position best = Best(package);
    if (best == kNoPosition || universe_.IsGrounded(package, best)) {
      return true;
    }
    UseRequirements(package, best);
  }
}

}  // namespace satchel

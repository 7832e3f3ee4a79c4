#include "solver/objective/frontier.h"

#include <algorithm>

namespace satchel {

void SortByName(const Universe& universe, std::vector<PackageId>& packages) {
  std::sort(packages.begin(), packages.end(),
            [&](PackageId a, PackageId b) { return universe.NameOf(a) < universe.NameOf(b); });
  packages.erase(std::unique(packages.begin(), packages.end()), packages.end());
}

void Progress::AddRoot(PackageId package) {
  if (is_root_.size() <= package.index()) {
    is_root_.resize(package.index() + 1);
  }
  if (!is_root_[package.index()]) {
    is_root_[package.index()] = true;
    roots_.push_back(package);
  }
}

bool AreSettled(const Domains& domains, std::span<const PackageId> packages) {
  return std::all_of(packages.begin(), packages.end(), [&](PackageId package) {
    return domains.IsRequired(package) && domains.IsSingle(package);
  });
}

void Progress::Decide(std::span<const PackageId> step) {
  for (const PackageId package : step) {
    if (is_decided_.size() <= package.index()) {
      is_decided_.resize(package.index() + 1);
    }
    if (!is_decided_[package.index()]) {
      is_decided_[package.index()] = true;
      decided_.push_back(package);
    }
  }
}

std::vector<PackageId> Progress::Frontier(const Domains& domains) const {
  const Universe& universe = domains.universe();
  std::vector<PackageId> found;
  const auto add = [&](PackageId package) {
    if (!IsDecided(package) && universe.MayBeInPlan(package)) {
      found.push_back(package);
    }
  };
  std::for_each(roots_.begin(), roots_.end(), add);
  if (found.empty()) {
    const std::span<const PackageId> required = domains.Required();
    std::for_each(required.begin(), required.end(), add);
  }
  SortByName(universe, found);
  return found;
}

bool Progress::IsBefore(const Universe& universe, PackageId a, PackageId b) const {
  return IsRoot(a) != IsRoot(b) ? IsRoot(a) : universe.NameOf(a) < universe.NameOf(b);
}

std::vector<PackageId> Progress::OpenBuilds(const Domains& domains) const {
  std::vector<PackageId> open;
  for (const PackageId package : decided_) {
    const CandidateList& list = domains.universe().List(package);
    const std::span<const Word> domain = domains.Domain(package);
    const Position first = FirstFrom(domain);
    if (first != kNoPosition) {
      const Position end = list.class_end[list.candidates[first].rank_class];
      if (end < list.candidates.size() && FirstFrom(domain, end) != kNoPosition) {
        open.push_back(package);
      }
    }
  }
  std::sort(open.begin(), open.end(),
            [&](PackageId a, PackageId b) { return IsBefore(domains.universe(), a, b); });
  return open;
}

PackageId Progress::FirstOpen(const Domains& domains) const {
  PackageId first = PackageId::None();
  for (const PackageId package : decided_) {
    if (!domains.IsSingle(package) &&
        (!first.ok() || IsBefore(domains.universe(), package, first))) {
      first = package;
    }
  }
  return first;
}

}  // namespace satchel

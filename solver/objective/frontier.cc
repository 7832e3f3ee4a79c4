#include "solver/objective/frontier.h"

#include <algorithm>

namespace satchel {

void SortByName(const Universe& universe, std::vector<PackageId>& packages) {
  std::sort(packages.begin(), packages.end(),
            [&](PackageId a, PackageId b) { return universe.NameOf(a) < universe.NameOf(b); });
  packages.erase(std::unique(packages.begin(), packages.end()), packages.end());
}

DependencyNames NamesOf(const Domains& domains, PackageId package) {
  const Universe& universe = domains.universe();
  std::vector<PackageId> names;  // With a repetition for each candidate that has it.
  std::size_t candidates = 0;
  ForEach(domains.Domain(package), [&](Position at) {
    ++candidates;
    const std::size_t first = names.size();
    for (const GateId gate : universe.LinksOf(package, at).depends) {
      const PackageId name = universe.GateOf(gate).package;
      if (!universe.IsVirtual(name)) {
        names.push_back(name);
      }
    }
    std::sort(names.begin() + static_cast<std::ptrdiff_t>(first), names.end());
    names.erase(std::unique(names.begin() + static_cast<std::ptrdiff_t>(first), names.end()),
                names.end());
  });
  std::sort(names.begin(), names.end());
  DependencyNames result;
  for (std::size_t i = 0; i < names.size();) {
    std::size_t end = i;
    while (end < names.size() && names[end] == names[i]) {
      ++end;
    }
    (end - i == candidates ? result.all : result.only_some).push_back(names[i]);
    i = end;
  }
  return result;
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
    is_decided_[package.index()] = true;
    decided_.push_back(package);
    open_.push_back(package);
  }
}

std::vector<PackageId> Progress::Frontier(const Domains& domains) {
  std::vector<PackageId> found = reached_;
  std::vector<PackageId> still_open;
  for (const PackageId package : open_) {
    const DependencyNames names = NamesOf(domains, package);
    found.insert(found.end(), names.all.begin(), names.all.end());
    if (domains.IsSingle(package)) {
      reached_.insert(reached_.end(), names.all.begin(), names.all.end());
    } else {
      still_open.push_back(package);
    }
  }
  open_ = std::move(still_open);
  found.insert(found.end(), roots_.begin(), roots_.end());
  const auto is_decided = [&](PackageId package) { return IsDecided(package); };
  std::erase_if(found, is_decided);
  std::erase_if(reached_, is_decided);
  SortByName(domains.universe(), found);
  return found;
}

PackageId Progress::EarliestOpen(const Domains& domains) const {
  for (const PackageId package : open_) {
    if (!domains.IsSingle(package)) {
      return package;
    }
  }
  return PackageId::None();
}

}  // namespace satchel

#include "frontend/link/change/environment_change.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "frontend/link/layout/python_layout.h"

namespace satchel {
namespace {

const PackageRecord* FindName(const std::vector<PackageRecord>& records, std::string_view name) {
  const auto found = std::ranges::find(records, name, &PackageRecord::name);
  return found == records.end() ? nullptr : &*found;
}

std::string SitePackages(const PackageRecord* python) {
  const auto layout = python == nullptr ? std::nullopt : LayoutOf(*python);
  return layout.has_value() ? layout->site_packages : std::string();
}

void RelinkMovedPython(EnvironmentChange* change) {
  const PackageRecord* const after = FindName(change->link, "python");
  if (after == nullptr || SitePackages(after) == SitePackages(FindName(change->unlink, "python"))) {
    return;
  }
  std::vector<std::string> names;
  for (const PackageRecord& record : change->kept) {
    if (record.noarch == NoarchKind::kPython) {
      names.push_back(record.name);
    }
  }
  Relink(names, change);
}

bool IsSamePackage(const PackageRecord& a, const PackageRecord& b) {
  return a.name == b.name && a.version == b.version && a.build == b.build && a.subdir == b.subdir;
}

void SetKept(const std::vector<InstalledPackage>& installed, EnvironmentChange* change) {
  for (const InstalledPackage& package : installed) {
    if (FindName(change->unlink, package.record.name) == nullptr) {
      change->kept.push_back(package.record);
    }
  }
}

// Depth first, dependencies before the record itself.
class Sorter final {
 public:
  explicit Sorter(std::vector<PackageRecord> records)
      : records_(std::move(records)), visited_(records_.size()) {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      by_name_.emplace(records_[i].name, i);
    }
  }

  std::vector<PackageRecord> Sort() && {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      Visit(i);
    }
    return std::move(sorted_);
  }

 private:
  void Visit(std::size_t index) {
    if (visited_[index]) {
      return;
    }
    visited_[index] = true;
    Visit(records_[index].depends);
    for (const auto& group : records_[index].extra_depends) {
      Visit(group.second);
    }
    sorted_.push_back(records_[index]);
  }

  void Visit(const std::vector<std::string>& depends) {
    for (const std::string& depend : depends) {
      const auto name = depend.substr(0, depend.find_first_of(" =<>!~["));
      if (const auto found = by_name_.find(name); found != by_name_.end()) {
        Visit(found->second);
      }
    }
  }

  std::vector<PackageRecord> records_;
  std::vector<bool> visited_;
  std::map<std::string, std::size_t> by_name_;
  std::vector<PackageRecord> sorted_;
};

}  // namespace

EnvironmentChange ChangeOf(const Plan& plan, const std::vector<InstalledPackage>& installed) {
  EnvironmentChange change;
  change.unlink = plan.unlink;
  change.link = plan.link;
  SetKept(installed, &change);
  RelinkMovedPython(&change);
  return change;
}

EnvironmentChange ChangeTo(std::vector<PackageRecord> packages,
                           const std::vector<InstalledPackage>& installed) {
  EnvironmentChange change;
  for (const InstalledPackage& package : installed) {
    const auto same = std::ranges::find_if(packages, [&package](const PackageRecord& record) {
      return IsSamePackage(record, package.record);
    });
    if (same == packages.end()) {
      change.unlink.push_back(package.record);
    } else {
      packages.erase(same);
    }
  }
  change.link = std::move(packages);
  SetKept(installed, &change);
  RelinkMovedPython(&change);
  return change;
}

void Relink(const std::vector<std::string>& names, EnvironmentChange* change) {
  for (const std::string& name : names) {
    const auto kept = std::ranges::find(change->kept, name, &PackageRecord::name);
    if (kept != change->kept.end()) {
      change->unlink.push_back(*kept);
      change->link.push_back(*kept);
      change->kept.erase(kept);
    }
  }
  SortByDependencies(&change->link);
}

void SortByDependencies(std::vector<PackageRecord>* records) {
  *records = Sorter(std::move(*records)).Sort();
}

}  // namespace satchel

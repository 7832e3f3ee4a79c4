#include "encoding/staying.h"

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_set.h"

#include "repodata/spec/record_match.h"

namespace satchel {
namespace {

// Names of what is to be removed and, over any number of steps, of what needs it.
absl::flat_hash_set<std::string> NamesThatMayGo(const Request& request,
                                                const std::vector<InstalledStanding>& standings) {
  absl::flat_hash_set<std::string> names;
  for (std::size_t i = 0; i < standings.size(); ++i) {
    if (standings[i].is_leaving) {
      names.insert(request.installed[i].record.name);
    }
  }
  const auto needs_one = [&names](const std::string& text) {
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
    return spec.ok() && names.contains(spec->name());
  };
  for (bool changed = !names.empty(); changed;) {
    changed = false;
    for (const InstalledPackage& installed : request.installed) {
      const PackageRecord& record = installed.record;
      if (!names.contains(record.name) && std::ranges::any_of(record.depends, needs_one)) {
        names.insert(record.name);
        changed = true;
      }
    }
  }
  return names;
}

}  // namespace

bool IsClaimed(const Request& request, const InstalledPackage& installed) {
  return installed.requested.has_value() ||
         std::ranges::any_of(request.pins, [&](const MatchSpec& pin) {
           return pin.name() == installed.record.name;
         });
}

std::vector<InstalledStanding> StandingsOfInstalled(const Request& request) {
  std::vector<InstalledStanding> standings(request.installed.size());
  for (std::size_t i = 0; i < standings.size(); ++i) {
    const InstalledPackage& installed = request.installed[i];
    InstalledStanding& standing = standings[i];
    standing.is_leaving =
        std::ranges::any_of(request.remove, [&installed](const MatchSpec& removal) {
          return MatchesRecord(removal, installed.record);
        });
    standing.must_stay = !standing.is_leaving && IsClaimed(request, installed);
    standing.is_root = standing.must_stay || (!standing.is_leaving && !request.prune);
  }
  const absl::flat_hash_set<std::string> may_go = NamesThatMayGo(request, standings);
  for (std::size_t i = 0; i < standings.size(); ++i) {
    standings[i].must_stay =
        standings[i].must_stay && !may_go.contains(request.installed[i].record.name);
  }
  return standings;
}

}  // namespace satchel

#include "tools/cli/lock/same_versions.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "repodata/version/version.h"

namespace satchel {
namespace {

// By version, the newest first.
struct NewestFirst {
  bool operator()(const std::string& a, const std::string& b) const {
    const absl::StatusOr<Version> first = Version::Parse(a);
    const absl::StatusOr<Version> second = Version::Parse(b);
    return first.ok() && second.ok() && first->key() != second->key() ? second->key() < first->key()
                                                                      : b < a;
  }
};
using Versions = std::set<std::string, NewestFirst>;

// The platforms of one environment, which are to agree.
class Agreement final {
 public:
  Agreement(const Arguments& arguments, const std::vector<LockPart>& parts,
            std::vector<PlatformLock>* locks)
      : arguments_(arguments), parts_(parts), locks_(*locks) {}

  void Add(std::size_t place) { places_.push_back(place); }

  absl::Status Reach() {
    std::set<std::string> tried;
    std::vector<std::string> disagreed;
    for (std::string name = NextDiffering(tried); !name.empty(); name = NextDiffering(tried)) {
      tried.insert(name);
      ASSIGN_OR_RETURN(const bool agreed, AgreeOn(name));
      if (!agreed) {
        disagreed.push_back(absl::StrFormat("%s: the platforms have no version in common (%s)",
                                            name, absl::StrJoin(VersionsOf(name, locks_), ", ")));
      }
    }
    // Not before: a platform that is solved again has other warnings.
    std::vector<std::string>& warnings = locks_[places_.front()].warnings;
    warnings.insert(warnings.end(), disagreed.begin(), disagreed.end());
    return absl::OkStatus();
  }

 private:
  const LockedPlatform& Locked(std::size_t place, const std::vector<PlatformLock>& locks) const {
    return std::get<LockedPlatform>(locks[place].outcome);
  }

  Versions VersionsOf(const std::string& name, const std::vector<PlatformLock>& locks) const {
    Versions versions;
    for (const std::size_t place : places_) {
      for (const PackageRecord& record : Locked(place, locks).packages) {
        if (record.name == name) {
          versions.insert(record.version);
        }
      }
    }
    return versions;
  }

  // Empty if there is none. What is asked for comes first, then by name.
  std::string NextDiffering(const std::set<std::string>& tried) const {
    std::map<std::string, std::set<std::string>> versions;
    for (const std::size_t place : places_) {
      for (const PackageRecord& record : Locked(place, locks_).packages) {
        versions[record.name].insert(record.version);
      }
    }
    std::string next;
    for (const auto& [name, of_name] : versions) {
      if (of_name.size() < 2 || tried.contains(name)) {
        continue;
      }
      const bool is_asked = Locked(places_.front(), locks_).requested.contains(name);
      if (is_asked) {
        return name;
      }
      next = next.empty() ? name : next;
    }
    return next;
  }

  absl::StatusOr<bool> AgreeOn(const std::string& name) {
    Versions open = VersionsOf(name, locks_);
    Versions done;
    while (!open.empty()) {
      const std::string version = *open.begin();
      open.erase(open.begin());
      done.insert(version);
      ASSIGN_OR_RETURN(const bool fits, Try(absl::StrFormat("%s ==%s", name, version)));
      if (fits) {
        return true;
      }
    }
    // Below all that were tried, what each takes by itself is tried next.
    const std::string lowest = *done.rbegin();
    std::vector<PlatformLock> below = locks_;
    for (const std::size_t place : places_) {
      ASSIGN_OR_RETURN(below[place], Solve(place, absl::StrFormat("%s <%s", name, lowest)));
      if (std::holds_alternative<PlatformConflict>(below[place].outcome)) {
        return false;
      }
    }
    for (const std::string& version : VersionsOf(name, below)) {
      ASSIGN_OR_RETURN(const bool fits, Try(absl::StrFormat("%s ==%s", name, version)));
      if (fits) {
        return true;
      }
    }
    return false;
  }

  absl::StatusOr<PlatformLock> Solve(std::size_t place, const std::string& pin) const {
    Arguments pinned = arguments_;
    pinned.pins.insert(pinned.pins.end(), pins_.begin(), pins_.end());
    pinned.pins.push_back(pin);
    ASSIGN_OR_RETURN(PlatformLock lock,
                     LockPlatform(pinned, parts_[place], &Locked(place, locks_)));
    return lock;
  }

  // Takes it if all platforms have a plan with it.
  absl::StatusOr<bool> Try(const std::string& pin) {
    std::vector<PlatformLock> solved = locks_;
    for (const std::size_t place : places_) {
      ASSIGN_OR_RETURN(solved[place], Solve(place, pin));
      if (std::holds_alternative<PlatformConflict>(solved[place].outcome)) {
        return false;
      }
    }
    for (const std::size_t place : places_) {
      // The hash is that of the request as it was given, without our pins.
      const std::string hash = Locked(place, locks_).content_hash;
      locks_[place] = std::move(solved[place]);
      std::get<LockedPlatform>(locks_[place].outcome).content_hash = hash;
    }
    pins_.push_back(pin);
    return true;
  }

  const Arguments& arguments_;
  const std::vector<LockPart>& parts_;
  std::vector<PlatformLock>& locks_;
  std::vector<std::size_t> places_;
  std::vector<std::string> pins_;  // Agreed on.
};

}  // namespace

absl::Status EqualiseVersions(const Arguments& arguments, const std::vector<LockPart>& parts,
                              std::vector<PlatformLock>* locks) {
  std::map<std::string, Agreement> agreements;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (std::holds_alternative<PlatformConflict>((*locks)[i].outcome)) {
      return absl::OkStatus();
    }
    agreements.try_emplace(parts[i].environment, arguments, parts, locks).first->second.Add(i);
  }
  for (auto& [environment, agreement] : agreements) {
    RETURN_IF_ERROR(agreement.Reach());
  }
  return absl::OkStatus();
}

}  // namespace satchel

// `install --revision N`: an environment as it was once.

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "frontend/environment/revisions.h"
#include "frontend/files.h"
#include "frontend/request/history.h"
#include "frontend/request/prefix.h"
#include "frontend/request/record_json.h"
#include "tools/cli/channels/query.h"
#include "tools/cli/environment/planned_change.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

bool IsOf(const PackageRecord& record, const HistoryPackage& package) {
  return record.name == package.name && record.version == package.version &&
         record.build == package.build;
}

// The history names the channel, which the URL ends in; old versions of conda named none.
bool IsOfChannel(const PackageRecord& record, const HistoryPackage& package) {
  return package.channel.empty() ||
         record.url.find(package.channel + "/" + package.subdir + "/") != std::string::npos;
}

// With the channel's name that the history has: wherever the record is found, it comes out the
// same.
PackageRecord Called(PackageRecord record, const HistoryPackage& package) {
  if (!package.channel.empty()) {
    record.channel = package.channel;
  }
  return record;
}

std::string NameInCache(const HistoryPackage& package) {
  return package.name + "-" + package.version + "-" + package.build;
}

// As a package cache knows it: there the URL is kept.
std::optional<PackageRecord> FindInCaches(const std::vector<std::string>& directories,
                                          const std::string& dist) {
  const HistoryPackage package = ParseHistoryPackage(dist);
  for (const std::string& directory : directories) {
    const std::string path = directory + "/" + NameInCache(package) + "/info/repodata_record.json";
    const absl::StatusOr<std::string> text = ReadFile(path);
    absl::StatusOr<JsonRecord> parsed = ParseCondaMeta(text.ok() ? *text : "", path);
    if (text.ok() && parsed.ok() && IsOf(parsed->record, package) &&
        IsOfChannel(parsed->record, package)) {
      return Called(std::move(parsed->record), package);
    }
  }
  return std::nullopt;
}

// The packages that are in no cache, from the channels.
absl::Status FindInChannels(const Arguments& arguments, const std::vector<std::string>& dists,
                            std::vector<PackageRecord>* records) {
  if (dists.empty()) {
    return absl::OkStatus();
  }
  WantedNames wanted;
  wanted.everything = false;
  for (const std::string& dist : dists) {
    wanted.names.push_back(ParseHistoryPackage(dist).name);
  }
  std::vector<std::string> missing;
  const absl::StatusOr<LoadedChannels> channels = LoadForQuery(arguments, wanted);
  if (!channels.ok()) {
    return absl::Status(
        channels.status().code(),
        absl::StrFormat("%s (of this revision, not in the package cache: %s)",
                        std::string(channels.status().message()), absl::StrJoin(dists, ", ")));
  }
  for (const std::string& dist : dists) {
    const HistoryPackage package = ParseHistoryPackage(dist);
    ASSIGN_OR_RETURN(const MatchSpec spec,
                     MatchSpec::Parse(package.name + "==" + package.version + "=" + package.build));
    const std::vector<FoundRecord> found = FindMatching(*channels, spec);
    const auto same = std::ranges::find_if(found, [&package](const FoundRecord& record) {
      return IsOfChannel(record.Copy(), package);
    });
    if (same != found.end()) {
      records->push_back(Called(same->Copy(), package));
    } else if (!found.empty()) {
      records->push_back(found.front().Copy());  // Moved to another channel since.
    } else {
      missing.push_back(dist);
    }
  }
  return missing.empty() ? absl::OkStatus()
                         : absl::NotFoundError(absl::StrFormat(
                               "no longer available, in the package cache or the channels: %s",
                               absl::StrJoin(missing, ", ")));
}

absl::StatusOr<std::vector<PackageRecord>> RecordsOf(const Arguments& arguments,
                                                     const Revision& revision,
                                                     const Prefix& current) {
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments, current.path));
  const PackageCache cache = UserPackageCache(configuration);
  std::vector<PackageRecord> records;
  std::vector<std::string> missing;
  for (const std::string& dist : revision.packages) {
    const HistoryPackage package = ParseHistoryPackage(dist);
    const auto installed = std::ranges::find_if(
        current.installed,
        [&package](const InstalledPackage& other) { return IsOf(other.record, package); });
    if (installed != current.installed.end()) {
      records.push_back(installed->record);
    } else if (auto found = FindInCaches(cache.directories(), dist); found.has_value()) {
      records.push_back(*std::move(found));
    } else {
      missing.push_back(dist);
    }
  }
  RETURN_IF_ERROR(FindInChannels(arguments, missing, &records));
  SortByDependencies(&records);
  return records;
}

absl::StatusOr<std::size_t> RevisionNumber(const std::string& text, std::size_t count) {
  std::size_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || number >= count) {
    return absl::InvalidArgumentError(
        count == 0 ? std::string("--revision: the environment has no history")
                   : absl::StrFormat("--revision '%s': the revisions are 0 to %d; 'satchel list "
                                     "--revisions' shows them",
                                     text, count - 1));
  }
  return number;
}

// The history's text up to a revision: each begins with a line "==> date <==".
std::string_view HistoryUntil(std::string_view history, std::size_t revision) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at != std::string_view::npos; at = history.find("\n==> ", at + 1)) {
    if (seen++ > revision) {
      return history.substr(0, at);
    }
  }
  return history;
}

}  // namespace

absl::StatusOr<ExitCode> RunRevision(const Arguments& arguments) {
  if (!arguments.positional.empty() || !arguments.files.empty()) {
    return absl::InvalidArgumentError("--revision names all packages; give no specs");
  }
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  ASSIGN_OR_RETURN(const EnvironmentLock lock, LockEnvironment(prefix, /*create=*/false));
  RETURN_IF_ERROR(CheckNotFrozen(arguments, prefix));
  ASSIGN_OR_RETURN(const Prefix current, ReadPrefix(prefix));
  absl::StatusOr<std::string> history = ReadFile(prefix + "/conda-meta/history");
  if (absl::IsNotFound(history.status())) {
    history = std::string();
  }
  RETURN_IF_ERROR(history.status());
  const std::vector<Revision> revisions = ParseRevisions(*history);
  ASSIGN_OR_RETURN(const std::size_t number, RevisionNumber(arguments.revision, revisions.size()));
  ASSIGN_OR_RETURN(const std::vector<PackageRecord> records,
                   RecordsOf(arguments, revisions[number], current));
  PlannedChange planned = ExactChange(records, current.installed, /*keep_others=*/false);
  planned.requested.clear();
  for (const auto& [name, spec] : RequestedSpecs(HistoryUntil(*history, number))) {
    if (std::ranges::find(records, name, &PackageRecord::name) != records.end()) {
      planned.requested[name] = spec.ToString();
      planned.specs.push_back(spec.ToString());
    }
  }
  planned.done = absl::StrFormat("The environment is as in revision %d.", number);
  return CarryOut(arguments, lock, std::move(planned));
}

}  // namespace satchel

#include "tools/cli/lock/lock_platform.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "frontend/export/package_url.h"
#include "frontend/fetch/shard.h"
#include "frontend/fetch/url.h"
#include "frontend/files.h"
#include "frontend/request/assembly.h"
#include "frontend/request/request_file.h"
#include "frontend/request/solve_configured.h"
#include "frontend/yaml_node.h"
#include "repodata/spec/record_match.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/solve/answer.h"
#include "tools/cli/solve/prepare.h"

namespace satchel {
namespace {

constexpr std::size_t kFixesOfLock = 5;
constexpr double kSecondsForFixesOfLock = 2;

// Those of conda-lock's virtual-packages.yml: {subdirs: {linux-64: {packages: {__glibc: "2.17"}}}}.
absl::Status ReadVirtualPackages(const std::string& path, const std::string& platform,
                                 std::vector<PackageRecord>* records) {
  if (path.empty()) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, path));
  const YamlNode& subdirs = root.Get("subdirs");
  if (!subdirs.IsMap()) {
    return absl::InvalidArgumentError(path +
                                      ": no 'subdirs:', a map from platforms to their 'packages:'");
  }
  if (subdirs.Get(platform).IsNull()) {
    return absl::OkStatus();
  }
  records->clear();
  for (const auto& [name, value] : subdirs.Get(platform).Get("packages").fields()) {
    PackageRecord record;
    record.name = name.Scalar();
    const std::string& words = value.Scalar();  // "1=x86_64_v3": with a build.
    record.version = words.empty() ? "0" : words.substr(0, words.find('='));
    record.build = words.find('=') == std::string::npos ? "0" : words.substr(words.find('=') + 1);
    if (!record.name.starts_with("__") || !Version::Parse(record.version).ok()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s:%d: '%s: %s' is not a virtual package and its version", path,
                          name.line(), record.name, words));
    }
    records->push_back(std::move(record));
  }
  return absl::OkStatus();
}

// __archspec has the machine as its build.
void SetVirtualPackage(const std::string& name, const std::string& version,
                       std::vector<PackageRecord>* records) {
  const auto found = std::ranges::find(*records, name, &PackageRecord::name);
  PackageRecord& record = found == records->end() ? records->emplace_back() : *found;
  record.name = name;
  record.version = name == "__archspec" ? "1" : version;
  record.build = name == "__archspec" ? version : "0";
}

// All that decides what is locked, but what channels have and the time.
std::string ContentHash(const PreparedRequest& prepared, const std::vector<std::string>& pip,
                        const std::map<std::string, std::vector<std::string>>& categories) {
  const Request& request = prepared.request;
  std::string text = prepared.platform + "\n";
  const auto add = [&text](const std::vector<MatchSpec>& specs) {
    std::vector<std::string> lines;
    for (const MatchSpec& spec : specs) {
      lines.push_back(spec.ToString());
    }
    std::ranges::sort(lines);
    for (const std::string& line : lines) {
      text += line + "\n";
    }
    text += "\n";
  };
  add(request.specs);
  add(request.pins);
  for (const LoadedChannel& channel : prepared.channels.channels) {
    text += StripCredentials(channel.url) + "\n";
  }
  for (const PackageRecord& record : request.virtual_packages) {
    text += record.name + "=" + record.version + "=" + record.build + "\n";
  }
  for (const std::string& line : pip) {
    text += line + "\n";
  }
  text += absl::StrFormat("%d\n", static_cast<int>(request.priority));
  for (const auto& [category, names] : categories) {
    if (category != "main") {
      const std::set<std::string> sorted(names.begin(), names.end());
      text += category + ": " + absl::StrJoin(sorted, ",") + "\n";
    }
  }
  return Sha256Hex(text);
}

class PlatformLocker final {
 public:
  PlatformLocker(const Arguments& arguments, const LockedPlatform* before)
      : arguments_(arguments), before_(before) {}

  absl::Status Answer(PreparedRequest& prepared) {
    // A damaged index has it answered again: from the request as it was.
    if (original_.has_value()) {
      const std::vector<Channel> channels = prepared.request.channels;
      prepared.request = *original_;
      prepared.request.channels = channels;
    } else {
      original_ = prepared.request;
    }
    RETURN_IF_ERROR(ReadFiles(&prepared));
    RETURN_IF_ERROR(ReadVirtualPackages(arguments_.virtual_packages, prepared.platform,
                                        &prepared.request.virtual_packages));
    result_ = {};
    hash_ = ContentHash(prepared, pip_, roots_);
    if (before_ != nullptr && before_->content_hash == hash_ && arguments_.updates.empty()) {
      result_.outcome = *before_;
      return absl::OkStatus();
    }
    result_.pip = pip_;
    result_.virtual_packages = prepared.request.virtual_packages;
    plain_ = prepared.request;
    RETURN_IF_ERROR(Keep(&prepared));
    ASSIGN_OR_RETURN(SolveOutcome outcome, Solve(prepared));
    if (before_ != nullptr && std::holds_alternative<Conflict>(outcome)) {
      prepared.request = plain_;  // It is explained in the request's own words.
      ASSIGN_OR_RETURN(outcome, Solve(prepared));
    }
    return Conclude(prepared, std::move(outcome));
  }

  PlatformLock Take(std::vector<std::string> warnings) {
    result_.warnings = std::move(warnings);
    return std::move(result_);
  }

 private:
  // What only files say: requirements of pip, the machine they are meant for, categories.
  absl::Status ReadFiles(PreparedRequest* prepared) {
    pip_.clear();
    roots_.clear();
    for (const std::string& path : arguments_.files) {
      ASSIGN_OR_RETURN(const RequestFile file,
                       ReadRequestFile(path, prepared->platform, PartsOf(arguments_)));
      pip_.insert(pip_.end(), file.pip.begin(), file.pip.end());
      for (const SpecText& text : file.specs) {
        if (const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text.text); spec.ok()) {
          roots_[text.category].push_back(spec->name());
        }
      }
      for (const auto& [name, version] : file.virtual_packages) {
        SetVirtualPackage(name, version, &prepared->request.virtual_packages);
      }
    }
    return absl::OkStatus();
  }

  std::string LabelOf(const PreparedRequest& prepared) const {
    LockedPlatform named;
    named.platform = prepared.platform;
    named.environment = arguments_.file_environment;
    return named.Label();
  }

  bool IsUpdated(std::string_view name) const {
    return std::ranges::find(arguments_.updates, name) != arguments_.updates.end();
  }

  absl::StatusOr<std::vector<ExplicitPackage>> LockedPackages() const {
    std::vector<ExplicitPackage> packages;
    for (const PackageRecord& record : before_->packages) {
      const std::string hash = !record.sha256.empty() ? "#" + record.sha256
                               : record.md5.empty()   ? ""
                                                      : "#" + record.md5;
      ASSIGN_OR_RETURN(ExplicitPackage package,
                       ParseExplicitPackage(record.url + hash, "the lock file"));
      packages.push_back(std::move(package));
    }
    return packages;
  }

  // What is locked is as if it were installed: what the request asks of it holds as pins of
  // packages that must stay, so that they count as changed if they change. Requested are only the
  // packages that must move, or are new, or that --update names.
  absl::Status Keep(PreparedRequest* prepared) {
    if (before_ == nullptr) {
      return absl::OkStatus();
    }
    Request& request = prepared->request;
    ASSIGN_OR_RETURN(const std::vector<ExplicitPackage> packages, LockedPackages());
    RETURN_IF_ERROR(FindInstalled(prepared->channels, "the lock file", packages, &request,
                                  &prepared->warnings));
    std::vector<const PackageRecord*> locked_records;
    for (const InstalledPackage& one : request.installed) {
      locked_records.push_back(&one.record);
    }
    const std::set<std::string> needed = NeededNames(Names(request.specs), locked_records);
    std::erase_if(request.installed,
                  [&needed](const auto& one) { return !needed.contains(one.record.name); });
    std::vector<MatchSpec> asked;
    for (MatchSpec& spec : request.specs) {
      const auto locked = std::ranges::find(request.installed, spec.name(),
                                            [](const auto& one) { return one.record.name; });
      const bool stays = locked != request.installed.end() && !IsUpdated(spec.name()) &&
                         spec.when() == nullptr && spec.extras().empty() &&
                         MatchesRecord(spec, locked->record);
      if (stays) {
        locked->requested = spec;
        request.pins.push_back(std::move(spec));
      } else {
        asked.push_back(std::move(spec));
      }
    }
    for (const std::string& name : arguments_.updates) {
      const bool is_asked =
          std::ranges::any_of(asked, [&](const MatchSpec& spec) { return spec.name() == name; });
      if (!is_asked) {
        ASSIGN_OR_RETURN(MatchSpec spec, MatchSpec::Parse(name));
        asked.push_back(std::move(spec));
      }
    }
    request.specs = std::move(asked);
    return absl::OkStatus();
  }

  static std::vector<std::string> Names(const std::vector<MatchSpec>& specs) {
    std::vector<std::string> names;
    std::ranges::transform(specs, std::back_inserter(names), &MatchSpec::name);
    return names;
  }

  // Where nothing in particular is to be updated, changes weigh before versions.
  std::string ObjectiveOfLock() const {
    return before_ != nullptr && arguments_.updates.empty() ? "fewest-changes" : "newest";
  }

  absl::StatusOr<SolveOutcome> Solve(PreparedRequest& prepared) const {
    Arguments solving = arguments_;
    solving.objective = ObjectiveOfLock();
    ProgressLine progress(false);  // The command has a line for each platform.
    progress.SetPhase(prepared.platform);
    const auto solve = [&](const Request& request) -> absl::StatusOr<SolveOutcome> {
      ASSIGN_OR_RETURN(Attempt attempt, SolveInterruptibly(solving, request, progress));
      if (attempt.interrupted) {
        return absl::CancelledError("interrupted");
      }
      return std::move(attempt.outcome);
    };
    return SolveConfigured(prepared.configuration, solve, &prepared.request,
                           &prepared.of_configuration, &prepared.warnings, arguments_.update_deps);
  }

  absl::Status Conclude(PreparedRequest& prepared, SolveOutcome outcome) {
    if (Conflict* const conflict = std::get_if<Conflict>(&outcome); conflict != nullptr) {
      ASSIGN_OR_RETURN(FixList fixes, FixesFor(arguments_, prepared, *conflict, kFixesOfLock,
                                               kSecondsForFixesOfLock));
      for (Fix& fix : fixes.fixes) {
        fix.request = Request();  // It points into the channels.
      }
      result_.outcome = PlatformConflict{LabelOf(prepared), std::move(*conflict), std::move(fixes)};
      return absl::OkStatus();
    }
    Plan& plan = std::get<Plan>(outcome);
    FillUrls(prepared.channels, &plan);
    LockedPlatform locked;
    locked.platform = prepared.platform;
    locked.environment = arguments_.file_environment;
    locked.content_hash = hash_;
    for (const LoadedChannel& channel : prepared.channels.channels) {
      locked.channels.push_back(StripCredentials(channel.url));
    }
    std::vector<MatchSpec> asked = plain_.specs;  // And what the configuration adds.
    asked.insert(asked.end(), prepared.request.specs.begin(), prepared.request.specs.end());
    const std::set<std::string> needed = NeededNames(Names(asked), RecordsOf(plan));
    for (const PlanPackage& package : plan.packages) {
      if (needed.contains(package.record.name) || before_ == nullptr) {
        locked.packages.push_back(package.record);
      }
    }
    std::ranges::sort(locked.packages, {}, &PackageRecord::name);
    locked.pip = pip_;
    SetCategories(plan, &locked);
    for (const MatchSpec& spec : plain_.specs) {
      locked.requested.insert(spec.name());
    }
    result_.outcome = std::move(locked);
    return absl::OkStatus();
  }

  // A package is of each category whose specs need it. What was asked for on the command line, or
  // by the configuration, is of "main".
  void SetCategories(const Plan& plan, LockedPlatform* locked) {
    std::map<std::string, std::vector<std::string>> roots = roots_;
    if (roots.empty() || (roots.size() == 1 && roots.contains("main"))) {
      return;
    }
    std::set<std::string> of_files;
    for (const auto& [category, names] : roots_) {
      of_files.insert(names.begin(), names.end());
    }
    for (const PlanPackage& package : plan.packages) {
      if (package.requested && !of_files.contains(package.record.name)) {
        roots["main"].push_back(package.record.name);
      }
    }
    for (const auto& [category, names] : roots) {
      for (const std::string& name : NeededNames(names, RecordsOf(plan))) {
        locked->categories[name].insert(category);
      }
    }
  }

  const Arguments& arguments_;
  const LockedPlatform* const before_;
  std::string hash_;
  std::vector<std::string> pip_;                           // Lines of requirements.
  std::map<std::string, std::vector<std::string>> roots_;  // Names asked for, by category.
  std::optional<Request> original_;                        // As it was prepared.
  Request plain_;                                          // Without what is locked.
  PlatformLock result_;
};

}  // namespace

absl::StatusOr<PlatformLock> LockPlatform(const Arguments& arguments, const LockPart& part,
                                          const LockedPlatform* before) {
  Arguments each = arguments;
  each.platform = part.platform;
  each.file_environment = part.environment;
  std::vector<std::string> also;
  for (const PackageRecord& record :
       before == nullptr ? std::vector<PackageRecord>() : before->packages) {
    also.push_back(record.name);
  }
  also.insert(also.end(), arguments.updates.begin(), arguments.updates.end());
  PlatformLocker locker(each, before);
  ASSIGN_OR_RETURN(
      const std::unique_ptr<PreparedRequest> prepared,
      PrepareAndAnswer(each, each.positional, also,
                       [&locker](PreparedRequest& request) { return locker.Answer(request); }));
  return locker.Take(prepared->warnings);
}

}  // namespace satchel

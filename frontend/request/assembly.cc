#include "frontend/request/assembly.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/fetch/shard.h"
#include "frontend/request/prefix.h"
#include "frontend/request/record_json.h"
#include "frontend/request/solve_settings.h"
#include "repodata/spec/channel_name.h"
#include "repodata/spec/record_match.h"

namespace satchel {
namespace {

class Assembler final {
 public:
  Assembler(RequestWords words, const Configuration& configuration, const std::string& platform)
      : words_(std::move(words)), configuration_(configuration), platform_(platform) {}

  absl::StatusOr<AssembledRequest> Assemble() {
    result_.request = std::move(words_.request);
    RETURN_IF_ERROR(SetLimits());
    RETURN_IF_ERROR(AddSpecs());
    RETURN_IF_ERROR(ReadEnvironment());
    RETURN_IF_ERROR(ReadInstalledFile());
    AddAggressiveUpdates();
    RETURN_IF_ERROR(AddDisallowed());
    RETURN_IF_ERROR(AddVirtualPackages());
    return std::move(result_);
  }

 private:
  Request& request() { return result_.request; }

  absl::Status SetLimits() {
    request().priority = ChannelPriorityOf(configuration_);
    return SetAgeLimits(configuration_, &request());
  }

  absl::Status AddSpecs() {
    for (const std::string& pin : configuration_.List("pinned_packages")) {
      RETURN_IF_ERROR(AddSpec({pin, "pinned_packages"}, &request().pins));
    }
    for (const std::string& path : words_.files) {
      ASSIGN_OR_RETURN(const RequestFile file, ReadRequestFile(path, platform_, words_.parts));
      RETURN_IF_ERROR(AddFile(file));
    }
    return absl::OkStatus();
  }

  absl::Status AddFile(const RequestFile& file) {
    for (const SpecText& spec : file.specs) {
      RETURN_IF_ERROR(AddSpec(spec, &request().specs));
    }
    // Exactly these packages; the solver then says whether they fit together.
    for (const ExplicitPackage& package : file.packages) {
      RETURN_IF_ERROR(
          AddSpec({package.name + " ==" + package.version + " " + package.build, package.where},
                  &request().specs));
    }
    Append(file.channels, &result_.file_channels);
    result_.nodefaults = result_.nodefaults || file.nodefaults;
    if (result_.environment_name.empty()) {
      result_.environment_name = file.name;
    }
    Append(file.warnings, &result_.warnings);
    return ApplySettings(file);
  }

  // A manifest's own settings; what the user configured counts more.
  absl::Status ApplySettings(const RequestFile& file) {
    if (!file.channel_priority.empty() && !configuration_.IsSet("channel_priority")) {
      ASSIGN_OR_RETURN(request().priority, PriorityOfWord(file.channel_priority));
    }
    if (!file.exclude_newer.empty() && !configuration_.IsSet("exclude_newer")) {
      ASSIGN_OR_RETURN(request().exclude_newer_ms, AgeLimitOfWord(file.exclude_newer));
    }
    return absl::OkStatus();
  }

  absl::Status ReadEnvironment() {
    if (words_.prefix.empty()) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(Prefix prefix, ReadPrefix(words_.prefix));
    result_.prefix = prefix.path;
    request().installed = std::move(prefix.installed);
    KeepExtras();
    for (const SpecText& pin : prefix.pins) {
      if (!words_.no_pin) {
        RETURN_IF_ERROR(AddSpec(pin, &request().pins));
      }
    }
    if (words_.freeze_installed) {
      PinInstalled();
    }
    if (prefix.frozen.has_value() && !words_.override_frozen) {
      result_.warnings.push_back(
          absl::StrFormat("%s is frozen: this plan may not be carried out %s", prefix.path,
                          std::string(StripSpace(*prefix.frozen))));
    }
    return absl::OkStatus();
  }

  // Who asks for a package anew does not give up the optional dependencies once asked for.
  void KeepExtras() {
    for (MatchSpec& spec : request().specs) {
      for (const InstalledPackage& package : request().installed) {
        if (package.record.name != spec.name() || !package.requested.has_value() ||
            package.requested->extras().empty() || !spec.extras().empty()) {
          continue;
        }
        std::string text = spec.ToString();
        if (text.ends_with(']')) {
          text.back() = ',';
        } else {
          text.push_back('[');
        }
        absl::StatusOr<MatchSpec> with_extras = MatchSpec::Parse(
            text + "extras=" + *package.requested->FieldText(SpecField::kExtras) + "]");
        if (with_extras.ok()) {
          spec = *std::move(with_extras);
        }
      }
    }
  }

  // What nobody names now stays as it is.
  void PinInstalled() {
    for (const InstalledPackage& package : request().installed) {
      const PackageRecord& record = package.record;
      const auto pin = MatchSpec::Parse(record.name + " ==" + record.version + " " + record.build);
      if (!IsNamed(request().specs, record.name) && pin.ok()) {
        request().pins.push_back(*pin);
      }
    }
  }

  absl::Status ReadInstalledFile() {
    if (words_.installed_file.empty()) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(RequestFile file, ReadRequestFile(words_.installed_file, platform_));
    if (!file.is_explicit) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--installed %s: not an @EXPLICIT file (a line @EXPLICIT, then one URL a line)",
          words_.installed_file));
    }
    result_.installed_packages = std::move(file.packages);
    return absl::OkStatus();
  }

  // As conda does: what is there of aggressive_update_packages is brought up to date with whatever
  // else changes.
  void AddAggressiveUpdates() {
    if (request().specs.empty() || configuration_.Bool("offline") || words_.freeze_installed ||
        request().update_all) {
      return;
    }
    for (const std::string& text : configuration_.List("aggressive_update_packages")) {
      const std::string name = DependencyName(text);
      const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(name);
      if (spec.ok() && IsInstalled(*spec) && !IsNamed(request().specs, name) &&
          !IsNamed(request().remove, name)) {
        request().specs.push_back(*spec);
        result_.of_configuration.push_back(name);
      }
    }
  }

  // What is installed all the same may stay.
  absl::Status AddDisallowed() {
    for (const std::string& text : configuration_.List("disallowed_packages")) {
      std::vector<MatchSpec> spec;
      RETURN_IF_ERROR(AddSpec({text, "disallowed_packages"}, &spec));
      if (!IsInstalled(spec[0])) {
        request().remove.push_back(std::move(spec[0]));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddVirtualPackages() {
    if (words_.has_virtual_packages) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(VirtualPackages packages,
                     ListVirtualPackages(platform_, DetectHost(), &LookUpEnvironment));
    request().virtual_packages = std::move(packages.records);
    Append(packages.notes, &result_.warnings);
    return absl::OkStatus();
  }

  bool IsInstalled(const MatchSpec& spec) const {
    return std::ranges::any_of(result_.request.installed, [&spec](const InstalledPackage& package) {
      return MatchesRecord(spec, package.record);
    });
  }

  static bool IsNamed(const std::vector<MatchSpec>& specs, const std::string& name) {
    return std::ranges::any_of(specs,
                               [&name](const MatchSpec& spec) { return spec.name() == name; });
  }

  static void Append(const std::vector<std::string>& from, std::vector<std::string>* to) {
    to->insert(to->end(), from.begin(), from.end());
  }

  RequestWords words_;
  const Configuration& configuration_;
  const std::string& platform_;
  AssembledRequest result_;
};

}  // namespace

absl::StatusOr<AssembledRequest> AssembleRequest(RequestWords words,
                                                 const Configuration& configuration,
                                                 const std::string& platform) {
  return Assembler(std::move(words), configuration, platform).Assemble();
}

absl::Status AddSpec(const SpecText& spec, std::vector<MatchSpec>* specs) {
  absl::StatusOr<MatchSpec> parsed = MatchSpec::Parse(spec.text);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %s", spec.where, ToStd(parsed.status().message())));
  }
  specs->push_back(*std::move(parsed));
  return absl::OkStatus();
}

absl::Status AddChannelsOfSpecs(const std::vector<MatchSpec>& specs, const ChannelSource& source,
                                const std::string& platform, std::vector<std::string>* typed) {
  std::vector<std::string> names = *typed;
  for (const std::string& channel : *typed) {
    ASSIGN_OR_RETURN(const std::vector<ChannelLocation> locations,
                     source.Locate(channel, platform));
    for (const ChannelLocation& location : locations) {
      names.push_back(location.name);
      names.push_back(CanonicalChannelName(location.name));
    }
  }
  for (const MatchSpec& spec : specs) {
    std::string channel(spec.channel());
    const bool is_name =
        channel.find("://") == std::string::npos && channel.find('*') == std::string::npos;
    if (!channel.empty() && is_name && std::ranges::count(names, channel) == 0) {
      names.push_back(channel);
      typed->push_back(std::move(channel));
    }
  }
  return absl::OkStatus();
}

absl::Status FindInstalled(const LoadedChannels& channels, const std::string& file,
                           const std::vector<ExplicitPackage>& installed_packages, Request* request,
                           std::vector<std::string>* warnings) {
  request->installed.clear();
  FoundPackages found = FindPackages(channels, installed_packages);
  warnings->insert(warnings->end(), found.warnings.begin(), found.warnings.end());
  for (PackageRecord& record : found.records) {
    for (const InstalledPackage& other : request->installed) {
      if (other.record.name == record.name) {
        return absl::InvalidArgumentError(
            absl::StrFormat("--installed %s: '%s' occurs twice", file, record.name));
      }
    }
    request->installed.push_back({std::move(record), std::nullopt});
  }
  return absl::OkStatus();
}

}  // namespace satchel

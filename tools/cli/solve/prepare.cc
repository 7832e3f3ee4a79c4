#include "tools/cli/solve/prepare.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/config/cache_directory.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/fetch/index_cache.h"
#include "frontend/fetch/local_channel_source.h"
#include "frontend/fetch/shard.h"
#include "frontend/files.h"
#include "frontend/request/prefix.h"
#include "frontend/request/record_json.h"
#include "frontend/request/request_names.h"
#include "frontend/request/solve_settings.h"
#include "repodata/spec/channel_name.h"
#include "repodata/spec/record_match.h"
#include "tools/cli/channels/query.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/settings.h"

namespace satchel {
namespace {

bool EndsLikeFile(std::string_view text) {
  return text.ends_with(".yml") || text.ends_with(".yaml") || text.ends_with(".txt");
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

class Preparer final {
 public:
  Preparer(const Arguments& arguments, const std::vector<std::string>& specs,
           const std::vector<std::string>& also)
      : arguments_(arguments), specs_(specs), also_(also) {}

  // All that does not depend on what the channels have.
  absl::Status ReadRequest() {
    RETURN_IF_ERROR(CheckCombinations());
    RETURN_IF_ERROR(ReadConfiguration());
    RETURN_IF_ERROR(SetOptions());
    RETURN_IF_ERROR(ReadSpecs());
    RETURN_IF_ERROR(ReadEnvironment());
    RETURN_IF_ERROR(ReadInstalledFile());
    AddAggressiveUpdates();
    RETURN_IF_ERROR(AddDisallowed());
    RETURN_IF_ERROR(AddVirtualPackages());  // Before threads are started.
    num_request_warnings_ = result_->warnings.size();
    return absl::OkStatus();
  }

  // The rest; may be done again. With `rebuild` no index is read from the cache.
  absl::Status ReadChannels(bool rebuild) {
    result_->warnings.resize(num_request_warnings_);
    for (const std::string& damaged : std::exchange(dropped_, {})) {
      result_->warnings.push_back(
          absl::StrFormat("the cached index %s was damaged; it was made anew", damaged));
    }
    RETURN_IF_ERROR(LoadChannelsTyped(rebuild));
    RETURN_IF_ERROR(FindInstalled());
    AdoptChannels(result_->channels, &request().installed);
    result_->not_found = UnknownNames(request());
    return RefuseFileNames();
  }

  // Whether what was read of the channels so far may be wrong.
  bool DropDamaged() {
    dropped_ = result_->channels.DropDamaged();
    return !dropped_.empty();
  }

  PreparedRequest& result() { return *result_; }
  std::unique_ptr<PreparedRequest> Take() { return std::move(result_); }

 private:
  Request& request() { return result_->request; }
  const Request& request() const { return result_->request; }

  bool HasPrefix() const { return !arguments_.name.empty() || !arguments_.prefix.empty(); }

  absl::Status CheckCombinations() const {
    if (HasPrefix() && !arguments_.installed.empty()) {
      return absl::InvalidArgumentError(
          "--installed and --prefix or --name are both environments; give one");
    }
    if (arguments_.no_deps && arguments_.only_deps) {
      return absl::InvalidArgumentError("--no-deps and --only-deps leave nothing; give one");
    }
    return absl::OkStatus();
  }

  // The prefix first: its own .condarc counts.
  absl::Status ReadConfiguration() {
    if (HasPrefix()) {
      ASSIGN_OR_RETURN(result_->prefix, ExistingPrefix(arguments_));
    }
    ASSIGN_OR_RETURN(result_->configuration, LoadSettings(arguments_, result_->prefix));
    AddWarnings(configuration().warnings());
    ASSIGN_OR_RETURN(result_->platform, PlatformOf(configuration()));
    return absl::OkStatus();
  }

  const Configuration& configuration() const { return result_->configuration; }

  absl::Status SetOptions() {
    request().priority = ChannelPriorityOf(configuration());
    request().update_all = arguments_.update_all;
    request().prune = arguments_.prune;
    request().ignore_dependencies = arguments_.no_deps;
    const auto limit = ExcludeNewerOf(configuration());
    if (!limit.ok()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: %s", arguments_.exclude_newer.empty() ? "exclude_newer" : "--exclude-newer",
          ToStd(limit.status().message())));
    }
    request().exclude_newer_ms = *limit;
    return absl::OkStatus();
  }

  absl::Status ReadSpecs() {
    for (std::size_t i = 0; i < specs_.size(); ++i) {
      RETURN_IF_ERROR(
          AddSpec({specs_[i], absl::StrFormat("argument %d", i + 1)}, &request().specs));
    }
    for (const std::string& pin : arguments_.pins) {
      RETURN_IF_ERROR(AddSpec({pin, "--pin"}, &request().pins));
    }
    for (const std::string& pin : configuration().List("pinned_packages")) {
      RETURN_IF_ERROR(AddSpec({pin, "pinned_packages"}, &request().pins));
    }
    for (const std::string& name : arguments_.remove) {
      RETURN_IF_ERROR(AddSpec({name, "--remove"}, &request().remove));
    }
    for (const std::string& path : arguments_.files) {
      ASSIGN_OR_RETURN(const RequestFile file, ReadRequestFile(path, result_->platform));
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
    file_channels_.insert(file_channels_.end(), file.channels.begin(), file.channels.end());
    nodefaults_ = nodefaults_ || file.nodefaults;
    if (result_->environment_name.empty()) {
      result_->environment_name = file.name;
    }
    AddWarnings(file.warnings);
    return absl::OkStatus();
  }

  absl::Status ReadEnvironment() {
    if (!HasPrefix()) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(Prefix prefix, ReadPrefix(result_->prefix));
    result_->prefix = prefix.path;
    request().installed = std::move(prefix.installed);
    for (const SpecText& pin : prefix.pins) {
      if (!arguments_.no_pin) {
        RETURN_IF_ERROR(AddSpec(pin, &request().pins));
      }
    }
    if (arguments_.freeze_installed) {
      PinInstalled();
    }
    if (prefix.frozen.has_value() && !arguments_.override_frozen) {
      result_->warnings.push_back(
          absl::StrFormat("%s is frozen: this plan may not be carried out %s", prefix.path,
                          std::string(StripSpace(*prefix.frozen))));
    }
    return absl::OkStatus();
  }

  // --freeze-installed: what nobody names now stays as it is.
  void PinInstalled() {
    for (const InstalledPackage& package : request().installed) {
      const PackageRecord& record = package.record;
      const bool is_named = std::ranges::any_of(
          request().specs, [&record](const MatchSpec& spec) { return spec.name() == record.name; });
      const auto pin = MatchSpec::Parse(record.name + " ==" + record.version + " " + record.build);
      if (!is_named && pin.ok()) {
        request().pins.push_back(*pin);
      }
    }
  }

  bool IsInstalled(const MatchSpec& spec) const {
    return std::ranges::any_of(request().installed, [&spec](const InstalledPackage& package) {
      return MatchesRecord(spec, package.record);
    });
  }

  // As conda does: what is there of aggressive_update_packages is brought up to date with whatever
  // else changes.
  void AddAggressiveUpdates() {
    if (request().specs.empty() || configuration().Bool("offline") || arguments_.freeze_installed ||
        arguments_.update_all) {
      return;
    }
    for (const std::string& text : configuration().List("aggressive_update_packages")) {
      const std::string name = DependencyName(text);
      const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(name);
      const auto is_it = [&name](const MatchSpec& other) { return other.name() == name; };
      if (spec.ok() && IsInstalled(*spec) && std::ranges::none_of(request().specs, is_it) &&
          std::ranges::none_of(request().remove, is_it)) {
        request().specs.push_back(*spec);
        result_->of_configuration.push_back(name);
      }
    }
  }

  // What is installed all the same may stay.
  absl::Status AddDisallowed() {
    for (const std::string& text : configuration().List("disallowed_packages")) {
      std::vector<MatchSpec> spec;
      RETURN_IF_ERROR(AddSpec({text, "disallowed_packages"}, &spec));
      if (!IsInstalled(spec[0])) {
        request().remove.push_back(std::move(spec[0]));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddVirtualPackages() {
    ASSIGN_OR_RETURN(VirtualPackages packages,
                     ListVirtualPackages(result_->platform, DetectHost(), &LookUpEnvironment));
    request().virtual_packages = std::move(packages.records);
    AddWarnings(packages.notes);
    return absl::OkStatus();
  }

  absl::Status LoadChannelsTyped(bool rebuild) {
    if (arguments_.without_channels) {
      return absl::OkStatus();
    }
    std::vector<std::string> typed =
        ChannelsOf(arguments_, configuration(), file_channels_, nodefaults_);
    const bool only_removes = !arguments_.remove.empty() && request().specs.empty();
    if (typed.empty() && !only_removes) {
      return absl::InvalidArgumentError(
          "no channel to take packages from; name one with -c, as in "
          "'satchel solve numpy -c conda-forge', or for good with "
          "'satchel config --append channels conda-forge'");
    }
    IndexCacheOptions cache_options;
    cache_options.directory = IndexDirectoryOf(arguments_);
    cache_options.rebuild = rebuild;
    IndexCache cache(std::move(cache_options));
    ASSIGN_OR_RETURN(LocalChannelSource local,
                     LocalChannelSource::Create(LocalAlias(arguments_), &cache));
    ASSIGN_OR_RETURN(const std::unique_ptr<ChannelSource> source,
                     OpenChannels(arguments_, configuration(), std::move(local)));
    if (!arguments_.override_channels) {
      RETURN_IF_ERROR(AddChannelsOfSpecs(*source, &typed));
    }
    ASSIGN_OR_RETURN(result_->channels, LoadChannels(*source, typed, result_->platform, Wanted()));
    AddWarnings(result_->channels.warnings);
    AddWarnings(cache.TakeWarnings());
    request().channels = result_->channels.Views();
    return absl::OkStatus();
  }

  // What the solve may look at, but for what depends on it.
  WantedNames Wanted() const {
    WantedNames wanted = NamesToFetch(result_->request);
    wanted.names.insert(wanted.names.end(), also_.begin(), also_.end());
    if (configuration().Bool("add_pip_as_python_dependency")) {
      wanted.names.emplace_back("pip");
    }
    return wanted;
  }

  // As conda does: the channel of `chan::pkg` is searched too, after all others.
  absl::Status AddChannelsOfSpecs(const ChannelSource& source,
                                  std::vector<std::string>* typed) const {
    std::vector<std::string> names = *typed;
    for (const std::string& channel : *typed) {
      ASSIGN_OR_RETURN(const std::vector<ChannelLocation> locations,
                       source.Locate(channel, result_->platform));
      for (const ChannelLocation& location : locations) {
        names.push_back(location.name);
        names.push_back(CanonicalChannelName(location.name));
      }
    }
    for (const MatchSpec& spec : result_->request.specs) {
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

  absl::Status ReadInstalledFile() {
    if (arguments_.installed.empty()) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const RequestFile file,
                     ReadRequestFile(arguments_.installed, result_->platform));
    if (!file.is_explicit) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--installed %s: not an @EXPLICIT file (a line @EXPLICIT, then one URL a line)",
          arguments_.installed));
    }
    for (const ExplicitPackage& package : file.packages) {
      also_.push_back(package.name);
    }
    installed_packages_ = file.packages;
    return absl::OkStatus();
  }

  absl::Status FindInstalled() {
    if (arguments_.installed.empty()) {
      return absl::OkStatus();
    }
    request().installed.clear();
    FoundPackages found = FindPackages(result_->channels, installed_packages_);
    AddWarnings(found.warnings);
    for (PackageRecord& record : found.records) {
      for (const InstalledPackage& other : request().installed) {
        if (other.record.name == record.name) {
          return absl::InvalidArgumentError(absl::StrFormat("--installed %s: '%s' is there twice",
                                                            arguments_.installed, record.name));
        }
      }
      request().installed.push_back({std::move(record), std::nullopt});
    }
    return absl::OkStatus();
  }

  // There are packages with such names (ruamel.yaml), so only what is no package is taken for a
  // file.
  absl::Status RefuseFileNames() const {
    for (std::size_t i = 0; i < specs_.size(); ++i) {
      if (EndsLikeFile(specs_[i]) &&
          std::ranges::binary_search(result_->not_found, request().specs[i].name())) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "argument %d: no channel has a package '%s'; if it is a file, write --file %s", i + 1,
            request().specs[i].name(), specs_[i]));
      }
    }
    return absl::OkStatus();
  }

  void AddWarnings(const std::vector<std::string>& warnings) {
    result_->warnings.insert(result_->warnings.end(), warnings.begin(), warnings.end());
  }

  const Arguments& arguments_;
  const std::vector<std::string>& specs_;
  std::vector<std::string> file_channels_;
  std::vector<ExplicitPackage> installed_packages_;  // Of --installed.
  std::size_t num_request_warnings_ = 0;
  std::vector<std::string> dropped_;  // Damaged indexes.
  bool nodefaults_ = false;
  std::vector<std::string> also_;  // Names to fetch beyond those of the request.
  std::unique_ptr<PreparedRequest> result_ = std::make_unique<PreparedRequest>();
};

}  // namespace

absl::StatusOr<std::unique_ptr<PreparedRequest>> Prepare(const Arguments& arguments,
                                                         const std::vector<std::string>& specs) {
  return PrepareAndAnswer(arguments, specs, {}, [](PreparedRequest&) { return absl::OkStatus(); });
}

absl::StatusOr<std::unique_ptr<PreparedRequest>> PrepareAndAnswer(
    const Arguments& arguments, const std::vector<std::string>& specs,
    const std::vector<std::string>& also,
    const std::function<absl::Status(PreparedRequest&)>& answer) {
  Preparer preparer(arguments, specs, also);
  RETURN_IF_ERROR(preparer.ReadRequest());
  const auto attempt = [&](bool rebuild) {
    const absl::Status read = preparer.ReadChannels(rebuild);
    return read.ok() ? answer(preparer.result()) : read;
  };
  absl::Status answered = attempt(/*rebuild=*/false);
  if (preparer.DropDamaged()) {
    answered = attempt(/*rebuild=*/true);
  }
  RETURN_IF_ERROR(answered);
  return preparer.Take();
}

std::string IndexDirectoryOf(const Arguments& arguments) {
  const bool is_off =
      arguments.no_index_cache || !LookUpEnvironment("SATCHEL_NO_INDEX_CACHE").value_or("").empty();
  return is_off ? "" : IndexDirectory(&LookUpEnvironment);
}

absl::StatusOr<std::vector<ExplicitPackage>> ReadPlan(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path == "-" ? "/dev/stdin" : path));
  if (StripSpace(text).starts_with("{")) {
    return ParsePlanJson(text, path);
  }
  ASSIGN_OR_RETURN(RequestFile file, ParseSpecsText(text, path));
  if (!file.is_explicit) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: neither an @EXPLICIT file nor the output of 'satchel solve --json'", path));
  }
  return std::move(file.packages);
}

}  // namespace satchel

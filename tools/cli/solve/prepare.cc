#include "tools/cli/solve/prepare.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/config/cache_directory.h"
#include "frontend/config/time_limit.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/fetch/index_cache.h"
#include "frontend/fetch/local_channel_source.h"
#include "frontend/fetch/source_options.h"
#include "frontend/files.h"
#include "frontend/request/assembly.h"
#include "frontend/request/record_json.h"
#include "frontend/request/request_names.h"
#include "frontend/request/solve_settings.h"
#include "tools/cli/channels/query.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/solve/name_hints.h"

namespace satchel {
namespace {

bool EndsLikeFile(std::string_view text) {
  return text.ends_with(".yml") || text.ends_with(".yaml") || text.ends_with(".txt");
}

absl::Status AddSpecs(const std::vector<std::string>& texts, const std::string& where,
                      std::vector<MatchSpec>* specs) {
  for (const std::string& text : texts) {
    RETURN_IF_ERROR(AddSpec({text, where}, specs));
  }
  return absl::OkStatus();
}

bool HasPrefix(const TargetArguments& arguments) {
  return !arguments.name.empty() || !arguments.prefix.empty();
}

absl::Status CheckCombinations(const Arguments& arguments) {
  if (HasPrefix(arguments) && !arguments.installed.empty()) {
    return absl::InvalidArgumentError(
        "--installed and --prefix or --name are both environments; give one");
  }
  if (arguments.no_deps && arguments.only_deps) {
    return absl::InvalidArgumentError("--no-deps and --only-deps leave nothing; give one");
  }
  return absl::OkStatus();
}

// The command line in the terms of a request.
absl::StatusOr<RequestWords> WordsOf(const Arguments& arguments,
                                     const std::vector<std::string>& specs,
                                     const std::string& prefix) {
  RequestWords words;
  words.request.update_all = arguments.update_all;
  words.request.prune = arguments.prune;
  words.request.ignore_dependencies = arguments.no_deps;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    RETURN_IF_ERROR(
        AddSpec({specs[i], absl::StrFormat("argument %d", i + 1)}, &words.request.specs));
  }
  RETURN_IF_ERROR(AddSpecs(arguments.pins, "--pin", &words.request.pins));
  RETURN_IF_ERROR(AddSpecs(arguments.remove, "--remove", &words.request.remove));
  words.files = arguments.files;
  words.parts = PartsOf(arguments);
  words.installed_file = arguments.installed;
  words.prefix = prefix;
  words.no_pin = arguments.no_pin;
  words.freeze_installed = arguments.freeze_installed;
  words.override_frozen = arguments.override_frozen;
  return words;
}

// The value is in the configuration by now, where the option's name is not.
absl::Status CheckExcludeNewer(const ChannelArguments& arguments) {
  const absl::Status status = ParseTimeLimit(arguments.exclude_newer, 0).status();
  return arguments.exclude_newer.empty() || status.ok()
             ? absl::OkStatus()
             : absl::InvalidArgumentError(
                   absl::StrFormat("--exclude-newer: %s", ToStd(status.message())));
}

class Preparer final {
 public:
  Preparer(const Arguments& arguments, const std::vector<std::string>& specs,
           const std::vector<std::string>& also)
      : arguments_(arguments), specs_(specs), also_(also) {}

  // All that does not depend on what the channels have.
  absl::Status ReadRequest() {
    RETURN_IF_ERROR(CheckCombinations(arguments_));
    RETURN_IF_ERROR(ReadConfiguration());
    RETURN_IF_ERROR(CheckExcludeNewer(arguments_));
    ASSIGN_OR_RETURN(RequestWords words, WordsOf(arguments_, specs_, result_->prefix));
    ASSIGN_OR_RETURN(assembled_,
                     AssembleRequest(std::move(words), configuration(), result_->platform));
    result_->request = std::move(assembled_.request);
    result_->prefix = assembled_.prefix;
    result_->environment_name = assembled_.environment_name;
    result_->of_configuration = assembled_.of_configuration;
    for (const ExplicitPackage& package : assembled_.installed_packages) {
      also_.push_back(package.name);
    }
    AddWarnings(assembled_.warnings);
    num_request_warnings_ = result_->warnings.size();
    return absl::OkStatus();
  }

  // The rest; may be done again. With `rebuild` no index is read from the cache.
  absl::Status ReadChannels(bool rebuild) {
    result_->warnings.resize(num_request_warnings_);
    for (const std::string& damaged : std::exchange(dropped_, {})) {
      result_->warnings.push_back(
          absl::StrFormat("the cached index %s was damaged; it was rebuilt", damaged));
    }
    RETURN_IF_ERROR(LoadChannelsTyped(rebuild));
    if (!arguments_.installed.empty()) {
      RETURN_IF_ERROR(FindInstalled(result_->channels, arguments_.installed,
                                    assembled_.installed_packages, &request(), &result_->warnings));
    }
    AdoptChannels(result_->channels, &request().installed);
    result_->not_found = UnknownNames(request());
    if (!result_->not_found.empty() && !arguments_.without_channels) {
      AddWarnings(NameHints(arguments_, result_->platform, typed_channels_, result_->not_found));
    }
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
  const Configuration& configuration() const { return result_->configuration; }

  // The prefix first: its own .condarc counts.
  absl::Status ReadConfiguration() {
    if (HasPrefix(arguments_)) {
      ASSIGN_OR_RETURN(result_->prefix, ExistingPrefix(arguments_));
    }
    ASSIGN_OR_RETURN(result_->configuration, LoadSettings(arguments_, result_->prefix));
    AddWarnings(configuration().warnings());
    ASSIGN_OR_RETURN(result_->platform, PlatformOf(configuration()));
    return absl::OkStatus();
  }

  absl::Status LoadChannelsTyped(bool rebuild) {
    if (arguments_.without_channels) {
      return absl::OkStatus();
    }
    std::vector<std::string> typed =
        ChannelsOf(arguments_, configuration(), assembled_.file_channels, assembled_.nodefaults);
    const bool only_removes = !arguments_.remove.empty() && request().specs.empty();
    const bool specs_have_channels =
        !arguments_.override_channels && std::ranges::any_of(request().specs, [](const auto& spec) {
          return !std::string_view(spec.channel()).empty();
        });
    if (typed.empty() && !only_removes && !specs_have_channels) {
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
      RETURN_IF_ERROR(AddChannelsOfSpecs(request().specs, *source, result_->platform, &typed));
    }
    typed_channels_ = typed;
    WantedNames wanted = NamesToFetch(request(), configuration());
    wanted.names.insert(wanted.names.end(), also_.begin(), also_.end());
    ASSIGN_OR_RETURN(result_->channels, LoadChannels(*source, typed, result_->platform, wanted,
                                                     RelationOptionsOf(configuration())));
    AddWarnings(result_->channels.warnings);
    AddWarnings(cache.TakeWarnings());
    request().channels = result_->channels.Views();
    return SetChannelAgeLimits(configuration(), &request());
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
  std::vector<std::string> also_;  // Names to fetch beyond those of the request.
  AssembledRequest assembled_;     // Without its request.
  std::vector<std::string> typed_channels_;
  std::size_t num_request_warnings_ = 0;
  std::vector<std::string> dropped_;  // Damaged indexes.
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

std::string IndexDirectoryOf(const ChannelArguments& arguments) {
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

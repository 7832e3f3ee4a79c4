#include "api/prepared.h"

#include <utility>

#include "base/status_macros.h"
#include "frontend/config/cache_directory.h"
#include "frontend/config/platform.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/export/conflict_text.h"
#include "frontend/export/package_url.h"
#include "frontend/fetch/index_cache.h"
#include "frontend/fetch/local_channel_source.h"
#include "frontend/fetch/network_channel_source.h"
#include "frontend/fetch/network_config.h"
#include "frontend/fetch/source_options.h"
#include "frontend/link/record/conda_meta.h"
#include "frontend/request/request_names.h"
#include "frontend/request/solve_configured.h"
#include "frontend/request/solve_settings.h"

namespace satchel {
namespace {

constexpr const char* kObjectiveNames[] = {"newest", "ordered", "lowest", "lowest-direct",
                                           "fewest-changes"};

}  // namespace

absl::StatusOr<LoadedChannels> OpenChannels(const satchel_request& handle,
                                            const std::vector<std::string>& also, bool everything) {
  ASSIGN_OR_RETURN(const Configuration configuration, ConfigurationOf(handle));
  ASSIGN_OR_RETURN(const std::string platform, PlatformOf(configuration));
  IndexCacheOptions cache_options;
  cache_options.directory = IndexDirectory(&LookUpEnvironment);
  cache_options.access = IndexAccess::kCopy;  // No handler of signals in somebody else's process.
  IndexCache cache(std::move(cache_options));
  ASSIGN_OR_RETURN(LocalChannelSource local, LocalChannelSource::Create("", &cache));
  ASSIGN_OR_RETURN(NetworkOptions network, MakeNetworkOptions(configuration, &LookUpEnvironment));
  network.user_agent = std::string("libsatchel/") + SATCHEL_LIBRARY_VERSION + " (" + platform + ")";
  NetworkSourceOptions options = SourceOptionsOf(configuration);
  options.watch.cancel = &handle.cancelled;
  const NetworkChannelSource source(std::move(local), ChannelNames(configuration, ""),
                                    std::move(network), std::move(options));
  std::vector<std::string> typed = handle.channels;
  RETURN_IF_ERROR(AddChannelsOfSpecs(handle.request.specs, source, platform, &typed));
  WantedNames wanted = NamesToFetch(handle.request, configuration);
  wanted.names.insert(wanted.names.end(), also.begin(), also.end());
  if (everything && handle.request.specs.empty() && handle.request.installed.empty()) {
    wanted = WantedNames();
  }
  return LoadChannels(source, typed, platform, wanted, RelationOptionsOf(configuration));
}

absl::StatusOr<std::unique_ptr<PreparedHandle>> PreparedHandle::Make(
    const satchel_request& handle, const satchel_channels* opened,
    const std::vector<std::string>& also) {
  std::unique_ptr<PreparedHandle> prepared(new PreparedHandle(handle, opened));
  RETURN_IF_ERROR(prepared->Prepare(also));
  return prepared;
}

absl::Status PreparedHandle::Prepare(const std::vector<std::string>& also) {
  ASSIGN_OR_RETURN(configuration_, ConfigurationOf(handle_));
  ASSIGN_OR_RETURN(platform_, PlatformOf(configuration_));
  RequestWords words;
  words.request = handle_.request;
  words.has_virtual_packages = handle_.has_virtual_packages;
  ASSIGN_OR_RETURN(assembled_, AssembleRequest(std::move(words), configuration_, platform_));
  if (opened_ == nullptr) {
    ASSIGN_OR_RETURN(own_, OpenChannels(handle_, also, /*everything=*/false));
  }
  request().channels = channels().Views();
  RETURN_IF_ERROR(SetChannelAgeLimits(configuration_, &request()));
  AdoptChannels(channels(), &request().installed);
  warnings_ = assembled_.warnings;
  warnings_.insert(warnings_.end(), channels().warnings.begin(), channels().warnings.end());
  return absl::OkStatus();
}

SolveOptions PreparedHandle::Options() const {
  SolveOptions options = handle_.options;
  options.cancel = &handle_.cancelled;
  return options;
}

absl::StatusOr<SolveOutcome> PreparedHandle::Solve(const SolveOptions& options) {
  const auto solve = [&options](const Request& asked) { return satchel::Solve(asked, options); };
  return SolveConfigured(configuration_, solve, &request(), &assembled_.of_configuration,
                         &warnings_);
}

AnswerContext PreparedHandle::Context(Objective objective) const {
  AnswerContext context;
  context.platform = platform_;
  context.prefix = handle_.prefix;
  context.objective = kObjectiveNames[static_cast<int>(objective)];
  context.not_found = UnknownNames(assembled_.request);
  context.warnings = warnings_;
  return context;
}

absl::Status PreparedHandle::CheckIndexes() const {
  return channels().DropDamaged().empty()
             ? absl::OkStatus()
             : absl::DataLossError("a cached index was damaged and has been removed; solve again");
}

std::vector<std::string> FieldsOf(const PackageRecord& record) {
  return {
      record.name, record.version, record.build, record.channel, record.subdir,
      record.fn,   record.url,     record.md5,   record.sha256,  RepodataRecordText(record, "")};
}

void SetOutcome(SolveOutcome outcome, FixList fixes, AnswerContext context,
                const LoadedChannels& channels, satchel_result* result) {
  if (Plan* const plan = std::get_if<Plan>(&outcome); plan != nullptr) {
    FillUrls(channels, plan);
    result->has_plan = true;
    result->is_proven = plan->proven;
    result->json = ToJson(*plan, context);
    for (const PlanPackage& package : plan->packages) {
      result->lists[SATCHEL_PACKAGES].push_back(FieldsOf(package.record));
    }
    for (const PackageRecord& record : plan->link) {
      result->lists[SATCHEL_LINK].push_back(FieldsOf(record));
    }
    for (const PackageRecord& record : plan->unlink) {
      result->lists[SATCHEL_UNLINK].push_back(FieldsOf(record));
    }
  } else {
    Conflict& conflict = std::get<Conflict>(outcome);
    result->json = ToJson(conflict, fixes, context);
    result->text = ToText(conflict, ConflictTextOptions());
    conflict.explained.reset();  // It points into the channels, and so do the fixes' requests.
    for (Fix& fix : fixes.fixes) {
      fix.request = Request();
    }
  }
  for (const LoadedChannel& channel : channels.channels) {
    result->channel_names.push_back(channel.name);
    result->channel_urls.push_back(channel.url);
  }
  result->outcome = std::move(outcome);
  result->fixes = std::move(fixes);
  result->context = std::move(context);
}

}  // namespace satchel

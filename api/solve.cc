// The part of satchel.h that answers.

#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "frontend/config/cache_directory.h"
#include "frontend/config/platform.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/export/conflict_text.h"
#include "frontend/export/package_url.h"
#include "frontend/export/plan_json.h"
#include "frontend/fetch/network_config.h"
#include "frontend/fetch/source_options.h"
#include "frontend/link/record/conda_meta.h"
#include "frontend/request/assembly.h"
#include "frontend/request/request_names.h"
#include "frontend/request/solve_configured.h"
#include "frontend/request/solve_settings.h"
#include "solver/explain/fixes.h"

#include "api/handles.h"

namespace satchel {
namespace {

// The request with all that the configuration and the machine say, but for the channels.
absl::StatusOr<AssembledRequest> Assemble(const satchel_request& handle,
                                          const Configuration& configuration,
                                          const std::string& platform) {
  RequestWords words;
  words.request = handle.request;
  words.has_virtual_packages = handle.has_virtual_packages;
  return AssembleRequest(std::move(words), configuration, platform);
}

absl::StatusOr<LoadedChannels> Open(const satchel_request& handle,
                                    const Configuration& configuration,
                                    const std::string& platform) {
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
  return LoadChannels(source, typed, platform, NamesToFetch(handle.request, configuration),
                      RelationOptionsOf(configuration));
}

std::vector<std::string> FieldsOf(const PackageRecord& record) {
  return {
      record.name, record.version, record.build, record.channel, record.subdir,
      record.fn,   record.url,     record.md5,   record.sha256,  RepodataRecordText(record, "")};
}

void SetPlan(Plan plan, const AnswerContext& context, satchel_result* result) {
  result->has_plan = true;
  result->is_proven = plan.proven;
  result->json = ToJson(plan, context);
  for (const PlanPackage& package : plan.packages) {
    result->lists[SATCHEL_PACKAGES].push_back(FieldsOf(package.record));
  }
  for (const PackageRecord& record : plan.link) {
    result->lists[SATCHEL_LINK].push_back(FieldsOf(record));
  }
  for (const PackageRecord& record : plan.unlink) {
    result->lists[SATCHEL_UNLINK].push_back(FieldsOf(record));
  }
}

absl::Status SetConflict(const satchel_request& handle, const Request& request,
                         const Conflict& conflict, const AnswerContext& context,
                         satchel_result* result) {
  FixList fixes;
  if (handle.max_fixes > 0) {
    FixOptions options;
    options.max_fixes = handle.max_fixes;
    options.budget_seconds = handle.seconds_for_fixes;
    options.objective = handle.options.objective;
    options.cancel = &handle.cancelled;
    options.explained = conflict.explained;
    ASSIGN_OR_RETURN(fixes, FindFixes(request, options));
  }
  result->json = ToJson(conflict, fixes, context);
  result->text = ToText(conflict, ConflictTextOptions()) +
                 (handle.max_fixes > 0 ? ToText(fixes, ConflictTextOptions()) : "");
  return absl::OkStatus();
}

constexpr const char* kObjectiveNames[] = {"newest", "ordered", "lowest", "lowest-direct",
                                           "fewest-changes"};

absl::StatusOr<satchel_result*> SolveHandle(const satchel_request& handle,
                                            const satchel_channels* opened) {
  ASSIGN_OR_RETURN(const Configuration configuration, ConfigurationOf(handle));
  ASSIGN_OR_RETURN(const std::string platform, PlatformOf(configuration));
  ASSIGN_OR_RETURN(AssembledRequest assembled, Assemble(handle, configuration, platform));
  Request& request = assembled.request;
  LoadedChannels own;
  if (opened == nullptr) {
    ASSIGN_OR_RETURN(own, Open(handle, configuration, platform));
  }
  const LoadedChannels& channels = opened == nullptr ? own : opened->loaded;
  request.channels = channels.Views();
  RETURN_IF_ERROR(SetChannelAgeLimits(configuration, &request));
  AdoptChannels(channels, &request.installed);
  SolveOptions options = handle.options;
  options.cancel = &handle.cancelled;
  std::vector<std::string> warnings = std::move(assembled.warnings);
  warnings.insert(warnings.end(), channels.warnings.begin(), channels.warnings.end());
  const auto solve = [&options](const Request& asked) { return Solve(asked, options); };
  ASSIGN_OR_RETURN(SolveOutcome outcome, SolveConfigured(configuration, solve, &request,
                                                         &assembled.of_configuration, &warnings));
  if (!channels.DropDamaged().empty()) {
    return absl::DataLossError("a cached index was damaged and has been removed; solve again");
  }
  AnswerContext context;
  context.platform = platform;
  context.prefix = handle.prefix;
  context.objective = kObjectiveNames[static_cast<int>(handle.options.objective)];
  context.not_found = UnknownNames(request);
  context.warnings = std::move(warnings);
  auto result = std::make_unique<satchel_result>();
  if (Plan* plan = std::get_if<Plan>(&outcome); plan != nullptr) {
    FillUrls(channels, plan);
    SetPlan(std::move(*plan), context, result.get());
  } else {
    RETURN_IF_ERROR(
        SetConflict(handle, request, std::get<Conflict>(outcome), context, result.get()));
  }
  return result.release();
}

}  // namespace
}  // namespace satchel

extern "C" {

satchel_code satchel_channels_open(const satchel_request* request, satchel_channels** channels,
                                   char** error) {
  return satchel::Guarded(error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(request, "the request"));
    RETURN_IF_ERROR(satchel::CheckGiven(channels, "the place for the channels"));
    *channels = nullptr;
    ASSIGN_OR_RETURN(const satchel::Configuration configuration,
                     satchel::ConfigurationOf(*request));
    ASSIGN_OR_RETURN(const std::string platform, satchel::PlatformOf(configuration));
    ASSIGN_OR_RETURN(satchel::LoadedChannels loaded,
                     satchel::Open(*request, configuration, platform));
    *channels = new satchel_channels{std::move(loaded)};
    return absl::OkStatus();
  });
}

void satchel_channels_free(satchel_channels* channels) {
  delete channels;
}

satchel_code satchel_solve(const satchel_request* request, const satchel_channels* channels,
                           satchel_result** result, char** error) {
  return satchel::Guarded(error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(request, "the request"));
    RETURN_IF_ERROR(satchel::CheckGiven(result, "the place for the result"));
    *result = nullptr;
    ASSIGN_OR_RETURN(*result, satchel::SolveHandle(*request, channels));
    return absl::OkStatus();
  });
}

void satchel_result_free(satchel_result* result) {
  delete result;
}

int satchel_result_has_plan(const satchel_result* result) {
  return result != nullptr && result->has_plan ? 1 : 0;
}

int satchel_result_is_proven(const satchel_result* result) {
  return result != nullptr && result->is_proven ? 1 : 0;
}

const char* satchel_result_json(const satchel_result* result) {
  return result != nullptr ? result->json.c_str() : nullptr;
}

const char* satchel_result_text(const satchel_result* result) {
  return result != nullptr ? result->text.c_str() : nullptr;
}

size_t satchel_result_count(const satchel_result* result, satchel_list list) {
  const int number = static_cast<int>(list);  // C lets it be anything.
  return result != nullptr && number >= SATCHEL_PACKAGES && number <= SATCHEL_UNLINK
             ? result->lists[number].size()
             : 0;
}

const char* satchel_result_record(const satchel_result* result, satchel_list list, size_t index,
                                  satchel_field field) {
  const int number = static_cast<int>(field);
  if (index >= satchel_result_count(result, list) || number < SATCHEL_NAME ||
      number > SATCHEL_RECORD_JSON) {
    return nullptr;
  }
  return result->lists[list][index][static_cast<std::size_t>(number)].c_str();
}

}  // extern "C"

// The part of satchel.h that answers: channels, solving, and what is in a result.

#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "frontend/config/platform.h"
#include "frontend/export/conflict_text.h"
#include "frontend/export/json_writer.h"
#include "solver/explain/fixes.h"

#include "api/prepared.h"

namespace satchel {
namespace {

absl::StatusOr<FixList> FixesFor(const satchel_request& handle, const Request& request,
                                 const Conflict& conflict) {
  if (handle.max_fixes == 0) {
    return FixList();
  }
  FixOptions options;
  options.max_fixes = handle.max_fixes;
  options.budget_seconds = handle.seconds_for_fixes;
  options.objective = handle.options.objective;
  options.cancel = &handle.cancelled;
  options.explained = conflict.explained;
  return FindFixes(request, options);
}

absl::StatusOr<satchel_result*> SolveHandle(const satchel_request& handle,
                                            const satchel_channels* opened) {
  ASSIGN_OR_RETURN(const std::unique_ptr<PreparedHandle> prepared,
                   PreparedHandle::Make(handle, opened));
  ASSIGN_OR_RETURN(SolveOutcome outcome, prepared->Solve(prepared->Options()));
  RETURN_IF_ERROR(prepared->CheckIndexes());
  FixList fixes;
  const Conflict* const conflict = std::get_if<Conflict>(&outcome);
  if (conflict != nullptr) {
    ASSIGN_OR_RETURN(fixes, FixesFor(handle, prepared->request(), *conflict));
  }
  auto result = std::make_unique<satchel_result>();
  SetOutcome(std::move(outcome), std::move(fixes), prepared->Context(handle.options.objective),
             prepared->channels(), result.get());
  if (!result->has_plan && handle.max_fixes > 0) {
    result->text += ToText(result->fixes, ConflictTextOptions());
  }
  return result.release();
}

std::string ChannelsJson(const LoadedChannels& channels, const std::string& platform) {
  JsonWriter out;
  out.BeginObject();
  out.Key("channels");
  out.BeginArray();
  for (const LoadedChannel& channel : channels.channels) {
    out.BeginObject();
    out.Member("name", channel.name);
    out.Key("subdirs");
    out.BeginArray();
    for (const LoadedSubdir& subdir : channel.subdirs) {
      out.BeginObject();
      out.Member("records", static_cast<std::int64_t>(subdir.index->num_records()));
      out.Member("subdir", subdir.location.subdir);
      out.EndObject();
    }
    out.EndArray();
    out.Member("url", WithoutCredentials(channel.url));
    out.EndObject();
  }
  out.EndArray();
  out.Member("platform", platform);
  out.Member("warnings", channels.warnings);
  out.EndObject();
  return std::move(out).Take();
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
    ASSIGN_OR_RETURN(satchel::LoadedChannels loaded,
                     satchel::OpenChannels(*request, {}, /*everything=*/true));
    ASSIGN_OR_RETURN(const satchel::Configuration configuration,
                     satchel::ConfigurationOf(*request));
    ASSIGN_OR_RETURN(std::string platform, satchel::PlatformOf(configuration));
    *channels = new satchel_channels{std::move(loaded), std::move(platform)};
    return absl::OkStatus();
  });
}

void satchel_channels_free(satchel_channels* channels) {
  delete channels;
}

satchel_code satchel_channels_json(const satchel_channels* channels, char** json, char** error) {
  return satchel::Guarded(error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(channels, "the channels"));
    return satchel::StoreText(satchel::ChannelsJson(channels->loaded, channels->platform), json);
  });
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

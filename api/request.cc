// The part of satchel.h that says what is wanted.

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/config/platform.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/request/prefix.h"
#include "frontend/request/record_json.h"

#include "api/handles.h"

namespace satchel {
namespace {

// What no request needs: a solve of months is one without a limit.
constexpr double kMaxSeconds = 1e7;

double Seconds(double seconds) {
  return seconds > 0 ? std::min(seconds, kMaxSeconds) : 0;  // Not a number: 0.
}

// Work on a request, of which NULL is told.
template <typename Work>
satchel_code With(satchel_request* request, char** error, Work work) noexcept {
  return Guarded(error, [&]() -> absl::Status {
    RETURN_IF_ERROR(CheckGiven(request, "the request"));
    return work();
  });
}

satchel_code AddSpecText(satchel_request* request, const char* text,
                         std::vector<MatchSpec> Request::*specs, char** error) noexcept {
  return With(request, error, [&]() -> absl::Status {
    RETURN_IF_ERROR(CheckGiven(text, "the spec"));
    ASSIGN_OR_RETURN(MatchSpec spec, MatchSpec::Parse(text));
    (request->request.*specs).push_back(std::move(spec));
    return absl::OkStatus();
  });
}

}  // namespace

satchel_code CodeOf(const absl::Status& status) noexcept {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return SATCHEL_OK;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kFailedPrecondition:
      return SATCHEL_INVALID;
    case absl::StatusCode::kDeadlineExceeded:
      return SATCHEL_TIMEOUT;
    case absl::StatusCode::kCancelled:
      return SATCHEL_CANCELLED;
    case absl::StatusCode::kInternal:
      return SATCHEL_INTERNAL;
    default:  // kUnknown is what absl makes of EIO.
      return SATCHEL_IO;
  }
}

void StoreMessage(std::string_view message, char** error) noexcept {
  if (error == nullptr) {
    return;
  }
  *error = static_cast<char*>(std::malloc(message.size() + 1));
  if (*error != nullptr) {
    std::memcpy(*error, message.data(), message.size());
    (*error)[message.size()] = '\0';
  }
}

absl::Status StoreText(std::string_view text, char** place) {
  RETURN_IF_ERROR(CheckGiven(place, "the place for the text"));
  StoreMessage(text, place);
  return *place != nullptr ? absl::OkStatus() : absl::ResourceExhaustedError("out of memory");
}

absl::StatusOr<Configuration> ConfigurationOf(const satchel_request& request) {
  Configuration configuration = request.configured;
  for (const auto& [key, value] : request.settings) {
    RETURN_IF_ERROR(configuration.SetFromCommandLine(key, value));
  }
  if (!request.platform.empty()) {
    RETURN_IF_ERROR(configuration.SetFromCommandLine("subdir", request.platform));
  }
  return configuration;
}

}  // namespace satchel

extern "C" {

const char* satchel_version(void) {
  return SATCHEL_LIBRARY_VERSION;
}

int satchel_abi(void) {
  return SATCHEL_ABI;
}

void satchel_free(char* text) {
  std::free(text);
}

satchel_request* satchel_request_new(void) {
  satchel_request* request = nullptr;
  satchel::Guarded(nullptr, [&] {
    request = new satchel_request;
    return absl::OkStatus();
  });
  return request;
}

void satchel_request_free(satchel_request* request) {
  delete request;
}

satchel_code satchel_request_add_channel(satchel_request* request, const char* channel,
                                         char** error) {
  return satchel::With(request, error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(channel, "the channel"));
    request->channels.emplace_back(channel);
    return absl::OkStatus();
  });
}

satchel_code satchel_request_add_spec(satchel_request* request, const char* spec, char** error) {
  return satchel::AddSpecText(request, spec, &satchel::Request::specs, error);
}

satchel_code satchel_request_add_pin(satchel_request* request, const char* spec, char** error) {
  return satchel::AddSpecText(request, spec, &satchel::Request::pins, error);
}

satchel_code satchel_request_add_removal(satchel_request* request, const char* spec, char** error) {
  return satchel::AddSpecText(request, spec, &satchel::Request::remove, error);
}

satchel_code satchel_request_add_installed(satchel_request* request, const char* json,
                                           const char* requested, char** error) {
  return satchel::With(request, error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(json, "the record"));
    ASSIGN_OR_RETURN(satchel::JsonRecord record, satchel::ParseCondaMeta(json, "installed record"));
    satchel::InstalledPackage package;
    package.record = std::move(record.record);
    if (requested != nullptr) {
      ASSIGN_OR_RETURN(package.requested, satchel::MatchSpec::Parse(requested));
    }
    request->request.installed.push_back(std::move(package));
    return absl::OkStatus();
  });
}

satchel_code satchel_request_set_prefix(satchel_request* request, const char* prefix,
                                        char** error) {
  return satchel::With(request, error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(prefix, "the prefix"));
    ASSIGN_OR_RETURN(satchel::Prefix environment, satchel::ReadPrefix(prefix));
    request->prefix = environment.path;
    request->request.installed = std::move(environment.installed);
    for (const satchel::SpecText& pin : environment.pins) {
      ASSIGN_OR_RETURN(satchel::MatchSpec spec, satchel::MatchSpec::Parse(pin.text));
      request->request.pins.push_back(std::move(spec));
    }
    return absl::OkStatus();
  });
}

satchel_code satchel_request_add_virtual_package(satchel_request* request, const char* name,
                                                 const char* version, const char* build,
                                                 char** error) {
  return satchel::With(request, error, [&]() -> absl::Status {
    for (const char* text : {name, version, build}) {
      RETURN_IF_ERROR(satchel::CheckGiven(text, "name, version or build"));
    }
    RETURN_IF_ERROR(satchel::Version::Parse(version).status());
    request->has_virtual_packages = true;
    satchel::PackageRecord record;
    record.name = name;
    record.version = version;
    record.build = build;
    request->request.virtual_packages.push_back(std::move(record));
    return absl::OkStatus();
  });
}

satchel_code satchel_request_set_platform(satchel_request* request, const char* platform,
                                          char** error) {
  return satchel::With(request, error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(platform, "the platform"));
    RETURN_IF_ERROR(satchel::CheckPlatform(platform));
    request->platform = platform;
    return absl::OkStatus();
  });
}

satchel_code satchel_request_configure(satchel_request* request, const char* key, const char* value,
                                       char** error) {
  return satchel::With(request, error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(key, "the key"));
    RETURN_IF_ERROR(satchel::CheckGiven(value, "the value"));
    if (satchel::FindConfigKey(key) == nullptr) {
      return absl::InvalidArgumentError(absl::StrFormat("no configuration key '%s'", key));
    }
    satchel::Configuration trial;
    RETURN_IF_ERROR(trial.SetFromCommandLine(key, value));
    request->settings.emplace_back(key, value);
    return absl::OkStatus();
  });
}

satchel_code satchel_request_read_configuration(satchel_request* request, const char* prefix,
                                                char** error) {
  return satchel::With(request, error, [&]() -> absl::Status {
    satchel::ConfigPlaces places;
    places.variable = &satchel::LookUpEnvironment;
    places.prefix = prefix == nullptr ? "" : prefix;
    ASSIGN_OR_RETURN(request->configured, satchel::Configuration::Load(places));
    return absl::OkStatus();
  });
}

void satchel_request_set_objective(satchel_request* request, satchel_objective objective) {
  constexpr satchel::Objective kObjectives[] = {
      satchel::Objective::kNewest, satchel::Objective::kOrdered, satchel::Objective::kLowest,
      satchel::Objective::kLowestDirect, satchel::Objective::kFewestChanges};
  const int number = static_cast<int>(objective);  // C lets it be anything.
  if (request != nullptr && number >= SATCHEL_NEWEST && number <= SATCHEL_FEWEST_CHANGES) {
    request->options.objective = kObjectives[number];
  }
}

void satchel_request_set_flag(satchel_request* request, satchel_flag flag, int on) {
  if (request == nullptr) {
    return;
  }
  switch (static_cast<int>(flag)) {
    case SATCHEL_UPDATE_ALL:
      request->request.update_all = on != 0;
      return;
    case SATCHEL_PRUNE:
      request->request.prune = on != 0;
      return;
    case SATCHEL_NO_DEPS:
      request->request.ignore_dependencies = on != 0;
      return;
  }
}

void satchel_request_set_timeout(satchel_request* request, double seconds) {
  if (request != nullptr) {
    request->options.timeout_seconds = satchel::Seconds(seconds);
  }
}

void satchel_request_set_fixes(satchel_request* request, size_t max_fixes, double seconds) {
  constexpr std::size_t kMaxFixes = 1000;
  if (request != nullptr) {
    request->max_fixes = std::min(max_fixes, kMaxFixes);
    request->seconds_for_fixes = satchel::Seconds(seconds);
  }
}

void satchel_request_cancel(satchel_request* request) {
  if (request != nullptr) {
    request->cancelled = true;
  }
}

}  // extern "C"

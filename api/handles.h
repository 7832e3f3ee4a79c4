#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "encoding/request.h"
#include "frontend/config/configuration.h"
#include "frontend/fetch/channel_source.h"
#include "solver/solve.h"

#include "api/satchel.h"

// What is behind the handles of satchel.h.

struct satchel_request {
  satchel::Request request;  // Without channels and what the configuration says.
  std::vector<std::string> channels;
  satchel::Configuration configured;  // Read from files, then set.
  std::vector<std::pair<std::string, std::string>> settings;
  bool has_virtual_packages = false;  // Given; else this machine's.
  std::string platform;               // Empty: this machine's.
  std::string prefix;
  satchel::SolveOptions options;
  std::size_t max_fixes = 0;
  double seconds_for_fixes = 0;
  std::atomic<bool> cancelled = false;
};

struct satchel_channels {
  satchel::LoadedChannels loaded;
};

struct satchel_result {
  bool has_plan = false;
  bool is_proven = true;
  std::string json;
  std::string text;
  // By satchel_list, then by package, then by satchel_field.
  std::vector<std::vector<std::string>> lists[3];
};

namespace satchel {

// The code for an error; its message goes to `error`.
satchel_code Report(const absl::Status& status, char** error);

// The border: no exception crosses it. None is ours; a library's may be, or std::bad_alloc.
template <typename Work>
satchel_code Guarded(char** error, Work work) {
  try {
    return Report(work(), error);
  } catch (const std::exception& exception) {
    return Report(absl::InternalError(exception.what()), error);
  } catch (...) {
    return Report(absl::InternalError("unknown exception"), error);
  }
}

// What was configured, with the platform. Errors: kInvalidArgument for a value.
[[nodiscard]] absl::StatusOr<Configuration> ConfigurationOf(const satchel_request& request);

}  // namespace satchel

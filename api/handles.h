#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

#include "absl/status/status.h"

#include "base/strings.h"
#include "encoding/request.h"
#include "frontend/config/configuration.h"
#include "frontend/export/plan_json.h"
#include "frontend/fetch/channel_source.h"
#include "frontend/fetch/url.h"
#include "solver/explain/fixes.h"
#include "solver/solve.h"

#include "api/satchel.h"

// The objects behind the handles of satchel.h.

struct satchel_request {
  satchel::Request request;  // Without channels and without what the configuration says.
  std::vector<std::string> channels;
  satchel::Configuration configured;  // Read from files, then set.
  std::vector<std::pair<std::string, std::string>> settings;
  bool has_virtual_packages = false;  // The caller gave them; otherwise this machine's.
  std::string platform;               // Empty: this machine's.
  std::string prefix;
  satchel::SolveOptions options;
  std::size_t max_fixes = 0;
  double seconds_for_fixes = 0;
  std::atomic<bool> cancelled = false;
};

struct satchel_channels {
  satchel::LoadedChannels loaded;
  std::string platform;
};

struct satchel_result {
  bool has_plan = false;
  bool is_proven = true;
  std::string json;
  std::string text;
  // What satchel_result_export() is made of; nothing that points into channels.
  std::optional<satchel::SolveOutcome> outcome;  // Of a solve.
  satchel::FixList fixes;
  satchel::AnswerContext context;
  std::vector<std::string> channel_names;  // As their user called them, and where they are.
  std::vector<std::string> channel_urls;
  // By satchel_list, then by package, then by satchel_field.
  std::vector<std::vector<std::string>> lists[3];
};

namespace satchel {

satchel_code CodeOf(const absl::Status& status) noexcept;

// Stores a copy of `message`, or NULL if there is no memory for it.
void StoreMessage(std::string_view message, char** error) noexcept;

// No exception leaves this function. It catches those of libraries, std::bad_alloc, and that of
// SATCHEL_CHECK.
template <typename Work>
satchel_code Guarded(char** error, Work work) noexcept {
  try {
    const absl::Status status = work();
    if (!status.ok()) {
      StoreMessage(WithoutCredentialsIn(ToStd(status.message())), error);
    }
    return CodeOf(status);
  } catch (const std::bad_alloc&) {
    StoreMessage("out of memory", error);
    return SATCHEL_IO;
  } catch (const std::system_error& exception) {  // For example, no thread could start.
    StoreMessage(exception.what(), error);
    return SATCHEL_IO;
  } catch (const std::exception& exception) {
    StoreMessage(exception.what(), error);
    return SATCHEL_INTERNAL;
  } catch (...) {
    StoreMessage("unknown exception", error);
    return SATCHEL_INTERNAL;
  }
}

// An error for NULL in place of a handle.
[[nodiscard]] inline absl::Status CheckGiven(const void* pointer, const char* what) {
  return pointer == nullptr ? absl::InvalidArgumentError(std::string(what) + " is NULL")
                            : absl::OkStatus();
}

// Hands a copy of `text` to the caller. Errors: kInvalidArgument if `place` is null;
// kResourceExhausted if there is no memory.
[[nodiscard]] absl::Status StoreText(std::string_view text, char** place);

// The configuration, with the platform. Errors: kInvalidArgument for a value.
[[nodiscard]] absl::StatusOr<Configuration> ConfigurationOf(const satchel_request& request);

}  // namespace satchel

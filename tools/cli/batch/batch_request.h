#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/request/assembly.h"
#include "solver/solve.h"

namespace satchel {

// One request of a batch: a line of JSON (docs/batch.md).
struct BatchRequest {
  std::string id;  // As JSON text: "17" or "\"name\""; the line's number if it has none.
  RequestWords words;
  std::vector<std::string> channels;  // Empty: those of the command line or the configuration.
  std::string platform;               // Empty: the same.
  std::string channel_priority;       // The same.
  std::string exclude_newer;          // The same.
  SolveOptions options;
  bool explain = true;   // Find fixes if there is no plan.
  bool packages = true;  // List the packages of the plan.
};

inline constexpr std::size_t kLongestBatchLine = std::size_t{16} << 20;  // Bytes.

// The id alone, so that an answer about a line that is wrong can have it; `number` where that
// cannot be read either.
std::string BatchIdOf(std::string_view line, std::size_t number);

// Errors: kInvalidArgument, "what is wrong", also for keys that are not known.
[[nodiscard]] absl::StatusOr<BatchRequest> ParseBatchRequest(std::string_view line,
                                                             std::size_t number);

}  // namespace satchel

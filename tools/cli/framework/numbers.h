#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

namespace satchel {

// The value of an option that is an integer. Leaves `*value` unchanged if there is no text. Errors:
// kInvalidArgument.
template <typename Integer>
[[nodiscard]] absl::Status ParseNumber(std::string_view option, const std::string& text,
                                       Integer* value) {
  const char* const end = text.data() + text.size();
  if (text.empty()) {
    return absl::OkStatus();
  }
  if (const auto [rest, error] = std::from_chars(text.data(), end, *value);
      error != std::errc() || rest != end) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: '%s' is not a whole number", option, text));
  }
  return absl::OkStatus();
}

}  // namespace satchel

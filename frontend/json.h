#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include <nlohmann/json.hpp>

namespace satchel {

// The maximum nesting of JSON from outside: reading, writing and freeing it are recursive.
inline constexpr int kMaxJsonLevels = 200;

// Whether the brackets of a text, except those in strings, are nested more deeply than that.
bool IsNestedTooDeep(std::string_view json);

// The only way in which satchel reads JSON from others. `callback` may drop unneeded parts, like
// nlohmann's. Errors: kInvalidArgument, "<label>: not a JSON object", "<label>: ... nested ...".
[[nodiscard]] absl::StatusOr<nlohmann::json> ParseJsonObject(
    std::string_view text, std::string_view label,
    const nlohmann::json::parser_callback_t& callback = nullptr);

// The text of a field; empty if it is missing or no text (conda writes null).
std::string TextField(const nlohmann::json& object, const char* key);

}  // namespace satchel

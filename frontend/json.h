#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include <nlohmann/json.hpp>

namespace satchel {

// How deep JSON from outside may be nested: reading, writing and freeing it are recursive.
inline constexpr int kMaxJsonLevels = 200;

// Whether the brackets of a text, those within strings aside, are nested deeper than that.
bool IsNestedTooDeep(std::string_view json);

// The one way in which JSON of others is read here. `callback` may drop what is not needed, as
// nlohmann's does.
// Errors: kInvalidArgument, "<label>: not a JSON object", "<label>: ... nested ...".
[[nodiscard]] absl::StatusOr<nlohmann::json> ParseJsonObject(
    std::string_view text, std::string_view label,
    const nlohmann::json::parser_callback_t& callback = nullptr);

}  // namespace satchel

#include "frontend/json.h"

#include "absl/strings/str_format.h"

#include "base/strings.h"

namespace satchel {

bool IsNestedTooDeep(std::string_view json) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      i += c == '\\' ? 1 : 0;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxJsonLevels) {
        return true;
      }
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

absl::StatusOr<nlohmann::json> ParseJsonObject(std::string_view text, std::string_view label,
                                               const nlohmann::json::parser_callback_t& callback) {
  if (IsNestedTooDeep(text)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: its JSON is nested more than %d levels deep", ToAbsl(label), kMaxJsonLevels));
  }
  nlohmann::json json = nlohmann::json::parse(text.begin(), text.end(), callback,
                                              /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return absl::InvalidArgumentError(absl::StrFormat("%s: not a JSON object", ToAbsl(label)));
  }
  return json;
}

}  // namespace satchel

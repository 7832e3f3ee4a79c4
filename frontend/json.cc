#include "frontend/json.h"

#include <algorithm>

#include "absl/strings/str_format.h"

#include "base/strings.h"

namespace satchel {

namespace {

// The place of the quote that ends the text which begins at `begin`; the end if there is none. By
// way of find(), since most of a record is the paths in its texts.
std::size_t EndOfText(std::string_view json, std::size_t begin) {
  std::size_t at = json.find('"', begin);
  for (; at != std::string_view::npos; at = json.find('"', at + 1)) {
    std::size_t escapes = 0;
    while (escapes < at - begin && json[at - 1 - escapes] == '\\') {
      ++escapes;
    }
    if (escapes % 2 == 0) {
      return at;
    }
  }
  return json.size();
}

}  // namespace

bool IsNestedTooDeep(std::string_view json) {
  // Counting brackets is quick, and most texts have few.
  if (std::ranges::count_if(json, [](char c) { return c == '[' || c == '{'; }) <= kMaxJsonLevels) {
    return false;
  }
  int depth = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') {
      i = EndOfText(json, i + 1);
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

std::string TextField(const nlohmann::json& object, const char* key) {
  const auto field = object.find(key);
  return field != object.end() && field->is_string() ? field->get<std::string>() : std::string();
}

}  // namespace satchel

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace satchel::testing {

// A JSON value, only for tables of test data: the library reads JSON with simdjson, in one place.
struct Json {
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string text;               // Of a string, or of a number as written.
  std::vector<Json> items;        // Of an array or an object.
  std::vector<std::string> keys;  // Of an object, as many as there are items.

  bool is_null() const { return kind == Kind::kNull; }
  bool is_string() const { return kind == Kind::kString; }
  // The member with that name, or nullptr.
  const Json* Find(std::string_view key) const;
};

// Nothing if `text` is not one JSON value.
std::optional<Json> ParseJson(std::string_view text);

}  // namespace satchel::testing

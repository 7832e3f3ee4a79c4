#include "tests/support/json.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace satchel::testing {
namespace {

void AppendUtf8(std::uint32_t code, std::string* out) {
  if (code < 0x80) {
    *out += static_cast<char>(code);
  } else if (code < 0x800) {
    *out += static_cast<char>(0xc0 | (code >> 6));
    *out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    *out += static_cast<char>(0xe0 | (code >> 12));
    *out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    *out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

class Reader final {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  bool Value(Json* value) {
    SkipSpace();
    if (rest_.empty()) {
      return false;
    }
    switch (rest_.front()) {
      case '{':
        return Object(value);
      case '[':
        return Array(value);
      case '"':
        value->kind = Json::Kind::kString;
        return String(&value->text);
      case 't':
      case 'f':
        value->kind = Json::Kind::kBool;
        value->boolean = rest_.front() == 't';
        return Take(value->boolean ? "true" : "false");
      case 'n':
        return Take("null");
      default:
        return Number(value);
    }
  }

  bool AtEnd() {
    SkipSpace();
    return rest_.empty();
  }

 private:
  void SkipSpace() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_.front()) != rest_.npos) {
      rest_.remove_prefix(1);
    }
  }

  bool Take(std::string_view token) {
    SkipSpace();
    if (!rest_.starts_with(token)) {
      return false;
    }
    rest_.remove_prefix(token.size());
    return true;
  }

  bool Number(Json* value) {
    const std::size_t end = std::min(rest_.find_first_not_of("0123456789+-.eE"), rest_.size());
    value->kind = Json::Kind::kNumber;
    value->text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return end > 0;
  }

  bool String(std::string* text) {
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\' ? !Escape(text) : (*text += rest_.front(), false)) {
        return false;
      }
      rest_.remove_prefix(1);
    }
    return Take("\"");
  }

  // Leaves the last character of the escape in front. Pairs of surrogates do not occur in our data.
  bool Escape(std::string* text) {
    rest_.remove_prefix(1);
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeaning = "\"\\/\b\f\n\r\t";
    if (rest_.empty()) {
      return false;
    }
    if (const std::size_t at = kLetters.find(rest_.front()); at != std::string_view::npos) {
      *text += kMeaning[at];
      return true;
    }
    if (rest_.front() != 'u' || rest_.size() < 5) {
      return false;
    }
    const std::string digits(rest_.substr(1, 4));
    AppendUtf8(static_cast<std::uint32_t>(std::strtoul(digits.c_str(), nullptr, 16)), text);
    rest_.remove_prefix(4);
    return true;
  }

  bool Array(Json* value) {
    value->kind = Json::Kind::kArray;
    Take("[");
    if (Take("]")) {
      return true;
    }
    do {
      if (!Value(&value->items.emplace_back())) {
        return false;
      }
    } while (Take(","));
    return Take("]");
  }

  bool Object(Json* value) {
    value->kind = Json::Kind::kObject;
    Take("{");
    if (Take("}")) {
      return true;
    }
    do {
      SkipSpace();
      if (!rest_.starts_with('"') || !String(&value->keys.emplace_back()) || !Take(":") ||
          !Value(&value->items.emplace_back())) {
        return false;
      }
    } while (Take(","));
    return Take("}");
  }

  std::string_view rest_;
};

}  // namespace

const Json* Json::Find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) {
      return &items[i];
    }
  }
  return nullptr;
}

std::optional<Json> ParseJson(std::string_view text) {
  Json value;
  Reader reader(text);
  if (!reader.Value(&value) || !reader.AtEnd()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace satchel::testing

#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "repodata/json_text.h"
#include "repodata/simdjson_library.h"
#include "repodata/text_arena.h"
#include "repodata/text_buffer.h"

namespace satchel {

// Nothing in repodata is nested deeper than five levels; the walk is recursive.
inline constexpr int kMaxJsonDepth = 200;

// A value where it stands, not read yet.
struct JsonNode {
  simdjson::ondemand::value value;
  std::string_view token;  // Its first token, with the white space behind it.

  // { [ " t f n - or a digit, unless the text is malformed.
  char kind() const { return token.empty() ? '\0' : token[0]; }
};

// A walk over a JSON text that checks all of it, on top of simdjson's on-demand parser, which
// checks only what is looked at: stage 1 finds the tokens (and bad UTF-8, open strings, control
// characters); on-demand moves from one to the next and checks commas, colons and brackets; the
// scalars are checked here, in place and mostly without a copy.
//
// Functions that return bool return false once something is wrong. status() says what and where,
// and nothing may be read after that.
class JsonWalk {
 public:
  JsonWalk(const TextBuffer& text, const std::string& label, TextArena& arena)
      : label_(label), arena_(arena), text_(text.text()), next_backslash_(text_.data()) {}

  const absl::Status& status() const { return status_; }

 protected:
  // Calls visit(key, node) for each field of the outermost object, then requires the end of the
  // text.
  template <typename Visit>
  bool Document(std::size_t start, Visit visit);
  // `visit` returns bool, and must read or Skip() the node.
  template <typename Visit>
  bool ForEachField(JsonNode& node, Visit visit);
  template <typename Visit>
  bool ForEachElement(JsonNode& node, Visit visit);

  // Requires node.kind() == '"'. The result lives as long as the JSON text and the arena.
  bool ReadString(JsonNode& node, std::string_view& text);
  // Checks and passes over a value of any type.
  bool Skip(JsonNode& node, int depth = 0);

  bool Fail(std::size_t offset, std::string_view what,
            absl::StatusCode code = absl::StatusCode::kInvalidArgument) {
    status_ = absl::Status(code, absl::StrFormat("%s: %s at byte %d", label_, what, offset));
    return false;
  }
  bool Fail(const JsonNode& node, std::string_view what,
            absl::StatusCode code = absl::StatusCode::kInvalidArgument) {
    return Fail(static_cast<std::size_t>(node.token.data() - text_.data()), what, code);
  }
  TextArena& arena() { return arena_; }
  static std::string_view Trim(std::string_view token) {
    while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' ||
                              token.back() == '\t')) {
      token.remove_suffix(1);
    }
    return token;
  }

 private:
  template <typename Visit>
  bool Fields(simdjson::ondemand::object object, Visit visit);
  bool FailAtCursor(simdjson::error_code error);
  bool FailStage1(simdjson::error_code error, std::size_t start);
  // What stands between two quotes, with its escapes resolved.
  bool Resolve(std::string_view raw, std::string_view& text) {
    text = raw;
    return next_backslash_ >= raw.data() + raw.size() || ResolveEscapes(raw, text);
  }
  bool ResolveEscapes(std::string_view raw, std::string_view& text);
  bool CheckScalar(const JsonNode& node);

  const std::string& label_;
  TextArena& arena_;
  std::string_view text_;
  const char* next_backslash_;  // The first at or behind the last string read.
  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  absl::Status status_;
};

template <typename Visit>
bool JsonWalk::Document(std::size_t start, Visit visit) {
  const simdjson::padded_string_view padded(text_.data() + start, text_.size() - start,
                                            text_.size() - start + TextBuffer::kPadding);
  if (const auto error = parser_.iterate(padded).get(document_); error != simdjson::SUCCESS) {
    return FailStage1(error, start);
  }
  simdjson::ondemand::object root;
  if (const auto error = document_.get_object().get(root); error != simdjson::SUCCESS) {
    return error == simdjson::INCORRECT_TYPE
               ? Fail(start, "not an object")
               : Fail(text_.size(), "the text does not end with } (is it cut short?)");
  }
  if (!Fields(root, visit)) {
    return false;
  }
  const char* behind = nullptr;
  if (document_.current_location().get(behind) != simdjson::OUT_OF_BOUNDS) {
    return FailAtCursor(simdjson::TRAILING_CONTENT);
  }
  return true;
}

template <typename Visit>
bool JsonWalk::Fields(simdjson::ondemand::object object, Visit visit) {
  for (auto result : object) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(result).get(field); error != simdjson::SUCCESS) {
      return FailAtCursor(error);
    }
    const char* const first = field.key().raw();
    JsonNode node = {field.value(), field.value().raw_json_token()};
    // The key's last quote is the one before the colon before the value: nearer than from the
    // front.
    const char* last = node.token.data();
    do {
      --last;
    } while (*last != ':');
    do {
      --last;
    } while (*last != '"');
    std::string_view key;
    if (!Resolve({first, static_cast<std::size_t>(last - first)}, key) || !visit(key, node)) {
      return false;
    }
  }
  return true;
}

template <typename Visit>
bool JsonWalk::ForEachField(JsonNode& node, Visit visit) {
  simdjson::ondemand::object object;
  if (const auto error = node.value.get_object().get(object); error != simdjson::SUCCESS) {
    return FailAtCursor(error);
  }
  return Fields(object, visit);
}

template <typename Visit>
bool JsonWalk::ForEachElement(JsonNode& node, Visit visit) {
  simdjson::ondemand::array array;
  if (const auto error = node.value.get_array().get(array); error != simdjson::SUCCESS) {
    return FailAtCursor(error);
  }
  for (auto result : array) {
    JsonNode element;
    // NOLINTNEXTLINE(performance-move-const-arg): get() is for rvalues.
    if (const auto error = std::move(result).get(element.value); error != simdjson::SUCCESS) {
      return FailAtCursor(error);
    }
    element.token = element.value.raw_json_token();
    if (!visit(element)) {
      return false;
    }
  }
  return true;
}

inline bool JsonWalk::FailAtCursor(simdjson::error_code error) {
  const char* at = nullptr;
  const bool is_inside = document_.current_location().get(at) == simdjson::SUCCESS;
  const std::size_t offset = is_inside ? static_cast<std::size_t>(at - text_.data()) : text_.size();
  return Fail(std::min(offset, text_.size()), Message(error));
}

inline bool JsonWalk::FailStage1(simdjson::error_code error, std::size_t start) {
  const std::string_view text = text_.substr(start);
  switch (error) {
    case simdjson::UTF8_ERROR:
      return Fail(start + FindBadUtf8(text), "malformed UTF-8");
    case simdjson::UNCLOSED_STRING:
      return Fail(start + FindBadString(text), "a string has no end");
    case simdjson::UNESCAPED_CHARS:
      return Fail(start + FindBadString(text), "a control character in a string");
    case simdjson::CAPACITY:
      return Fail(start, "more than 4 GiB of text", absl::StatusCode::kResourceExhausted);
    case simdjson::MEMALLOC:
      return Fail(start, "no memory", absl::StatusCode::kResourceExhausted);
    default:
      return Fail(start, Message(error));
  }
}

inline bool JsonWalk::ResolveEscapes(std::string_view raw, std::string_view& text) {
  // Strings come in the order of the text, so looking only for the next backslash of the whole
  // text, which mostly has none, is cheaper than to search every string: 5 ns each.
  if (next_backslash_ < raw.data()) {
    const char* const end = text_.data() + text_.size();
    const void* const at =
        std::memchr(raw.data(), '\\', static_cast<std::size_t>(end - raw.data()));
    next_backslash_ = at != nullptr ? static_cast<const char*>(at) : end;
  }
  if (next_backslash_ >= raw.data() + raw.size()) {
    return true;
  }
  const std::optional<std::string_view> resolved = UnescapeJson(raw, arena_);
  if (!resolved.has_value()) {
    return Fail(static_cast<std::size_t>(next_backslash_ - text_.data()), "malformed escape");
  }
  text = *resolved;
  return true;
}

inline bool JsonWalk::ReadString(JsonNode& node, std::string_view& text) {
  // A string must be consumed: on-demand's skip takes one before a colon for a key.
  if (node.value.get_raw_json_string().error() != simdjson::SUCCESS) {
    return Fail(node, "a string was expected");
  }
  const std::string_view token = Trim(node.token);
  if (token.size() < 2 || token.back() != '"') {
    return Fail(node, "malformed string");
  }
  return Resolve(token.substr(1, token.size() - 2), text);
}

inline bool JsonWalk::CheckScalar(const JsonNode& node) {
  const std::string_view token = Trim(node.token);
  if (token == "null" || token == "true" || token == "false" || IsJsonNumber(token)) {
    return true;
  }
  return Fail(node, "a value was expected");
}

inline bool JsonWalk::Skip(JsonNode& node, int depth) {
  if (depth > kMaxJsonDepth) {
    return Fail(node, "nested too deep");
  }
  switch (node.kind()) {
    case '{':
      return ForEachField(
          node, [&](std::string_view, JsonNode& field) { return Skip(field, depth + 1); });
    case '[':
      return ForEachElement(node, [&](JsonNode& element) { return Skip(element, depth + 1); });
    case '"': {
      std::string_view text;
      return ReadString(node, text);
    }
    default:
      return CheckScalar(node);
  }
}

}  // namespace satchel

#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

#include "base/module.h"
#include "repodata/json/json_module.h"
#include "repodata/json/json_text.h"
#include "repodata/json/text_arena.h"
#include "repodata/json/text_buffer.h"

namespace satchel {

// Nothing in repodata is nested deeper than five levels; the walk is recursive.
inline constexpr int kMaxJsonDepth = 200;

// A value at its position in the text, not read yet.
struct JsonNode {
  std::string_view token;  // Its first token and the white space after it.

  // { [ " t f n - or a digit, unless the text is malformed.
  char kind() const { return token.empty() ? '\0' : token[0]; }
};

// A pass over a JSON text that checks all of it. The module json finds the start of each
// token (and bad UTF-8, open strings, control characters). This class checks the grammar and the
// scalars, in place and usually without a copy.
//
// Functions that return bool return false after an error. status() says what and where; nothing may
// be read after that.
class JsonWalk {
 public:
  JsonWalk(const TextBuffer& text, const std::string& label, TextArena& arena)
      : label_(label), arena_(arena), text_(text.text()), next_backslash_(text_.data()) {}
  ~JsonWalk() {
    if (tokens_.owner != nullptr) {
      module_->forget(&tokens_);
    }
  }
  JsonWalk(const JsonWalk&) = delete;
  JsonWalk& operator=(const JsonWalk&) = delete;

  const absl::Status& status() const { return status_; }

 protected:
  // Calls visit(key, node) for each field of the object that begins at or after `start`, then
  // requires the end of the text.
  template <typename Visit>
  bool Document(std::size_t start, Visit visit);
  // `visit` returns bool. It must read or skip the node before it returns, and before it looks at
  // another one, because both advance from token to token.
  template <typename Visit>
  bool ForEachField(JsonNode& node, Visit visit);
  template <typename Visit>
  bool ForEachElement(JsonNode& node, Visit visit);

  // Requires node.kind() == '"'. The result lives as long as the JSON text and the arena.
  bool ReadString(JsonNode& node, std::string_view& text);
  // Checks and skips a value of any type.
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
  bool FindTokens(std::size_t start);
  // The next token's first character; NUL at the end of the text.
  char Peek() const { return next_ < end_ ? text_[start_ + *next_] : '\0'; }
  // The next token and the white space after it; empty at the end of the text.
  std::string_view Next() {
    if (next_ == end_) {
      return text_.substr(text_.size());
    }
    const std::size_t from = start_ + *next_++;
    return text_.substr(from, (next_ < end_ ? start_ + *next_ : text_.size()) - from);
  }
  // Skips the next token if it is `token`.
  bool Take(char token) {
    if (Peek() != token) {
      return false;
    }
    ++next_;
    return true;
  }
  bool FailHere(std::string_view what) {
    return Fail(next_ < end_ ? start_ + *next_ : text_.size(), what);
  }
  // The text between the quotes of a string's token; false, with an error, if it is not a string.
  bool Unquote(std::string_view token, std::string_view& raw);
  // The text between two quotes, with its escapes resolved.
  bool Resolve(std::string_view raw, std::string_view& text) {
    text = raw;
    return next_backslash_ >= raw.data() + raw.size() || ResolveEscapes(raw, text);
  }
  bool ResolveEscapes(std::string_view raw, std::string_view& text);
  bool CheckScalar(const JsonNode& node);

  const std::string& label_;
  TextArena& arena_;
  std::string_view text_;
  const char* next_backslash_;  // The first at or after the last string read.
  const JsonModule* module_ = nullptr;
  JsonModule::Tokens tokens_ = {};  // Their start positions, from start_ on.
  std::size_t start_ = 0;
  const std::uint32_t* next_ = nullptr;
  const std::uint32_t* end_ = nullptr;
  absl::Status status_;
};

template <typename Visit>
bool JsonWalk::Document(std::size_t start, Visit visit) {
  if (!FindTokens(start)) {
    return false;
  }
  JsonNode root = {Next()};
  if (root.kind() != '{') {
    return Fail(start, "not an object");
  }
  if (Trim(text_).back() != '}') {
    return Fail(text_.size(), "the text does not end with } (is it cut short?)");
  }
  return ForEachField(root, visit) && (next_ == end_ || FailHere("there is text behind the end"));
}

template <typename Visit>
bool JsonWalk::ForEachField(JsonNode& node, Visit visit) {
  if (node.kind() != '{') {
    return Fail(node, "an object was expected");
  }
  if (Take('}')) {
    return true;
  }
  do {
    std::string_view key;
    if (Peek() != '"') {
      return FailHere("a key was expected");
    }
    if (!Unquote(Next(), key) || !Resolve(key, key)) {
      return false;
    }
    if (!Take(':')) {
      return FailHere("a colon was expected");
    }
    JsonNode field = {Next()};
    if (!visit(key, field)) {
      return false;
    }
  } while (Take(','));
  return Take('}') || FailHere("a comma or } was expected");
}

template <typename Visit>
bool JsonWalk::ForEachElement(JsonNode& node, Visit visit) {
  if (node.kind() != '[') {
    return Fail(node, "a list was expected");
  }
  if (Take(']')) {
    return true;
  }
  do {
    JsonNode element = {Next()};
    if (!visit(element)) {
      return false;
    }
  } while (Take(','));
  return Take(']') || FailHere("a comma or ] was expected");
}

inline bool JsonWalk::FindTokens(std::size_t start) {
  static const absl::StatusOr<const JsonModule*> module =
      LoadModule<JsonModule>("json", module_of_json);
  if (!module.ok()) {
    status_ = module.status();
    return false;
  }
  module_ = *module;
  start_ = start;
  const std::string_view text = text_.substr(start);
  switch (module_->find_tokens(text.data(), text.size(), TextBuffer::kPadding, &tokens_)) {
    case JsonModule::kOk:
      next_ = tokens_.starts;
      end_ = tokens_.starts + tokens_.size;
      return true;
    case JsonModule::kBadUtf8:
      return Fail(start + FindBadUtf8(text), "malformed UTF-8");
    case JsonModule::kOpenString:
      return Fail(start + FindBadString(text), "a string has no end");
    case JsonModule::kControlCharacter:
      return Fail(start + FindBadString(text), "a control character in a string");
    case JsonModule::kTooLarge:
      return Fail(start, "more than 4 GiB of text", absl::StatusCode::kResourceExhausted);
    case JsonModule::kNoMemory:
      return Fail(start, "no memory", absl::StatusCode::kResourceExhausted);
    case JsonModule::kFailed:
      break;
  }
  return Fail(start, "simdjson fails", absl::StatusCode::kInternal);
}

inline bool JsonWalk::Unquote(std::string_view token, std::string_view& raw) {
  const std::string_view string = Trim(token);
  if (string.size() < 2 || string.front() != '"' || string.back() != '"') {
    return Fail({token}, "a string was expected");
  }
  raw = string.substr(1, string.size() - 2);
  return true;
}

inline bool JsonWalk::ResolveEscapes(std::string_view raw, std::string_view& text) {
  // Strings arrive in the order of the text, so looking only for the next backslash of the whole
  // text, which usually has none, is cheaper than searching every string: 5 ns each.
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
  std::string_view raw;
  return Unquote(node.token, raw) && Resolve(raw, text);
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

#pragma once

#include <string_view>

namespace satchel::testing {

// Whether `text` is one JSON value (RFC 8259), an object. Plain and slow, directly from the
// grammar, and independent of the reader: the oracle of its tests. Checks only the syntax: neither
// UTF-8 nor surrogates.
class JsonGrammar final {
 public:
  static bool Accepts(std::string_view text) {
    JsonGrammar grammar(text);
    grammar.Space();
    const bool is_object = grammar.Peek() == '{' && grammar.Value();
    grammar.Space();
    return is_object && grammar.at_ == text.size();
  }

 private:
  explicit JsonGrammar(std::string_view text) : text_(text) {}

  int Peek() const { return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : -1; }
  bool Take(char c) {
    const bool is_there = Peek() == static_cast<unsigned char>(c);
    at_ += is_there ? 1 : 0;
    return is_there;
  }
  bool Take(std::string_view word) {
    const bool is_there = text_.substr(at_).starts_with(word);
    at_ += is_there ? word.size() : 0;
    return is_there;
  }
  void Space() {
    while (Take(' ') || Take('\t') || Take('\n') || Take('\r')) {
    }
  }
  bool Digits() {
    const std::size_t start = at_;
    while (Peek() >= '0' && Peek() <= '9') {
      ++at_;
    }
    return at_ != start;
  }
  bool Number() {
    Take('-');
    if (!Take('0') && !Digits()) {
      return false;
    }
    if (Take('.') && !Digits()) {
      return false;
    }
    if (!Take('e') && !Take('E')) {
      return true;
    }
    if (!Take('+')) {
      Take('-');
    }
    return Digits();
  }
  bool Escape() {
    if (!Take('u')) {
      const bool is_simple =
          Peek() > 0 &&
          std::string_view("\"\\/bfnrt").find(static_cast<char>(Peek())) != std::string_view::npos;
      ++at_;
      return is_simple;
    }
    for (int i = 0; i < 4; ++i, ++at_) {
      const int c = Peek();
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
        return false;
      }
    }
    return true;
  }
  bool String() {
    if (!Take('"')) {
      return false;
    }
    while (!Take('"')) {
      if (Peek() < 0x20 || (Take('\\') ? !Escape() : (++at_, false))) {
        return false;
      }
    }
    return true;
  }
  // The items between `open` and `close`, separated by commas.
  template <typename Part>
  bool List(char open, char close, Part part) {
    Take(open);
    Space();
    if (Take(close)) {
      return true;
    }
    do {
      Space();
      if (!part()) {
        return false;
      }
      Space();
    } while (Take(','));
    return Take(close);
  }
  bool Value() {
    switch (Peek()) {
      case '{':
        return List('{', '}', [this] {
          if (!String()) {
            return false;
          }
          Space();
          if (!Take(':')) {
            return false;
          }
          Space();
          return Value();
        });
      case '[':
        return List('[', ']', [this] { return Value(); });
      case '"':
        return String();
      case 't':
        return Take(std::string_view("true"));
      case 'f':
        return Take(std::string_view("false"));
      case 'n':
        return Take(std::string_view("null"));
      default:
        return Number();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace satchel::testing

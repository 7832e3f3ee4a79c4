#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace satchel {

// Writes JSON as it comes, two spaces a level, without a tree of it in between: of a solve whose
// plan has a hundred packages that tree took a third of the whole process's time. The caller sees
// to it that the calls make a value: the keys in order, each Begin with its End.
class JsonWriter final {
 public:
  // So that the text is not copied as it grows.
  void Reserve(std::size_t bytes) { text_.reserve(bytes); }

  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }
  void Key(std::string_view key);

  // Bytes that are not UTF-8 become replacement characters.
  void Write(std::string_view text);
  void Write(const std::string& text) { Write(std::string_view(text)); }
  void Write(const char* text) { Write(std::string_view(text)); }
  void Write(bool value) { Raw(value ? "true" : "false"); }
  void Write(std::integral auto value) { WriteInteger(value); }
  void Write(double value);  // Finite.
  void Write(const std::vector<std::string>& texts);
  void WriteNull() { Raw("null"); }

  template <typename Value>
  void Member(std::string_view key, const Value& value) {
    Key(key);
    Write(value);
  }
  // Not at all if there is no text.
  void MemberIfKnown(std::string_view key, std::string_view text) {
    if (!text.empty()) {
      Member(key, text);
    }
  }

  // The value whose text begins and ends at these sizes, once more. Requires: as deep as there.
  std::size_t size() const { return text_.size(); }
  void WriteAgain(std::size_t begin, std::size_t end);

  // All of it, with a line break at the end.
  std::string Take() &&;

 private:
  void Begin(char bracket);
  void End(char bracket);
  void BeforeValue();
  std::string_view Separator() const;
  void Raw(std::string_view text);
  void WriteInteger(std::int64_t value);
  void WriteInteger(std::uint64_t value);
  void WriteInteger(std::int32_t value) { WriteInteger(std::int64_t{value}); }
  void WriteInteger(std::uint32_t value) { WriteInteger(std::uint64_t{value}); }
  void Quote(std::string_view text);

  std::string text_;
  int depth_ = 0;
  bool is_first_ = true;  // Of what is open.
  bool has_key_ = false;  // Its value comes next.
};

}  // namespace satchel

#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace satchel {

// Writes JSON directly, indented by two spaces per level, without building a tree: for a solve
// whose plan has a hundred packages, the tree took a third of the whole process's time. The caller
// must make calls that form a value: keys in order, a matching End for each Begin.
class JsonWriter final {
 public:
  // Avoids copying the text as it grows.
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
  // Writes nothing if the text is empty.
  void MemberIfKnown(std::string_view key, std::string_view text) {
    if (!text.empty()) {
      Member(key, text);
    }
  }

  // Repeats the value whose text begins and ends at these sizes. Requires: the same depth.
  std::size_t size() const { return text_.size(); }
  void WriteAgain(std::size_t begin, std::size_t end);

  // The whole text, with a line break at the end.
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
  bool is_first_ = true;  // Of the open value.
  bool has_key_ = false;  // Its value comes next.
};

}  // namespace satchel

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace satchel {

// A YAML document as a tree of values, each with the line where it begins.
class YamlNode final {
 public:
  enum class Kind { kNull, kScalar, kSequence, kMap };
  using Field = std::pair<YamlNode, YamlNode>;

  bool IsNull() const { return kind_ == Kind::kNull; }
  bool IsScalar() const { return kind_ == Kind::kScalar; }
  bool IsSequence() const { return kind_ == Kind::kSequence; }
  bool IsMap() const { return kind_ == Kind::kMap; }

  const std::string& Scalar() const { return text_; }  // Empty unless it is a scalar.
  bool is_quoted() const { return is_quoted_; }        // A scalar that is always a text.
  bool is_flow() const { return is_flow_; }            // [a, b] or {a: b}.
  const std::vector<YamlNode>& elements() const { return elements_; }  // Of a sequence.
  const std::vector<Field>& fields() const { return fields_; }         // Of a map, as written.
  // Of a map: the value of a key; a null, which has no text and no elements, if it is not there.
  const YamlNode& Get(std::string_view key) const;
  const std::string& TextOf(std::string_view key) const { return Get(key).Scalar(); }
  int line() const { return line_; }      // From 1; 0 if unknown.
  int column() const { return column_; }  // From 1; 0 if unknown.

 private:
  friend class YamlConverter;

  Kind kind_ = Kind::kNull;
  bool is_quoted_ = false;
  bool is_flow_ = false;
  int line_ = 0;
  int column_ = 0;
  std::string text_;
  std::vector<YamlNode> elements_;
  std::vector<Field> fields_;
};

// Errors: kInvalidArgument "<label>:<line>: not YAML: why", or a key that a map has twice;
// kResourceExhausted if a few aliases stand for very much.
[[nodiscard]] absl::StatusOr<YamlNode> ParseYaml(const std::string& text, const std::string& label);

// `text` as a scalar that reads as the same text: quoted if needed.
std::string YamlScalar(const std::string& text);

}  // namespace satchel

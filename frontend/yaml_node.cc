// The only file that includes yaml-cpp; its exceptions end here.

#include "frontend/yaml_node.h"

#include <yaml-cpp/yaml.h>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"

#include "base/printable.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/export/yaml_text.h"

namespace satchel {

const YamlNode& YamlNode::Get(std::string_view key) const {
  static const YamlNode null;
  for (const auto& [name, value] : fields_) {
    if (name.IsScalar() && name.Scalar() == key) {
      return value;
    }
  }
  return null;
}

class YamlConverter final {
 public:
  absl::Status Convert(const YAML::Node& from, YamlNode* to, int depth = 0) {
    if (++num_nodes_ > kMaxNodes || depth > kMaxDepth) {
      return absl::ResourceExhaustedError("too large or too deep");
    }
    const YAML::Mark mark = from.Mark();
    to->line_ = mark.is_null() ? 0 : mark.line + 1;
    to->column_ = mark.is_null() ? 0 : mark.column + 1;
    to->is_flow_ = from.Style() == YAML::EmitterStyle::Flow;
    if (from.IsScalar()) {
      to->kind_ = YamlNode::Kind::kScalar;
      to->text_ = from.Scalar();
      to->is_quoted_ = from.Tag() == "!";
    } else if (from.IsSequence()) {
      to->kind_ = YamlNode::Kind::kSequence;
      to->elements_.resize(from.size());
      std::size_t next = 0;
      for (const YAML::Node& element : from) {
        RETURN_IF_ERROR(Convert(element, &to->elements_[next++], depth + 1));
      }
    } else if (from.IsMap()) {
      to->kind_ = YamlNode::Kind::kMap;
      to->fields_.resize(from.size());
      std::size_t next = 0;
      absl::flat_hash_map<std::string, int> lines;  // Of the keys.
      for (const auto& field : from) {
        RETURN_IF_ERROR(CheckNew(field.first, &lines));
        RETURN_IF_ERROR(Convert(field.first, &to->fields_[next].first, depth + 1));
        RETURN_IF_ERROR(Convert(field.second, &to->fields_[next].second, depth + 1));
        ++next;
      }
    }
    return absl::OkStatus();
  }

  // Of a key that is there twice.
  int wrong_line() const { return wrong_line_; }

 private:
  absl::Status CheckNew(const YAML::Node& key, absl::flat_hash_map<std::string, int>* lines) {
    const int line = key.Mark().is_null() ? 0 : key.Mark().line + 1;
    if (!key.IsScalar()) {
      return absl::OkStatus();
    }
    const auto [first, is_new] = lines->emplace(key.Scalar(), line);
    if (is_new) {
      return absl::OkStatus();
    }
    wrong_line_ = line;
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' occurs twice, first in line %d", key.Scalar(), first->second));
  }

  static constexpr int kMaxNodes = 1'000'000;
  static constexpr int kMaxDepth = 100;

  int num_nodes_ = 0;
  int wrong_line_ = 0;
};

absl::StatusOr<YamlNode> ParseYaml(const std::string& text, const std::string& label) {
  try {
    YamlNode root;
    YamlConverter converter;
    const absl::Status converted = converter.Convert(YAML::Load(text), &root);
    if (converter.wrong_line() > 0) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s:%d: %s", label, converter.wrong_line(), ToStd(converted.message())));
    }
    if (!converted.ok()) {
      return absl::Status(converted.code(), label + ": the YAML is too large or too deep");
    }
    return root;
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s:%d: not YAML: %s", label, error.mark.is_null() ? 1 : error.mark.line + 1, error.msg));
  }
}

std::string YamlScalar(const std::string& text) {
  if (PrintableLine(text) != text) {
    return YamlText(text);
  }
  YAML::Emitter emitter;
  // What another program would take for a number or a truth value is a text only in quotes.
  try {
    const YAML::Node read = YAML::Load(text);
    bool truth = false;
    double number = 0;
    if (!read.IsScalar() || read.Scalar() != text || YAML::convert<bool>::decode(read, truth) ||
        YAML::convert<double>::decode(read, number)) {
      emitter << YAML::DoubleQuoted;
    }
  } catch (const YAML::Exception&) {
    emitter << YAML::DoubleQuoted;
  }
  emitter << text;
  return emitter.c_str();
}

}  // namespace satchel

#include "frontend/manifest/toml_table.h"

#include <algorithm>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"

namespace satchel {
namespace {

const toml::table& EmptyTable() {
  static const toml::table empty;
  return empty;
}

std::string ScalarText(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>(); text.has_value()) {
    return *text;
  }
  if (const auto number = node.value_exact<std::int64_t>(); number.has_value()) {
    return absl::StrFormat("%d", *number);
  }
  if (const auto number = node.value_exact<double>(); number.has_value()) {
    return absl::StrFormat("%g", *number);
  }
  return "";
}

}  // namespace

std::string WhereOf(const toml::node& node, const std::string& label) {
  const auto line = node.source().begin.line;
  return line == 0 ? label : absl::StrFormat("%s:%d", label, line);
}

absl::Status TomlError(const toml::node& node, const std::string& label, const std::string& what) {
  return absl::InvalidArgumentError(WhereOf(node, label) + ": " + what);
}

absl::StatusOr<const toml::table*> TableOf(const toml::table& parent, std::string_view key,
                                           const std::string& label) {
  const toml::node* const node = parent.get(key);
  if (node == nullptr) {
    return &EmptyTable();
  }
  if (!node->is_table()) {
    return TomlError(*node, label, absl::StrFormat("'%s' must be a table", key));
  }
  return node->as_table();
}

std::string TextOf(const toml::table& table, std::string_view key) {
  const toml::node* const node = table.get(key);
  return node == nullptr ? "" : ScalarText(*node);
}

absl::StatusOr<std::vector<std::string>> TextsOf(const toml::table& table, std::string_view key,
                                                 const std::string& label) {
  std::vector<std::string> texts;
  const toml::node* const node = table.get(key);
  if (node == nullptr) {
    return texts;
  }
  if (!node->is_array()) {
    return TomlError(*node, label, absl::StrFormat("'%s' must be a list", key));
  }
  for (const toml::node& element : *node->as_array()) {
    texts.push_back(ScalarText(element));
    if (texts.back().empty()) {
      return TomlError(element, label, absl::StrFormat("each of '%s' must be a text", key));
    }
  }
  return texts;
}

std::vector<std::pair<std::string, const toml::node*>> FieldsInOrder(const toml::table& table) {
  std::vector<std::pair<std::string, const toml::node*>> fields;
  for (const auto& [key, node] : table) {
    fields.emplace_back(key.str(), &node);
  }
  std::ranges::stable_sort(fields, {}, [](const auto& field) {
    const toml::source_position& at = field.second->source().begin;
    return std::pair(at.line, at.column);
  });
  return fields;
}

}  // namespace satchel

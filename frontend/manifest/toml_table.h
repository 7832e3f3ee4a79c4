#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace satchel {

// What the readers of manifests need of TOML, for messages with the line.

// "pixi.toml:7".
std::string WhereOf(const toml::node& node, const std::string& label);
absl::Status TomlError(const toml::node& node, const std::string& label, const std::string& what);

// The table of that key; an empty one if there is none. Errors: kInvalidArgument if it is something
// else.
[[nodiscard]] absl::StatusOr<const toml::table*> TableOf(const toml::table& parent,
                                                         std::string_view key,
                                                         const std::string& label);
// The text of that key; empty if there is none. Numbers are texts, too: `cuda = 12`.
std::string TextOf(const toml::table& table, std::string_view key);

// The texts of a list; none if it is not there. Errors: kInvalidArgument if it is something else.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> TextsOf(const toml::table& table,
                                                               std::string_view key,
                                                               const std::string& label);

// The fields of a table as the file has them: toml++ sorts them by name.
std::vector<std::pair<std::string, const toml::node*>> FieldsInOrder(const toml::table& table);

}  // namespace satchel

#include "repodata/version/version_relation.h"

#include <algorithm>

namespace satchel::internal {

bool SplitRelation(std::string_view text, Relation* relation) {
  constexpr std::string_view kOperators[] = {"==", "!=", "<=", ">=", "~=", "=", "<", ">"};
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  for (const std::string_view op : kOperators) {
    if (text.starts_with(op)) {
      *relation = {op, text.substr(op.size())};
      const std::string_view version = relation->version;
      return !version.empty() &&
             std::string_view("=<>!~").find(version[0]) == std::string_view::npos &&
             std::none_of(version.begin(), version.end(), is_space);
    }
  }
  return false;
}

}  // namespace satchel::internal

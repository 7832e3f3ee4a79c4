#pragma once

#include <string_view>

namespace satchel::internal {

// An operator followed by a version (">=1.8").
struct Relation {
  std::string_view op;  // == != <= >= ~= = < >
  std::string_view version;
};

// False if `text` does not begin with an operator, if more operator characters or nothing follow
// it, or if the rest contains white space. conda's version_relation_re.
bool SplitRelation(std::string_view text, Relation* relation);

}  // namespace satchel::internal

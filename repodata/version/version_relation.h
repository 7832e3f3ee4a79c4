#pragma once

#include <string_view>

namespace satchel::internal {

// An operator and the version after it (">=1.8").
struct Relation {
  std::string_view op;  // == != <= >= ~= = < >
  std::string_view version;
};

// False if `text` does not begin with an operator, or more operator characters follow it, or
// nothing does, or white space is in what does. conda's version_relation_re.
bool SplitRelation(std::string_view text, Relation* relation);

}  // namespace satchel::internal

#pragma once

#include <string_view>

namespace satchel {

// Whether all of `text` matches `pattern`, in which '*' stands for any number of characters. Cost:
// at most the product of the lengths; no allocation.
bool GlobMatches(std::string_view pattern, std::string_view text);

}  // namespace satchel

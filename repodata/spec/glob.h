#pragma once

#include <string_view>

namespace satchel {

// Whether all of `text` matches `pattern`, in which '*' stands for any characters, also none.
// Cost: at most length times length; no allocation.
bool GlobMatches(std::string_view pattern, std::string_view text);

}  // namespace satchel

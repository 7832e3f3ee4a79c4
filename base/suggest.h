#pragma once

#include <string_view>
#include <vector>

namespace satchel {

// The word of `words` that `typed` was most likely meant to be; empty if none is near (more than a
// fourth of the letters would have to change; two neighbours exchanged count as one). Ties go to
// the first. The view is one of `words`.
std::string_view Nearest(std::string_view typed, const std::vector<std::string_view>& words);

}  // namespace satchel

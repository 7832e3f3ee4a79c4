#pragma once

#include <string_view>
#include <vector>

namespace satchel {

// The word in `words` that `typed` most likely means; empty if none is close (more than a quarter
// of the letters would have to change; swapping two neighbours counts as one change). The first
// wins a tie. The view is one of `words`.
std::string_view Nearest(std::string_view typed, const std::vector<std::string_view>& words);

}  // namespace satchel

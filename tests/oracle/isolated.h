#pragma once

#include <functional>
#include <string>

namespace satchel::oracle {

// What `check` returns, found in a process of its own: if that crashes or does not come back
// within `seconds`, a line that says so. So that a universe that breaks the solver can be shrunk.
[[nodiscard]] std::string Isolated(const std::function<std::string()>& check, unsigned seconds);

}  // namespace satchel::oracle

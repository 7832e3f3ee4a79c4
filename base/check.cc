#include "base/check.h"

#include <stdexcept>
#include <string>

namespace satchel::internal {

void CheckFailed(const char* expression, const char* file, int line) {
  throw std::logic_error(std::string(expression) + " is false (" + file + ":" +
                         std::to_string(line) + ")");
}

}  // namespace satchel::internal

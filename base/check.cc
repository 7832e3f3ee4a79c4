#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace satchel::internal {

void CheckFailed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "satchel: internal error: %s is false (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace satchel::internal

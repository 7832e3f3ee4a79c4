#include "base/home_directory.h"

#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

namespace satchel {

std::string HomeDirectory() {
  const char* const own = std::getenv("HOME");
  if (own != nullptr && *own != '\0') {
    return own;
  }
  passwd entry = {};
  passwd* found = nullptr;
  std::vector<char> strings(1024);
  while (getpwuid_r(getuid(), &entry, strings.data(), strings.size(), &found) == ERANGE &&
         strings.size() < (1U << 20)) {
    strings.resize(2 * strings.size());
  }
  return found != nullptr && found->pw_dir != nullptr ? found->pw_dir : "";
}

}  // namespace satchel

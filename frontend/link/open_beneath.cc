#include "frontend/link/open_beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace satchel {

int OpenBeneath(int root, const std::string& path) {
  open_how how = {};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH;
  const char* const name = path.empty() ? "." : path.c_str();
  const long fd = syscall(SYS_openat2, root, name, &how, sizeof(how));
  if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) {
    return static_cast<int>(fd);
  }
  // An old kernel, or a container that does not know the call.
  return openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

}  // namespace satchel

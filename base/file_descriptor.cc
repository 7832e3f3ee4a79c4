#include "base/file_descriptor.h"

#include <cerrno>
#include <system_error>

#include "absl/strings/str_format.h"

namespace satchel {

bool MeansNothingThere(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

absl::Status SystemError(std::string_view label, std::string_view what, int error) {
  const std::string message =
      absl::StrFormat("%s: %s: %s", label, what, std::generic_category().message(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(message);
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(message);
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(message);
    default:
      return absl::UnavailableError(message);
  }
}

}  // namespace satchel

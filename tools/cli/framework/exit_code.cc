#include "tools/cli/framework/exit_code.h"

namespace satchel {

ExitCode ExitCodeOf(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kOk:
      return kExitOk;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
      return kExitBadInput;
    case absl::StatusCode::kDeadlineExceeded:
      return kExitTimeout;
    case absl::StatusCode::kCancelled:
      return kExitInterrupted;
    case absl::StatusCode::kInternal:
      return kExitInternal;
    default:
      // What the operating system or a damaged file said; kUnknown is what absl makes of EIO.
      return kExitIo;
  }
}

}  // namespace satchel

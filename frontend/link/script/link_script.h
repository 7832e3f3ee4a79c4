#pragma once

#include <atomic>
#include <string>

#include "absl/status/status.h"

#include "repodata/spec/record.h"

namespace satchel {

// The file in the environment in which scripts leave messages for the user.
inline constexpr char kMessagesFile[] = ".messages.txt";

// bin/.NAME-ACTION.sh, a package's script for when it is linked or unlinked (CEP 32).
struct LinkScript {
  std::string prefix;
  std::string root_prefix;  // ROOT_PREFIX; the prefix itself if there is no installation.
  const PackageRecord* package = nullptr;
  std::string action;            // "pre-link", "post-link", "pre-unlink".
  std::string source_directory;  // Of the extracted package, which contains a pre-link script.
};

// Whether there is such a script: within the environment, not behind a link that leads out of it.
// Errors: those of looking.
[[nodiscard]] absl::StatusOr<bool> HasLinkScript(const LinkScript& script);

// Runs the script if it exists, by bash (or sh), in the directory of the script, with ROOT_PREFIX,
// PREFIX, CONDA_PREFIX, PKG_NAME, PKG_VERSION, PKG_BUILDNUM and the environment's bin at the front
// of PATH. Errors: kAborted with its output if it fails; kCancelled.
[[nodiscard]] absl::Status RunLinkScript(const LinkScript& script, const std::atomic<bool>* cancel);

// The messages for the user that scripts left in .messages.txt of an open environment.
std::string ReadMessages(int root);

}  // namespace satchel

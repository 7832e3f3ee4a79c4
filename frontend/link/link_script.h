#pragma once

#include <atomic>
#include <string>

#include "absl/status/status.h"

#include "repodata/record.h"

namespace satchel {

// Where scripts leave what they want to say to the user, in the environment.
inline constexpr char kMessagesFile[] = ".messages.txt";

// bin/.NAME-ACTION.sh, with which a package may act when it comes or goes (CEP 32).
struct LinkScript {
  std::string prefix;
  std::string root_prefix;  // ROOT_PREFIX; the prefix itself where there is no installation.
  const PackageRecord* package = nullptr;
  std::string action;            // "pre-link", "post-link", "pre-unlink".
  std::string source_directory;  // Of the extracted package, where a pre-link script lies.
};

// Whether there is such a script: within the environment, not behind a link that leads out of it.
// Errors: those of looking.
[[nodiscard]] absl::StatusOr<bool> HasLinkScript(const LinkScript& script);

// Runs the script if there is one, by bash (or sh) within the directory of the script, with
// ROOT_PREFIX, PREFIX, CONDA_PREFIX, PKG_NAME, PKG_VERSION, PKG_BUILDNUM and the environment's bin
// in front of PATH.
// Errors: kAborted with what it printed if it fails; kCancelled.
[[nodiscard]] absl::Status RunLinkScript(const LinkScript& script, const std::atomic<bool>* cancel);

// What scripts have left in .messages.txt of an environment, which is open, for the user.
std::string ReadMessages(int root);

}  // namespace satchel

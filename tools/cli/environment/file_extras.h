#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/environment/variables.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// What the requirements of one file are, for pip.
struct PipRequest {
  std::string file;                // That has them: their relative paths start there.
  std::vector<std::string> lines;  // Of a requirements file.
  bool exact = false;              // Of a lock file: nothing else is to be installed.
};

// What files (--file) ask for beyond packages of channels.
struct FileExtras {
  std::string name;    // Of the environment; empty if not said.
  std::string prefix;  // The same.
  VariableMap variables;
  std::vector<PipRequest> pip;
  bool names_pip = false;  // pip itself is among the specs.
  bool is_explicit = false;

  bool empty() const { return variables.empty() && pip.empty(); }
};

// Errors: those of ReadRequestFile, and, where no platform is given, of the configuration that says
// it.
[[nodiscard]] absl::StatusOr<FileExtras> ReadFileExtras(const Arguments& arguments);
[[nodiscard]] absl::StatusOr<FileExtras> ReadFileExtras(const Arguments& arguments,
                                                        const std::string& platform);

[[nodiscard]] absl::Status SetVariables(const std::string& prefix, const FileExtras& extras);

// Calls the environment's pip (or uv, --pip-with): what it says is shown as it comes, unless --json
// or --quiet.
// Errors: kAborted with what pip said last if it fails; those of the system.
[[nodiscard]] absl::Status InstallPipPackages(const Arguments& arguments, const std::string& prefix,
                                              const FileExtras& extras);

}  // namespace satchel

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/environment/variables.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// The requirements of one file, for pip.
struct PipRequest {
  std::string file;                // The file that contains them: their relative paths start there.
  std::vector<std::string> lines;  // Of a requirements file.
  bool exact = false;              // From a lock file: install nothing else.
};

// What files (--file) request besides packages from channels.
struct FileExtras {
  std::string name;    // Of the environment; empty if not said.
  std::string prefix;  // The same.
  VariableMap variables;
  std::vector<PipRequest> pip;
  bool names_pip = false;  // pip itself is among the specs.
  bool is_explicit = false;

  bool empty() const { return variables.empty() && pip.empty(); }
};

// Errors: those of ReadRequestFile and, if no platform is given, of the configuration that
// determines it.
[[nodiscard]] absl::StatusOr<FileExtras> ReadFileExtras(const Arguments& arguments);
[[nodiscard]] absl::StatusOr<FileExtras> ReadFileExtras(const Arguments& arguments,
                                                        const std::string& platform);

[[nodiscard]] absl::Status SetVariables(const std::string& prefix, const FileExtras& extras);

// Runs the environment's pip (or uv, --pip-with), and shows its output as it arrives, unless --json
// or --quiet. Errors: kAborted with pip's last output if it fails; system errors.
[[nodiscard]] absl::Status InstallPipPackages(const Arguments& arguments, const std::string& prefix,
                                              const FileExtras& extras);

}  // namespace satchel

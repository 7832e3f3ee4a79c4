#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "frontend/environment/pip_packages.h"
#include "frontend/environment/variables.h"

namespace satchel {

// Everything that is exported about an environment.
struct EnvironmentDescription {
  std::string name;  // Empty if it has none.
  std::string prefix;
  std::string platform;
  std::vector<InstalledPackage> packages;  // By name.
  std::vector<PipPackage> pip;
  VariableMap variables;
};

// Errors: those of reading the prefix.
[[nodiscard]] absl::StatusOr<EnvironmentDescription> DescribeEnvironment(
    const std::string& prefix, const std::string& name, const std::string& platform);

struct EnvironmentTextOptions {
  bool builds = true;                 // "name=version=build", else "name=version".
  bool places = false;                // "channel/subdir::name=version".
  bool md5 = false;                   // "name=version[md5=...]", where it is known.
  bool from_history = false;          // Only the requested specs, as written.
  bool no_channels = false;           // Leave the channels out.
  std::vector<std::string> channels;  // The channels to list instead of those of the packages.
};

// The channels of the packages, by name.
std::vector<std::string> ChannelsOf(const EnvironmentDescription& environment);

// The formats of `conda env export`: an environment.yml and the same as JSON.
std::string EnvironmentYaml(const EnvironmentDescription& environment,
                            const EnvironmentTextOptions& options);
std::string EnvironmentJson(const EnvironmentDescription& environment,
                            const EnvironmentTextOptions& options);

enum class ExplicitHash { kNone, kMd5, kSha256 };

// An @EXPLICIT file (CEP 23). Errors: kFailedPrecondition for a package with an unknown URL.
[[nodiscard]] absl::StatusOr<std::string> ExplicitText(const std::string& platform,
                                                       std::vector<PackageRecord> records,
                                                       ExplicitHash hash);
[[nodiscard]] absl::StatusOr<std::string> ExplicitText(const EnvironmentDescription& environment,
                                                       ExplicitHash hash);

// A conda-lock.yml (version 1 of conda-lock's unified lock file) for this one platform.
// Errors: as ExplicitText.
[[nodiscard]] absl::StatusOr<std::string> CondaLockText(const EnvironmentDescription& environment);

}  // namespace satchel

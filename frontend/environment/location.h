#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/virtual_packages.h"

namespace satchel {

// Of the errors that say that there is no such environment: where it would be.
inline constexpr char kLocationPayload[] = "satchel/location";

// The locations of environments: a name means the first directory of that name in `envs_dirs`, and
// "base" (or "root") the root prefix itself.
struct EnvironmentPaths {
  std::string root_prefix;
  std::vector<std::string> envs_dirs;  // In search order; absolute.
};

// As in conda, from the environment variables (`lookup`) and the envs_dirs of configuration files
// (`configured`).
//
// The root prefix is that of root_prefix.h. The envs_dirs are CONDA_ENVS_DIRS or CONDA_ENVS_PATH
// (separated by colons), then the configured ones, then ROOT/envs and ~/.conda/envs (the other way
// round if the root prefix cannot be written).
EnvironmentPaths FindEnvironmentPaths(const EnvironmentLookup& lookup,
                                      const std::vector<std::string>& configured = {});

// Whether this directory is a conda environment. Errors: those of looking; IsEnvironment() takes
// one for a no, MayBeEnvironment() for a yes.
[[nodiscard]] absl::StatusOr<bool> LookForEnvironment(const std::string& prefix);
bool IsEnvironment(const std::string& prefix);
bool MayBeEnvironment(const std::string& prefix);

// The environment that the user selects: by a name, by a path, or (both empty) the active one.
struct EnvironmentChoice {
  std::string name;
  std::string prefix;
};

// The absolute path of an existing environment. Without a choice it is the active one
// (CONDA_PREFIX, else CONDA_DEFAULT_ENV), else the root prefix. Errors: kInvalidArgument for an
// impossible name, or both; kNotFound, with what to do; those of looking, for what cannot be looked
// at is not missing.
[[nodiscard]] absl::StatusOr<std::string> LocateEnvironment(const EnvironmentPaths& paths,
                                                            const EnvironmentChoice& choice,
                                                            const EnvironmentLookup& lookup);

// The absolute path for a new environment: for a name, the directory of that name if it exists,
// else one in the first writable directory of envs_dirs. Errors: kInvalidArgument for an impossible
// name or path (base is not a new environment, PATH cannot contain a ':', an environment cannot lie
// in another one), both or neither; kPermissionDenied.
[[nodiscard]] absl::StatusOr<std::string> PlaceEnvironment(const EnvironmentPaths& paths,
                                                           const EnvironmentChoice& choice);

// Follow all links in a path: whether it is that directory; whether it is that directory or lies,
// or would lie, below it. Errors: those of looking, other than missing paths and permissions.
[[nodiscard]] absl::StatusOr<bool> IsSameDirectory(const std::string& path,
                                                   const std::string& directory);
[[nodiscard]] absl::StatusOr<bool> IsWithin(const std::string& path, const std::string& directory);

// "base", the name in one of the envs_dirs, or "" for an environment elsewhere.
std::string EnvironmentName(const EnvironmentPaths& paths, const std::string& prefix);

// The active environment's absolute path; empty if there is none.
std::string ActivePrefix(const EnvironmentLookup& lookup);

// All known environments: the root prefix first, then by path those in the envs_dirs and in the
// user's list (registry.h).
std::vector<std::string> ListEnvironments(const EnvironmentPaths& paths,
                                          const EnvironmentLookup& lookup);

}  // namespace satchel

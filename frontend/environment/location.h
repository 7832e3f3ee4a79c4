#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/virtual_packages.h"

namespace satchel {

// Where environments lie: a name means the first directory of that name in `envs_dirs`, and "base"
// (or "root") the root prefix itself.
struct EnvironmentPaths {
  std::string root_prefix;
  std::vector<std::string> envs_dirs;  // In the order they are searched; absolute.
};

// As conda, of what `lookup` (the environment variables) says and the envs_dirs of configuration
// files, `configured`.
//
// The root prefix is that of root_prefix.h. The envs_dirs are CONDA_ENVS_DIRS or CONDA_ENVS_PATH
// (separated by colons), then the configured ones, then ROOT/envs and ~/.conda/envs (the other way
// round if the root prefix cannot be written).
EnvironmentPaths FindEnvironmentPaths(const EnvironmentLookup& lookup,
                                      const std::vector<std::string>& configured = {});

// Whether there is a conda environment in this directory.
bool IsEnvironment(const std::string& prefix);

// Which environment the user means: by a name, by a path, or (both empty) the active one.
struct EnvironmentChoice {
  std::string name;
  std::string prefix;
};

// The absolute path of an environment that is there. With no choice it is the active one
// (CONDA_PREFIX, else CONDA_DEFAULT_ENV), else the root prefix.
// Errors: kInvalidArgument for a name that none can have, or both; kNotFound, with what to do.
[[nodiscard]] absl::StatusOr<std::string> LocateEnvironment(const EnvironmentPaths& paths,
                                                            const EnvironmentChoice& choice,
                                                            const EnvironmentLookup& lookup);

// The absolute path for an environment to be made: with a name, the directory of that name if one
// is there, else one in the first of the envs_dirs that can be written.
// Errors: kInvalidArgument for a name or path that none can have (base is no new environment, PATH
// cannot hold a ':', another environment is no place for one), both or neither; kPermissionDenied.
[[nodiscard]] absl::StatusOr<std::string> PlaceEnvironment(const EnvironmentPaths& paths,
                                                           const EnvironmentChoice& choice);

// What a path leads to, whatever links there are on the way: whether it is that directory; whether
// it is that or lies, or would lie, below it.
bool IsSameDirectory(const std::string& path, const std::string& directory);
bool IsWithin(const std::string& path, const std::string& directory);

// "base", the name in one of the envs_dirs, or "" for an environment that lies elsewhere.
std::string EnvironmentName(const EnvironmentPaths& paths, const std::string& prefix);

// The active environment's absolute path; empty if there is none.
std::string ActivePrefix(const EnvironmentLookup& lookup);

// All environments known: the root prefix first, then by path those of the envs_dirs and of the
// user's list (registry.h).
std::vector<std::string> ListEnvironments(const EnvironmentPaths& paths,
                                          const EnvironmentLookup& lookup);

}  // namespace satchel

#include "tools/cli/environment/target.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/home_directory.h"
#include "base/status_macros.h"
#include "frontend/config/configuration.h"
#include "frontend/environment/registry.h"
#include "frontend/files.h"
#include "frontend/link/change/remove_environment.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

// Those that lie in an environment's directory, known to us or not; not looked for in its depths.
absl::StatusOr<std::vector<std::string>> EnvironmentsBelow(const std::string& prefix) {
  constexpr int kDepth = 6;
  std::vector<std::string> found;
  std::error_code error;
  fs::recursive_directory_iterator entries(prefix, fs::directory_options::skip_permission_denied,
                                           error);
  for (; !error && entries != fs::end(entries); entries.increment(error)) {
    std::error_code ignored;
    if (entries.depth() >= kDepth) {
      entries.disable_recursion_pending();
    }
    if (entries->is_directory(ignored) && !entries->is_symlink(ignored)) {
      const std::string path = entries->path().string();
      const bool has_history = fs::exists(path + "/conda-meta/history", error);
      if (error && error.value() != EACCES) {
        return absl::ErrnoToStatus(error.value(), path);
      }
      if (has_history) {
        found.push_back(path);
      }
    }
  }
  return error ? absl::ErrnoToStatus(error.value(), prefix)
               : absl::StatusOr<std::vector<std::string>>(std::move(found));
}

}  // namespace

EnvironmentPaths UserEnvironments() {
  ConfigPlaces places;
  places.variable = &LookUpEnvironment;
  // What is wrong with the configuration is told by the commands that need it.
  const absl::StatusOr<Configuration> configuration = Configuration::Load(places);
  return FindEnvironmentPaths(&LookUpEnvironment, configuration.ok()
                                                      ? configuration->List("envs_dirs")
                                                      : std::vector<std::string>());
}

absl::StatusOr<std::string> ExistingPrefix(const TargetArguments& arguments) {
  return LocateEnvironment(UserEnvironments(), {arguments.name, arguments.prefix},
                           &LookUpEnvironment);
}

absl::StatusOr<std::string> NewPrefix(const TargetArguments& arguments) {
  return PlaceEnvironment(UserEnvironments(), {arguments.name, arguments.prefix});
}

bool IsBaseToBeMade(const TargetArguments& arguments) {
  const std::string root = UserEnvironments().root_prefix;
  const bool is_named =
      arguments.name == "base" || arguments.name == "root" ||
      (!arguments.prefix.empty() && AbsolutePath(ExpandHome(arguments.prefix)) == root);
  if (!is_named || IsEnvironment(root)) {
    return false;
  }
  constexpr std::string_view kKept[] = {"pkgs",      "envs",     ".condarc", "condarc",
                                        "condarc.d", ".mambarc", "bin",      "condabin"};
  std::error_code error;
  for (fs::directory_iterator entry(root, error); !error && entry != fs::end(entry);
       entry.increment(error)) {
    if (std::ranges::count(kKept, entry->path().filename().string()) == 0) {
      return false;
    }
  }
  return true;
}

absl::Status MakeBase() {
  const std::string meta = UserEnvironments().root_prefix + "/conda-meta";
  std::error_code error;
  fs::create_directories(meta, error);
  return error ? absl::UnavailableError(meta + ": " + error.message())
               : EditFile(meta + "/history", "");
}

absl::StatusOr<std::string> ExistingOrFinished(const TargetArguments& arguments) {
  absl::StatusOr<std::string> existing = ExistingPrefix(arguments);
  if (absl::IsNotFound(existing.status())) {
    if (const auto gone = NewPrefix(arguments); gone.ok()) {
      FinishRemovals(*gone);
      UnregisterEnvironment(RegistryFile(&LookUpEnvironment), *gone).IgnoreError();
    }
  }
  return existing;
}

absl::Status CheckMayBeRemoved(const std::string& prefix) {
  const EnvironmentPaths paths = UserEnvironments();
  ASSIGN_OR_RETURN(const bool is_root, IsSameDirectory(prefix, paths.root_prefix));
  if (is_root) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s is the root prefix (base), which cannot be removed or renamed; name "
                        "another environment",
                        prefix));
  }
  ASSIGN_OR_RETURN(const bool is_active, IsSameDirectory(prefix, ActivePrefix(&LookUpEnvironment)));
  if (is_active) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s is the active environment; deactivate it first", prefix));
  }
  const auto refuse = [&prefix](const std::string& what, const std::string& path) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s cannot be removed with all that is in it: %s lies in it, %s", prefix, what, path));
  };
  std::error_code error;
  const std::vector<std::pair<std::string, std::string>> places = {
      {"the root prefix", paths.root_prefix},
      {"your home directory", HomeDirectory()},
      {"the current directory", fs::current_path(error).string()}};
  for (const auto& [what, path] : places) {
    ASSIGN_OR_RETURN(const bool lies_in_it, IsWithin(path, prefix));
    if (lies_in_it && !path.empty()) {
      return refuse(what, path);
    }
  }
  std::vector<std::string> others = ListEnvironments(paths, &LookUpEnvironment);
  ASSIGN_OR_RETURN(const std::vector<std::string> below, EnvironmentsBelow(prefix));
  others.insert(others.end(), below.begin(), below.end());
  for (const std::string& other : others) {
    ASSIGN_OR_RETURN(const bool is_same, IsSameDirectory(other, prefix));
    ASSIGN_OR_RETURN(const bool lies_in_it, IsWithin(other, prefix));
    if (lies_in_it && !is_same) {
      return refuse("another environment", other);
    }
  }
  return absl::OkStatus();
}

}  // namespace satchel

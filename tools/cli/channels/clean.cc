#include <fcntl.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/config/cache_directory.h"
#include "frontend/environment/registry.h"
#include "frontend/environment/soft_links.h"
#include "frontend/fetch/index_directory.h"
#include "frontend/files.h"
#include "frontend/link/paths/remove_tree.h"
#include "tools/cli/environment/carry_out.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"
#include "tools/cli/solve/prepare.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

// What can be removed, of one kind.
struct Removables {
  std::string key;                             // In JSON: conda's name of the kind.
  std::string description;                     // In text.
  std::map<std::string, std::uint64_t> sizes;  // By path.

  std::uint64_t size_bytes() const {
    std::uint64_t sum = 0;
    for (const auto& [path, size_bytes] : sizes) {
      sum += size_bytes;
    }
    return sum;
  }
};

using Entries = std::vector<std::filesystem::directory_entry>;

// What cannot be listed is told, and stays.
Entries Listed(const absl::StatusOr<Entries>& entries) {
  if (!entries.ok()) {
    PrintWarning(std::string(ToStd(entries.status().message())) + "; nothing of it is removed");
  }
  return entries.value_or(Entries());
}

absl::StatusOr<Removables> FindIndexes(const Arguments& arguments) {
  Removables found = {"index_cache", "indexes of channels", {}};
  for (IndexDirectoryEntry& entry : ListIndexDirectory(IndexDirectoryOf(arguments))) {
    found.sizes.emplace(std::move(entry.path), entry.size_bytes);
  }
  return found;
}

// Copies of repodata, and the shards and what was put together of them.
absl::StatusOr<Removables> FindRepodata(const Arguments& /*arguments*/) {
  Removables found = {"repodata_cache", "files of repodata", {}};
  const std::string cache = CacheDirectory(&LookUpEnvironment);
  for (const char* part : {"/repodata", "/shards", "/assembled"}) {
    for (const auto& entry : Listed(EntriesBelow(cache + part))) {
      if (std::error_code error; !cache.empty() && entry.is_regular_file(error)) {
        found.sizes.emplace(entry.path().string(), entry.file_size(error));
      }
    }
  }
  return found;
}

absl::StatusOr<std::vector<std::string>> PackageCaches(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  return UserPackageCache(configuration).directories();
}

// Package files, and what is there of those whose fetching was interrupted.
absl::StatusOr<Removables> FindTarballs(const Arguments& arguments) {
  Removables found = {"tarballs", "package files", {}};
  ASSIGN_OR_RETURN(const std::vector<std::string> caches, PackageCaches(arguments));
  for (const std::string& cache : caches) {
    for (const auto& entry : Listed(EntriesIn(cache))) {
      std::error_code error;
      std::string name = entry.path().filename().string();
      if (const std::size_t part = name.find(".part"); part != std::string::npos) {
        name.resize(part);
      }
      const bool is_package = name.ends_with(".conda") || name.ends_with(".tar.bz2");
      if (is_package && entry.is_regular_file(error)) {
        found.sizes.emplace(entry.path().string(), entry.file_size(error));
      }
    }
  }
  return found;
}

// Whether a file of the package is linked from elsewhere, that is, from an environment. Adds up the
// size.
absl::StatusOr<bool> IsInUse(const std::string& package, std::uint64_t* size_bytes) {
  ASSIGN_OR_RETURN(const Entries entries, EntriesBelow(package));
  for (const auto& entry : entries) {
    std::error_code error;
    if (!entry.is_symlink(error) && entry.is_regular_file(error)) {
      if (entry.hard_link_count(error) > 1) {
        return true;
      }
      *size_bytes += entry.file_size(error);
    }
  }
  return false;
}

// Those that environments need by symbolic links: of the environments that the user has, and of
// those that were noted in the caches.
absl::StatusOr<std::set<std::string>> InUseBySoftLinks(
    const std::vector<std::string>& caches, const std::map<std::string, std::uint64_t>& packages) {
  // One that cannot be read may name an environment that needs them.
  RETURN_IF_ERROR(RegisteredEnvironments(RegistryFile(&LookUpEnvironment)).status());
  std::vector<std::string> prefixes = ListEnvironments(UserEnvironments(), &LookUpEnvironment);
  std::set<std::string> paths;
  for (const std::string& cache : caches) {
    ASSIGN_OR_RETURN(std::vector<std::string> noted, SoftLinkedEnvironments(cache));
    std::ranges::move(noted, std::back_inserter(prefixes));
  }
  for (const auto& [path, size_bytes] : packages) {
    paths.insert(path);
  }
  return SoftLinkedPackages(paths, prefixes);
}

// Files that conda could not remove while they were in use, and renamed.
absl::StatusOr<Removables> FindTemporaryFiles(const Arguments& arguments) {
  Removables found = {"tempfiles", "temporary files", {}};
  std::vector<std::string> prefixes = arguments.temporary_files;
  if (arguments.trash) {
    std::ranges::move(ListEnvironments(UserEnvironments(), &LookUpEnvironment),
                      std::back_inserter(prefixes));
  }
  for (const std::string& prefix : prefixes) {
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(prefix, error)) {
      const std::string name = entry.path().filename().string();
      if ((name.ends_with(".c~") || name.ends_with(".trash") || name.ends_with(".conda_trash")) &&
          entry.is_regular_file(error) && !entry.is_symlink(error)) {
        found.sizes.emplace(entry.path().string(), entry.file_size(error));
      }
    }
  }
  return found;
}

absl::StatusOr<Removables> FindLogFiles(const Arguments& /*arguments*/) {
  return Removables{"logfiles", "log files", {}};
}

// A lock is the kernel's and goes with its process; its file is needed again.
absl::StatusOr<Removables> FindLocks(const Arguments& /*arguments*/) {
  return Removables{"locks", "locks", {}};
}

// --force-pkgs-dirs: the caches themselves, with all that is in them, whoever needs it.
absl::StatusOr<Removables> FindPackageCaches(const Arguments& arguments) {
  Removables found = {"pkgs_dirs", "package caches", {}};
  ASSIGN_OR_RETURN(const std::vector<std::string> caches, PackageCaches(arguments));
  for (const std::string& cache : caches) {
    std::error_code error;
    if (std::filesystem::exists(cache + "/urls.txt", error)) {  // Marks a cache: nothing else goes.
      std::uint64_t size_bytes = 0;
      (void)IsInUse(cache, &size_bytes);  // For the size alone.
      found.sizes.emplace(cache, size_bytes);
    }
  }
  return found;
}

// Extracted packages that no environment has links to.
absl::StatusOr<Removables> FindPackages(const Arguments& arguments) {
  Removables found = {"packages", "extracted packages that no environment links to", {}};
  ASSIGN_OR_RETURN(const std::vector<std::string> caches, PackageCaches(arguments));
  std::map<std::string, std::uint64_t> unused;  // With their sizes.
  for (const std::string& cache : caches) {
    for (const auto& entry : Listed(EntriesIn(cache))) {
      std::error_code error;
      if (!std::filesystem::exists(entry.path() / "info" / "index.json", error)) {
        continue;
      }
      std::uint64_t size_bytes = 0;
      const absl::StatusOr<bool> in_use = IsInUse(entry.path().string(), &size_bytes);
      if (!in_use.ok()) {  // Perhaps somebody else's.
        PrintWarning(std::string(ToStd(in_use.status().message())) + "; the package stays");
      } else if (!*in_use) {
        unused.emplace(entry.path().string(), size_bytes);
      }
    }
  }
  ASSIGN_OR_RETURN(const std::set<std::string> soft_linked, InUseBySoftLinks(caches, unused));
  for (const auto& [path, size_bytes] : unused) {
    if (!soft_linked.contains(path)) {
      found.sizes.emplace(path, size_bytes);
    }
  }
  return found;
}

// With what is below, if it is a directory.
absl::Status RemovePath(const std::string& path) {
  const absl::Status removed = RemoveTree(AT_FDCWD, path);
  return removed.ok() ? removed
                      : absl::Status(removed.code(),
                                     absl::StrFormat("%s: %s", path, ToStd(removed.message())));
}

// The kinds there are: the option that names one, and what it finds.
struct Kind {
  bool Arguments::*option;
  absl::StatusOr<Removables> (*find)(const Arguments& arguments);
  absl::Status (*remove)(const std::string& path);
};
constexpr Kind kKinds[] = {{&Arguments::index_cache, &FindIndexes, &RemoveIndex},
                           {&Arguments::index_cache, &FindRepodata, &RemovePath},
                           {&Arguments::tarballs, &FindTarballs, &RemovePath},
                           {&Arguments::packages, &FindPackages, &RemovePath},
                           {&Arguments::log_files, &FindLogFiles, &RemovePath},
                           {&Arguments::locks, &FindLocks, &RemovePath},
                           {&Arguments::force_pkgs_dirs, &FindPackageCaches, &RemovePath}};

// As conda: packages and their files by cache, the paths of all else.
nlohmann::json ToJson(const Removables& kind) {
  std::vector<std::string> paths;
  nlohmann::json sizes = nlohmann::json::object();
  nlohmann::json names = nlohmann::json::object();
  for (const auto& [path, size_bytes] : kind.sizes) {
    const std::filesystem::path file(path);
    paths.push_back(path);
    sizes[file.parent_path().string()][file.filename().string()] = size_bytes;
    names[file.parent_path().string()].push_back(file.filename().string());
  }
  if (kind.key == "tempfiles" || kind.key == "logfiles" || kind.key == "pkgs_dirs") {
    return paths;
  }
  nlohmann::json json = {{"files", paths}, {"total_size", kind.size_bytes()}};
  if (kind.key == "tarballs" || kind.key == "packages") {
    json["pkg_sizes"] = sizes;
    json["pkgs_dirs"] = names;
    json["warnings"] = nlohmann::json::array();
  }
  return json;
}

nlohmann::json ToJson(const std::vector<Removables>& removed, const Arguments& arguments) {
  nlohmann::json json = {{"success", true}, {"dry_run", arguments.dry_run}};
  if (arguments.all) {
    json["tempfiles"] = nlohmann::json::array();  // Only those of directories that were named.
  }
  for (const Removables& kind : removed) {
    json[kind.key] = ToJson(kind);
  }
  return json;
}

std::string ToText(const std::vector<Removables>& removed, const ChangeArguments& arguments) {
  std::string text;
  for (const Removables& kind : removed) {
    text += absl::StrFormat("%s %d %s, %.1f MB\n", arguments.dry_run ? "would remove" : "removed",
                            kind.sizes.size(), kind.description,
                            static_cast<double>(kind.size_bytes()) / 1e6);
  }
  return text;
}

}  // namespace

absl::StatusOr<ExitCode> RunClean(const Arguments& arguments) {
  std::vector<Removables> removed;
  for (const Kind& kind : kKinds) {
    const bool is_of_all = arguments.all && kind.option != &Arguments::force_pkgs_dirs;
    if (!is_of_all && !(arguments.*kind.option)) {
      continue;
    }
    ASSIGN_OR_RETURN(Removables found, kind.find(arguments));
    removed.push_back(std::move(found));
    for (const auto& [path, size_bytes] : removed.back().sizes) {
      if (!arguments.dry_run) {
        RETURN_IF_ERROR(kind.remove(path));
      }
    }
  }
  if (!arguments.temporary_files.empty() || arguments.trash) {
    ASSIGN_OR_RETURN(Removables found, FindTemporaryFiles(arguments));
    removed.push_back(std::move(found));
    for (const auto& [path, size_bytes] : removed.back().sizes) {
      if (!arguments.dry_run) {
        RETURN_IF_ERROR(RemovePath(path));
      }
    }
  }
  if (removed.empty()) {
    return absl::InvalidArgumentError(
        "what to remove? --index-cache, --tarballs, --packages, --tempfiles, or --all");
  }
  if (arguments.json) {
    RETURN_IF_ERROR(Print(
        ToJson(removed, arguments).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
        "\n"));
  } else if (!arguments.quiet) {
    RETURN_IF_ERROR(Print(ToText(removed, arguments)));
  }
  return kExitOk;
}

}  // namespace satchel

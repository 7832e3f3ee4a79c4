#include "frontend/environment/soft_links.h"

#include <filesystem>
#include <system_error>

#include "base/status_macros.h"
#include "frontend/environment/registry.h"
#include "frontend/files.h"
#include "frontend/link/record/conda_meta.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

// The form is that of environments.txt.
std::string ListOf(const std::string& cache) {
  return cache + "/.satchel/soft-linked.txt";
}

// The package that a link's target lies in; empty if it is none of them.
std::string PackageOf(const fs::path& target, const std::set<std::string>& packages) {
  for (fs::path at = target; at.has_relative_path(); at = at.parent_path()) {
    if (packages.contains(at.string())) {
      return at.string();
    }
  }
  return {};
}

absl::Status AddLinkedBy(const std::string& prefix, const std::set<std::string>& packages,
                         std::set<std::string>* linked) {
  ASSIGN_OR_RETURN(const auto entries, EntriesIn(prefix + "/conda-meta"));
  for (const fs::directory_entry& entry : entries) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".json")) {
      continue;
    }
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    const auto files = InstalledFiles(text, path);
    if (!files.ok()) {
      continue;
    }
    for (const std::string& file : *files) {
      std::error_code no_link;
      const fs::path target = fs::read_symlink(prefix + "/" + file, no_link);
      if (const std::string package = no_link ? "" : PackageOf(target, packages);
          !package.empty()) {
        linked->insert(package);
        break;  // A record is of one package.
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

void NoteSoftLinkedEnvironment(const std::vector<std::string>& caches, const std::string& prefix) {
  for (const std::string& cache : caches) {
    RegisterEnvironment(ListOf(cache), prefix).IgnoreError();
  }
}

absl::StatusOr<std::vector<std::string>> SoftLinkedEnvironments(const std::string& cache) {
  return RegisteredEnvironments(ListOf(cache));
}

absl::StatusOr<std::set<std::string>> SoftLinkedPackages(const std::set<std::string>& packages,
                                                         const std::vector<std::string>& prefixes) {
  std::set<std::string> linked;
  for (const std::string& prefix : prefixes) {
    RETURN_IF_ERROR(AddLinkedBy(prefix, packages, &linked));
  }
  return linked;
}

}  // namespace satchel

#include "frontend/config/root_prefix.h"

#include <filesystem>

#include "frontend/files.h"

namespace satchel {
namespace {

// /opt/conda of CONDA_EXE=/opt/conda/bin/conda, if there is an environment.
std::string InstallationOf(const std::string& conda_exe) {
  if (conda_exe.empty()) {
    return {};
  }
  const std::string root = std::filesystem::path(conda_exe).parent_path().parent_path().string();
  return IsDirectory(root + "/conda-meta") ? root : std::string();
}

}  // namespace

std::string RootPrefix(const EnvironmentLookup& lookup) {
  for (const char* variable : {"SATCHEL_ROOT_PREFIX", "MAMBA_ROOT_PREFIX", "CONDA_ROOT"}) {
    if (const std::string root = lookup(variable).value_or(""); !root.empty()) {
      return AbsolutePath(ExpandPath(root));
    }
  }
  if (const std::string root = InstallationOf(lookup("CONDA_EXE").value_or("")); !root.empty()) {
    return AbsolutePath(root);
  }
  return AbsolutePath(lookup("HOME").value_or("") + "/.satchel");
}

}  // namespace satchel

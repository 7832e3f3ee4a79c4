#include "frontend/environment/pip_packages.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/strings.h"
#include "frontend/files.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

// Relative to the prefix; empty without python.
std::string SitePackages(const std::vector<InstalledPackage>& installed) {
  for (const InstalledPackage& package : installed) {
    const PackageRecord& record = package.record;
    if (record.name != "python") {
      continue;
    }
    if (!record.python_site_packages_path.empty()) {
      return record.python_site_packages_path;
    }
    const std::size_t dot = record.version.find('.', record.version.find('.') + 1);
    return "lib/python" + record.version.substr(0, dot) + "/site-packages";
  }
  return {};
}

std::vector<std::string> Listed(const std::string& directory, std::string_view ending) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entries(directory, error), end; !error && entries != end;
       entries.increment(error)) {
    if (std::string name = entries->path().filename().string(); name.ends_with(ending)) {
      names.push_back(std::move(name));
    }
  }
  std::ranges::sort(names);
  return names;
}

// Whether a record of conda-meta lists the file. Read only for the few that conda's own installer
// does not claim, so the records are searched as text and not parsed.
bool IsOwned(const std::string& prefix, const std::string& file) {
  const std::string meta = prefix + "/conda-meta/";
  for (const std::string& name : Listed(meta, ".json")) {
    const absl::StatusOr<std::string> text = ReadFile(meta + name);
    if (text.ok() && text->find("\"" + file + "\"") != std::string::npos) {
      return true;
    }
  }
  return false;
}

PipPackage ReadMetadata(const std::string& text) {
  PipPackage package;
  for (const std::string_view line : Split(text, '\n')) {
    if (StripSpace(line).empty()) {
      break;  // The description follows.
    }
    if (line.starts_with("Name:")) {
      package.name = StripSpace(line.substr(5));
    } else if (line.starts_with("Version:")) {
      package.version = StripSpace(line.substr(8));
    }
  }
  return package;
}

}  // namespace

std::vector<PipPackage> PipPackages(const std::string& prefix,
                                    const std::vector<InstalledPackage>& installed) {
  std::vector<PipPackage> packages;
  const std::string site = SitePackages(installed);
  if (site.empty()) {
    return packages;
  }
  for (const std::string& directory : Listed(prefix + "/" + site, ".dist-info")) {
    const std::string relative = site + "/" + directory;
    const std::string installer = ReadFile(prefix + "/" + relative + "/INSTALLER").value_or("");
    const absl::StatusOr<std::string> metadata = ReadFile(prefix + "/" + relative + "/METADATA");
    if (!metadata.ok() || StripSpace(installer) == "conda" ||
        IsOwned(prefix, relative + "/METADATA")) {
      continue;
    }
    if (PipPackage package = ReadMetadata(*metadata); !package.name.empty()) {
      packages.push_back(std::move(package));
    }
  }
  std::ranges::sort(packages, {}, [](const PipPackage& p) { return ToLower(p.name); });
  return packages;
}

}  // namespace satchel

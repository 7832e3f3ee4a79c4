#include <utility>

#include "base/status_macros.h"
#include "frontend/config/platform.h"
#include "frontend/config/virtual_packages.h"
#include "tools/cli/help.h"
#include "tools/cli/prepare.h"
#include "tools/cli/run.h"
#include "tools/cli/terminal.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

// Where what has been read is kept for the next time (the XDG base directory specification).
std::string CacheDirectory() {
  const std::string cache = LookUpEnvironment("XDG_CACHE_HOME").value_or("");
  if (cache.starts_with("/")) {
    return cache + "/satchel";
  }
  return LookUpEnvironment("HOME").value_or("") + "/.cache/satchel";
}

std::string InfoJson(const std::string& platform, const VirtualPackages& packages) {
  nlohmann::json list = nlohmann::json::array();
  for (const PackageRecord& record : packages.records) {
    list.push_back({record.name, record.version, record.build});
  }
  const nlohmann::json json = {{"cache_dir", CacheDirectory()},
                               {"native_platform", NativePlatform()},
                               {"notes", packages.notes},
                               {"platform", platform},
                               {"satchel_version", ProgramVersion()},
                               {"virtual_pkgs", list}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string InfoText(const std::string& platform, const VirtualPackages& packages) {
  std::string text = "         version : " + ProgramVersion() + "\n        platform : " + platform +
                     "\nvirtual packages : ";
  const char* separator = "";
  for (const PackageRecord& record : packages.records) {
    text += std::exchange(separator, "\n                   ");
    text += record.name + "=" + record.version + "=" + record.build;
  }
  text += "\n cache directory : " + CacheDirectory() + "\n";
  for (const std::string& note : packages.notes) {
    text += "            note : " + note + "\n";
  }
  return text;
}

}  // namespace

absl::StatusOr<ExitCode> RunInfo(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string platform, PlatformOf(arguments));
  ASSIGN_OR_RETURN(const VirtualPackages packages,
                   ListVirtualPackages(platform, DetectHost(), &LookUpEnvironment));
  RETURN_IF_ERROR(
      Print(arguments.json ? InfoJson(platform, packages) : InfoText(platform, packages)));
  return kExitOk;
}

}  // namespace satchel

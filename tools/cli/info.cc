#include <cstdint>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/config/cache_directory.h"
#include "frontend/config/platform.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/fetch/index_directory.h"
#include "tools/cli/help.h"
#include "tools/cli/prepare.h"
#include "tools/cli/run.h"
#include "tools/cli/settings.h"
#include "tools/cli/terminal.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

// What is kept of channels.
struct IndexCacheStatus {
  std::string directory;
  std::size_t num_files = 0;
  std::uint64_t size_bytes = 0;
};

IndexCacheStatus LookAtIndexCache(const Arguments& arguments) {
  IndexCacheStatus status;
  status.directory = IndexDirectoryOf(arguments);
  for (const IndexDirectoryEntry& entry : ListIndexDirectory(status.directory)) {
    ++status.num_files;
    status.size_bytes += entry.size_bytes;
  }
  return status;
}

std::string InfoJson(const std::string& platform, const VirtualPackages& packages,
                     const IndexCacheStatus& cache) {
  nlohmann::json list = nlohmann::json::array();
  for (const PackageRecord& record : packages.records) {
    list.push_back({record.name, record.version, record.build});
  }
  const nlohmann::json json = {{"cache_dir", CacheDirectory(&LookUpEnvironment)},
                               {"index_cache",
                                {{"directory", cache.directory},
                                 {"files", cache.num_files},
                                 {"total_size", cache.size_bytes}}},
                               {"native_platform", NativePlatform()},
                               {"notes", packages.notes},
                               {"platform", platform},
                               {"satchel_version", ProgramVersion()},
                               {"virtual_pkgs", list}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string InfoText(const std::string& platform, const VirtualPackages& packages,
                     const IndexCacheStatus& cache) {
  std::string text = "         version : " + ProgramVersion() + "\n        platform : " + platform +
                     "\nvirtual packages : ";
  const char* separator = "";
  for (const PackageRecord& record : packages.records) {
    text += std::exchange(separator, "\n                   ");
    text += record.name + "=" + record.version + "=" + record.build;
  }
  text += "\n cache directory : " + CacheDirectory(&LookUpEnvironment);
  text += "\n     index cache : ";
  text += cache.directory.empty() ? std::string("off\n")
                                  : absl::StrFormat("%d indexes, %.1f MB\n", cache.num_files,
                                                    static_cast<double>(cache.size_bytes) / 1e6);
  for (const std::string& note : packages.notes) {
    text += "            note : " + note + "\n";
  }
  return text;
}

}  // namespace

absl::StatusOr<ExitCode> RunInfo(const Arguments& arguments) {
  if (arguments.envs) {
    return RunEnvList(arguments);
  }
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  ASSIGN_OR_RETURN(const std::string platform, PlatformOf(configuration));
  ASSIGN_OR_RETURN(const VirtualPackages packages,
                   ListVirtualPackages(platform, DetectHost(), &LookUpEnvironment));
  const IndexCacheStatus cache = LookAtIndexCache(arguments);
  RETURN_IF_ERROR(Print(arguments.json ? InfoJson(platform, packages, cache)
                                       : InfoText(platform, packages, cache)));
  return kExitOk;
}

}  // namespace satchel

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/fetch/index_cache.h"
#include "frontend/fetch/local_channel_source.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"
#include "tools/cli/solve/prepare.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

// Reads all of it, so that damage shows now rather than in the middle of a solve.
bool IsSound(const Index& index) {
  return index.Validate().ok();
}

nlohmann::json ToJson(const LoadedChannel& channel, const LoadedSubdir& subdir) {
  return {{"channel", channel.name},
          {"file", subdir.index_file},
          {"records", subdir.index->num_records()},
          {"repodata", subdir.location.repodata},
          {"size", subdir.index->image().size()},
          {"skipped", subdir.report.num_skipped},
          {"subdir", subdir.location.subdir},
          {"was_current", subdir.index_was_kept}};
}

std::string ToText(const LoadedChannel& channel, const LoadedSubdir& subdir) {
  return absl::StrFormat("%s/%s: %d records, %.1f MB, %s\n", channel.name, subdir.location.subdir,
                         subdir.index->num_records(),
                         static_cast<double>(subdir.index->image().size()) / 1e6,
                         subdir.index_was_kept       ? "current"
                         : subdir.index_file.empty() ? "not kept"
                                                     : "made");
}

absl::StatusOr<LoadedChannels> Load(const Arguments& arguments, const Configuration& configuration,
                                    const std::string& platform, bool rebuild) {
  IndexCacheOptions options;
  options.directory = IndexDirectoryOf(arguments);
  options.rebuild = rebuild;
  IndexCache cache(std::move(options));
  ASSIGN_OR_RETURN(LocalChannelSource local,
                   LocalChannelSource::Create(LocalAlias(arguments), &cache));
  ASSIGN_OR_RETURN(const std::unique_ptr<ChannelSource> source,
                   OpenChannels(arguments, configuration, std::move(local)));
  ASSIGN_OR_RETURN(LoadedChannels channels,
                   LoadChannels(*source, arguments.positional, platform, {}, {0}));
  for (std::string& warning : cache.TakeWarnings()) {
    channels.warnings.push_back(std::move(warning));
  }
  return channels;
}

}  // namespace

absl::StatusOr<ExitCode> RunIndex(const Arguments& arguments) {
  if (arguments.positional.empty()) {
    return absl::InvalidArgumentError(
        "which channels? as in 'satchel index /srv/channels/conda-forge'");
  }
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  ASSIGN_OR_RETURN(const std::string platform, PlatformOf(configuration));
  ASSIGN_OR_RETURN(LoadedChannels channels,
                   Load(arguments, configuration, platform, arguments.force));
  bool all_sound = true;
  for (const LoadedChannel& channel : channels.channels) {
    for (const LoadedSubdir& subdir : channel.subdirs) {
      all_sound = IsSound(*subdir.index) && all_sound;
    }
  }
  if (!all_sound) {
    ASSIGN_OR_RETURN(channels, Load(arguments, configuration, platform, /*rebuild=*/true));
  }
  nlohmann::json list = nlohmann::json::array();
  std::string text;
  for (const LoadedChannel& channel : channels.channels) {
    for (const LoadedSubdir& subdir : channel.subdirs) {
      list.push_back(ToJson(channel, subdir));
      text += ToText(channel, subdir);
    }
  }
  if (arguments.json) {
    const nlohmann::json json = {
        {"success", true}, {"indexes", list}, {"warnings", channels.warnings}};
    text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  } else {
    for (const std::string& warning : channels.warnings) {
      PrintWarning(warning);
    }
  }
  RETURN_IF_ERROR(Print(text));
  return kExitOk;
}

}  // namespace satchel

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/configuration.h"
#include "frontend/fetch/local_channel_source.h"
#include "frontend/fetch/network_options.h"
#include "frontend/request/request_file.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// The configuration: files, variables, and what the command line says. `prefix` is the environment
// that the command works on, whose .condarc counts; empty: the active one.
// Errors: kInvalidArgument with file and line; those of reading.
[[nodiscard]] absl::StatusOr<Configuration> LoadSettings(const ChannelArguments& arguments,
                                                         const std::string& prefix = {});
// Where LoadSettings looks.
ConfigPlaces SettingsPlaces(const ChannelArguments& arguments, const std::string& prefix = {});

// What is wanted of the files of --file.
FileParts PartsOf(const RequestArguments& arguments);

// The channels to search, as typed: of -c, then those of files, then those of the configuration.
std::vector<std::string> ChannelsOf(const ChannelArguments& arguments,
                                    const Configuration& configuration,
                                    const std::vector<std::string>& of_files = {},
                                    bool nodefaults = false);

// "satchel/1.0 (linux-64)": the user agent for servers.
std::string UserAgent();

// The network options, with the credentials of all URLs that the command gets: on the command line,
// in the configuration, in --file. Errors: those of MakeNetworkOptions.
[[nodiscard]] absl::StatusOr<NetworkOptions> NetworkSettings(const Arguments& arguments,
                                                             const Configuration& configuration);

// The source of all channels: `local` on disk, and servers according to the configuration. Shows
// progress during a fetch; an interrupt ends the fetch with kCancelled. Errors: those of
// NetworkSettings.
[[nodiscard]] absl::StatusOr<std::unique_ptr<ChannelSource>> OpenChannels(
    const Arguments& arguments, const Configuration& configuration, LocalChannelSource local);

// What stands for a directory in --channel-alias or channel_alias; empty if that is a URL.
std::string LocalAlias(const ChannelArguments& arguments);

}  // namespace satchel

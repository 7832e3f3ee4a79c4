#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "frontend/config/configuration.h"
#include "frontend/fetch/channel_source.h"
#include "frontend/request/request_file.h"

namespace satchel {

// Builds a Request from what the user asks for and everything that files, the configuration, the
// environment and the machine add; for both the command line and the C interface. Channels come
// last, since what must be fetched of them depends on the rest.

// What the user asks for.
struct RequestWords {
  // Specs, pins, removals and flags; installed and virtual packages if the caller has them.
  Request request;
  bool has_virtual_packages = false;  // Use those in `request`, even if there are none; otherwise
                                      // the machine's.

  std::vector<std::string> files;  // As ReadRequestFile reads them.
  FileParts parts;                 // What is wanted of those files.
  std::string installed_file;      // An @EXPLICIT file: what is installed.
  std::string prefix;              // Of an environment; empty if there is none.
  bool no_pin = false;             // Ignore the environment's conda-meta/pinned.
  bool freeze_installed = false;   // Installed packages that are not named stay unchanged.
  bool override_frozen = false;    // CEP 22.
};

struct AssembledRequest {
  Request request;               // Without channels.
  std::string prefix;            // Absolute; empty if there is none.
  std::string environment_name;  // From a file.
  std::vector<std::string> file_channels;
  bool nodefaults = false;  // A file excludes the configured channels.
  // Of `installed_file`: FindInstalled finds their records once the channels are read.
  std::vector<ExplicitPackage> installed_packages;
  // Names in request.specs that the configuration added, not the user.
  std::vector<std::string> of_configuration;
  std::vector<std::string> warnings;
};

// Uses these keys of the configuration: channel_priority, exclude_newer, pinned_packages,
// aggressive_update_packages, disallowed_packages, offline. Errors: kInvalidArgument names the
// wrong file and line or key; those of reading.
[[nodiscard]] absl::StatusOr<AssembledRequest> AssembleRequest(RequestWords words,
                                                               const Configuration& configuration,
                                                               const std::string& platform);

// Appends. Errors: kInvalidArgument, "<where>: what is wrong".
[[nodiscard]] absl::Status AddSpec(const SpecText& spec, std::vector<MatchSpec>* specs);

// As in conda, the channel of a spec `chan::pkg` is searched too, after all of `typed`. Errors:
// those of ChannelSource::Locate.
[[nodiscard]] absl::Status AddChannelsOfSpecs(const std::vector<MatchSpec>& specs,
                                              const ChannelSource& source,
                                              const std::string& platform,
                                              std::vector<std::string>* typed);

// Adds the records of `installed_packages` in the channels to request.installed; warns about
// missing ones. Errors: kInvalidArgument for a duplicate name; `file` names it.
[[nodiscard]] absl::Status FindInstalled(const LoadedChannels& channels, const std::string& file,
                                         const std::vector<ExplicitPackage>& installed_packages,
                                         Request* request, std::vector<std::string>* warnings);

}  // namespace satchel

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

// From what somebody asks for to a Request with all that its files, the configuration, the
// environment and the machine add: for the command line and the C interface alike. Channels come
// last, since what is fetched of them depends on the rest.

// What somebody asks for.
struct RequestWords {
  // Specs, pins, removals and flags; installed and virtual packages of a caller who has them at
  // hand.
  Request request;
  bool has_virtual_packages = false;  // Those of `request`, if only none; else the machine's.

  std::vector<std::string> files;  // As ReadRequestFile reads them.
  std::string installed_file;      // An @EXPLICIT file: what is installed.
  std::string prefix;              // Of an environment; empty if there is none.
  bool no_pin = false;             // The environment's conda-meta/pinned does not count.
  bool freeze_installed = false;   // What is installed and not named stays as it is.
  bool override_frozen = false;    // CEP 22.
  bool update_deps = false;        // What the packages named need is brought up to date too.
};

struct AssembledRequest {
  Request request;               // Without channels.
  std::string prefix;            // Absolute; empty if there is none.
  std::string environment_name;  // As a file says.
  std::vector<std::string> file_channels;
  bool nodefaults = false;  // A file does not want the configured channels.
  // Of `installed_file`: their records are found once the channels are read (FindInstalled).
  std::vector<ExplicitPackage> installed_packages;
  // Names among request.specs that nobody asked for: the configuration wants them.
  std::vector<std::string> of_configuration;
  std::vector<std::string> warnings;
};

// Of the configuration these count: channel_priority, exclude_newer, pinned_packages,
// aggressive_update_packages, disallowed_packages, offline.
// Errors: kInvalidArgument names the file and line or the key that is wrong; those of reading.
[[nodiscard]] absl::StatusOr<AssembledRequest> AssembleRequest(RequestWords words,
                                                               const Configuration& configuration,
                                                               const std::string& platform);

// Appends. Errors: kInvalidArgument, "<where>: what is wrong".
[[nodiscard]] absl::Status AddSpec(const SpecText& spec, std::vector<MatchSpec>* specs);

// As conda does: the channel of a spec `chan::pkg` is searched too, after all of `typed`.
// Errors: those of ChannelSource::Locate.
[[nodiscard]] absl::Status AddChannelsOfSpecs(const std::vector<MatchSpec>& specs,
                                              const ChannelSource& source,
                                              const std::string& platform,
                                              std::vector<std::string>* typed);

// The records of `installed_packages` in the channels become request.installed, and what is not
// there a warning. Errors: kInvalidArgument if a name is there twice; `file` names it.
[[nodiscard]] absl::Status FindInstalled(const LoadedChannels& channels, const std::string& file,
                                         const std::vector<ExplicitPackage>& installed_packages,
                                         Request* request, std::vector<std::string>* warnings);

}  // namespace satchel

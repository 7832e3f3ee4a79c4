#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/configuration.h"

namespace satchel {

// A channel as the configuration knows it.
struct ConfiguredChannel {
  std::string name;               // The part before "::" in a spec, also used in messages.
  std::vector<std::string> urls;  // Its URL, followed by those of its mirrors. No credentials.
  std::string subdir;             // If the user typed one, "conda-forge/linux-64": only this
                                  // subdir.
};

// The meaning of channel names and URLs: channel_alias, custom_channels, custom_multichannels,
// default_channels, mirrored_channels, allowlist_channels and denylist_channels, as in conda.
class ChannelNames final {
 public:
  // `alias` replaces the configuration's channel_alias unless it is empty.
  ChannelNames(const Configuration& configuration, std::string_view alias = {});

  // The channels that a name or URL stands for; not for paths. Errors: kInvalidArgument for a
  // circular name (a multichannel that contains itself); kPermissionDenied for a channel that the
  // configuration does not allow.
  [[nodiscard]] absl::StatusOr<std::vector<ConfiguredChannel>> Resolve(
      const std::string& typed) const;

  // The name of a channel at this URL: "conda-forge" if it is below channel_alias, for example.
  std::string NameOfUrl(const std::string& url) const;

  // kPermissionDenied if the configuration does not allow the channel. For a directory: its file://
  // URL.
  [[nodiscard]] absl::Status CheckAllowed(const std::string& name, const std::string& url) const;

 private:
  absl::Status ResolveInto(const std::string& typed, int depth,
                           std::vector<ConfiguredChannel>* channels) const;
  ConfiguredChannel Single(const std::string& typed) const;

  std::string alias_;
  std::map<std::string, std::vector<std::string>> custom_channels_;
  std::map<std::string, std::vector<std::string>> multichannels_;
  std::map<std::string, std::vector<std::string>> mirrors_;
  std::vector<std::string> allowed_;
  std::vector<std::string> denied_;
};

}  // namespace satchel

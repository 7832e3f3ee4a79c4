#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frontend/fetch/network_channel_source.h"

namespace satchel {

// Channels with fetch progress on the terminal; an interrupt by the user ends fetching. Later steps
// (reading fetched files) are not guarded: an interrupt then ends the program at once.
class WatchedChannels final : public ChannelSource {
 public:
  WatchedChannels(bool show_progress, LocalChannelSource local, ChannelNames names,
                  NetworkOptions network, NetworkSourceOptions options);
  ~WatchedChannels() override;

  [[nodiscard]] absl::StatusOr<std::vector<ChannelLocation>> Locate(
      const std::string& typed, const std::string& platform) const override {
    return source_->Locate(typed, platform);
  }
  [[nodiscard]] absl::Status Fetch(const WantedNames& wanted,
                                   std::vector<ChannelLocation>* locations,
                                   FetchReport* report) const override;
  std::optional<LoadedSubdir> LoadKept(const SubdirLocation& location) const override {
    return source_->LoadKept(location);
  }
  [[nodiscard]] absl::StatusOr<LoadedSubdir> Load(const SubdirLocation& location) const override {
    return source_->Load(location);
  }

 private:
  struct Watcher;

  const bool show_progress_;
  mutable std::unique_ptr<Watcher> watcher_;  // During fetching.
  std::unique_ptr<NetworkChannelSource> source_;
};

}  // namespace satchel

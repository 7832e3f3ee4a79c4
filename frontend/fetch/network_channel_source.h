#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "frontend/config/channel_names.h"
#include "frontend/fetch/channel_source.h"
#include "frontend/fetch/downloader.h"
#include "frontend/fetch/local_channel_source.h"
#include "frontend/fetch/repodata_fetcher.h"

namespace satchel {

// Channels on servers, with fetched data cached on disk, and channels in directories.
// RepodataFetcher explains how. Not thread-safe except for Load and LoadKept.
class NetworkChannelSource final : public ChannelSource {
 public:
  // `local` serves the paths that it can; `names` decides the rest.
  NetworkChannelSource(LocalChannelSource local, ChannelNames names, NetworkOptions network,
                       NetworkSourceOptions options);

  [[nodiscard]] absl::StatusOr<std::vector<ChannelLocation>> Locate(
      const std::string& typed, const std::string& platform) const override;
  [[nodiscard]] absl::Status Fetch(const WantedNames& wanted,
                                   std::vector<ChannelLocation>* locations,
                                   FetchReport* report) const override;
  std::optional<LoadedSubdir> LoadKept(const SubdirLocation& location) const override;
  [[nodiscard]] absl::StatusOr<LoadedSubdir> Load(const SubdirLocation& location) const override;

 private:
  absl::StatusOr<ChannelLocation> LocateLocal(const ConfiguredChannel& channel,
                                              const std::string& url,
                                              const std::string& platform) const;
  absl::StatusOr<LoadedSubdir> LoadCopy(const SubdirLocation& location) const;

  LocalChannelSource local_;
  ChannelNames names_;
  std::unique_ptr<Downloader> downloader_;
  mutable std::mutex fetcher_mutex_;
  std::unique_ptr<RepodataFetcher> fetcher_;
};

}  // namespace satchel

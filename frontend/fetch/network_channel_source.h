#pragma once

#include <memory>
#include <string>
#include <vector>

#include "frontend/config/channel_names.h"
#include "frontend/fetch/channel_source.h"
#include "frontend/fetch/downloader.h"
#include "frontend/fetch/local_channel_source.h"
#include "frontend/fetch/repodata_cache.h"
#include "frontend/fetch/shard_closure.h"

namespace satchel {

struct NetworkSourceOptions {
  std::string cache_directory;    // CacheDirectory().
  RepodataCacheOptions repodata;  // Its directory is set from cache_directory.
  bool use_shards = true;
  bool use_zst = true;
  DownloadWatch watch;
};

// Channels on servers, with what was fetched of them kept on disk; and those that are directories.
// Repodata is fetched as shards where only some names are wanted and the channel has them, else as
// repodata.json.zst, else as repodata.json.
class NetworkChannelSource final : public ChannelSource {
 public:
  // What `local` can serve by path it serves; the rest is as `names` says.
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
  class Fetcher;

  absl::StatusOr<ChannelLocation> LocateLocal(const ConfiguredChannel& channel,
                                              const std::string& url,
                                              const std::string& platform) const;

  LocalChannelSource local_;
  ChannelNames names_;
  NetworkSourceOptions options_;
  bool offline_;
  bool verify_tls_;
  std::unique_ptr<Downloader> downloader_;
};

}  // namespace satchel

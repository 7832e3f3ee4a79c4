#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "frontend/fetch/channel_source.h"
#include "frontend/fetch/downloader.h"
#include "frontend/fetch/repodata_cache.h"
#include "frontend/scratch_directory.h"

namespace satchel {

struct NetworkSourceOptions {
  std::string cache_directory;    // CacheDirectory().
  RepodataCacheOptions repodata;  // Its directory is set from cache_directory.
  bool use_shards = true;
  bool use_zst = true;
  DownloadWatch watch;
};

// Downloads the repodata of channels from servers: as shards if only some names are wanted and the
// channel has shards, else as repodata.json.zst, else as repodata.json. The first two are optional:
// whatever a server answers or sends for one, the next form is requested, so only the last form can
// fail. (A server that cannot be reached is a failure at once.)
//
// Fetched files stay in the cache directory; if that is not writable, in a directory that is
// deleted with this object.
class RepodataFetcher final {
 public:
  // `downloader` outlives this. `load` reads a subdir on this disk.
  using Load = std::function<absl::StatusOr<LoadedSubdir>(const SubdirLocation& location)>;
  RepodataFetcher(NetworkSourceOptions options, bool verify_tls, Downloader* downloader, Load load);

  // As ChannelSource::Fetch.
  [[nodiscard]] absl::Status Fetch(const WantedNames& wanted,
                                   std::vector<ChannelLocation>* locations, FetchReport* report);

  // The repodata.json of a subdir for which Fetch() returned another form that is unreadable.
  [[nodiscard]] absl::StatusOr<SubdirLocation> FetchPlain(const SubdirLocation& location);

 private:
  class Run;

  absl::Status ChooseDirectories(std::vector<std::string>* warnings);

  NetworkSourceOptions options_;
  bool verify_tls_;
  Downloader* downloader_;
  Load load_;
  std::optional<ScratchDirectory> scratch_;
  bool chosen_ = false;
  bool is_temporary_ = false;  // The copies of repodata are deleted with this object.
  std::string shards_;
  std::string assembled_;
};

}  // namespace satchel

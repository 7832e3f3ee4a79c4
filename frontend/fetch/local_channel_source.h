#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/fetch/channel_source.h"
#include "frontend/fetch/index_cache.h"

namespace satchel {

// Channels on this machine's disks. The user may type a channel as
//   - a directory with <subdir>/repodata.json, .json.zst or .json.bz2 (tried in this order), or a
//     file:// URL of one;
//   - one subdir of it (.../conda-forge/linux-64): then noarch is not searched;
//   - a repodata file, by any name;
//   - a name ("conda-forge", "pkgs/main", "defaults"), or such a channel's URL on one of the public
//     servers, if an alias (conda's channel_alias) names the directory that contains them all.
// Everything else needs the network.
class LocalChannelSource final : public ChannelSource {
 public:
  // `alias` is a directory or file:// URL; empty for none. `cache` keeps the indexes; null for no
  // cache; it outlives the source. Errors: kNotFound, kUnimplemented for a network URL.
  [[nodiscard]] static absl::StatusOr<LocalChannelSource> Create(std::string_view alias,
                                                                 IndexCache* cache = nullptr);

  // Whether this source serves the channel typed: it is a path, a file:// URL, a directory with
  // repodata, or a name for which there is an alias.
  bool Serves(const std::string& typed) const;

  [[nodiscard]] absl::StatusOr<std::vector<ChannelLocation>> Locate(
      const std::string& typed, const std::string& platform) const override;
  std::optional<LoadedSubdir> LoadKept(const SubdirLocation& location) const override;
  [[nodiscard]] absl::StatusOr<LoadedSubdir> Load(const SubdirLocation& location) const override;

 private:
  LocalChannelSource(std::string alias, IndexCache* cache)
      : alias_(std::move(alias)), cache_(cache) {}

  absl::StatusOr<ChannelLocation> LocatePath(const std::string& typed, const std::string& path,
                                             const std::string& platform) const;
  std::string NameOf(const std::string& path) const;

  std::string alias_;  // Absolute path, or empty.
  IndexCache* cache_;
};

}  // namespace satchel

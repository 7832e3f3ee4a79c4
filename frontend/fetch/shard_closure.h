#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

#include "frontend/fetch/downloader.h"
#include "frontend/fetch/shard.h"
#include "frontend/fetch/wanted.h"
#include "repodata/index/index.h"

namespace satchel {

// A subdir with sharded repodata.
struct ShardedSubdir {
  std::string label;              // Its URL, for messages.
  std::vector<std::string> urls;  // Of the subdir, mirrors after the first.
  ShardIndex index;
  ShardRecords records;  // Of the names reached.
};

// Fetches shards level by level: those of the wanted names, then those of the names that their
// records depend on, and so on, over all versions of each name and all subdirs together. So the
// number of round trips is at most the depth of the dependency graph. `whole` are the indexes of
// subdirs without shards: their records' dependencies are followed too.
//
// `directory` keeps the shards by their hash, for all channels and environments; an existing shard
// is verified and not requested again. Shards that are unused for 60 days are removed.
class ShardClosure final {
 public:
  ShardClosure(std::string directory, bool offline, Downloader* downloader, FetchReport* report)
      : directory_(std::move(directory)),
        offline_(offline),
        downloader_(downloader),
        report_(report) {}

  // Fills `records` of each subdir. Errors: those of fetching; kNotFound if a server lacks a shard
  // that its index lists (the index is older than the shards).
  [[nodiscard]] absl::Status Run(const WantedNames& wanted, const std::vector<const Index*>& whole,
                                 std::vector<ShardedSubdir>* subdirs, const DownloadWatch& watch);

 private:
  class Walker;

  std::string directory_;
  bool offline_;
  Downloader* downloader_;
  FetchReport* report_;
};

}  // namespace satchel

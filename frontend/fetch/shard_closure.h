#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

#include "frontend/fetch/downloader.h"
#include "frontend/fetch/shard.h"
#include "frontend/fetch/wanted.h"
#include "repodata/index/index.h"

namespace satchel {

// A subdir whose repodata is sharded.
struct ShardedSubdir {
  std::string label;              // Its URL, for messages.
  std::vector<std::string> urls;  // Of the subdir, mirrors after the first.
  ShardIndex index;
  ShardRecords records;  // Of the names that were reached.
};

// Fetches shards, level by level: those of the names wanted, then those of the names that their
// records depend on, and so on, over all versions of each and all subdirs together. So there are at
// most as many round trips as the graph of dependencies is deep. `whole` are the indexes of subdirs
// that are not sharded: their records' dependencies are followed too.
//
// The shards are kept in `directory` by their hash, for all channels and environments; one that is
// there is verified and not asked for. What was not used for 60 days goes.
class ShardClosure final {
 public:
  ShardClosure(std::string directory, bool offline, Downloader* downloader, FetchReport* report)
      : directory_(std::move(directory)),
        offline_(offline),
        downloader_(downloader),
        report_(report) {}

  // Fills `records` of each subdir. Errors: those of fetching; kNotFound if a server does not have
  // a shard of which its index speaks (the index is older than the shards).
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

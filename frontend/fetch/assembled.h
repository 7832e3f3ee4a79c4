#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"

namespace satchel {

// The repodata assembled from shards, one file per subdir, so that the same request against the
// same channels needs no shard. The directory keeps the few most recent sets.
class AssembledFiles final {
 public:
  // `key` identifies everything that the files depend on.
  AssembledFiles(std::string directory, std::string key);

  // Whether all `count` files exist.
  bool AllThere(std::size_t count) const;
  std::string Path(std::size_t number) const;
  // Errors: system errors.
  [[nodiscard]] absl::Status Write(std::size_t number, const std::string& repodata) const;

 private:
  std::string directory_;
  std::string key_;
};

}  // namespace satchel

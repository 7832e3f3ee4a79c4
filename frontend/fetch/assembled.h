#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"

namespace satchel {

// The repodata that was assembled from shards, one file a subdir: so that the same question against
// the same channels is answered without reading a single shard. The directory keeps the few sets
// that were made last.
class AssembledFiles final {
 public:
  // `key` names all that the files depend on.
  AssembledFiles(std::string directory, std::string key);

  // Whether all `count` files are there.
  bool AllThere(std::size_t count) const;
  std::string Path(std::size_t number) const;
  // Errors: what the system says.
  [[nodiscard]] absl::Status Write(std::size_t number, const std::string& repodata) const;

 private:
  std::string directory_;
  std::string key_;
};

}  // namespace satchel

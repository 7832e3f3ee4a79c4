#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace satchel {

// Sharded repodata (CEP 16): an index of a subdir says by which hash the records of each name are
// known; those of one name are a file, its shard. Both are msgpack in zstd.

struct ShardIndex {
  std::string subdir;           // Empty if it does not say.
  std::string base_url;         // Of packages, relative to the index; may be empty.
  std::string shards_base_url;  // Of shards, relative to the index; may be empty.
  std::map<std::string, std::string, std::less<>> hashes;  // Name: SHA-256 as hex digits.
};

// The shards of several names put together, as the members of a repodata.json.
struct ShardRecords {
  std::string packages;        // "fn": {...}, ...
  std::string packages_conda;  // The same.
  std::string removed;         // "fn", ...

  void Append(const ShardRecords& other);
  // A repodata.json of them.
  std::string ToRepodata(std::string_view subdir, std::string_view base_url) const;
};

struct Shard {
  ShardRecords records;
  // The names that its records depend on, without virtual packages; sorted, each once.
  std::vector<std::string> depends;
};

// `bytes` as they came. Errors: kDataLoss "<label>: ..." for what is damaged or not of that form;
// kUnimplemented for a version of the format after 1; kResourceExhausted if it is too long.
[[nodiscard]] absl::StatusOr<ShardIndex> ReadShardIndex(std::string_view bytes,
                                                        const std::string& label);
[[nodiscard]] absl::StatusOr<Shard> ReadShard(std::string_view bytes, const std::string& label);

// The name in the text of a dependency, "numpy" of "conda-forge::NumPy >=1.20"; empty if there is
// none or it is virtual.
std::string DependencyName(std::string_view depends);

}  // namespace satchel

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace satchel {

// Sharded repodata (CEP 16): the index of a subdir has a hash for each name; the file with that
// hash, a shard, has the records of the name. Both are msgpack in zstd.

struct ShardIndex {
  std::string subdir;           // Empty if absent.
  std::string base_url;         // Of packages, relative to the index; may be empty.
  std::string shards_base_url;  // Of shards, relative to the index; may be empty.
  std::map<std::string, std::string, std::less<>> hashes;  // Name: SHA-256 as hex digits.
  std::string base_channel;  // Its channel relations (CEP 42); empty if absent.
  std::string overridden_channel;
};

// The combined shards of several names, as the members of a repodata.json.
struct ShardRecords {
  std::string packages;        // "fn": {...}, ...
  std::string packages_conda;  // The same for .conda files.
  std::string removed;         // "fn", ...
  // The same of each kind of the section "v3" (CEP 48): "conda" and so on.
  std::map<std::string, std::string, std::less<>> v3;
  // Of later revisions, which satchel cannot read: each a section like "v3".
  std::map<std::string, std::string, std::less<>> later;

  void Append(const ShardRecords& other);
  // A repodata.json with them.
  std::string ToRepodata(std::string_view subdir, const ShardIndex& index) const;
};

struct Shard {
  ShardRecords records;
  // The names that its records depend on, under a condition or with extras too, without virtual
  // packages; sorted, without duplicates.
  std::vector<std::string> depends;
};

// `bytes` as received. Errors: kDataLoss "<label>: ..." for damaged or malformed data;
// kUnimplemented for a format version above 1; kResourceExhausted if it is too long.
[[nodiscard]] absl::StatusOr<ShardIndex> ReadShardIndex(std::string_view bytes,
                                                        const std::string& label);
[[nodiscard]] absl::StatusOr<Shard> ReadShard(std::string_view bytes, const std::string& label);

// The name in the text of a dependency, "numpy" for "conda-forge::NumPy >=1.20"; empty if there is
// none or it is virtual.
std::string DependencyName(std::string_view depends);

}  // namespace satchel

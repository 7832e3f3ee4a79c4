#pragma once

#include <string>

namespace satchel::testing {

// Writes, beside the repodata.json of a subdir's directory, the same as sharded repodata (CEP 16):
// repodata_shards.msgpack.zst and shards/<hash>.msgpack.zst.
void WriteShards(const std::string& directory);

// zstd's compression of `bytes`, as one frame.
std::string CompressZstd(const std::string& bytes);

}  // namespace satchel::testing

#include "tests/support/sharded_channel.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <zstd.h>

#include "base/check.h"
#include "base/digest.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using Json = nlohmann::json;

Json FromHex(const std::string& hex) {
  Json::binary_t bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::string Pack(const Json& json) {
  const std::vector<std::uint8_t> packed = Json::to_msgpack(json);
  return CompressZstd(std::string(packed.begin(), packed.end()));
}

}  // namespace

std::string CompressZstd(const std::string& bytes) {
  std::string compressed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compress(compressed.data(), compressed.size(), bytes.data(), bytes.size(), 3);
  SATCHEL_CHECK(ZSTD_isError(size) == 0);
  compressed.resize(size);
  return compressed;
}

void WriteShards(const std::string& directory) {
  std::ifstream file(directory + "/repodata.json");
  Json repodata = Json::parse(file);
  std::map<std::string, Json> shards;
  for (const char* section : {"packages", "packages.conda"}) {
    if (!repodata.contains(section)) {
      continue;
    }
    for (auto& [fn, record] : repodata[section].items()) {
      for (const char* hash : {"sha256", "md5"}) {
        if (record.contains(hash)) {
          record[hash] = FromHex(record[hash].get<std::string>());
        }
      }
      Json& shard = shards[record["name"].get<std::string>()];
      for (const char* each : {"packages", "packages.conda"}) {
        if (!shard.contains(each)) {
          shard[each] = Json::object();
        }
      }
      shard[section][fn] = std::move(record);
    }
  }
  if (repodata.contains("v3")) {
    for (auto& [kind, records] : repodata["v3"].items()) {
      for (auto& [stem, record] : records.items()) {
        const std::string name = record["name"].get<std::string>();
        shards[name]["v3"][kind][stem] = std::move(record);
      }
    }
  }
  std::filesystem::create_directories(directory + "/shards");
  Json hashes = Json::object();
  for (const auto& [name, shard] : shards) {
    const std::string bytes = Pack(shard);
    const std::string hash = Sha256Hex(bytes);
    std::ofstream(directory + "/shards/" + hash + ".msgpack.zst", std::ios::binary) << bytes;
    hashes[name] = FromHex(hash);
  }
  const Json index = {{"version", 1},
                      {"info",
                       {{"base_url", ""},
                        {"shards_base_url", "./shards/"},
                        {"subdir", std::filesystem::path(directory).filename().string()}}},
                      {"shards", hashes}};
  Json whole = index;
  if (repodata.contains("info") && repodata["info"].contains("channel_relations")) {
    whole["info"]["channel_relations"] = repodata["info"]["channel_relations"];
  }
  std::ofstream(directory + "/repodata_shards.msgpack.zst", std::ios::binary) << Pack(whole);
}

}  // namespace satchel::testing

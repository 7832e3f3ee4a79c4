// The index of a sharded subdir, or a shard: msgpack, in zstd or not (CEP 16). What is read becomes
// the text of a repodata, which must be JSON and must make an index, or be refused.

#include "frontend/fetch/shard.h"
#include "repodata/io/ingest.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/repodata/io/repodata_text.h"
#include "tests/repodata/json/json_grammar.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = satchel::testing::TextOf(data, size);
  if (const absl::StatusOr<satchel::ShardIndex> index = satchel::ReadShardIndex(input, "index");
      index.ok()) {
    for (const auto& [name, hash] : index->hashes) {
      // It becomes part of a path.
      SATCHEL_CHECK(hash.size() == 64 &&
                    hash.find_first_not_of("0123456789abcdef") == std::string::npos);
    }
  } else {
    satchel::testing::CheckRefusal(index.status());
  }
  const absl::StatusOr<satchel::Shard> shard = satchel::ReadShard(input, "shard");
  if (!shard.ok()) {
    satchel::testing::CheckRefusal(shard.status());
    return 0;
  }
  satchel::ShardRecords records = shard->records;
  records.Append(shard->records);
  const std::string text = records.ToRepodata("noarch", {});
  SATCHEL_CHECK(satchel::testing::JsonGrammar::Accepts(text));
  const absl::StatusOr<satchel::Index> made =
      satchel::IngestRepodata(text, {.subdir = "noarch", .label = "x"}, nullptr);
  if (made.ok()) {
    SATCHEL_CHECK(made->Validate().ok());
    satchel::testing::TouchAll(*made);
  } else {
    satchel::testing::CheckRefusal(made.status());
  }
  return 0;
}

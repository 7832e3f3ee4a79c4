#include "bench/harness/result_file.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/harness/json_fields.h"
#include "frontend/files.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel {
namespace {

using ::satchel::testing::TemporaryDirectory;
using ::testing::HasSubstr;

nlohmann::json Header(const std::string& shard) {
  return {{"kind", "run"}, {"schema", 1}, {"settings", {{"seed", 1}}}, {"shard", shard}};
}

Measurement Measured(const std::string& problem) {
  Measurement m;
  m.problem = problem;
  m.solver = "satchel";
  m.status = "solved";
  m.total_ms = 12.3456;
  m.phases_ms = {{"encode", 1.5}};
  m.packages = {"https://example.org/c/noarch/a-1-0.conda"};
  m.plan_hash = PlanHash(m.packages);
  m.instructions = 1234567890123;
  return m;
}

TEST(ResultFile, ReadsWhatItWrote) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/run.jsonl";
  auto writer = ResultWriter::Create(path, Header("0/2"));
  ASSERT_TRUE(writer.ok()) << writer.status();
  ASSERT_TRUE((*writer)->Write(ToJson(Measured("a"))).ok());
  EXPECT_FALSE(ReadResults(path)->complete);
  ASSERT_TRUE((*writer)->Finish().ok());
  const absl::StatusOr<RunResults> results = ReadResults(path);
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_TRUE(results->complete);
  ASSERT_EQ(results->measurements.size(), 1U);
  EXPECT_EQ(JsonLine(ToJson(results->measurements[0])), JsonLine(ToJson(Measured("a"))));
  EXPECT_FALSE(ResultWriter::Create(path, Header("0/2")).ok()) << "it would be overwritten";
}

TEST(ResultFile, LosesOnlyTheLineThatWasCutShort) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/run.jsonl";
  const std::string head = JsonLine(Header("")) + "\n" + JsonLine(ToJson(Measured("a"))) + "\n";
  const std::string last = JsonLine(ToJson(Measured("b"))) + "\n";
  for (std::size_t size = 0; size < last.size(); size += 7) {
    ASSERT_TRUE(WriteFile(path, head + last.substr(0, size)).ok());
    ASSERT_EQ(ReadResults(path)->measurements.size(), 1U);
    {
      const auto writer = ResultWriter::Continue(path);
      ASSERT_TRUE(writer.ok());
      ASSERT_TRUE((*writer)->Write(ToJson(Measured("c"))).ok());
    }
    const absl::StatusOr<RunResults> results = ReadResults(path);
    ASSERT_TRUE(results.ok()) << results.status();
    ASSERT_EQ(results->measurements.size(), 2U);
    EXPECT_EQ(results->measurements[1].problem, "c");
  }
}

TEST(ResultFile, RefusesWhatIsNone) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/run.jsonl";
  for (const char* const text :
       {"", "{}\n", "not json\n", "{\"kind\": \"run\", \"schema\": 99}\n"}) {
    ASSERT_TRUE(WriteFile(path, text).ok());
    EXPECT_FALSE(ReadResults(path).ok()) << text;
  }
}

TEST(ResultFile, MergesShardsOfOneRunOnly) {
  const TemporaryDirectory directory;
  const std::string a = directory.path() + "/a.jsonl";
  const std::string b = directory.path() + "/b.jsonl";
  const auto text = [](const nlohmann::json& header, const std::string& problem) {
    return JsonLine(header) + "\n" + JsonLine(ToJson(Measured(problem))) + "\n{\"kind\":\"end\"}\n";
  };
  ASSERT_TRUE(WriteFile(a, text(Header("0/2"), "p")).ok());
  ASSERT_TRUE(WriteFile(b, text(Header("1/2"), "q")).ok());
  const absl::StatusOr<std::string> merged = MergeResults({a, b});
  ASSERT_TRUE(merged.ok()) << merged.status();
  const std::string path = directory.path() + "/merged.jsonl";
  ASSERT_TRUE(WriteFile(path, *merged).ok());
  const absl::StatusOr<RunResults> results = ReadResults(path);
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_EQ(results->measurements.size(), 2U);
  EXPECT_TRUE(results->complete);

  EXPECT_THAT(std::string(MergeResults({a, a}).status().message()),
              HasSubstr("occurs in another file too"));
  nlohmann::json other = Header("1/2");
  other["settings"]["seed"] = 2;
  ASSERT_TRUE(WriteFile(b, text(other, "q")).ok());
  EXPECT_THAT(std::string(MergeResults({a, b}).status().message()), HasSubstr("settings differ"));
}

TEST(PlanHashTest, KnowsNeitherOrderNorPlace) {
  const std::string hash = PlanHash({"https://x/a-1-0.conda", "https://x/b-1-0.conda"});
  EXPECT_EQ(hash, PlanHash({"file:///y/b-1-0.conda", "file:///y/a-1-0.conda"}));
  EXPECT_NE(hash, PlanHash({"https://x/a-1-0.conda"}));
  EXPECT_EQ(PlanHash({}), "");
}

}  // namespace
}  // namespace satchel

#include "bench/corpus/minimise.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/corpus/manifest.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel {
namespace {

using ::satchel::testing::TemporaryDirectory;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

TEST(DeltaDebug, FindsWhatIsNeeded) {
  for (const std::vector<int>& needed :
       {std::vector<int>{}, {0}, {99}, {3, 50, 51}, {0, 1, 2, 3}, {10, 90}}) {
    int checks = 0;
    const absl::StatusOr<std::vector<int>> kept =
        DeltaDebug(100, [&](const std::vector<int>& some) -> absl::StatusOr<bool> {
          ++checks;
          return std::ranges::includes(some, needed);
        });
    ASSERT_TRUE(kept.ok());
    EXPECT_EQ(*kept, needed);
    EXPECT_LT(checks, 200);
  }
}

TEST(DeltaDebug, IsOneMinimalWhereNeedsDependOnEachOther) {
  // Either 1 alone, or 5 and 6 together.
  const absl::StatusOr<std::vector<int>> kept =
      DeltaDebug(8, [](const std::vector<int>& some) -> absl::StatusOr<bool> {
        const auto has = [&some](int i) { return std::ranges::count(some, i) > 0; };
        return has(1) || (has(5) && has(6));
      });
  ASSERT_TRUE(kept.ok());
  EXPECT_THAT(*kept, ::testing::AnyOf(ElementsAre(1), ElementsAre(5, 6)));
}

TEST(DeltaDebug, PassesErrorsOn) {
  EXPECT_FALSE(DeltaDebug(3, [](const std::vector<int>&) -> absl::StatusOr<bool> {
                 return absl::InternalError("no");
               }).ok());
}

std::string Record(const std::string& name, const std::string& version,
                   const std::string& depends) {
  return "\"" + name + "-" + version + "-0.conda\": {\"name\": \"" + name + "\", \"version\": \"" +
         version + "\", \"build\": \"0\", \"build_number\": 0, \"depends\": [" + depends + "]}";
}

class CaseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_.Write(
        "c/noarch/repodata.json",
        "{\"info\": {\"subdir\": \"noarch\"}, \"packages\": {}, \"packages.conda\": {" +
            Record("app", "1", "\"lib >=2\", \"__glibc\"") + ", " +
            Record("app", "2", "\"lib>=3\"") + ", " + Record("lib", "2", "") + ", " +
            Record("lib", "3", "\"base\"") + ", " + Record("base", "1", "") + ", " +
            Record("other", "1", "\"app\"") + "}}");
    problem_.id = "test/p";
    problem_.channels = {{"c", directory_.path() + "/c", "https://example.org/c"}};
    problem_.specs = {"app", "lib"};
  }
  TemporaryDirectory directory_;
  Problem problem_;
};

TEST_F(CaseTest, ReachesWhatCanComeIntoAPlan) {
  const absl::StatusOr<std::vector<std::string>> names = ReachableNames(problem_);
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_THAT(*names, ElementsAre("app", "base", "lib"));
  const absl::StatusOr<std::vector<Subchannel>> parts = ReadSubchannels(problem_, *names);
  ASSERT_TRUE(parts.ok()) << parts.status();
  ASSERT_EQ(parts->size(), 1U);
  EXPECT_EQ((*parts)[0].records.size(), 5U);
  EXPECT_EQ((*parts)[0].info["subdir"], "noarch");
}

// What is wanted: a record of app that depends on lib >=3, while lib is asked for.
TEST_F(CaseTest, KeepsOnlyWhatTheCheckNeeds) {
  const absl::StatusOr<MinimisedCase> result = MinimiseCase(
      problem_, directory_.path() + "/scratch", [](const Problem& smaller) -> absl::StatusOr<bool> {
        const absl::StatusOr<std::vector<Subchannel>> parts =
            ReadSubchannels(smaller, {"app", "base", "lib"});
        bool holds = false;
        for (const RawRecord& record : parts->at(0).records) {
          holds = holds || record.fn == "app-2-0.conda";
        }
        return holds && std::ranges::count(smaller.specs, "lib") > 0;
      });
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->problem.specs, ElementsAre("lib"));
  ASSERT_EQ(result->parts[0].records.size(), 1U);
  EXPECT_EQ(result->parts[0].records[0].fn, "app-2-0.conda");

  EXPECT_FALSE(MinimiseCase(problem_, directory_.path() + "/scratch",
                            [](const Problem&) -> absl::StatusOr<bool> { return false; })
                   .ok());
}

TEST_F(CaseTest, WritesAManifestThatReadsTheSame) {
  absl::StatusOr<std::vector<Subchannel>> parts = ReadSubchannels(problem_, {"app", "lib"});
  ASSERT_TRUE(parts.ok());
  const std::string directory = directory_.path() + "/case";
  problem_.virtual_packages = {{"__glibc", "2.36", "0"}};
  problem_.pins = {"base >=1,<2"};
  problem_.tags = {"a", "b"};
  ASSERT_TRUE(WriteSubchannels(*parts, directory, &problem_).ok());
  const std::string path = directory_.Write("case/m.yaml", ManifestText(problem_, directory));
  const absl::StatusOr<Manifest> manifest = ReadManifest(path, {directory});
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  ASSERT_EQ(manifest->problems.size(), 1U);
  const Problem& again = manifest->problems[0];
  EXPECT_EQ(again.id, "m/p");
  EXPECT_EQ(again.specs, problem_.specs);
  EXPECT_EQ(again.pins, problem_.pins);
  EXPECT_THAT(again.tags, UnorderedElementsAre("a", "b"));
  EXPECT_EQ(again.channels[0].directory, directory + "/c");
  EXPECT_EQ(again.virtual_packages[0].version, "2.36");
  EXPECT_TRUE(PrepareChannels(*manifest).ok());
}

}  // namespace
}  // namespace satchel

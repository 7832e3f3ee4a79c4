#include "bench/corpus/manifest.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/files.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/data.h"

namespace satchel {
namespace {

using ::satchel::testing::TemporaryDirectory;
using ::testing::HasSubstr;

constexpr char kHead[] =
    "schema: 1\n"
    "virtual_packages: [__glibc=2.36, __archspec=1=x86_64_v3]\n"
    "channels:\n"
    "  made-up: {generate: {records: 2000, seed: 2}}\n"
    "problems:\n";

class ManifestTest : public ::testing::Test {
 protected:
  absl::StatusOr<Manifest> Read(const std::string& text) {
    const std::string path = directory_.path() + "/test.yaml";
    EXPECT_TRUE(WriteFile(path, text).ok());
    return ReadManifest(path, {directory_.path() + "/work"});
  }
  std::string ErrorOf(const std::string& text) {
    const absl::StatusOr<Manifest> manifest = Read(text);
    return manifest.ok() ? "" : std::string(manifest.status().message());
  }
  TemporaryDirectory directory_;
};

TEST_F(ManifestTest, ReadsAProblem) {
  const absl::StatusOr<Manifest> manifest =
      Read(std::string(kHead) +
           "  - {name: a, channels: [made-up], specs: [python, 'numpy>=2'], pins: [python=3.12],\n"
           "     expect: solved, optimum: [0, 3], tags: [x, y], exclude_newer: 1970-01-01,\n"
           "     channel_priority: disabled, source: 'https://example.org'}\n");
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  ASSERT_EQ(manifest->problems.size(), 1U);
  const Problem& problem = manifest->problems[0];
  EXPECT_EQ(problem.id, "test/a");
  EXPECT_EQ(problem.channels[0].name, "made-up");
  EXPECT_EQ(problem.specs[1], "numpy>=2");
  EXPECT_EQ(problem.pins[0], "python=3.12");
  EXPECT_EQ(problem.expected, "solved");
  EXPECT_EQ(problem.optimum[1], 3);
  EXPECT_EQ(problem.channel_priority, "disabled");
  EXPECT_EQ(problem.virtual_packages[1].build, "x86_64_v3");
  EXPECT_GT(*problem.exclude_newer_ms, 0);
  EXPECT_TRUE(IsPicked(problem, {"y"}));
  EXPECT_TRUE(IsPicked(problem, {"test/"}));
  EXPECT_TRUE(IsPicked(problem, {}));
  EXPECT_FALSE(IsPicked(problem, {"z"}));
}

TEST_F(ManifestTest, SaysWhereItIsWrong) {
  EXPECT_THAT(ErrorOf("schema: 2\n"), HasSubstr("test.yaml:1: expected 'schema: 1'"));
  EXPECT_THAT(ErrorOf("schema: 1\nproblms: []\n"), HasSubstr("test.yaml:2: unknown key 'problms'"));
  const std::string head(kHead);
  EXPECT_THAT(ErrorOf(head + "  - {name: a, specs: [b]}\n"),
              HasSubstr("test.yaml:6: a problem needs"));
  EXPECT_THAT(ErrorOf(head + "  - {name: a, channels: [b], specs: [b]}\n"),
              HasSubstr("channel 'b' is not among"));
  EXPECT_THAT(ErrorOf(head + "  - {name: a, channels: [made-up]}\n"),
              HasSubstr("asks for nothing"));
  EXPECT_THAT(ErrorOf(head + "  - {name: a, channels: [made-up], specs: [b], expect: maybe}\n"),
              HasSubstr("expect is solved or unsatisfiable"));
  EXPECT_THAT(ErrorOf(head + "  - {name: a, channels: [made-up], specs: [b]}\n"
                             "  - {name: a, channels: [made-up], specs: [c]}\n"),
              HasSubstr("test.yaml:7: there is a problem 'test/a' already"));
  EXPECT_THAT(ErrorOf(head + "  - {random: {count: x}, channels: [made-up]}\n"),
              HasSubstr("'x' is not a whole number"));
  EXPECT_THAT(ErrorOf("schema: 1\nchannels: {a: {directory: $NO_SUCH_VARIABLE/a}}\n"),
              HasSubstr("a variable that is not set"));
}

TEST_F(ManifestTest, MakesTheSameRandomProblemsEachTime) {
  const std::string text =
      std::string(kHead) + "  - {name: r, random: {count: 300, seed: 7}, channels: [made-up]}\n";
  const absl::StatusOr<Manifest> manifest = Read(text);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  ASSERT_TRUE(PrepareChannels(*manifest).ok());
  const absl::StatusOr<std::vector<Problem>> problems = AllProblems(*manifest);
  ASSERT_TRUE(problems.ok()) << problems.status();
  ASSERT_EQ(problems->size(), 300U);
  std::size_t specs = 0;
  std::size_t with_version = 0;
  for (const Problem& problem : *problems) {
    EXPECT_GE(problem.specs.size(), 1U);
    EXPECT_LE(problem.specs.size(), 10U);
    EXPECT_EQ(problem.num_records, 2000);
    specs += problem.specs.size();
    for (const std::string& spec : problem.specs) {
      with_version += spec.find(' ') != std::string::npos ? 1 : 0;
    }
  }
  EXPECT_NEAR(static_cast<double>(specs) / 300, 5.5, 0.5);
  EXPECT_NEAR(static_cast<double>(with_version) / static_cast<double>(specs), 1.0 / 11, 0.03);

  const absl::StatusOr<std::vector<Problem>> again = AllProblems(*manifest);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*problems)[299].specs, (*again)[299].specs);
}

TEST_F(ManifestTest, ChecksPinnedHashesAndLeavesOutNulls) {
  const std::string subdir = directory_.path() + "/chan/noarch";
  ASSERT_EQ(std::system(("mkdir -p " + subdir).c_str()), 0);
  ASSERT_TRUE(WriteFile(subdir + "/repodata.json",
                        "{\"packages\": {\"a-1-0.tar.bz2\": {\"name\": \"a\", \"version\": \"1\", "
                        "\"build\": \"0\", \"build_number\": 0, \"depends\": [], "
                        "\"constrains\": null}}}")
                  .ok());
  const auto text = [](const std::string& more) {
    return "schema: 1\nchannels:\n  c: {directory: chan, " + more +
           "}\nproblems:\n  - {name: p, channels: [c], specs: [a]}\n";
  };
  const absl::StatusOr<Manifest> pinned = Read(text("sha256: {noarch: abc}"));
  ASSERT_TRUE(pinned.ok()) << pinned.status();
  EXPECT_THAT(std::string(PrepareChannels(*pinned).message()), HasSubstr("the manifest pins abc"));

  const absl::StatusOr<Manifest> copied = Read(text("without_nulls: true"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  ASSERT_TRUE(PrepareChannels(*copied).ok());
  const absl::StatusOr<std::string> copy =
      ReadFile(copied->problems[0].channels[0].directory + "/noarch/repodata.json");
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_THAT(*copy, HasSubstr("\"name\":\"a\""));
  EXPECT_EQ(copy->find("constrains"), std::string::npos);
}

TEST_F(ManifestTest, ShippedManifestsAreWellFormed) {
  for (const char* const name : {"embedded-everyday", "embedded-unsat", "embedded-random",
                                 "embedded-growth", "embedded-slow-in-the-wild"}) {
    const auto manifest = ReadManifest(std::string(SATCHEL_MANIFESTS) + "/" + name + ".yaml",
                                       {directory_.path() + "/work"});
    EXPECT_TRUE(manifest.ok()) << manifest.status();
  }
  if (std::getenv("SATCHEL_CORPORA") == nullptr) {
    SKIP_WITHOUT_DATA("SATCHEL_CORPORA does not say where the shared channels are");
  }
  for (const char* const name : {"everyday", "slow-in-the-wild", "unsat", "random"}) {
    const auto manifest = ReadManifest(std::string(SATCHEL_MANIFESTS) + "/" + name + ".yaml",
                                       {directory_.path() + "/work"});
    EXPECT_TRUE(manifest.ok()) << manifest.status();
  }
}

}  // namespace
}  // namespace satchel

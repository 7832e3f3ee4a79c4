#include "frontend/request/prefix.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/request/record_json.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Meta(const std::string& name, const std::string& more = "") {
  return R"({"name": ")" + name +
         R"(", "version": "1.0", "build": "h0_0", "build_number": 0, "files": ["a", "b"],
             "channel": "https://conda.anaconda.org/conda-forge/linux-64", "subdir": "linux-64",
             "depends": [], "constrains": [])" +
         more + "}";
}

TEST(Prefix, ReadsAnEnvironment) {
  const testing::TemporaryDirectory directory;
  directory.Write("conda-meta/b-1.0-h0_0.json", Meta("b"));
  directory.Write("conda-meta/a-1.0-h0_0.json", Meta("a", R"(, "requested_spec": "a=1")"));
  directory.Write("conda-meta/history",
                  "==> x <==\n# cmd: conda\n# update specs: ['b>=1', 'gone']\n");
  directory.Write("conda-meta/pinned", "# of the admin\nc <3\n");
  directory.Write("conda-meta/frozen", "");
  const auto prefix = ReadPrefix(directory.path() + "/.");
  ASSERT_TRUE(prefix.ok()) << prefix.status();
  EXPECT_EQ(prefix->path, directory.path());
  ASSERT_EQ(prefix->installed.size(), 2U);
  EXPECT_EQ(prefix->installed[0].record.name, "a");
  EXPECT_EQ(prefix->installed[0].record.channel, "conda-forge");
  EXPECT_FALSE(prefix->installed[0].requested.has_value()) << "the history is what counts";
  ASSERT_TRUE(prefix->installed[1].requested.has_value());
  EXPECT_EQ(prefix->installed[1].requested->name(), "b");
  ASSERT_EQ(prefix->pins.size(), 1U);
  EXPECT_EQ(prefix->pins[0].text, "c <3");
  EXPECT_THAT(prefix->pins[0].where, HasSubstr("conda-meta/pinned:2"));
  EXPECT_TRUE(prefix->frozen.has_value());
}

TEST(Prefix, WithoutAHistoryTheRecordsSayWhatWasRequested) {
  const testing::TemporaryDirectory directory;
  directory.Write("conda-meta/a.json", Meta("a", R"(, "requested_spec": "a=1")"));
  directory.Write("conda-meta/b.json", Meta("b", R"(, "requested_spec": "None")"));
  directory.Write("conda-meta/c.json", Meta("c", R"(, "requested_specs": ["c", "c>1"])"));
  directory.Write("conda-meta/history", "");
  const auto prefix = ReadPrefix(directory.path());
  ASSERT_TRUE(prefix.ok()) << prefix.status();
  EXPECT_TRUE(prefix->installed[0].requested.has_value());
  EXPECT_FALSE(prefix->installed[1].requested.has_value());
  EXPECT_TRUE(prefix->installed[2].requested.has_value());
  EXPECT_FALSE(prefix->frozen.has_value());
}

TEST(Prefix, Errors) {
  const testing::TemporaryDirectory directory;
  EXPECT_TRUE(absl::IsNotFound(ReadPrefix(directory.path()).status()));
  directory.Write("conda-meta/a.json", Meta("a"));
  directory.Write("conda-meta/a2.json", Meta("a"));
  EXPECT_THAT(ReadPrefix(directory.path()).status().ToString(), HasSubstr("two records of 'a'"));
  directory.Write("conda-meta/a2.json", "{\"name\": \"x\"");
  EXPECT_THAT(ReadPrefix(directory.path()).status().ToString(), HasSubstr("a2.json"));
}

TEST(CondaMeta, EveryField) {
  const auto json = ParseCondaMeta(
      R"({"name": "a", "version": "1.0", "build_string": "h0_0", "build_number": 3, "fn": "a.conda",
          "url": "https://h/c/noarch/a.conda", "channel": "https://h/c/noarch", "subdir": "noarch",
          "md5": "0a", "sha256": "0b", "license": "MIT", "license_family": "BSD",
          "track_features": "x,y", "python_site_packages_path": "lib/p", "size": 12,
          "timestamp": 1600000000, "noarch": "python", "depends": ["b"], "constrains": ["c"]})",
      "a.json");
  ASSERT_TRUE(json.ok()) << json.status();
  const PackageRecord& record = json->record;
  EXPECT_EQ(record.build, "h0_0");
  EXPECT_EQ(record.build_number, 3U);
  EXPECT_EQ(record.channel, "https://h/c");
  EXPECT_EQ(record.track_features, "x y");
  EXPECT_EQ(record.size_bytes, 12U);
  EXPECT_EQ(record.timestamp_ms, 1'600'000'000'000) << "seconds are understood";
  EXPECT_EQ(record.noarch, NoarchKind::kPython);
  EXPECT_THAT(record.depends, ElementsAre("b"));
  EXPECT_THAT(record.constrains, ElementsAre("c"));
}

TEST(CondaMeta, OddFieldsAreHarmless) {
  const auto json = ParseCondaMeta(
      R"({"name": "a", "version": "1", "build": null, "build_number": -4, "size": 1e300,
          "depends": "x", "constrains": [1, null, "y"], "track_features": ["a", "b c", 3]})",
      "a.json");
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ(json->record.build_number, 0U);
  EXPECT_EQ(json->record.size_bytes, 0U);
  EXPECT_TRUE(json->record.depends.empty());
  EXPECT_THAT(json->record.constrains, ElementsAre("y"));
  EXPECT_EQ(json->record.track_features, "a b c");
  EXPECT_FALSE(ParseCondaMeta("[]", "a.json").ok());
  EXPECT_FALSE(ParseCondaMeta(R"({"version": "1"})", "a.json").ok());
}

}  // namespace
}  // namespace satchel

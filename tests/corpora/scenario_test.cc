#include "corpora/scenario.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/strings.h"
#include "corpora/scenario_record.h"
#include "corpora/scenario_repodata.h"

namespace satchel {
namespace {

constexpr std::string_view kEverything = R"(about
  First line.
  Second line.       # not part of it

channel forge
  python 3.11.9 h0_0_cpython | timestamp: 1970-01-02
  python 3.12.3 h0_0_cpython
  # A whole line of comment.
  numpy 1.26.4 py{py}h1_7 | depends: libblas 3.*|4.*, python_abi {pyver}.* *_cp{py} | python: 3.11 3.12
  old 1.0 0 | build_number: 42 | size: 17 | license: MIT | track_features: a, b | format: tar.bz2
channel forge noarch
  tzdata 2024a h_1
  six 1.16 pyh_0 | noarch: python | constrains: foo <2, bar
channel lab

virtual __glibc=2.36, __archspec=1=x86_64_v3
virtual
  __cuda=12.2
priority strict
objective lowest-direct
exclude-newer 2024-06-01
installed
  forge/linux-64::python-3.11.9-h0_0_cpython | requested: python=3.11
  gone/linux-64::tool 0.9 h_3 | depends: python, six
request numpy >=1.21,<2, python
pin python 3.11.*
remove tool
update-all
prune
no-deps
expect plan
  forge/linux-64::python-3.11.9-h0_0_cpython
  forge/linux-64::numpy-1.26.4-py311h1_7
)";

TEST(Scenario, ReadsEverySection) {
  const absl::StatusOr<Scenario> scenario = ParseScenario(kEverything, "x");
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  EXPECT_EQ(scenario->about, "First line. Second line.");
  EXPECT_EQ(scenario->channels, (std::vector<std::string>{"forge", "lab"}));
  EXPECT_EQ(scenario->platform, "linux-64");
  EXPECT_EQ(scenario->priority, "strict");
  EXPECT_EQ(scenario->objective, "lowest-direct");
  EXPECT_EQ(scenario->exclude_newer_ms, 1717200000000);
  EXPECT_EQ(scenario->request, (std::vector<std::string>{"numpy >=1.21,<2", "python"}));
  EXPECT_EQ(scenario->pins, (std::vector<std::string>{"python 3.11.*"}));
  EXPECT_EQ(scenario->remove, (std::vector<std::string>{"tool"}));
  EXPECT_TRUE(scenario->update_all && scenario->prune && scenario->ignore_dependencies);
  ASSERT_EQ(scenario->virtual_packages.size(), 3U);
  EXPECT_EQ(scenario->virtual_packages[1].build, "x86_64_v3");
  EXPECT_EQ(scenario->virtual_packages[2].version, "12.2");
  EXPECT_TRUE(scenario->satisfiable);
  EXPECT_EQ(scenario->expected,
            (std::vector<std::string>{"forge/linux-64::numpy-1.26.4-py311h1_7",
                                      "forge/linux-64::python-3.11.9-h0_0_cpython"}));
}

TEST(Scenario, ReadsEveryFieldOfARecord) {
  const absl::StatusOr<Scenario> scenario = ParseScenario(kEverything, "x");
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  ASSERT_EQ(scenario->subdirs.size(), 3U);
  const std::vector<PackageRecord>& records = scenario->subdirs[0].records;
  ASSERT_EQ(records.size(), 5U);
  EXPECT_EQ(records[0].timestamp_ms, 86400000);
  EXPECT_EQ(records[3].build, "py312h1_7");
  EXPECT_EQ(records[3].build_number, 7U);
  EXPECT_EQ(records[3].depends,
            (std::vector<std::string>{"libblas 3.*|4.*", "python_abi 3.12.* *_cp312",
                                      "python >=3.12,<3.13.0a0"}));
  const PackageRecord& old = records[4];
  EXPECT_EQ(old.fn, "old-1.0-0.tar.bz2");
  EXPECT_EQ(old.build_number, 42U);
  EXPECT_EQ(old.size_bytes, 17U);
  EXPECT_EQ(old.license, "MIT");
  EXPECT_EQ(old.track_features, "a b");
  EXPECT_EQ(old.md5.size(), 32U);
  EXPECT_EQ(old.sha256.size(), 64U);
  const std::vector<PackageRecord>& noarch = scenario->subdirs[1].records;
  EXPECT_EQ(noarch[0].noarch, NoarchKind::kGeneric) << "what lies in noarch is noarch";
  EXPECT_EQ(noarch[1].noarch, NoarchKind::kPython);
  EXPECT_EQ(noarch[1].constrains, (std::vector<std::string>{"foo <2", "bar"}));
}

TEST(Scenario, ReadsInstalledPackages) {
  const absl::StatusOr<Scenario> scenario = ParseScenario(kEverything, "x");
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  ASSERT_EQ(scenario->installed.size(), 2U);
  EXPECT_EQ(scenario->installed[0].requested, "python=3.11");
  EXPECT_EQ(scenario->installed[0].record.timestamp_ms, 86400000) << "the channel's record";
  EXPECT_EQ(ScenarioDistName(scenario->installed[1].record), "gone/linux-64::tool-0.9-h_3");
  EXPECT_EQ(scenario->installed[1].record.depends, (std::vector<std::string>{"python", "six"}));
  EXPECT_EQ(scenario->installed[1].requested, "");
}

TEST(Scenario, ReadsAConflict) {
  const absl::StatusOr<Scenario> scenario =
      ParseScenario("channel a\n  x 1 0\nexpect unsat\n  x >=3\n  mentions foo bar\n", "x");
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  EXPECT_FALSE(scenario->satisfiable);
  EXPECT_EQ(scenario->expected, (std::vector<std::string>{"x >=3"}));
  EXPECT_EQ(scenario->mentioned, (std::vector<std::string>{"foo bar"}));
}

struct BadCase {
  std::string_view text;
  std::string_view message;  // How the message begins after "x:".
};

constexpr BadCase kBad[] = {
    {"", "1: a scenario needs"},
    {"channel a\n  x 1 0\n", "3: a scenario needs"},
    {"  x 1 0\n", "1: indented line"},
    {"channel\n", "1: expected 'channel NAME"},
    {"channel a b c\n", "1: expected 'channel NAME"},
    {"flavour vanilla\n", "1: unknown section"},
    {"platform linux-64\n  x\n", "2: unknown section, or one without content"},
    {"channel a\n\n  x 1\n", "3: expected 'name version build', got 'x 1'"},
    {"channel a\n  x 1 0 | depends\n", "2: expected 'field: value', got 'depends'"},
    {"channel a\n  x 1 0 | colour: red\n", "2: unknown field or value 'colour: red'"},
    {"channel a\n  x 1 0 | noarch: yes\n", "2: unknown field or value 'noarch: yes'"},
    {"channel a\n  x 1 0 | size: big\n", "2: size is no number: 'big'"},
    {"channel a\n  x 1 0 | timestamp: 2024-02-30\n", "2: date is not of the form"},
    {"channel a\n  x 1 0 | python: 3\n", "2: python is not of the form"},
    {"channel a\n  x 1 0\n  x 1 0\n", "3: 'x-1-0.conda' is there twice"},
    {"priority sometimes\n", "1: unknown word 'sometimes'"},
    {"objective best\n", "1: unknown word 'best'"},
    {"exclude-newer yesterday\n", "1: date is not of the form"},
    {"update-all please\n", "1: 'update-all' takes no value"},
    {"virtual cuda=12\n", "1: expected '__name=version[=build]'"},
    {"virtual __cuda\n", "1: expected '__name=version[=build]'"},
    {"channel a\ninstalled\n  a/linux-64::x-1-0\n", "3: no channel above has"},
    {"channel a\ninstalled\n  x 1 0\n", "3: expected 'channel/subdir::"},
    {"channel a\n  x 1 0\ninstalled\n  a/linux-64::x-1-0\n  a/linux-64::x-1-0\n",
     "5: 'x' is installed twice"},
    {"expect plan\nexpect plan\n", "2: second 'expect'"},
    {"expect success\n", "1: unknown word 'success'"},
    {"channel a\n  x 1 0\nexpect plan\n  a/noarch::x-1-0\n", "4: no channel or installed package"},
    {"channel a\n  x 1 0\n  x 2 0\nexpect plan\n  a/linux-64::x-1-0\n  a/linux-64::x-2-0\n",
     "6: two records of 'x'"},
};

TEST(Scenario, NamesThePlaceOfAnError) {
  for (const BadCase& c : kBad) {
    SCOPED_TRACE(c.text);
    const absl::StatusOr<Scenario> scenario = ParseScenario(c.text, "x");
    ASSERT_FALSE(scenario.ok());
    EXPECT_EQ(scenario.status().code(), absl::StatusCode::kInvalidArgument);
    const std::string message(scenario.status().message());
    EXPECT_EQ(message.rfind("x:" + std::string(c.message), 0), 0U) << message;
  }
}

TEST(Scenario, MissingFileIsNotFound) {
  EXPECT_EQ(ReadScenarioFile("/nowhere/x.scenario").status().code(), absl::StatusCode::kNotFound);
}

TEST(SplitSpecList, CutsAtCommasBeforeSpaces) {
  EXPECT_EQ(SplitSpecList("a >=1,<2, b 1|2 ,  c"),
            (std::vector<std::string>{"a >=1,<2", "b 1|2", "c"}));
  EXPECT_TRUE(SplitSpecList("").empty());
}

TEST(RepodataJson, DoesNotDependOnTheOrderOfRecords) {
  absl::StatusOr<Scenario> scenario = ParseScenario(kEverything, "x");
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  const std::string json = RepodataJson(*scenario, "forge", "linux-64");
  std::reverse(scenario->subdirs[0].records.begin(), scenario->subdirs[0].records.end());
  EXPECT_EQ(RepodataJson(*scenario, "forge", "linux-64"), json);
  EXPECT_NE(
      json.find("\"old-1.0-0.tar.bz2\": {\"name\": \"old\", \"version\": \"1.0\", "
                "\"build\": \"0\", \"build_number\": 42, \"depends\": [], \"license\": \"MIT\""),
      std::string::npos)
      << json;
}

TEST(RepodataJson, OfAMissingSubdirIsEmpty) {
  const absl::StatusOr<Scenario> scenario = ParseScenario(kEverything, "x");
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  EXPECT_EQ(RepodataJson(*scenario, "lab", "noarch"),
            "{\n  \"info\": {\"subdir\": \"noarch\"},\n  \"packages\": {},\n"
            "  \"packages.conda\": {},\n  \"removed\": [],\n  \"repodata_version\": 1\n}\n");
}

std::vector<std::filesystem::path> ScenarioFiles() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(SATCHEL_SCENARIO_DIRECTORY)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(ScenarioFiles, AllParseAndSayWhatTheyAreAbout) {
  const std::vector<std::filesystem::path> files = ScenarioFiles();
  EXPECT_GE(files.size(), 40U);
  for (const std::filesystem::path& file : files) {
    const absl::StatusOr<Scenario> scenario = ReadScenarioFile(file.string());
    ASSERT_TRUE(scenario.ok()) << scenario.status();
    EXPECT_EQ(scenario->name, file.stem().string());
    EXPECT_FALSE(scenario->about.empty()) << file;
    EXPECT_FALSE(scenario->expected.empty()) << file;
    EXPECT_EQ(scenario->satisfiable, !scenario->name.starts_with("unsat-")) << file;
  }
}

}  // namespace
}  // namespace satchel

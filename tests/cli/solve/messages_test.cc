// What is said of requests on channels of a few records.

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Record {
  std::string name;
  std::string version;
  std::string build = "0";
  Words depends = {};
};

class Messages : public ::testing::Test {
 protected:
  void Channel(const std::string& name, const std::vector<Record>& records) const {
    Json packages = Json::object();
    for (const Record& record : records) {
      packages[record.name + "-" + record.version + "-" + record.build + ".conda"] = {
          {"name", record.name},           {"version", record.version},
          {"build", record.build},         {"build_number", 0},
          {"depends", record.depends},     {"subdir", "noarch"},
          {"timestamp", 1700000000000},    {"size", 1000},
          {"sha256", std::string(64, 'a')}};
    }
    const Json repodata = {{"info", {{"subdir", "noarch"}}},
                           {"packages", Json::object()},
                           {"packages.conda", packages}};
    home_.Write(name + "/noarch/repodata.json", repodata.dump());
  }

  std::string Said(const Words& words, int exit_code) const {
    RunOptions options;
    options.variables = {{"HOME", home_.path()}, {"SATCHEL_ROOT_PREFIX", home_.path() + "/root"}};
    options.directory = home_.path();
    const Finished run = RunProgram(words, options);
    EXPECT_EQ(run.exit_code, exit_code) << run.output << run.error;
    return run.output + run.error;
  }

  TemporaryDirectory home_;
};

TEST_F(Messages, AGapIsNotHiddenInARange) {
  Channel("ch", {{"lang", "2.7.12"}, {"lang", "2.7.15"}, {"lang", "3.8.1"}, {"lang", "3.9.1"}});
  EXPECT_THAT(Said({"solve", "lang=3.7", "-c", "./ch"}, 1),
              HasSubstr("only lang 2.7.12–2.7.15, 3.8.1–3.9.1"));
  // Where nothing was asked for between two versions there is no gap.
  EXPECT_THAT(Said({"solve", "lang=4", "-c", "./ch"}, 1), HasSubstr("only lang 2.7.12–3.9.1"));
}

TEST_F(Messages, AFixKeepsTheBuildThatWasAskedFor) {
  std::vector<Record> records;
  for (const char* version : {"2.3.1", "2.5.1", "2.12.0"}) {
    records.push_back({"torch", version, "cpu_0"});
    records.push_back({"torch", version, "cuda_0"});
  }
  Channel("ch", records);
  EXPECT_THAT(Said({"solve", "torch=2.5=*cuda*", "-c", "./ch"}, 1),
              AllOf(HasSubstr("2.5.1"), HasSubstr("=*cuda*' -c")));
  // Of a build that no version has nothing is kept.
  EXPECT_THAT(
      Said({"solve", "torch=2.5=*rocm*", "-c", "./ch"}, 1),
      AllOf(HasSubstr("satchel solve torch"), Not(HasSubstr("solve 'torch==2.5.1=*rocm*'"))));
}

TEST_F(Messages, AMissingNameTellsWhatWasSearched) {
  Channel("bio", {{"sam", "1.0", "0", {"libz"}}});
  EXPECT_THAT(Said({"solve", "sam", "-c", "./bio"}, 1),
              AllOf(HasSubstr("libz"), HasSubstr("bio was searched"), HasSubstr("conda-forge"),
                    Not(HasSubstr("Nothing helps"))));
}

TEST_F(Messages, AMissingNameTellsWhatHasIt) {
  Channel("ch", {{"pip", "24"}, {"app", "1"}});
  const std::string none = R"({"packages": {}, "packages.conda": {)";
  home_.Write("ch/linux-64/repodata.json", none + "}}");
  home_.Write("ch/win-64/repodata.json",
              none + R"("pywin-1-0.conda": {"name": "pywin", "version": "1", "build": "0",
                        "build_number": 0, "depends": []}}})");
  const Words platform = {"-c", "./ch", "--platform", "linux-64"};
  const auto said = [&](const std::string& name, const Words& more = {}) {
    Words words = {"solve", name};
    words.insert(words.end(), platform.begin(), platform.end());
    words.insert(words.end(), more.begin(), more.end());
    return Said(words, 1);
  };
  EXPECT_THAT(said("pywin"), HasSubstr("there is no pywin for linux-64; win-64 has it"));
  EXPECT_THAT(said("nosuch"), Not(HasSubstr("there is no")));
  // Where another name is known, a near one is wrong.
  EXPECT_THAT(said("pil"),
              AllOf(HasSubstr("not call it 'pil' but 'pillow'"), Not(HasSubstr("pip instead"))));
  EXPECT_THAT(said("pyp"), HasSubstr("pip instead of pyp"));
  EXPECT_THAT(said("anaconda"), HasSubstr("the channel defaults has anaconda; add -c defaults"));
  EXPECT_THAT(said("samtools"), HasSubstr("add -c bioconda"));
  Channel("ch", {{"pip", "24"}, {"pillow", "11"}});
  EXPECT_THAT(said("pil"), HasSubstr("pillow instead of pil"));
}

TEST_F(Messages, FlexiblePriorityIsAWayOutOfStrict) {
  Channel("a", {{"torch", "2.3"}, {"cu1", "12"}, {"cu2", "12"}});
  Channel("b", {{"torch", "2.1", "0", {"cu1 11", "cu2 11"}}, {"cu1", "11"}, {"cu2", "11"}});
  const Words request = {"explain", "torch=2.1", "-c", "./a", "-c", "./b"};
  const std::string strict = Said(Join(request, {"--channel-priority", "strict"}), 1);
  EXPECT_THAT(strict, HasSubstr("solve torch=2.1 --channel-priority flexible -c ./a -c ./b"));
  EXPECT_THAT(Said(Join(request, {"--channel-priority", "flexible"}), 0), HasSubstr("torch"));
  EXPECT_THAT(Said(Join(request, {"--strict-channel-priority"}), 1),
              HasSubstr("solve torch=2.1 --channel-priority flexible -c ./a -c ./b\n"));
}

TEST_F(Messages, WhatIsThereAlreadyNeedsNoReason) {
  Channel("ch", {{"p", "1.0"}, {"p", "2.0"}, {"q", "1.0", "0", {"p"}}});
  EXPECT_THAT(Said({"why-not", "p>=2", "q", "-c", "./ch"}, 0),
              AllOf(HasSubstr("p 2.0 is in the plan already"), Not(HasSubstr("instead"))));
  EXPECT_THAT(Said({"why-not", "p<2", "q", "-c", "./ch"}, 0), HasSubstr("1.0"));
}

TEST_F(Messages, SearchTellsOfRecordsThatAreLeftOut) {
  Channel("ch", {{"a", "1.0", "0", {"lang>= '2'"}}, {"b", "1.0"}});
  EXPECT_THAT(Said({"search", "a", "-c", "./ch"}, 1), HasSubstr("a-1.0-0.conda"));
}

TEST_F(Messages, WithoutDependenciesTheBuildFitsWhatIsInstalled) {
  std::vector<Record> records;
  for (const char* minor : {"9", "10"}) {
    records.push_back({"python", std::string("3.") + minor + ".1"});
    records.push_back(
        {"num", "2.0", std::string("py3") + minor, {std::string("python 3.") + minor + ".*"}});
  }
  Channel("ch", records);
  for (const char* minor : {"9", "10"}) {
    home_.Write("lock.txt", "@EXPLICIT\nfile://" + home_.path() + "/ch/noarch/python-3." + minor +
                                ".1-0.conda\n");
    EXPECT_THAT(
        Said({"solve", "num", "--no-deps", "--installed", "lock.txt", "-c", "./ch", "--explicit"},
             0),
        HasSubstr(std::string("num-2.0-py3") + minor));
  }
}

}  // namespace
}  // namespace satchel::testing

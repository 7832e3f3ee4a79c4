// satchel batch: every line has its answer, whatever the others are.

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "base/strings.h"
#include "frontend/files.h"
#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::json;

class BatchTest : public ::testing::Test {
 protected:
  BatchTest() {
    for (const std::string subdir : {"linux-64", "osx-arm64"}) {
      directory_.Write(
          "chan/" + subdir + "/repodata.json",
          R"({"info": {"subdir": ")" + subdir + R"("}, "packages": {}, "packages.conda": {
        "a-1-0.conda": {"name": "a", "version": "1", "build": "0", "build_number": 0, "depends": ["b"]},
        "a-2-0.conda": {"name": "a", "version": "2", "build": "0", "build_number": 0,
                        "depends": ["b", "__cuda >=12"]},
        "b-1-0.conda": {"name": "b", "version": "1", "build": "0", "build_number": 0, "depends": []}}})");
    }
  }

  std::string At(const std::string& name) const { return directory_.path() + "/" + name; }

  // The answers to these lines, parsed.
  std::vector<Json> Answers(const std::vector<std::string>& lines,
                            const std::vector<std::string>& more = {}) const {
    directory_.Write("requests", absl::StrJoin(lines, "\n") + "\n");
    std::vector<std::string> words = {"batch",   At("requests"), "-c",      At("chan"),
                                      "--no-rc", "--platform",   "linux-64"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished finished = RunProgram(words);
    EXPECT_EQ(finished.exit_code, 0) << finished.error;
    return Parse(finished.output);
  }

  static std::vector<Json> Parse(const std::string& text) {
    std::vector<Json> answers;
    for (const std::string_view line : Split(text, '\n')) {
      if (!line.empty()) {
        answers.push_back(Json::parse(line, nullptr, false));
        EXPECT_TRUE(answers.back().is_object()) << line;
      }
    }
    return answers;
  }

  static std::vector<std::string> Names(const Json& answer) {
    std::vector<std::string> names;
    for (const Json& package : answer["packages"]) {
      names.push_back(package["name"].get<std::string>() + "-" +
                      package["version"].get<std::string>());
    }
    return names;
  }

  TemporaryDirectory directory_;
};

TEST_F(BatchTest, EachRequestIsItsOwn) {
  const std::vector<Json> answers = Answers(
      {R"({"id": "x", "specs": ["a"], "virtual_packages": {}})", "",
       R"({"specs": ["a"], "virtual_packages": {"__cuda": "12.4"}, "platform": "osx-arm64"})",
       R"({"id": 7, "specs": ["a=3"]})", R"({"specs": ["a"], "pins": ["b=2"], "explain": false})",
       R"({"specs": ["b"], "packages": false, "objective": "lowest", "timeout": 10})"});
  ASSERT_EQ(answers.size(), 5U);
  EXPECT_EQ(answers[0]["id"], "x");
  EXPECT_EQ(answers[0]["status"], "solved");
  EXPECT_THAT(Names(answers[0]), ElementsAre("b-1", "a-1"));
  EXPECT_EQ(answers[1]["id"], 3);  // The line's number.
  EXPECT_THAT(Names(answers[1]), ElementsAre("b-1", "a-2"));
  EXPECT_EQ(answers[1]["packages"][0]["subdir"], "osx-arm64");
  EXPECT_EQ(answers[2]["status"], "unsatisfiable");
  EXPECT_EQ(answers[2]["id"], 7);
  EXPECT_EQ(answers[2]["fixes"].size(), 1U);
  EXPECT_EQ(answers[3]["status"], "unsatisfiable");
  EXPECT_FALSE(answers[3].contains("fixes"));
  EXPECT_EQ(answers[4]["num_packages"], 1);
  EXPECT_FALSE(answers[4].contains("packages"));
}

TEST_F(BatchTest, InstalledPackagesStay) {
  const std::vector<Json> answers =
      Answers({R"({"specs": ["b"], "virtual_packages": {"__cuda": "12"}, "installed": [
          {"name": "a", "version": "1", "build": "0", "build_number": 0, "depends": ["b"],
           "requested_spec": "a"}]})"
               "",
               R"({"specs": ["b"], "installed": [{"name": 3}]})"});
  // A request is one line: that one is three, and each is told about.
  EXPECT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[3]["status"], "invalid");
  const std::vector<Json> one = Answers(
      {R"({"specs": ["b"], "installed": [{"name": "a", "version": "1", "build": "0", "build_number": 0, "depends": ["b"], "requested_spec": "a"}]})"});
  EXPECT_THAT(one[0]["link"], ElementsAre("b-1-0"));
  EXPECT_TRUE(one[0]["unlink"].empty());
}

TEST_F(BatchTest, WhatIsWrongIsAnAnswer) {
  const std::vector<std::string> lines = {"nonsense",
                                          "[]",
                                          R"({"specs": []})",
                                          R"({"specs": "a"})",
                                          R"({"specs": ["a["]})",
                                          R"({"specs": ["a"], "colour": "red"})",
                                          R"({"specs": ["a"], "platform": "moon-64"})",
                                          R"({"specs": ["a"], "timeout": -1})",
                                          R"({"specs": ["a"], "objective": "worst"})",
                                          R"({"specs": ["a"], "virtual_packages": {"cuda": "12"}})",
                                          R"({"specs": ["a"], "channel_priority": "odd"})",
                                          R"({"specs": ["a"], "exclude_newer": "never"})",
                                          std::string(100000, '['),
                                          "{\"specs\": [\"a\"], \"id\": \"\xff\"}"};
  const std::vector<Json> answers = Answers(lines);
  ASSERT_EQ(answers.size(), lines.size());
  for (const Json& answer : answers) {
    EXPECT_EQ(answer["status"], "invalid") << answer;
    EXPECT_FALSE(answer["error"].get<std::string>().empty());
    EXPECT_EQ(answer["error"].get<std::string>().find('\n'), std::string::npos);
  }
  const std::vector<Json> missing =
      Answers({R"({"specs": ["a"], "channels": ["/there/is/no/such/channel"]})"});
  EXPECT_EQ(missing[0]["status"], "failed");
}

// 1,000 broken lines among good ones: none harms another.
TEST_F(BatchTest, BrokenLinesHarmNoOther) {
  std::mt19937_64 random(1);
  const std::string good = R"({"id": "good", "specs": ["a"], "virtual_packages": {}})";
  std::vector<std::string> lines;
  for (int i = 0; i < 1000; ++i) {
    std::string broken = good;
    for (int j = 0; j < 3; ++j) {
      broken[random() % broken.size()] = static_cast<char>(' ' + random() % 95);
    }
    lines.push_back(broken);
    lines.push_back(good);
  }
  const std::vector<Json> answers = Answers(lines);
  ASSERT_EQ(answers.size(), lines.size());
  for (std::size_t i = 1; i < answers.size(); i += 2) {
    EXPECT_EQ(answers[i]["status"], "solved");
    EXPECT_EQ(answers[i]["num_packages"], 2);
  }
}

// Who waits for each answer before the next request gets it.
TEST_F(BatchTest, AnswersWhileMoreMayCome) {
  directory_.Write(
      "ask.sh",
      absl::StrFormat(R"(cd '%s'; mkfifo in; '%s' batch - -c chan --no-rc --jobs 4 <in >out &
exec 3>in; echo '{"specs": ["b"]}' >&3
for i in $(seq 200); do [ -s out ] && break; sleep 0.05; done
[ -s out ] && echo answered >told
exec 3>&-; wait)",
                      directory_.path(), SATCHEL_PROGRAM));
  ASSERT_EQ(std::system(("timeout 60 bash " + At("ask.sh")).c_str()), 0);
  EXPECT_EQ(ReadFile(At("told")).value_or(""), "answered\n");
}

TEST_F(BatchTest, ResumesWhereItEnded) {
  std::vector<std::string> lines;
  for (int i = 0; i < 20; ++i) {
    lines.push_back(absl::StrFormat(R"({"id": %d, "specs": ["b"]})", i));
  }
  Answers(lines, {"-o", At("answers")});
  const std::string whole = ReadFile(At("answers")).value_or("");
  EXPECT_EQ(Parse(whole).size(), 20U);
  // As if it had been killed within the eighth line.
  std::size_t end = 0;
  for (int i = 0; i < 7; ++i) {
    end = whole.find('\n', end) + 1;
  }
  for (const std::size_t cut : {end, end + 1, end + 10}) {
    directory_.Write("answers", whole.substr(0, cut));
    Answers(lines, {"-o", At("answers"), "--resume"});
    const std::vector<Json> answers = Parse(ReadFile(At("answers")).value_or(""));
    ASSERT_EQ(answers.size(), 20U);
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(answers[i]["id"], i);
    }
  }
}

TEST_F(BatchTest, UnorderedAnswersAreTheSame) {
  std::vector<std::string> lines;
  for (int i = 0; i < 200; ++i) {
    lines.push_back(absl::StrFormat(R"({"id": %d, "specs": ["a"], "virtual_packages": {}})", i));
  }
  std::vector<int> ids;
  for (const Json& answer : Answers(lines, {"--unordered", "--jobs", "4"})) {
    EXPECT_THAT(Names(answer), ElementsAre("b-1", "a-1"));
    ids.push_back(answer["id"].get<int>());
  }
  std::ranges::sort(ids);
  ASSERT_EQ(ids.size(), 200U);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(ids[i], i);
  }
}

TEST_F(BatchTest, CommandLine) {
  const auto error = [](const std::vector<std::string>& words) {
    const Finished finished = RunProgram(words);
    EXPECT_NE(finished.exit_code, 0);
    return finished.error;
  };
  EXPECT_THAT(error({"batch"}), HasSubstr("give one file"));
  EXPECT_THAT(error({"batch", At("none")}), HasSubstr("cannot be read"));
  EXPECT_THAT(error({"batch", directory_.path()}), HasSubstr("cannot be read"));
  EXPECT_THAT(error({"batch", At("none"), "--resume"}), HasSubstr("--resume needs --output"));
  directory_.Write("requests", "{}\n");
  EXPECT_THAT(error({"batch", At("requests"), "--jobs", "0"}), HasSubstr("--jobs"));
  EXPECT_THAT(error({"batch", At("requests"), "-o", "/dev/full", "-c", At("chan")}),
              HasSubstr("cannot be written"));
}

}  // namespace
}  // namespace satchel::testing

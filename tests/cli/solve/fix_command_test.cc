// What is to be run to make a fix come true: in the words of the command that was run. Each is run
// by a shell, after the change of the file that it names.

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class FixCommandTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }

  // An environment without files, in which nothing is installed.
  std::string Environment(const std::string& pinned) {
    fs::create_directories(Path("env/conda-meta"));
    directory_.Write("env/conda-meta/history", "");
    directory_.Write("env/conda-meta/pinned", pinned);
    return Path("env");
  }

  // The fixes of what fails.
  Json FixesOf(std::vector<std::string> words) const {
    words.insert(words.end(), {"--dry-run", "--json"});
    RunOptions options;
    options.variables = variables_;
    const Finished finished = RunProgram(words, options);
    EXPECT_EQ(finished.exit_code, 1) << finished.output << finished.error;
    const Json json = Json::parse(finished.output, nullptr, false);
    EXPECT_FALSE(json["satchel"]["fixes"].empty()) << json;
    return json["satchel"]["fixes"];
  }

  bool Works(const std::string& command) const {
    std::string run;
    for (const auto& [name, value] : variables_) {
      run += name + "='" + value + "' ";
    }
    run += "'" SATCHEL_PROGRAM "'" + command.substr(std::string("satchel").size());
    return std::system((run + " -q > /dev/null").c_str()) == 0;
  }

  TemporaryDirectory directory_;
  std::vector<std::pair<std::string, std::string>> variables_;
};

TEST_F(FixCommandTest, IsTheCommandThatWasRun) {
  const std::string channel = ScenarioChannel("unsat-direct-conflict");
  const Json fix = FixesOf({"create", "-p", Path("new"), "python=3.8", "numpy>=2", "-c", channel,
                            "--override-channels"})[0];
  const std::string command = fix["command"];
  EXPECT_THAT(command, StartsWith("satchel create python=3.8 'numpy >=1.24.4' -c "));
  EXPECT_THAT(command, HasSubstr(" --override-channels"));
  EXPECT_THAT(command, HasSubstr(" -p " + Path("new")));
  EXPECT_FALSE(fix.contains("file"));
  EXPECT_TRUE(Works(command)) << command;
}

TEST_F(FixCommandTest, NamesTheFileToChange) {
  const std::string file =
      directory_.Write("environment.yml", "name: made\ndependencies:\n- python=3.8\n- numpy >=2\n");
  const Json fix = FixesOf({"env", "create", "-f", file, "-p", Path("new"), "-c",
                            ScenarioChannel("unsat-direct-conflict"), "--override-channels"})[0];
  EXPECT_EQ(fix["file"], file);
  const std::string command = fix["command"];
  EXPECT_THAT(command, StartsWith("satchel env create -f " + file));
  EXPECT_THAT(command, Not(HasSubstr("numpy")));
  EXPECT_FALSE(Works(command)) << "the file has not been changed yet";
  const Json& change = fix["changes"][0];
  std::string text = "name: made\ndependencies:\n- python=3.8\n- numpy >=2\n";
  const std::string before = change["before"];
  ASSERT_NE(text.find(before), std::string::npos) << before;
  directory_.Write("environment.yml", text.replace(text.find(before), before.size(),
                                                   change["after"].get<std::string>()));
  EXPECT_TRUE(Works(command)) << command;
}

// A spec of the command line is changed there, and the file stays as it is.
TEST_F(FixCommandTest, KeepsTheFileWhereItNeedNotChange) {
  const std::string file = directory_.Write("specs.txt", "python\n");
  const Json fix = FixesOf({"create", "-p", Path("new"), "python=3.8", "numpy>=2", "-f", file, "-c",
                            ScenarioChannel("unsat-direct-conflict"), "--override-channels"})[0];
  const std::string command = fix["command"];
  EXPECT_FALSE(fix.contains("file"));
  EXPECT_THAT(command, StartsWith("satchel create python=3.8 'numpy >=1.24.4' -f " + file));
  EXPECT_TRUE(Works(command)) << command;
}

TEST_F(FixCommandTest, PutsOtherPinsInPlaceOfTheEnvironments) {
  const std::string prefix = Environment("python 3.10.*\nnumpy <3\n");
  const Json fix = FixesOf({"install", "-p", prefix, "numpy>=2.1", "-c",
                            ScenarioChannel("unsat-pin"), "--override-channels"})[0];
  const std::string command = fix["command"];
  EXPECT_THAT(command, StartsWith("satchel install 'numpy>=2.1'"));
  EXPECT_THAT(command, HasSubstr(" --no-pin"));
  EXPECT_THAT(command, HasSubstr(" --pin 'numpy <3'"));
  EXPECT_THAT(command, Not(HasSubstr("3.10")));
  EXPECT_TRUE(Works(command)) << command;
}

// `solve` has no option to leave them out.
TEST_F(FixCommandTest, NamesTheFileOfPins) {
  const std::string prefix = Environment("python 3.10.*\n");
  const Finished finished =
      RunProgram({"solve", "numpy>=2.1", "-p", prefix, "-c", ScenarioChannel("unsat-pin"),
                  "--override-channels", "--json"});
  const Json fix = Json::parse(finished.output)["satchel"]["fixes"][0];
  EXPECT_EQ(fix["file"], prefix + "/conda-meta/pinned");
}

// `env update` can leave them out, but has no option to put others in their place.
TEST_F(FixCommandTest, NamesTheFileOfPinsWhereNoneCanBeTyped) {
  const std::string prefix = Environment("python 3.10.*\n");
  const std::string file =
      directory_.Write("environment.yml", "name: made\ndependencies:\n- numpy >=2.1\n");
  for (const bool prune : {false, true}) {
    std::vector<std::string> words = {"env",
                                      "update",
                                      "-f",
                                      file,
                                      "-p",
                                      prefix,
                                      "-c",
                                      ScenarioChannel("unsat-pin"),
                                      "--override-channels"};
    if (prune) {
      words.emplace_back("--prune");
    }
    directory_.Write("env/conda-meta/pinned", "python 3.10.*\n");
    const Json fix = FixesOf(words)[0];
    const std::string command = fix["command"];
    EXPECT_THAT(command, StartsWith("satchel env update -f " + file));
    EXPECT_THAT(command, Not(HasSubstr("pin ")));
    EXPECT_EQ(fix["file"],
              prune ? "the environment's conda-meta/pinned" : prefix + "/conda-meta/pinned");
    EXPECT_FALSE(Works(command)) << "the file has not been changed yet";
    directory_.Write("env/conda-meta/pinned", fix["changes"][0]["after"].get<std::string>() + "\n");
    EXPECT_TRUE(Works(command)) << command;
  }
}

TEST_F(FixCommandTest, LeavesOutTheDefaultPackagesThatConflict) {
  variables_ = {{"SATCHEL_CREATE_DEFAULT_PACKAGES", "python=3.8"}};
  const Json fix = FixesOf({"create", "-p", Path("new"), "numpy>=2", "-c",
                            ScenarioChannel("unsat-direct-conflict"), "--override-channels"})[0];
  const std::string command = fix["command"];
  EXPECT_THAT(command, StartsWith("satchel create 'numpy>=2' python=3.12 "));
  EXPECT_THAT(command, HasSubstr(" --no-default-packages"));
  EXPECT_TRUE(Works(command)) << command;
}

}  // namespace
}  // namespace satchel::testing

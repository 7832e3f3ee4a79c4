// explain, why and why-not, on channels of the scenarios.

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> PythonConflict(const std::string& command) {
  return {command, "python=3.8", "numpy>=2", "-c", ScenarioChannel("unsat-direct-conflict")};
}

TEST(Explain, TellsTheConflictAndTheFixes) {
  const Finished finished = RunProgram(PythonConflict("explain"));
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.output, HasSubstr("python=3.8, numpy >=2 conflict:\n"));
  EXPECT_THAT(finished.output, HasSubstr("└─ numpy 2.0.0 needs python >=3.12,<3.13.0a0, but "
                                         "python=3.8 is requested"));
  EXPECT_THAT(finished.output, HasSubstr("1. numpy >=1.24.4 instead of numpy >=2"));
  EXPECT_THAT(finished.output, HasSubstr("gives numpy 1.24.4, python 3.8.19 (2 packages)"));
  EXPECT_THAT(finished.output, HasSubstr("2. python=3.12 instead of python=3.8"));
  EXPECT_THAT(finished.output, Not(HasSubstr("\x1b")));
}

TEST(Explain, SolveTellsTheSame) {
  const Finished finished = RunProgram(PythonConflict("solve"));
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_EQ(finished.output, "");
  EXPECT_THAT(finished.error, HasSubstr("numpy 2.0.0 needs python"));
  EXPECT_THAT(finished.error, HasSubstr("satchel solve python=3.8 'numpy >=1.24.4' -c "));
}

// Each command as it is shown, run by a shell.
TEST(Explain, CommandsOfFixesWork) {
  std::vector<std::vector<std::string>> requests = {PythonConflict("explain")};
  requests.push_back({"explain", "numpyy>=1.26", "-c", ScenarioChannel("unsat-missing-package")});
  requests.push_back(
      {"explain", "numpy>=2.1", "--pin", "python 3.10.*", "-c", ScenarioChannel("unsat-pin")});
  requests.push_back({"explain", "polars>=1", "--exclude-newer", "2024-06-01", "-c",
                      ScenarioChannel("unsat-exclude-newer")});
  const std::string strict = ScenarioChannel("unsat-strict-priority");
  requests.push_back({"explain", "numpy>=1.26", "--channel-priority", "strict", "-c", strict, "-c",
                      strict + "/../defaults"});
  for (std::vector<std::string>& request : requests) {
    request.push_back("--json");
    const Json json = Json::parse(RunProgram(request).output);
    ASSERT_FALSE(json["satchel"]["fixes"].empty()) << json;
    EXPECT_TRUE(json["satchel"]["fixes_complete"]);
    for (const Json& fix : json["satchel"]["fixes"]) {
      const std::string command = fix["command"];
      ASSERT_TRUE(command.starts_with("satchel solve ")) << command;
      const std::string run = "'" SATCHEL_PROGRAM "'" + command.substr(7) + " -q > /dev/null";
      EXPECT_EQ(std::system(run.c_str()), 0) << command;
    }
  }
}

TEST(Explain, WrapsToTheWidth) {
  RunOptions narrow;
  narrow.variables = {{"COLUMNS", "50"}};
  const Finished finished = RunProgram(PythonConflict("explain"), narrow);
  std::istringstream lines(finished.output);
  for (std::string line; std::getline(lines, line);) {
    const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    });
    EXPECT_TRUE(columns <= 50 || line.find("satchel solve") != std::string::npos) << line;
  }
}

TEST(Explain, WritesAPageThatNeedsNothingElse) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/conflict.html";
  std::vector<std::string> arguments = PythonConflict("explain");
  arguments.insert(arguments.end(), {"--html", path});
  EXPECT_EQ(RunProgram(arguments).exit_code, 1);
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("numpy 2.0.0 needs python"));
  for (const char* outside : {"http-equiv", "src=", "@import", "url(", "https://"}) {
    EXPECT_THAT(text.str(), Not(HasSubstr(outside)));
  }
}

TEST(Explain, SaysSoIfThereIsAPlan) {
  const Finished finished = RunProgram(Join({"explain", "numpy"}, DemoChannels()));
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_THAT(finished.output, HasSubstr("There is a plan"));
}

TEST(Why, ShowsTheChain) {
  const Finished finished =
      RunProgram({"why", "libdeflate", "qgis", "-c", ScenarioChannel("unsat-diamond")});
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  EXPECT_EQ(finished.output,
            "libdeflate 1.20 is in the plan:\n"
            "  qgis 3.36.2 is requested\n"
            "  └─ qgis 3.36.2 needs libgdal >=3.8,<3.9.0a0\n"
            "     └─ libgdal 3.8.5 needs poppler >=24.3.0,<24.4.0a0\n"
            "        └─ poppler 24.03.0 needs libtiff >=4.6.0,<4.7.0a0\n"
            "           └─ libtiff 4.6.0 needs libdeflate >=1.20,<1.21.0a0\n");
  EXPECT_EQ(RunProgram({"why", "htop", "qgis", "-c", ScenarioChannel("unsat-diamond")}).exit_code,
            1);
}

TEST(Why, NeedsNoChannelForWhatIsInstalled) {
  const TemporaryDirectory prefix;
  const auto install = [&](const std::string& name, const std::string& depends) {
    prefix.Write("conda-meta/" + name + "-1-0.json",
                 R"({"name": ")" + name +
                     R"(", "version": "1", "build": "0", "build_number": 0, "subdir": "noarch",)"
                     R"( "channel": "c", "fn": ")" +
                     name + R"(-1-0.conda", "depends": [)" + depends + "]}");
  };
  install("app", R"("lib >=1")");
  install("lib", "");
  prefix.Write("conda-meta/history", "==> 2026-01-01 00:00:00 <==\n# update specs: ['app']\n");
  const Finished finished = RunProgram({"why", "lib", "--prefix", prefix.path()});
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  EXPECT_THAT(finished.output, HasSubstr("lib 1 is in the environment:"));
  EXPECT_THAT(finished.output, HasSubstr("└─ app 1 needs lib >=1"));
  EXPECT_EQ(RunProgram({"why", "other", "--prefix", prefix.path()}).exit_code, 1);
}

TEST(WhyNot, NamesWhatStopsIt) {
  const std::string channel = ScenarioChannel("unsat-direct-conflict");
  const Finished asked = RunProgram({"why-not", "numpy>=2", "python=3.8", "-c", channel});
  EXPECT_EQ(asked.exit_code, 1) << asked.error;
  EXPECT_THAT(asked.output, HasSubstr("but python=3.8 is requested"));
  const Finished chosen = RunProgram({"why-not", "python=3.8", "numpy", "-c", channel});
  EXPECT_EQ(chosen.exit_code, 0) << chosen.error;
  EXPECT_THAT(chosen.output, HasSubstr("numpy 2.0.0 is there"));
  EXPECT_THAT(chosen.output, HasSubstr("numpy 2.0.0 -> 1.24.4"));
}

}  // namespace
}  // namespace satchel::testing

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

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
using ::testing::StartsWith;

// An answer without what differs from run to run.
Json WithoutTimes(const std::string& text) {
  Json json = Json::parse(text);
  json["satchel"].erase("timings_ms");
  return json;
}

RunOptions With(const std::string& variable, const std::string& value) {
  RunOptions options;
  options.variables = {{variable, value}};
  return options;
}

TEST(Help, OfTheProgramAndEachCommand) {
  const Finished finished = RunProgram({"--help"});
  EXPECT_EQ(finished.exit_code, 0);
  for (const char* word :
       {"solve", "verify", "info", "corpus generate", "completion", "Exit codes"}) {
    EXPECT_THAT(finished.output, HasSubstr(word));
  }
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"solve"}, {"verify"}, {"info"}, {"corpus", "generate"}, {"completion"}, {"man"}}) {
    const Finished help = RunProgram(Join(command, {"--help"}));
    EXPECT_EQ(help.exit_code, 0) << command[0];
    EXPECT_THAT(help.output, HasSubstr("Usage: satchel " + command[0]));
    EXPECT_THAT(help.output, HasSubstr("Examples:"));
  }
}

TEST(Help, OfAGroupOfCommands) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"env", "--help"}, {"--help", "env"}, {"env", "-h"}, {"env"}}) {
    const Finished finished = RunProgram(words);
    EXPECT_EQ(finished.exit_code, 0) << finished.error;
    EXPECT_THAT(finished.output, HasSubstr("  env create"));
    EXPECT_THAT(finished.output, HasSubstr("  env list"));
    EXPECT_THAT(finished.output, Not(HasSubstr("  solve")));
  }
  EXPECT_EQ(RunProgram({"env", "--help", "--jsn"}).exit_code, 2);
}

std::size_t Widest(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    widest = std::max(widest, line.size());
  }
  return widest;
}

// Every command's, examples included.
TEST(Help, IsNoWiderThanTheTerminal) {
  std::vector<std::vector<std::string>> commands = {{}};
  const std::string list = RunProgram({"--help"}).output;
  for (std::size_t at = list.find("Commands:\n") + 10; list[at] == ' ';
       at = list.find('\n', at) + 1) {
    if (list[at + 2] != ' ') {  // Not a summary's second line.
      std::istringstream line(list.substr(at + 2, list.find("  ", at + 2) - at - 2));
      commands.emplace_back(std::istream_iterator<std::string>(line),
                            std::istream_iterator<std::string>());
    }
  }
  ASSERT_GT(commands.size(), 20U);
  for (const std::vector<std::string>& command : commands) {
    for (const std::string width : {"80", "60"}) {
      const Finished help = RunProgram(Join(command, {"--help"}), With("COLUMNS", width));
      const std::string text = help.output.substr(0, help.output.find("\nExamples:\n"));
      EXPECT_GT(text.size(), 100U);
      EXPECT_LE(Widest(text), std::stoul(width)) << text;
      EXPECT_LE(Widest(help.output), 80U) << help.output;
    }
  }
}

TEST(Help, VersionAndInfo) {
  EXPECT_THAT(RunProgram({"--version"}).output, StartsWith("satchel "));
  const Finished info = RunProgram({"info", "--json", "--platform", "osx-arm64"});
  EXPECT_EQ(info.exit_code, 0);
  const Json json = Json::parse(info.output);
  EXPECT_EQ(json["platform"], "osx-arm64");
  EXPECT_THAT(RunProgram({"info"}, With("CONDA_OVERRIDE_CUDA", "12.4")).output,
              HasSubstr("__cuda=12.4=0"));
  EXPECT_EQ(RunProgram({"info"}, With("CONDA_SUBDIR", "beos-64")).exit_code, 2);
}

TEST(Help, CompletionAndManualKnowEveryCommand) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Finished script = RunProgram({"completion", shell});
    EXPECT_EQ(script.exit_code, 0);
    EXPECT_THAT(script.output, HasSubstr("channel-priority"));
    EXPECT_THAT(script.output, HasSubstr("strict flexible disabled"));
  }
  EXPECT_THAT(RunProgram({"man"}).output, StartsWith(".TH SATCHEL 1"));
}

// What bash offers after these words, the last of which is being typed.
std::string Offered(const std::string& words) {
  RunOptions options;
  options.program = "bash";
  return RunProgram({"-c", "source <(" SATCHEL_PROGRAM " completion bash); COMP_WORDS=(" + words +
                               "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _satchel; "
                               "echo \"${COMPREPLY[*]}\""},
                    options)
      .output;
}

TEST(Help, BashCompletesCommandsOfSeveralWords) {
  EXPECT_EQ(Offered("satchel env l"), "list\n");
  EXPECT_EQ(Offered("satchel env list --j"), "--json\n");
  EXPECT_EQ(Offered("satchel env export --no-b"), "--no-builds --no-build\n");
  EXPECT_EQ(Offered("satchel env config vars ''"), "list set unset\n");
  EXPECT_EQ(Offered("satchel solve -c x --objective f"), "fewest-changes\n");
}

TEST(Help, FishCompletesAValueAfterALongOption) {
  RunOptions options;
  options.program = "fish";
  const Finished offered =
      RunProgram({"--no-config", "-c",
                  SATCHEL_PROGRAM " completion fish | source; "
                                  "complete -C 'satchel install --channel-priority '"},
                 options);
  if (offered.exit_code == 127) {
    GTEST_SKIP() << "no fish here";
  }
  EXPECT_EQ(offered.error, "");
  for (const char* const word : {"strict", "flexible", "disabled"}) {
    EXPECT_THAT(offered.output, HasSubstr(word));
  }
}

TEST(Output, JsonIsCondasTransactionAndTheSameEveryTime) {
  const std::vector<std::string> command =
      Join({"solve", "python", "numpy", "--json"}, DemoChannels());
  const Finished first = RunProgram(command);
  ASSERT_EQ(first.exit_code, 0) << first.error;
  EXPECT_EQ(first.error, "");
  const Json json = WithoutTimes(first.output);
  EXPECT_EQ(json["success"], true);
  EXPECT_TRUE(json["actions"]["LINK"].is_array());
  EXPECT_EQ(json["satchel"]["status"], "solved");
  EXPECT_EQ(WithoutTimes(RunProgram(command).output), json);
  // The order and number of specs change nothing.
  EXPECT_EQ(
      WithoutTimes(RunProgram(Join({"solve", "numpy", "python", "numpy", "--json"}, DemoChannels()))
                       .output)["actions"],
      json["actions"]);
}

TEST(Output, ExplicitFileIsReproducibleAndVerifies) {
  const TemporaryDirectory directory;
  const Finished lock = RunProgram(Join({"solve", "numpy", "--explicit"}, DemoChannels()));
  ASSERT_EQ(lock.exit_code, 0) << lock.error;
  EXPECT_EQ(RunProgram(Join({"solve", "numpy", "--explicit"}, DemoChannels())).output, lock.output);
  const std::string path = directory.Write("lock.txt", lock.output);
  EXPECT_EQ(RunProgram(Join({"verify", path, "numpy"}, DemoChannels())).exit_code, 0);
  const Finished other = RunProgram(Join({"verify", path, "numpy", "scipy"}, DemoChannels()));
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.output, HasSubstr("scipy"));
}

TEST(Output, JsonPlanVerifiesFromStandardInput) {
  const Finished plan = RunProgram(Join({"solve", "numpy", "--json"}, DemoChannels()));
  RunOptions options;
  options.input = plan.output;
  const Finished verified =
      RunProgram(Join({"verify", "-", "numpy", "--json"}, DemoChannels()), options);
  EXPECT_EQ(verified.exit_code, 0) << verified.output;
  EXPECT_EQ(Json::parse(verified.output)["success"], true);
}

// Whether a plan is the best; if not, what it misses first.
TEST(Output, VerifyComparesWithTheBest) {
  const TemporaryDirectory directory;
  const Finished newest = RunProgram(Join({"solve", "numpy", "--explicit"}, DemoChannels()));
  const Finished oldest =
      RunProgram(Join({"solve", "numpy", "--explicit", "--objective", "lowest"}, DemoChannels()));
  ASSERT_NE(newest.output, oldest.output);
  const std::string best = directory.Write("best.txt", newest.output);
  const std::string other = directory.Write("other.txt", oldest.output);
  const Finished same = RunProgram(Join({"verify", "--best", best, "numpy"}, DemoChannels()));
  EXPECT_EQ(same.exit_code, 0);
  EXPECT_THAT(same.output, HasSubstr("it is the best plan there is"));
  const Finished worse = RunProgram(Join({"verify", "--best", other, "numpy"}, DemoChannels()));
  EXPECT_EQ(worse.exit_code, 0) << "it is valid all the same";
  EXPECT_THAT(worse.output, HasSubstr("worse than the best plan at 'requested'"));
  const Finished by_its_own = RunProgram(
      Join({"verify", "--best", other, "numpy", "--objective", "lowest"}, DemoChannels()));
  EXPECT_THAT(by_its_own.output, HasSubstr("it is the best plan there is"));
  const Finished json =
      RunProgram(Join({"verify", "--best", other, "numpy", "--json"}, DemoChannels()));
  const Json standing = Json::parse(json.output)["satchel"]["standing"];
  EXPECT_EQ(standing["rank"], "worse");
  EXPECT_EQ(standing["package"], "numpy");
  EXPECT_LT(standing["best"], standing["value"]);
}

TEST(Output, ExportedEnvironmentSolvesToItself) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/environment.yml";
  ASSERT_EQ(RunProgram(Join({"solve", "numpy", "--export", path}, DemoChannels())).exit_code, 0);
  const std::vector<std::string> demo = DemoChannels();
  const Finished again =
      RunProgram(Join({"solve", "--file", path, "--json"}, {demo.begin() + 4, demo.end()}));
  ASSERT_EQ(again.exit_code, 0) << again.output;
  const Finished first = RunProgram(Join({"solve", "numpy", "--json"}, DemoChannels()));
  EXPECT_EQ(Json::parse(again.output)["actions"]["LINK"],
            Json::parse(first.output)["actions"]["LINK"]);
}

TEST(Output, ConflictsAreJsonToo) {
  Finished finished = RunProgram(Join({"solve", "numpy=0.1", "--json"}, DemoChannels()));
  EXPECT_EQ(finished.exit_code, 1);
  Json json = Json::parse(finished.output);
  EXPECT_EQ(json["success"], false);
  EXPECT_EQ(json["exception_name"], "UnsatisfiableError");
  finished = RunProgram(Join({"solve", "no-such-package", "--json"}, DemoChannels()));
  json = Json::parse(finished.output);
  EXPECT_EQ(json["exception_name"], "PackagesNotFoundError");
  EXPECT_EQ(json["packages"][0], "no-such-package");
  finished = RunProgram({"solve", "numpy", "-c", "/none", "--json"});
  EXPECT_EQ(finished.exit_code, 4);
  EXPECT_EQ(Json::parse(finished.output)["satchel"]["status"], "io");
}

TEST(Output, NoColoursOutsideATerminal) {
  EXPECT_EQ(RunProgram(Join({"solve", "numpy"}, DemoChannels())).output.find('\x1b'),
            std::string::npos);
}

}  // namespace
}  // namespace satchel::testing

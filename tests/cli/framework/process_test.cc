// How the program lives with signals, pipes and full disks.

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel::testing {
namespace {

using ::testing::HasSubstr;

// Pigeons and holes: `count` packages of which each has one version for each of count - 1 holes, no
// two in the same hole. Resolution needs exponential time to find that impossible. With `has_roof`,
// version 0 is a place for any number of them: a plan is easily found, but not proven.
std::string Pigeons(int count, bool has_roof) {
  std::string records;
  for (int pigeon = 0; pigeon < count; ++pigeon) {
    for (int hole = has_roof ? 0 : 1; hole < count; ++hole) {
      std::string constrains;
      for (int other = 0; other < count; ++other) {
        if (other != pigeon && hole > 0) {
          constrains += (constrains.empty() ? "\"p" : ", \"p") + std::to_string(other) +
                        " !=" + std::to_string(hole) + "\"";
        }
      }
      const std::string name = "p" + std::to_string(pigeon);
      const std::string version = std::to_string(hole);
      records += (records.empty() ? "\"" : ",\n\"") + name + "-" + version +
                 "-0.conda\": {\"name\": \"" + name + "\", \"version\": \"" + version +
                 "\", \"build\": \"0\", \"build_number\": 0, \"depends\": [], \"constrains\": [" +
                 constrains + "]}";
    }
  }
  return "{\"info\": {\"subdir\": \"noarch\"}, \"packages.conda\": {" + records + "}}";
}

class HardProblem : public ::testing::Test {
 protected:
  HardProblem() {
    directory_.Write("impossible/noarch/repodata.json", Pigeons(kPigeons, false));
    directory_.Write("hard/noarch/repodata.json", Pigeons(kPigeons, true));
  }

  std::vector<std::string> Command(const std::string& channel) const {
    std::vector<std::string> command = {"solve", "-q", "-c", directory_.path() + "/" + channel};
    for (int pigeon = 0; pigeon < kPigeons; ++pigeon) {
      command.push_back("p" + std::to_string(pigeon));
    }
    return command;
  }

  // Counting tells at once that it has no plan; clauses alone do not.
  std::vector<std::string> Impossible() const {
    return Join(Command("impossible"), {"--engine", "sat"});
  }

  static constexpr int kPigeons = 14;
  TemporaryDirectory directory_;
};

TEST_F(HardProblem, ATimeoutWithoutAPlanIsSaid) {
  const auto start = std::chrono::steady_clock::now();
  const Finished finished = RunProgram(Join(Impossible(), {"--timeout", "0.5"}));
  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_THAT(finished.error, HasSubstr("within 0.5 seconds"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST_F(HardProblem, AnInterruptEndsIt) {
  RunOptions options;
  options.interrupt_after_ms = 1500;
  const Finished finished = RunProgram(Impossible(), options);
  // A signal that comes before the solver runs ends the process itself.
  EXPECT_TRUE(finished.exit_code == 130 || finished.signal == SIGINT) << finished.exit_code;
  EXPECT_EQ(finished.output, "");
}

TEST_F(HardProblem, ATimeoutGivesTheBestPlanFound) {
  const Finished finished = RunProgram(Join(Command("hard"), {"--timeout", "5"}));
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_THAT(finished.output, HasSubstr("p13"));
  EXPECT_THAT(finished.error, HasSubstr("not proven to be the best"));
  const Finished json = RunProgram(Join(Command("hard"), {"--timeout", "5", "--json"}));
  EXPECT_EQ(json.exit_code, 0);
  EXPECT_THAT(json.output, HasSubstr("\"proven\": false"));
}

TEST_F(HardProblem, AnInterruptGivesTheBestPlanFound) {
  Finished finished;
  RunOptions options;
  for (options.interrupt_after_ms = 1500;
       options.interrupt_after_ms < 60000 && finished.output.empty();
       options.interrupt_after_ms *= 4) {
    finished = RunProgram(Command("hard"), options);
  }
  EXPECT_EQ(finished.exit_code, 130);
  EXPECT_THAT(finished.output, HasSubstr("p13"));
  EXPECT_THAT(finished.error, HasSubstr("not proven to be the best"));
}

TEST(Process, AFullDiskIsAnError) {
  RunOptions options;
  options.output_path = "/dev/full";
  for (const char* output : {"-v", "--json", "--explicit"}) {
    const Finished finished = RunProgram(Join({"solve", "numpy", output}, DemoChannels()), options);
    EXPECT_EQ(finished.exit_code, 4) << output;
    EXPECT_THAT(finished.error, HasSubstr("standard output"));
  }
  EXPECT_EQ(RunProgram({"--help"}, options).exit_code, 4);
  EXPECT_EQ(RunProgram(Join({"solve", "numpy", "--export", "/dev/full"}, DemoChannels())).exit_code,
            4);
}

TEST(Process, AClosedPipeIsQuiet) {
  RunOptions options;
  options.close_output_early = true;
  const Finished finished = RunProgram(Join({"solve", "numpy"}, DemoChannels()), options);
  EXPECT_EQ(finished.signal, SIGPIPE);
  EXPECT_EQ(finished.error, "");
}

// Only what needs a module misses it; and it may lie beside the program.
TEST(Process, AMissingModuleIsAnError) {
  const TemporaryDirectory directory;
  RunOptions options;
  options.program = directory.path() + "/satchel";
  options.variables = {{"SATCHEL_NO_INDEX_CACHE", "1"}};
  std::filesystem::copy_file(SATCHEL_PROGRAM, options.program);
  EXPECT_EQ(RunProgram({"--version"}, options).exit_code, 0);
  const std::vector<std::string> command = Join({"solve", "numpy"}, DemoChannels());
  const Finished finished = RunProgram(command, options);
  EXPECT_EQ(finished.exit_code, 4);
  EXPECT_THAT(finished.error, HasSubstr("json.so"));
  EXPECT_THAT(finished.error, HasSubstr("install all of it"));
  EXPECT_EQ(std::ranges::count(finished.error, '\n'), 1);
  std::filesystem::copy_file(SATCHEL_MODULES "/json.so", directory.path() + "/json.so");
  EXPECT_EQ(RunProgram(command, options).exit_code, 0);
}

}  // namespace
}  // namespace satchel::testing

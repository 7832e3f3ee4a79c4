// How the program lives with signals, pipes and full disks.

#include <signal.h>

#include <chrono>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/run_program.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel::testing {
namespace {

using ::testing::HasSubstr;

// Pigeons and holes: `count` packages of which each has one version for each of count - 1 holes, no
// two in the same hole. Resolution needs exponential time to find that impossible.
std::string Pigeons(int count) {
  std::string records;
  for (int pigeon = 0; pigeon < count; ++pigeon) {
    for (int hole = 1; hole < count; ++hole) {
      std::string constrains;
      for (int other = 0; other < count; ++other) {
        if (other != pigeon) {
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
  HardProblem() { directory_.Write("hard/noarch/repodata.json", Pigeons(kPigeons)); }

  std::vector<std::string> Command() const {
    std::vector<std::string> command = {"solve", "-q", "-c", directory_.path() + "/hard"};
    for (int pigeon = 0; pigeon < kPigeons; ++pigeon) {
      command.push_back("p" + std::to_string(pigeon));
    }
    return command;
  }

  static constexpr int kPigeons = 14;
  TemporaryDirectory directory_;
};

TEST_F(HardProblem, ATimeoutWithoutAPlanIsSaid) {
  const auto start = std::chrono::steady_clock::now();
  const Finished finished = RunProgram(Join(Command(), {"--timeout", "0.5"}));
  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_THAT(finished.error, HasSubstr("within 0.5 seconds"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST_F(HardProblem, AnInterruptEndsIt) {
  RunOptions options;
  options.interrupt_after_ms = 1500;
  const Finished finished = RunProgram(Command(), options);
  // A signal that comes before the solver runs ends the process itself.
  EXPECT_TRUE(finished.exit_code == 130 || finished.signal == SIGINT) << finished.exit_code;
  EXPECT_EQ(finished.output, "");
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

}  // namespace
}  // namespace satchel::testing

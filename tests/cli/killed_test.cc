// Kills the program at random moments of install, update and remove. SATCHEL_KILLS says how often.

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"

#include "tests/cli/change_fixture.h"

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class KilledTest : public ChangeTest {
 protected:
  KilledTest() {
    for (const std::string version : {"1", "2"}) {
      BuiltPackage large = {.name = "large", .version = version, .depends = {"lib"}};
      for (int i = 0; i < 150; ++i) {
        const std::string path = absl::StrFormat("share/large/%d/%d", i % 10, i);
        large.files.push_back({.path = path, .content = version});
        large.files.push_back({.path = path + "-of-" + version, .content = "x"});
      }
      channel_.Add(large);
    }
    channel_.Write();
  }

  // By path, what is in the environment but for the history and its dates.
  std::map<std::string, std::string> State() const {
    std::map<std::string, std::string> state;
    for (const auto& entry : fs::recursive_directory_iterator(Env())) {
      const std::string path = entry.path().string().substr(Env().size() + 1);
      if (path != "conda-meta/history") {
        state[path] = entry.is_regular_file() ? *ReadFile(entry.path().string()) : "";
      }
    }
    return state;
  }

  Finished ChangeAndKill(std::vector<std::string> arguments, double seconds) {
    RunOptions options;
    options.program = "timeout";
    options.variables = Variables();
    return RunProgram(Join({"-s", "KILL", absl::StrFormat("%.4f", seconds), SATCHEL_PROGRAM},
                           Join(std::move(arguments), {"-c", channel_.directory(), "--yes"})),
                      options);
  }
};

TEST_F(KilledTest, TheEnvironmentIsBeforeOrAfterAndSaysWhich) {
  const std::vector<std::vector<std::string>> changes = {
      {"install", "-n", "work", "large=1"},
      {"update", "-n", "work", "large"},
      {"install", "-n", "work", "large=1", "app=1.0"},
      {"remove", "-n", "work", "app"},
      {"remove", "-n", "work", "large"}};
  ASSERT_EQ(Change({"create", "-n", "work", "lib=2.0", "other"}).exit_code, 0);
  std::vector<std::map<std::string, std::string>> after;  // Each of the changes, by the last one.
  std::vector<double> seconds;
  for (const auto& change : changes) {
    const auto start = std::chrono::steady_clock::now();
    const Finished run = Change(change);
    ASSERT_EQ(run.exit_code, 0) << run.error;
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    after.push_back(State());
  }
  const char* const wanted = std::getenv("SATCHEL_KILLS");
  const int kills = wanted == nullptr ? 10 : std::atoi(wanted);
  std::mt19937 random(7);  // NOLINT: the same moments, more or less, each time.
  int undone = 0;
  int finished = 0;
  int killed = 0;
  std::size_t next = 0;
  while (killed < kills) {
    const std::size_t last = (next + changes.size() - 1) % changes.size();
    const double moment = seconds[next] * (0.2 + 0.8 * static_cast<double>(random() % 1000) / 1000);
    const Finished run = ChangeAndKill(changes[next], moment);
    killed += run.exit_code == 0 ? 0 : 1;
    const Finished check = Run({"doctor", "-n", "work"});  // Settles what was left.
    ASSERT_EQ(check.exit_code, 0) << check.output << check.error;
    EXPECT_THAT(check.error,
                AnyOf(IsEmpty(), HasSubstr("it has been undone"), HasSubstr("it is complete")));
    const auto state = State();
    const bool is_after = state == after[next];
    ASSERT_TRUE(is_after || state == after[last]) << "kill " << killed << " of " << next;
    undone += check.error.find("undone") == std::string::npos ? 0 : 1;
    finished += check.error.find("complete") == std::string::npos ? 0 : 1;
    if (is_after) {
      next = (next + 1) % changes.size();
    } else if (random() % 3 == 0) {
      ASSERT_EQ(Change(changes[next]).exit_code, 0);
      next = (next + 1) % changes.size();
    }
  }
  printf("%d kills: %d changes undone, %d finished\n", killed, undone, finished);
}

}  // namespace
}  // namespace satchel::testing

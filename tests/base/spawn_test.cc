#include "base/spawn.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace satchel {
namespace {

std::string OutputOf(const SpawnOptions& options) {
  absl::StatusOr<Spawned> spawned = Spawn(options);
  EXPECT_TRUE(spawned.ok()) << spawned.status();
  if (!spawned.ok()) {
    return {};
  }
  spawned->input.Close();
  std::string text;
  char buffer[256];
  for (ssize_t size = 0; (size = read(spawned->output.get(), buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(size));
  }
  EXPECT_EQ(waitpid(spawned->pid, nullptr, 0), spawned->pid);
  return text;
}

TEST(Spawn, VariablesAreReplacedAddedAndRemoved) {
  setenv("SPAWN_A", "old", 1);
  setenv("SPAWN_B", "old", 1);
  setenv("SPAWN_BB", "kept", 1);
  SpawnOptions options;
  options.argv = {"sh", "-c", "echo \"$SPAWN_A ${SPAWN_B-none} $SPAWN_BB $SPAWN_C\""};
  options.variables = {"SPAWN_A=new=1", "SPAWN_B", "SPAWN_C=added"};
  EXPECT_EQ(OutputOf(options), "new=1 none kept added\n");
}

TEST(Spawn, ErrorsGoWhereTheyAreWanted) {
  SpawnOptions options;
  options.argv = {"sh", "-c", "echo out; echo error >&2"};
  options.errors = SpawnOptions::Errors::kToOutput;
  EXPECT_EQ(OutputOf(options), "out\nerror\n");
  options.errors = SpawnOptions::Errors::kToNowhere;
  EXPECT_EQ(OutputOf(options), "out\n");
}

TEST(Spawn, RunsInTheDirectoryAndInAGroupOfItsOwn) {
  SpawnOptions options;
  options.argv = {"sh", "-c", "pwd; test $(ps -o pgid= -p $$) = $$ && echo own"};
  options.directory = "/";
  EXPECT_EQ(OutputOf(options), "/\nown\n");
}

// A host may ignore it, and `yes | head` would never end.
TEST(Spawn, SigpipeEndsTheProgramEvenIfWeIgnoreIt) {
  const auto previous = signal(SIGPIPE, SIG_IGN);
  SpawnOptions options;
  options.argv = {"sh", "-c", "(kill -PIPE $(exec sh -c 'echo $PPID'); echo survived)"};
  EXPECT_EQ(OutputOf(options), "");
  signal(SIGPIPE, previous);
}

TEST(Spawn, AProgramThatIsNotThereIsNamed) {
  SpawnOptions options;
  options.argv = {"no-such-program-anywhere"};
  const absl::StatusOr<Spawned> spawned = Spawn(options);
  EXPECT_TRUE(absl::IsNotFound(spawned.status())) << spawned.status();
  EXPECT_NE(spawned.status().message().find("no-such-program-anywhere"), std::string::npos);
}

}  // namespace
}  // namespace satchel

// Ctrl-C while a package's script runs that does not care for it. The scripts send the signal
// themselves, when they have begun.

#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "gmock/gmock.h"

#include "tests/cli/environment/change_fixture.h"

namespace satchel::testing {
namespace {

using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kSoon(30);  // The scripts would sleep longer.

class InterruptTest : public ChangeTest {
 protected:
  // A package whose script notes its process, signals satchel and then stays.
  void AddStubborn(const std::string& signals) {
    channel_.Add({.name = "stubborn",
                  .files = {{.path = "bin/.stubborn-post-link.sh",
                             .content = "#!/bin/sh\ntrap '' TERM HUP\necho $$ > " + PidFile() +
                                        "\n" + signals + "\nwhile :; do sleep 60; done\n",
                             .mode = 0755}}});
    channel_.Write();
  }
  std::string PidFile() const { return directory_.path() + "/pid"; }
  void ExpectScriptGone() const {
    const std::string text = ReadFile(PidFile()).value_or("");
    ASSERT_NE(text, "");
    const std::string stat = "/proc/" + std::to_string(std::stoi(text)) + "/stat";
    const auto end = Clock::now() + kSoon;
    while (ReadFile(stat).value_or(") Z").find(") Z") == std::string::npos && Clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_LT(Clock::now(), end) << "the script is still running";
  }
};

TEST_F(InterruptTest, AScriptThatIgnoresItIsEndedAndTheChangeUndone) {
  ASSERT_EQ(Change({"create", "-n", "work", "app=1.0"}).exit_code, 0);
  const std::string history = History();
  AddStubborn("kill -INT $PPID");
  const auto start = Clock::now();
  const Finished stopped = Change({"install", "-n", "work", "stubborn", "app=2.0"});
  EXPECT_EQ(stopped.exit_code, 130) << stopped.error;
  EXPECT_LT(Clock::now() - start, kSoon);
  ExpectScriptGone();
  EXPECT_EQ(History(), history);
  EXPECT_FALSE(std::filesystem::exists(Env() + "/bin/.stubborn-post-link.sh"));
  EXPECT_THAT(ReadFile(Env() + "/bin/app").value_or(""), HasSubstr("app 1.0"));
}

TEST_F(InterruptTest, TheSecondOneEndsAllAtOnceAndTheNextCommandUndoesTheChange) {
  ASSERT_EQ(Change({"create", "-n", "work", "app=1.0"}).exit_code, 0);
  AddStubborn("kill -INT $PPID; sleep 0.3; kill -INT $PPID");
  const Finished stopped = Change({"install", "-n", "work", "stubborn", "app=2.0"});
  EXPECT_TRUE(stopped.signal == SIGINT || stopped.exit_code == 130) << stopped.error;
  ExpectScriptGone();
  const Finished next = Change({"install", "-n", "work", "other"});
  EXPECT_EQ(next.exit_code, 0) << next.error;
  EXPECT_FALSE(std::filesystem::exists(Env() + "/bin/.stubborn-post-link.sh"));
  EXPECT_THAT(ReadFile(Env() + "/bin/app").value_or(""), HasSubstr("app 1.0"));
}

// A script that starts a service and ends.
TEST_F(InterruptTest, WhatAScriptLeavesRunningIsNotWaitedFor) {
  channel_.Add({.name = "service",
                .files = {{.path = "bin/.service-post-link.sh",
                           .content = "#!/bin/sh\nsleep 60 &\necho $! > " + PidFile() + "\n",
                           .mode = 0755}}});
  channel_.Write();
  const auto start = Clock::now();
  const Finished made = Change({"create", "-n", "work", "service"});
  EXPECT_EQ(made.exit_code, 0) << made.error;
  EXPECT_LT(Clock::now() - start, kSoon);
  kill(std::stoi(ReadFile(PidFile()).value_or("0")), SIGKILL);
}

}  // namespace
}  // namespace satchel::testing

#include "frontend/link/script/child_process.h"

#include <signal.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using testing::TemporaryDirectory;
using Clock = std::chrono::steady_clock;

// Far more than anything here takes, and less than the sleeps of the scripts.
constexpr std::chrono::seconds kSoon(30);

absl::StatusOr<ChildResult> RunShell(const std::string& script, const ChildOptions& options = {}) {
  return RunChild({"/bin/sh", "-c", script}, options);
}

TEST(ChildProcess, OutputInputAndExitCode) {
  ChildOptions options;
  options.input = std::string(200'000, 'x');  // More than a pipe holds.
  std::string heard;
  options.heard = [&heard](std::string_view text) { heard += text; };
  const absl::StatusOr<ChildResult> result = RunShell("wc -c; echo error >&2; exit 7", options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 7);
  EXPECT_EQ(result->output, "200000\nerror\n");
  EXPECT_EQ(heard, result->output);
  EXPECT_EQ(RunShell("kill -9 $$")->exit_code, 128 + 9);
  EXPECT_FALSE(RunChild({"/no/such/program"}, {}).ok());
}

TEST(ChildProcess, OneThatDoesNotListenEndsNothing) {
  ChildOptions options;
  options.input = std::string(200'000, 'x');
  const absl::StatusOr<ChildResult> result = RunShell("exec <&-; echo done", options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->output, "done\n");
}

TEST(ChildProcess, OnlyTheEndOfALongOutputIsKept) {
  const absl::StatusOr<ChildResult> result = RunShell("yes | head -c 1000000; echo end");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->output.size(), 64U << 10);
  EXPECT_TRUE(result->output.ends_with("end\n"));
}

// A service that a script starts keeps the script's output open.
TEST(ChildProcess, WhatItLeavesRunningIsNotWaitedFor) {
  const auto start = Clock::now();
  const absl::StatusOr<ChildResult> result = RunShell("sleep 60 & echo $!");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_LT(Clock::now() - start, kSoon);
  const pid_t service = std::stoi(result->output);
  EXPECT_EQ(kill(service, SIGKILL), 0) << "it is not for us to end it";
  EXPECT_TRUE(RunShell("yes & echo $! >&2").ok());  // Ends by itself: nobody listens any more.
}

struct Stubborn {
  const char* name;
  const char* script;  // Writes its own process id to the file $PIDS, and those of its children.
};

class StubbornChild : public ::testing::TestWithParam<Stubborn> {};

// All of it is gone soon after a cancellation, whatever it does.
TEST_P(StubbornChild, EndsWhenCancelled) {
  const TemporaryDirectory directory;
  const std::string pids = directory.path() + "/pids";
  std::atomic<bool> cancel = false;
  ChildOptions options;
  options.variables = {{"PIDS", pids}};
  options.cancel = &cancel;
  options.grace = milliseconds(100);
  std::thread canceller([&] {  // When it has begun.
    while (!std::filesystem::exists(pids + ".all")) {
      std::this_thread::sleep_for(milliseconds(5));
    }
    cancel = true;
  });
  const auto start = Clock::now();
  const absl::StatusOr<ChildResult> result = RunShell(GetParam().script, options);
  canceller.join();
  EXPECT_TRUE(absl::IsCancelled(result.status())) << result.status();
  EXPECT_LT(Clock::now() - start, kSoon);
  const std::string text = ReadFile(pids).value_or("");
  EXPECT_NE(text, "");
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    const std::string proc = "/proc/" + std::to_string(std::stoi(text.substr(at)));
    // Who was killed may still be there as a zombie, until init looks.
    const std::string state = ReadFile(proc + "/stat").value_or(") Z");
    const auto end = Clock::now() + kSoon;
    while (std::filesystem::exists(proc) && Clock::now() < end &&
           ReadFile(proc + "/stat").value_or(") Z").find(") Z") == std::string::npos) {
      std::this_thread::sleep_for(milliseconds(5));
    }
    EXPECT_LT(Clock::now(), end) << proc << " is still running: " << state;
  }
}

const Stubborn kStubborn[] = {
    {"Usual", "echo $$ > $PIDS; : > $PIDS.all; exec sleep 60"},
    {"IgnoresTerm",
     "trap '' TERM INT HUP; echo $$ > $PIDS; : > $PIDS.all; "
     "while :; do sleep 60; done"},
    {"ClosesItsOutput",
     "trap '' TERM; exec >/dev/null 2>&1; echo $$ > $PIDS; : > $PIDS.all; "
     "while :; do sleep 60; done"},
    {"HasAChildThatIgnoresTerm",
     "sh -c 'trap \"\" TERM; echo $$ >> $PIDS; : > $PIDS.all; while :; do sleep 60; done' & "
     "echo $$ >> $PIDS; wait"},
    {"HasAChildThatClosedItsOutput",
     "sh -c 'trap \"\" TERM; exec >/dev/null 2>&1; echo $$ >> $PIDS; : > $PIDS.all; "
     "while :; do sleep 60; done' & echo $$ >> $PIDS; wait"},
    {"IsStopped", "echo $$ > $PIDS; : > $PIDS.all; kill -STOP $$; sleep 60"},
    {"NeverStopsToWrite", "trap '' TERM; echo $$ > $PIDS; : > $PIDS.all; while :; do echo y; done"},
};

INSTANTIATE_TEST_SUITE_P(All, StubbornChild, ::testing::ValuesIn(kStubborn),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace satchel

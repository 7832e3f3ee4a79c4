// What this process has from its surroundings: a home directory, and signals.

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "gtest/gtest.h"

#include "base/home_directory.h"
#include "base/sigpipe_guard.h"

namespace satchel {
namespace {

TEST(HomeDirectory, IsTheUserDatabasesWhereTheVariableIsNotSet) {
  const passwd* const user = getpwuid(getuid());
  const std::string expected = user == nullptr ? "" : user->pw_dir;
  setenv("HOME", "/home/someone", 1);
  EXPECT_EQ(HomeDirectory(), "/home/someone");
  setenv("HOME", "", 1);
  EXPECT_EQ(HomeDirectory(), expected);
  unsetenv("HOME");
  EXPECT_EQ(HomeDirectory(), expected);
}

TEST(SigpipeGuard, AWriteThatNobodyReadsIsAnErrorAndNothingIsLeft) {
  std::array<int, 2> ends;
  ASSERT_EQ(pipe(ends.data()), 0);
  close(ends[0]);
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  ASSERT_EQ(sigismember(&before, SIGPIPE), 0);
  {
    const SigpipeGuard guard;
    const SigpipeGuard within;
    EXPECT_EQ(write(ends[1], "x", 1), -1);
    EXPECT_EQ(errno, EPIPE);
  }
  sigset_t after;
  sigset_t pending;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  sigpending(&pending);
  EXPECT_EQ(sigismember(&after, SIGPIPE), 0);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
  close(ends[1]);
}

}  // namespace
}  // namespace satchel

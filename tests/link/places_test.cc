// Symbolic links of directories: those within the environment are followed, none leads out of it.

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "base/file_descriptor.h"
#include "frontend/files.h"
#include "frontend/link/paths/open_beneath.h"
#include "frontend/link/paths/place.h"
#include "frontend/link/paths/remove_tree.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/link/test_environment.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;
using testing::BuiltPackage;
using ::testing::HasSubstr;
using testing::TestEnvironment;

TEST(PlaceFinderTest, FollowsWhatStaysWithin) {
  const std::map<std::string, std::string> links = {
      {"lib64", "lib"},        {"usr/lib", "../lib"},   {"a", "b/c"},         {"b/c", "../lib64/d"},
      {"circle", "circle2/x"}, {"circle2", "circle"},   {"up", "../x"},       {"abs", "/etc"},
      {"dot", "./lib/./"},     {"usr/out", "../../up"}, {"long/way", "../up"}};
  PlaceFinder finder([&links](const std::string& place) {
    const auto link = links.find(place);
    return link == links.end() ? std::nullopt : std::optional<std::string>(link->second);
  });
  const auto place = [&finder](const std::string& path) {
    const auto found = finder.OfFile(path);
    return found.ok() ? *found : "no";
  };
  EXPECT_EQ(place("x"), "x");
  EXPECT_EQ(place("lib64"), "lib64");  // The link itself.
  EXPECT_EQ(place("lib64/x"), "lib/x");
  EXPECT_EQ(place("usr/lib/x/y"), "lib/x/y");
  EXPECT_EQ(place("a/x"), "lib/d/x");
  EXPECT_EQ(place("dot/x"), "lib/x");
  EXPECT_EQ(*finder.OfDirectory("lib64"), "lib");
  for (const std::string path : {"circle/x", "up/x", "abs/passwd", "usr/out/x", "long/way/x"}) {
    EXPECT_EQ(place(path), "no") << path;
    EXPECT_TRUE(absl::IsFailedPrecondition(finder.OfFile(path).status())) << path;
  }
}

TEST(PlacesTest, ALinkAndWhatLiesBehindItInOneGo) {
  const BuiltPackage links = {
      .name = "links",
      .files = {{.path = "lib/x", .content = "x"}, {.path = "lib64", .link = "lib"}}};
  const BuiltPackage through = {
      .name = "through",
      .files = {{.path = "lib64/y", .content = "y"}, {.path = "lib64/new/z", .content = "z"}}};
  for (const bool links_first : {true, false}) {
    TestEnvironment env;
    const PackageRecord a = env.Build(links);
    const PackageRecord b = env.Build(through);
    const auto made = links_first ? env.Change({a, b}, {}) : env.Change({b, a}, {});
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(*ReadFile(env.prefix() + "/lib/y"), "y");
    EXPECT_EQ(*ReadFile(env.prefix() + "/lib/new/z"), "z");
    EXPECT_EQ(fs::read_symlink(env.prefix() + "/lib64"), "lib");
    // In two steps it is the same.
    TestEnvironment other;
    const PackageRecord first = other.Build(links);
    const PackageRecord second = other.Build(through);
    ASSERT_TRUE(other.Change({first}, {}).ok());
    ASSERT_TRUE(other.Change({second}, {}).ok());
    EXPECT_EQ(*ReadFile(other.prefix() + "/lib/y"), "y");
    // And all of it goes: both at once, link and all.
    ASSERT_TRUE(env.Change({}, {a, b}).ok());
    EXPECT_EQ(env.Snapshot().size(), 2U);
    ASSERT_TRUE(other.Change({}, {second}).ok());
    EXPECT_FALSE(fs::exists(other.prefix() + "/lib/y"));
    EXPECT_EQ(*ReadFile(other.prefix() + "/lib/x"), "x");
  }
}

TEST(PlacesTest, TheSamePlaceByTwoPathsHasTwoOwners) {
  TestEnvironment env;
  const PackageRecord a =
      env.Build({.name = "a",
                 .files = {{.path = "lib/x", .content = "a"}, {.path = "lib64", .link = "lib"}}});
  const PackageRecord b = env.Build({.name = "b", .files = {{.path = "lib64/x", .content = "b"}}});
  const auto made = env.Change({a, b}, {});
  ASSERT_TRUE(made.ok()) << made.status();
  ASSERT_EQ(made->warnings.size(), 1U);
  EXPECT_EQ(*ReadFile(env.prefix() + "/lib/x"), "b");
  // It is not removed while one of them has it.
  const auto removed = env.Change({}, {b});
  ASSERT_TRUE(removed.ok());
  EXPECT_THAT(removed->warnings, ::testing::Contains(HasSubstr("stays: it is in a too")));
  EXPECT_TRUE(fs::exists(env.prefix() + "/lib/x"));
}

TEST(PlacesTest, ALinkBecomesADirectoryAndComesBack) {
  TestEnvironment env;
  const PackageRecord one =
      env.Build({.name = "sys",
                 .version = "1",
                 .files = {{.path = "zi2/UTC", .content = "u"}, {.path = "zi", .link = "zi2"}}});
  const PackageRecord two =
      env.Build({.name = "sys", .version = "2", .files = {{.path = "zi/UTC", .content = "u2"}}});
  ASSERT_TRUE(env.Change({one}, {}).ok());
  const auto made = env.Change({two}, {one});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(made->warnings.empty());
  EXPECT_FALSE(fs::is_symlink(env.prefix() + "/zi"));
  EXPECT_EQ(*ReadFile(env.prefix() + "/zi/UTC"), "u2");
  ASSERT_TRUE(env.Change({one}, {two}).ok());
  EXPECT_TRUE(fs::is_symlink(env.prefix() + "/zi"));
}

TEST(PlacesTest, NothingIsMadeOrRemovedBehindALinkThatLeadsOut) {
  TestEnvironment env;
  const std::string outside = env.path() + "/outside";
  fs::create_directories(outside + "/deep");
  ASSERT_TRUE(WriteFile(outside + "/victim", "precious").ok());
  const auto before = TestEnvironment::SnapshotOf(outside);
  const BuiltPackage user = {.name = "user",
                             .files = {{.path = "d/victim", .content = "1"},
                                       {.path = "d/deep/new", .content = "1", .no_link = true}}};
  for (const std::string target : {outside, std::string("../outside"), std::string("x/../..")}) {
    const PackageRecord linker =
        env.Build({.name = "linker", .files = {{.path = "d", .link = target}}});
    const PackageRecord second = env.Build(user);
    fs::remove_all(env.cache());
    env.set_prefix("e" + std::to_string(target.size()));
    // In one go, in two steps, and where the user has made the link.
    for (const bool at_once : {true, false}) {
      if (!at_once) {
        ASSERT_TRUE(env.Change({linker}, {}).ok());
      }
      const auto report =
          env.Change(at_once ? std::vector{linker, second} : std::vector{second}, {});
      EXPECT_TRUE(absl::IsFailedPrecondition(report.status())) << report.status();
      EXPECT_THAT(std::string(report.status().message()),
                  HasSubstr("leads out of the environment"));
    }
    EXPECT_EQ(TestEnvironment::SnapshotOf(outside), before);
    // An environment that has it all the same, as of another tool: the link goes, and no more.
    env.set_prefix("f" + std::to_string(target.size()));
    ASSERT_TRUE(env.Change({second}, {}).ok());
    fs::remove_all(env.prefix() + "/d");
    fs::create_symlink(target, env.prefix() + "/d");
    const auto removed = env.Change({}, {second});
    ASSERT_TRUE(removed.ok()) << removed.status();
    EXPECT_THAT(removed->warnings, ::testing::Contains(HasSubstr("leads out of the environment")));
    EXPECT_EQ(TestEnvironment::SnapshotOf(outside), before);
  }
}

TEST(PlacesTest, AFileOfOneAndADirectoryOfAnother) {
  TestEnvironment env;
  const PackageRecord a = env.Build({.name = "a", .files = {{.path = "share/x", .content = "a"}}});
  const PackageRecord b =
      env.Build({.name = "b", .files = {{.path = "share/x/y", .content = "b"}}});
  const auto report = env.Change({a, b}, {});
  EXPECT_THAT(std::string(report.status().message()),
              HasSubstr("'share/x' is a file in a and a directory in b"));
  EXPECT_FALSE(fs::exists(env.prefix()));
}

TEST(PlacesTest, DirectoriesWithLikeNamesAreTwo) {
  TestEnvironment env;
  BuiltPackage package = {.name = "a",
                          .files = {{.path = "lib/x", .content = "1"},
                                    {.path = "lib64/x", .content = "1"},
                                    {.path = "lib/sub/x", .content = "1"},
                                    {.path = "lib64/sub/x", .content = "1"}}};
  ASSERT_TRUE(env.Change({env.Build(package)}, {}).ok());
  EXPECT_TRUE(fs::is_directory(env.prefix() + "/lib64/sub"));
  env.set_prefix("failing");
  package.version = "2";
  package.files.push_back({.path = "bin/.a-post-link.sh", .content = "exit 1"});
  EXPECT_FALSE(env.Change({env.Build(package)}, {}).ok());
  EXPECT_FALSE(fs::exists(env.prefix()));
}

// Makes the kernel one that does not know openat2.
bool ForgetOpenAt2() {
  sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {std::size(steps), steps};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// "ok" or the error's name, for each way of opening.
std::string Opened(int fd) {
  const FileDescriptor handle(fd);
  return handle.ok() ? "ok" : strerrorname_np(errno);
}

TEST(OpenBeneathTest, AnOldKernelIsAsStrict) {
  const testing::TemporaryDirectory directory;
  directory.Write("in/lib/deep/x", "");
  directory.Write("out/x", "");
  const std::string in = directory.path() + "/in";
  fs::create_symlink("lib", in + "/lib64");
  fs::create_symlink("lib64/deep/../deep", in + "/way");
  fs::create_symlink(directory.path() + "/out", in + "/abs");
  fs::create_symlink("lib/../../out", in + "/up");
  fs::create_symlink("circle", in + "/circle");
  const FileDescriptor root(open(in.c_str(), O_RDONLY | O_DIRECTORY));
  const auto all = [&root] {
    std::string text;
    for (const std::string path : {"", "lib", "lib64", "lib64/deep", "way", "abs", "up", "circle",
                                   "none", "lib/deep/x", "abs/x"}) {
      text +=
          Opened(OpenBeneath(root.get(), path)) + "/" + Opened(OpenPlace(root.get(), path)) + " ";
    }
    return text;
  };
  const std::string strict = all();
  EXPECT_EQ(strict,
            "ok/ok ok/ok ok/ELOOP ok/ELOOP ok/ELOOP EXDEV/ELOOP EXDEV/ELOOP ELOOP/ELOOP "
            "ENOENT/ENOENT ENOTDIR/ENOTDIR EXDEV/ELOOP ");
  const pid_t child = fork();
  if (child == 0) {
    if (!ForgetOpenAt2()) {
      _exit(77);
    }
    std::string text = all();
    // Without the call, a link is no directory.
    for (std::size_t at; (at = text.find("/ENOTDIR")) != std::string::npos;) {
      text.replace(at, 8, "/ELOOP");
    }
    std::string expected = strict;
    expected.replace(expected.find("/ENOTDIR"), 8, "/ELOOP");
    EXPECT_EQ(text, expected);
    _exit(text == expected ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WEXITSTATUS(status) == 77) {
    GTEST_SKIP() << "system calls cannot be filtered here";
  }
  EXPECT_EQ(status, 0);
}

TEST(RemoveTreeTest, HoweverDeepWithFewDescriptors) {
  TestEnvironment env;
  std::string path;
  for (int i = 0; i < 1700; ++i) {
    path += "z/";
  }
  const PackageRecord deep =
      env.Build({.name = "deep", .files = {{.path = path + "x", .content = "1"}}});
  rlimit old = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &old), 0);
  rlimit few = old;
  few.rlim_cur = 64;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  const auto made = env.Change({deep}, {});
  EXPECT_TRUE(made.ok()) << made.status().code();
  const absl::Status removed = RemoveTree(AT_FDCWD, env.prefix());
  EXPECT_TRUE(removed.ok()) << removed.code();
  setrlimit(RLIMIT_NOFILE, &old);
  EXPECT_FALSE(fs::exists(env.prefix()));
  EXPECT_TRUE(RemoveTree(AT_FDCWD, env.cache()).ok());
}

}  // namespace
}  // namespace satchel

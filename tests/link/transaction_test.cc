// Packages into environments and out again, and what interrupts that.

#include "frontend/link/change/transaction.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "frontend/request/prefix.h"
#include "tests/link/test_environment.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;
using testing::BuiltFile;
using testing::BuiltPackage;
using ::testing::HasSubstr;
using testing::TestEnvironment;
using Snapshot = std::map<std::string, std::string>;

constexpr char kBuiltPrefix[] =
    "/build/placehold_placehold_placehold_placehold_placehold_placehold";

BuiltPackage Tool(const std::string& version) {
  return {
      .name = "tool",
      .version = version,
      .files = {{.path = "bin/tool", .content = "#!/bin/sh\necho " + version, .mode = 0755},
                {.path = "bin/alias", .link = "tool"},
                {.path = "etc/tool.conf",
                 .content = std::string("home=") + kBuiltPrefix + "/share\n",
                 .placeholder = kBuiltPrefix},
                {.path = "lib/libtool.so",
                 .content = std::string("ELF\0", 4) + kBuiltPrefix + std::string("/lib\0end", 8),
                 .placeholder = kBuiltPrefix,
                 .binary = true},
                {.path = "share/tool/" + version, .content = version},
                {.path = "share/copied", .content = "copy me", .no_link = true}}};
}

ino_t Inode(const std::string& path) {
  struct stat status = {};
  return lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

TEST(TransactionTest, LinksUpdatesAndRemoves) {
  TestEnvironment env;
  const PackageRecord first = env.Build(Tool("1.0"));
  ASSERT_TRUE(env.Change({first}, {}).ok()) << env.Change({first}, {}).status();
  EXPECT_EQ(*ReadFile(env.prefix() + "/etc/tool.conf"), "home=" + env.prefix() + "/share\n");
  EXPECT_EQ(*ReadFile(env.prefix() + "/bin/alias"), "#!/bin/sh\necho 1.0");
  EXPECT_EQ(access((env.prefix() + "/bin/tool").c_str(), X_OK), 0);
  EXPECT_EQ(Inode(env.prefix() + "/bin/tool"), Inode(env.cache() + "/tool-1.0-0/bin/tool"));
  EXPECT_NE(Inode(env.prefix() + "/share/copied"), Inode(env.cache() + "/tool-1.0-0/share/copied"));
  EXPECT_EQ(fs::file_size(env.prefix() + "/lib/libtool.so"),
            fs::file_size(env.cache() + "/tool-1.0-0/lib/libtool.so"));
  const Snapshot with_first = env.Snapshot();

  const PackageRecord second = env.Build(Tool("2.0"));
  ASSERT_TRUE(env.Change({second}, {first}).ok());
  EXPECT_FALSE(fs::exists(env.prefix() + "/share/tool/1.0"));
  EXPECT_EQ(*ReadFile(env.prefix() + "/share/tool/2.0"), "2.0");
  EXPECT_FALSE(fs::exists(env.prefix() + "/conda-meta/tool-1.0-0.json"));
  EXPECT_EQ(ReadPrefix(env.prefix())->installed.size(), 1U);

  ASSERT_TRUE(env.Change({first}, {second}).ok());
  Snapshot again = env.Snapshot();
  again["/conda-meta/history"] = with_first.at("/conda-meta/history");
  EXPECT_EQ(again, with_first);

  ASSERT_TRUE(env.Change({}, {first}).ok());
  const Snapshot empty = env.Snapshot();
  EXPECT_EQ(empty.size(), 2U) << empty.begin()->first;  // conda-meta and its history.
}

TEST(TransactionTest, ReadsOldPackages) {
  TestEnvironment env;
  BuiltPackage package = Tool("1.0");
  package.old_form = true;
  ASSERT_TRUE(env.Change({env.Build(package)}, {}).ok());
  EXPECT_EQ(*ReadFile(env.prefix() + "/etc/tool.conf"), "home=" + env.prefix() + "/share\n");
  EXPECT_EQ(fs::read_symlink(env.prefix() + "/bin/alias"), "tool");
}

TEST(TransactionTest, SameBytesWhereverItIs) {
  TestEnvironment env;
  const PackageRecord tool = env.Build(Tool("1.0"));
  for (const std::string name : {"e", "an-environment-with-a-longer-name"}) {
    env.set_prefix(name);
    ASSERT_TRUE(env.Change({tool}, {}).ok());
    EXPECT_EQ(*ReadFile(env.prefix() + "/etc/tool.conf"), "home=" + env.prefix() + "/share\n");
    std::string library = *ReadFile(env.prefix() + "/lib/libtool.so");
    EXPECT_THAT(library, HasSubstr(env.prefix() + std::string("/lib\0", 5)));
    EXPECT_TRUE(library.ends_with(std::string("\0end", 4)));
  }
}

TEST(TransactionTest, RefusesAPathThatIsTooLongAndLeavesNothing) {
  TestEnvironment env;
  env.set_prefix(std::string(150, 'x'));
  const auto report = env.Change({env.Build(Tool("1.0"))}, {});
  EXPECT_TRUE(absl::IsInvalidArgument(report.status()));
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("choose a shorter path"));
  EXPECT_FALSE(fs::exists(env.prefix()));
}

TEST(TransactionTest, NamesTheOwnersOfAClobberedPath) {
  TestEnvironment env;
  const PackageRecord a =
      env.Build({.name = "a", .files = {{.path = "share/x", .content = "of a"}}});
  const PackageRecord b =
      env.Build({.name = "b", .files = {{.path = "share/x", .content = "of b"}}});
  const auto report = env.Change({a, b}, {});
  ASSERT_TRUE(report.ok());
  EXPECT_THAT(report->warnings,
              ::testing::ElementsAre("'share/x' is in a and in b; the latter is used"));
  EXPECT_EQ(*ReadFile(env.prefix() + "/share/x"), "of b");
  // It stays as long as one of them does.
  const auto removed = env.Change({}, {a});
  ASSERT_TRUE(removed.ok());
  EXPECT_THAT(removed->warnings, ::testing::ElementsAre("'share/x' of a stays: it is in b too"));
  EXPECT_EQ(*ReadFile(env.prefix() + "/share/x"), "of b");
  ASSERT_TRUE(env.Change({}, {b}).ok());
  EXPECT_FALSE(fs::exists(env.prefix() + "/share"));
}

TEST(TransactionTest, ReplacesAFileOfNoPackageAndSaysSo) {
  TestEnvironment env;
  ASSERT_TRUE(env.Change({}, {}).ok());
  fs::create_directory(env.prefix() + "/share");
  ASSERT_TRUE(WriteFile(env.prefix() + "/share/x", "mine").ok());
  const auto report =
      env.Change({env.Build({.name = "a", .files = {{.path = "share/x", .content = "of a"}}})}, {});
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->warnings.size(), 1U);
  EXPECT_THAT(report->warnings[0], HasSubstr("belongs to no package"));
  EXPECT_EQ(*ReadFile(env.prefix() + "/share/x"), "of a");
}

TEST(TransactionTest, ADirectoryMayBecomeAFileAndAFileADirectory) {
  TestEnvironment env;
  const PackageRecord a = env.Build(
      {.name = "a",
       .version = "1",
       .files = {{.path = "share/x/y", .content = "1"}, {.path = "share/z", .content = "1"}}});
  const PackageRecord b = env.Build(
      {.name = "a",
       .version = "2",
       .files = {{.path = "share/x", .content = "2"}, {.path = "share/z/y", .content = "2"}}});
  ASSERT_TRUE(env.Change({a}, {}).ok());
  const Snapshot before = env.Snapshot();
  ASSERT_TRUE(env.Change({b}, {a}).ok());
  EXPECT_EQ(*ReadFile(env.prefix() + "/share/x"), "2");
  EXPECT_EQ(*ReadFile(env.prefix() + "/share/z/y"), "2");
  ASSERT_TRUE(env.Change({a}, {b}).ok());
  EXPECT_EQ(*ReadFile(env.prefix() + "/share/x/y"), "1");
}

TEST(TransactionTest, DoesNotFollowALinkOutOfTheEnvironment) {
  TestEnvironment env;
  const PackageRecord a = env.Build({.name = "a", .files = {{.path = "share/a", .content = "a"}}});
  const PackageRecord b = env.Build({.name = "b", .files = {{.path = "lib/evil", .content = "b"}}});
  ASSERT_TRUE(env.Change({a}, {}).ok());
  const std::string outside = env.path() + "/outside";
  fs::create_directory(outside);
  for (const std::string& target : {outside, std::string("../outside"), std::string("./..")}) {
    fs::remove(env.prefix() + "/lib");
    fs::create_symlink(target, env.prefix() + "/lib");
    const Snapshot before = env.Snapshot();
    const auto report = env.Change({b}, {});
    EXPECT_FALSE(report.ok());
    EXPECT_THAT(std::string(report.status().message()), HasSubstr("leads out of the environment"));
    EXPECT_TRUE(fs::is_empty(outside));
    EXPECT_EQ(env.Snapshot(), before);
  }
}

TEST(TransactionTest, AFailingScriptUndoesAll) {
  TestEnvironment env;
  const PackageRecord first = env.Build(Tool("1.0"));
  ASSERT_TRUE(env.Change({first}, {}).ok());
  const Snapshot before = env.Snapshot();
  BuiltPackage second = Tool("2.0");
  second.files.push_back({.path = "bin/.tool-post-link.sh",
                          .content = "echo $PKG_NAME $PKG_VERSION $PREFIX says no; exit 3",
                          .mode = 0755});
  const auto report = env.Change({env.Build(second)}, {first});
  EXPECT_TRUE(absl::IsAborted(report.status()));
  EXPECT_THAT(std::string(report.status().message()),
              HasSubstr("exit code 3: tool 2.0 " + env.prefix() + " says no"));
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("the environment is as it was"));
  EXPECT_EQ(env.Snapshot(), before);
}

TEST(TransactionTest, RunsScriptsUnlessToldNotTo) {
  TestEnvironment env;
  BuiltPackage package = Tool("1.0");
  package.files.push_back(
      {.path = "bin/.tool-post-link.sh",
       .content = "echo made > $PREFIX/made; echo hello > $PREFIX/.messages.txt"});
  package.files.push_back(
      {.path = "bin/.tool-pre-unlink.sh", .content = "rm $PREFIX/made; exit 1"});
  const PackageRecord tool = env.Build(package);
  TransactionOptions quiet;
  quiet.run_scripts = false;
  ASSERT_TRUE(env.Change({tool}, {}, quiet).ok());
  EXPECT_FALSE(fs::exists(env.prefix() + "/made"));
  ASSERT_TRUE(env.Change({}, {tool}, quiet).ok());
  const auto report = env.Change({tool}, {});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->messages, "hello");
  EXPECT_EQ(*ReadFile(env.prefix() + "/made"), "made\n");
  // A package that cannot say good-bye goes all the same.
  const auto removed = env.Change({}, {tool});
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(removed->warnings.size(), 1U);
  EXPECT_FALSE(fs::exists(env.prefix() + "/made"));
}

TEST(TransactionTest, EachScriptRunsAtItsTime) {
  TestEnvironment env;
  BuiltPackage package = Tool("1.0");
  for (const std::string action : {"pre-link", "post-link", "pre-unlink"}) {
    package.files.push_back(
        {.path = "bin/.tool-" + action + ".sh",
         .content = "echo " + action +
                    " $PKG_NAME-$PKG_VERSION-$PKG_BUILDNUM of $SOURCE_DIR in $CONDA_PREFIX below "
                    "$ROOT_PREFIX, $([ -e $PREFIX/share/tool/1.0 ] && echo there || echo not "
                    "there) >> $PREFIX/log"});
  }
  const PackageRecord tool = env.Build(package);
  TransactionOptions options;
  options.root_prefix = "/the/root";
  ASSERT_TRUE(env.Change({tool}, {}, options).ok());
  ASSERT_TRUE(env.Change({}, {tool}, options).ok());
  const std::string source = env.cache() + "/tool-1.0-0";
  const std::string where = " in " + env.prefix() + " below /the/root, ";
  EXPECT_EQ(*ReadFile(env.prefix() + "/log"), "pre-link tool-1.0-0 of " + source + where +
                                                  "not there\n" + "post-link tool-1.0-0 of " +
                                                  source + where + "there\n" +
                                                  "pre-unlink tool-1.0-0 of" + where + "there\n");
}

TEST(TransactionTest, ProgressGoesFromNothingToAll) {
  TestEnvironment env;
  std::map<std::string, std::vector<std::size_t>> seen;
  TransactionOptions options;
  options.progress = [&](std::string_view phase, std::size_t done, std::size_t total) {
    EXPECT_LE(done, total) << phase;
    std::vector<std::size_t>& of_phase = seen[std::string(phase)];
    EXPECT_TRUE(of_phase.empty() || of_phase.back() <= done) << phase;
    of_phase.push_back(done);
    EXPECT_TRUE(phase != "Linking" || total == 6U);
  };
  ASSERT_TRUE(env.Change({env.Build(Tool("1.0"))}, {}, options).ok());
  EXPECT_EQ(seen["Linking"].back(), 6U);
}

TEST(TransactionTest, NoarchPythonWantsPython) {
  TestEnvironment env;
  const PackageRecord pure = env.Build({.name = "pure",
                                        .files = {{.path = "site-packages/pure.py", .content = ""}},
                                        .noarch = "python"});
  const auto report = env.Change({pure}, {});
  EXPECT_TRUE(absl::IsFailedPrecondition(report.status())) << report.status();
  EXPECT_FALSE(fs::exists(env.prefix()));
}

// Two versions with many files, so that there is time to interrupt.
BuiltPackage Large(const std::string& name, const std::string& version) {
  BuiltPackage package = {.name = name, .version = version};
  for (int i = 0; i < 120; ++i) {
    const std::string path = "share/" + name + "/" + std::to_string(i % 20) + "/";
    package.files.push_back({.path = path + std::to_string(i), .content = version});
    package.files.push_back({.path = path + "v" + version + "-" + std::to_string(i),
                             .content = version + kBuiltPrefix,
                             .placeholder = kBuiltPrefix});
  }
  return package;
}

TEST(TransactionTest, CancelledAtAnyMomentItIsAsBefore) {
  TestEnvironment env;
  const PackageRecord first = env.Build(Large("large", "1"));
  const PackageRecord second = env.Build(Large("large", "2"));
  ASSERT_TRUE(env.Change({first}, {}).ok());
  const Snapshot before = env.Snapshot();
  for (const std::size_t moment : {0U, 60U, 150U, 239U}) {
    std::atomic<bool> cancel = false;
    TransactionOptions options;
    options.cancel = &cancel;
    options.progress = [&](std::string_view phase, std::size_t done, std::size_t /*total*/) {
      cancel = cancel || (phase == "Linking" && done >= moment);
    };
    const auto report = env.Change({second}, {first}, options);
    EXPECT_TRUE(absl::IsCancelled(report.status()) || moment == 239U) << report.status();
    if (!report.ok()) {
      EXPECT_EQ(env.Snapshot(), before);
    }
  }
}

// Root may write everywhere: it becomes nobody, to whom everything below `path` is given.
class AsNobody final {
 public:
  explicit AsNobody(const std::string& path) {
    if (geteuid() != 0) {
      return;
    }
    constexpr uid_t kNobody = 65534;
    EXPECT_EQ(lchown(path.c_str(), kNobody, kNobody), 0);
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
      EXPECT_EQ(lchown(entry.path().c_str(), kNobody, kNobody), 0);
    }
    EXPECT_EQ(seteuid(kNobody), 0);
    was_root_ = true;
  }
  ~AsNobody() {
    if (was_root_) {
      EXPECT_EQ(seteuid(0), 0);
    }
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  bool was_root_ = false;
};

TEST(TransactionTest, AReadOnlyEnvironmentStaysAsItIs) {
  TestEnvironment env;
  const PackageRecord first = env.Build(Tool("1.0"));
  ASSERT_TRUE(env.Change({first}, {}).ok());
  const PackageRecord second = env.Build(Tool("2.0"));
  const AsNobody nobody(env.path());
  const Snapshot before = env.Snapshot();
  fs::permissions(env.prefix() + "/conda-meta", fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_TRUE(absl::IsPermissionDenied(env.Change({second}, {first}).status()));
  EXPECT_EQ(env.Snapshot().size(), before.size());
  fs::permissions(env.prefix() + "/conda-meta", fs::perms::owner_all);
  // Written down first, a change that then meets a directory that it may not write is undone.
  fs::permissions(env.prefix() + "/bin", fs::perms::owner_read | fs::perms::owner_exec);
  const auto report = env.Change({second}, {first});
  EXPECT_TRUE(absl::IsPermissionDenied(report.status())) << report.status();
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("the environment is as it was"));
  fs::permissions(env.prefix() + "/bin", fs::perms::owner_all);
  EXPECT_EQ(env.Snapshot().size(), before.size());
}

TEST(TransactionTest, AMissingFileOfTheCacheIsExtractedAgain) {
  TestEnvironment env;
  const PackageRecord tool = env.Build(Tool("1.0"));
  ASSERT_TRUE(env.Change({tool}, {}).ok());
  for (const std::string damage : {"missing", "short"}) {
    const std::string file = env.cache() + "/tool-1.0-0/share/tool/1.0";
    fs::remove(file);
    if (damage == "short") {
      ASSERT_TRUE(WriteFile(file, "").ok());
    }
    env.set_prefix("env-" + damage);
    ASSERT_TRUE(env.Change({tool}, {}).ok());
    EXPECT_EQ(*ReadFile(env.prefix() + "/share/tool/1.0"), "1.0");
  }
}

TEST(TransactionTest, TwoAtOnceWaitForEachOther) {
  TestEnvironment env;
  ASSERT_TRUE(env.Change({}, {}).ok());
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const PackageRecord record = env.Build(Large("large" + std::to_string(i), "1"));
    const pid_t child = fork();
    if (child == 0) {
      _exit(env.Change({record}, {}).ok() ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(ReadPrefix(env.prefix())->installed.size(), 4U);
}

}  // namespace
}  // namespace satchel

// Files of the user's, before a change, while it is under way, and after a crash: nothing is
// removed but what the change made.

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "tests/link/test_environment.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;
using testing::BuiltPackage;
using ::testing::HasSubstr;
using testing::TestEnvironment;
using Snapshot = std::map<std::string, std::string>;

constexpr char kBuiltBefore[] =
    "/build/placehold_placehold_placehold_placehold_placehold_placehold";

ino_t InodeOf(const std::string& path) {
  struct stat status = {};
  return lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

void Write(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  ASSERT_TRUE(WriteFile(path, text).ok());
}

// A hard link, a copy, a replaced file, a symbolic link, in directories old and new.
BuiltPackage Mixed(const std::string& version) {
  return {
      .name = "mixed",
      .version = version,
      .files = {
          {.path = "bin/mixed", .content = version, .mode = 0755},
          {.path = "share/mixed/copied", .content = version, .no_link = true},
          {.path = "share/mixed/replaced", .content = kBuiltBefore, .placeholder = kBuiltBefore},
          {.path = "share/mixed/" + version, .content = version},
          {.path = "lib/link", .link = "../bin/mixed"}}};
}

BuiltPackage Failing(BuiltPackage package, const std::string& commands = "") {
  package.files.push_back(
      {.path = "bin/." + package.name + "-post-link.sh", .content = commands + "\nexit 3"});
  return package;
}

// Does something when the change comes to a phase.
TransactionOptions At(const std::string& wanted, std::size_t moment, std::function<void()> act) {
  TransactionOptions options;
  options.progress = [=, done_it = false](std::string_view phase, std::size_t done,
                                          std::size_t /*total*/) mutable {
    if (phase == wanted && done >= moment && !std::exchange(done_it, true)) {
      act();
    }
  };
  return options;
}

TEST(UserFilesTest, AFailedCreationInAnOwnDirectoryLeavesEachFile) {
  TestEnvironment env;
  for (const std::string path :
       {"/bin/mixed", "/share/mixed/copied", "/share/mixed/replaced", "/lib/link", "/notes"}) {
    Write(env.prefix() + path, "mine");
  }
  fs::permissions(env.prefix() + "/share/mixed/copied", fs::perms::owner_read);
  const Snapshot before = env.Snapshot();
  const ino_t inode = InodeOf(env.prefix() + "/bin/mixed");
  const auto report = env.Change({env.Build(Failing(Mixed("1")))}, {});
  EXPECT_TRUE(absl::IsAborted(report.status())) << report.status();
  EXPECT_EQ(env.Snapshot(), before);
  EXPECT_EQ(InodeOf(env.prefix() + "/bin/mixed"), inode);
  // One that succeeds says what it replaces.
  const auto made = env.Change({env.Build(Mixed("2"))}, {});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->warnings.size(), 4U);
  EXPECT_EQ(*ReadFile(env.prefix() + "/notes"), "mine");
}

TEST(UserFilesTest, AnEmptyDirectoryOfTheUsersStays) {
  TestEnvironment env;
  fs::create_directories(env.prefix() + "/share");
  EXPECT_FALSE(env.Change({env.Build(Failing(Mixed("1")))}, {}).ok());
  EXPECT_TRUE(fs::is_directory(env.prefix() + "/share"));
  EXPECT_FALSE(fs::exists(env.prefix() + "/conda-meta"));
  EXPECT_FALSE(fs::exists(env.prefix() + "/bin"));
}

TEST(UserFilesTest, WhatComesMeanwhileIsNeitherReplacedNorRemoved) {
  for (const std::string path : {"bin/mixed", "share/mixed/copied", "share/mixed/replaced",
                                 "lib/link", "share/mixed", "conda-meta/mixed-1-0.json"}) {
    TestEnvironment env;
    const PackageRecord mixed = env.Build(Mixed("1"));
    for (const std::string name : {"new", "env"}) {
      env.set_prefix(name);
      if (name == "env") {
        ASSERT_TRUE(env.Change({}, {}).ok());
      }
      Snapshot before = env.Snapshot();
      const std::string file = env.prefix() + "/" + path;
      const auto report =
          env.Change({mixed}, {}, At("Unlinking", 0, [&file] { Write(file, "mine"); }));
      EXPECT_FALSE(report.ok()) << path;
      EXPECT_EQ(ReadFile(file).value_or("gone"), "mine") << path << ": " << report.status();
      Snapshot after = env.Snapshot();
      for (std::string at = "/" + path; !at.empty(); at = at.substr(0, at.rfind('/'))) {
        after.erase(at);
        before.erase(at);
      }
      EXPECT_EQ(after, before) << path << " in " << name;
    }
  }
}

TEST(UserFilesTest, WhatTakesThePlaceOfAFileThatComesBackIsKept) {
  TestEnvironment env;
  const PackageRecord first = env.Build(Mixed("1"));
  ASSERT_TRUE(env.Change({first}, {}).ok());
  const std::string file = env.prefix() + "/share/mixed/1";
  std::atomic<bool> cancel = false;
  TransactionOptions options = At("Linking", 0, [&] {
    Write(file, "mine");
    cancel = true;
  });
  options.cancel = &cancel;
  BuiltPackage second = Mixed("2");
  for (int i = 0; i < 20; ++i) {
    second.files.push_back({.path = "z/" + std::to_string(i) + "/x", .content = "x"});
  }
  const auto report = env.Change({env.Build(second)}, {first}, options);
  ASSERT_TRUE(absl::IsCancelled(report.status())) << report.status();
  EXPECT_EQ(*ReadFile(file), "1");
  EXPECT_EQ(*ReadFile(file + ".saved-1"), "mine");
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("'share/mixed/1.saved-1' now"));
}

TEST(UserFilesTest, NothingIsMadeThroughWhatOthersPutIntoTheStage) {
  TestEnvironment env;
  ASSERT_TRUE(env.Change({}, {}).ok());
  const std::string victim = env.path() + "/victim";
  const Snapshot before = env.Snapshot();
  const auto report =
      env.Change({env.Build(Mixed("1"))}, {}, At("Unlinking", 0, [&] {
                   fs::create_symlink(victim, env.prefix() + "/conda-meta/.satchel/stage/r0");
                 }));
  EXPECT_FALSE(report.ok());
  EXPECT_FALSE(fs::exists(victim));
  EXPECT_EQ(env.Snapshot(), before);
}

// lib is new, lib64 is not.
TEST(UserFilesTest, ADirectoryWhoseNameBeginsLikeThatOfANewOneStays) {
  TestEnvironment env;
  ASSERT_TRUE(env.Change({}, {}).ok());
  fs::create_directory(env.prefix() + "/lib64");
  fs::permissions(env.prefix() + "/lib64", fs::perms::owner_all);
  const BuiltPackage package = {
      .name = "a",
      .files = {{.path = "lib/x", .content = "x"}, {.path = "lib64/y", .content = "y"}}};
  const Snapshot before = env.Snapshot();
  const auto report = env.Change({env.Build(Failing(package))}, {});
  EXPECT_TRUE(absl::IsAborted(report.status())) << report.status();
  EXPECT_EQ(env.Snapshot(), before);
  BuiltPackage good = package;
  good.version = "2";
  EXPECT_TRUE(env.Change({env.Build(good)}, {}).ok());
  EXPECT_EQ(fs::status(env.prefix() + "/lib64").permissions(), fs::perms::owner_all);
}

// What the old version leaves empty somebody may remove before the change fails.
TEST(UserFilesTest, ADirectoryThatWentMeanwhileComesBackWithItsFiles) {
  TestEnvironment env;
  BuiltPackage old = Mixed("1");
  old.files.push_back({.path = "opt/deep/er/file", .content = "1"});
  const PackageRecord first = env.Build(old);
  ASSERT_TRUE(env.Change({first}, {}).ok());
  const Snapshot before = env.Snapshot();
  const auto report = env.Change(
      {env.Build(Failing(Mixed("2")))}, {first},
      At("Linking", 1, [&env] { EXPECT_EQ(fs::remove_all(env.prefix() + "/opt"), 3U); }));
  EXPECT_TRUE(absl::IsAborted(report.status())) << report.status();
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("the environment is as it was"));
  EXPECT_EQ(env.Snapshot(), before);
}

TEST(UserFilesTest, AFileInADirectoryOfAChangeThatFailsStays) {
  TestEnvironment env;
  const PackageRecord mixed = env.Build(Failing(Mixed("1"),
                                                "mkdir $PREFIX/var; echo > $PREFIX/var/x"
                                                "; echo > $PREFIX/share/mixed/index"));
  const auto report = env.Change({mixed}, {}, At("Linking", 3, [&env] {
                                   Write(env.prefix() + "/share/mixed/notes", "mine");
                                   usleep(30'000);  // The clock of the filesystem goes on.
                                 }));
  ASSERT_TRUE(absl::IsAborted(report.status())) << report.status();
  EXPECT_EQ(env.Snapshot().size(), 3U);  // With its directories; and nothing of the script's.
  EXPECT_EQ(*ReadFile(env.prefix() + "/share/mixed/notes"), "mine");
}

TEST(UserFilesTest, AFailedScriptLeavesNothingAndIsHeard) {
  TestEnvironment env;
  const auto report =
      env.Change({env.Build(Failing(Mixed("1"),
                                    "echo why > $PREFIX/.messages.txt; mkdir -p $PREFIX/var/deep;"
                                    "echo > $PREFIX/var/deep/x; sed -i s/1/2/ $PREFIX/bin/mixed"))},
                 {});
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("why"));
  EXPECT_FALSE(fs::exists(env.prefix()));
  // Without a script, a file of that name is nobody's business.
  ASSERT_TRUE(env.Change({}, {}).ok());
  Write(env.prefix() + "/.messages.txt", "mine");
  ASSERT_TRUE(env.Change({env.Build(Mixed("2"))}, {}).ok());
  EXPECT_EQ(*ReadFile(env.prefix() + "/.messages.txt"), "mine");
}

// Runs a change in a process that is killed when it comes to a phase.
void KillAt(TestEnvironment& env, const std::vector<PackageRecord>& link,
            const std::vector<PackageRecord>& unlink, const std::string& phase,
            std::size_t moment) {
  const pid_t child = fork();
  if (child == 0) {
    _exit(env.Change(link, unlink, At(phase, moment, [] { raise(SIGKILL); })).ok() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status)) << status;
}

TEST(UserFilesTest, AfterACrashALaterProcessKnowsWhatWasMade) {
  for (const std::string name : {"new", "env"}) {
    TestEnvironment env;
    const PackageRecord mixed = env.Build(Mixed("1"));
    env.set_prefix("other");
    ASSERT_TRUE(env.Change({mixed}, {}).ok());
    env.set_prefix(name);
    if (name == "env") {
      ASSERT_TRUE(env.Change({}, {}).ok());
    }
    Snapshot before = env.Snapshot();
    KillAt(env, {mixed}, {}, "Linking", 1);
    ASSERT_TRUE(HasJournal(env.prefix()));
    // All the places of the plan are the user's now.
    for (const std::string path :
         {"bin/mixed", "share/mixed/copied", "share/mixed/1", "lib/link"}) {
      fs::remove(env.prefix() + "/" + path);
      Write(env.prefix() + "/" + path, "mine");
    }
    (void)EnvironmentLock::Open(env.prefix(), {});
    for (const std::string path :
         {"bin/mixed", "share/mixed/copied", "share/mixed/1", "lib/link"}) {
      EXPECT_EQ(ReadFile(env.prefix() + "/" + path).value_or("gone"), "mine") << path;
    }
    EXPECT_FALSE(fs::exists(env.prefix() + "/share/mixed/replaced"));
    EXPECT_FALSE(HasJournal(env.prefix()));
  }
}

// The undoing is interrupted at its very end, and so begun again: what is back already is the same
// file, of the package cache, that the change had made.
TEST(UserFilesTest, UndoingTwiceIsUndoingOnce) {
  TestEnvironment env;
  const PackageRecord mixed = env.Build(Mixed("1"));
  ASSERT_TRUE(env.Change({mixed}, {}).ok());
  const Snapshot before = env.Snapshot();
  KillAt(env, {mixed}, {mixed}, "Linking", 5);  // The same package, linked anew.
  const std::string home = env.prefix() + "/conda-meta/.satchel";
  const std::string journal = *ReadFile(home + "/journal");
  ASSERT_TRUE(EnvironmentLock::Open(env.prefix(), {}).ok());
  EXPECT_EQ(env.Snapshot(), before);
  Write(home + "/journal", journal);
  const auto lock = EnvironmentLock::Open(env.prefix(), {});
  ASSERT_TRUE(lock.ok()) << lock.status();
  EXPECT_EQ(lock->recovery(), Recovery::kRolledBack);
  EXPECT_EQ(env.Snapshot(), before);
}

TEST(UserFilesTest, ADamagedJournalIsToldAndNothingIsTouched) {
  TestEnvironment env;
  const PackageRecord first = env.Build(Mixed("1"));
  ASSERT_TRUE(env.Change({first}, {}).ok());
  KillAt(env, {env.Build(Mixed("2"))}, {first}, "Linking", 1);
  const std::string path = env.prefix() + "/conda-meta/.satchel/journal";
  const std::string journal = *ReadFile(path);
  const Snapshot before = env.Snapshot();
  const std::size_t end = journal.find(std::string(".\0", 2));  // Of the plan.
  for (const std::string& damaged :
       {journal.substr(0, end), std::string("satchel journal 1\0", 18) + journal.substr(18),
        journal.substr(0, end) + std::string("+1:2:3:/etc/passwd\0", 19) + journal.substr(end)}) {
    Write(path, damaged);
    const auto lock = EnvironmentLock::Open(env.prefix(), {});
    EXPECT_TRUE(absl::IsDataLoss(lock.status())) << lock.status();
    Snapshot after = env.Snapshot();
    after["/conda-meta/.satchel/journal"] = before.at("/conda-meta/.satchel/journal");
    EXPECT_EQ(after, before);
  }
  // An addition that was cut off in the middle does not count.
  Write(path, journal + "m0:12");
  EXPECT_TRUE(EnvironmentLock::Open(env.prefix(), {}).ok());
}

TEST(UserFilesTest, ADirectoryInThePlaceOfAFile) {
  TestEnvironment env;
  const PackageRecord first =
      env.Build({.name = "a", .version = "1", .files = {{.path = "share/x/y", .content = "1"}}});
  const BuiltPackage second = {
      .name = "a", .version = "2", .files = {{.path = "share/x", .content = "2"}}};
  ASSERT_TRUE(env.Change({first}, {}).ok());
  fs::permissions(env.prefix() + "/share/x", fs::perms::owner_all);
  const Snapshot before = env.Snapshot();
  // It is empty once the old version has gone, and back with its mode if the new one fails.
  EXPECT_FALSE(env.Change({env.Build(Failing(second))}, {first}).ok());
  EXPECT_EQ(env.Snapshot(), before);
  Write(env.prefix() + "/share/x/mine", "mine");
  const Snapshot with_mine = env.Snapshot();
  BuiltPackage third = second;
  third.version = "3";
  const auto report = env.Change({env.Build(third)}, {first});
  EXPECT_TRUE(absl::IsFailedPrecondition(report.status())) << report.status();
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("share/x of a: a directory with"));
  EXPECT_EQ(env.Snapshot(), with_mine);
}

TEST(UserFilesTest, AFileInThePlaceOfADirectory) {
  TestEnvironment env;
  ASSERT_TRUE(env.Change({}, {}).ok());
  Write(env.prefix() + "/share", "mine");
  const Snapshot before = env.Snapshot();
  const auto report = env.Change({env.Build(Mixed("1"))}, {});
  EXPECT_THAT(std::string(report.status().message()),
              HasSubstr("/share: a file of no package is in the way of a directory of mixed"));
  EXPECT_EQ(env.Snapshot(), before);
}

TEST(UserFilesTest, AnEnvironmentWithoutAHistoryIsNotNew) {
  TestEnvironment env;
  const PackageRecord mixed = env.Build(Mixed("1"));
  ASSERT_TRUE(env.Change({mixed}, {}).ok());
  fs::remove(env.prefix() + "/conda-meta/history");  // As other tools leave it.
  EXPECT_FALSE(EnvironmentLock::Create(env.prefix(), {})->is_new());
}

TEST(UserFilesTest, CondaMetaMustBeADirectory) {
  TestEnvironment env;
  fs::create_directories(env.prefix());
  fs::create_directories(env.path() + "/outside");
  fs::create_directory_symlink(env.path() + "/outside", env.prefix() + "/conda-meta");
  const auto report = env.Change({env.Build(Mixed("1"))}, {});
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("is a symbolic link"));
  EXPECT_TRUE(fs::is_empty(env.path() + "/outside"));
}

}  // namespace
}  // namespace satchel

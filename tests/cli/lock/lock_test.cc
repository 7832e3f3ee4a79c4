// satchel lock: several platforms in one file, and what moves when it is made again.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "frontend/lock/lock_diff.h"
#include "frontend/lock/lock_file.h"
#include "tests/cli/lock/lock_fixture.h"

namespace satchel::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using LockTest = LockFixture;

TEST_F(LockTest, SeveralPlatformsInOneFile) {
  const Finished finished = LockBoth();
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  EXPECT_THAT(finished.output, HasSubstr("is written: linux-64 (4 packages), osx-arm64 (4"));
  for (const std::string platform : {"linux-64", "osx-arm64"}) {
    EXPECT_THAT(Locked(platform), ElementsAre("app-1.0", "data-3.0", "lib-1.0", "tool-1.0"));
  }
  EXPECT_THAT(Text(), AllOf(HasSubstr("/chan/osx-arm64/app-1.0-0.conda"), HasSubstr("lib: \">=1\""),
                            HasSubstr("sha256: "), HasSubstr("content_hash:")));
}

TEST_F(LockTest, PlatformsOfTheFile) {
  directory_.Write("environment.yml",
                   "platforms: [linux-64, osx-arm64]\ndependencies: [app, pip: [requests]]\n");
  const Finished finished = Lock({"-f", At("environment.yml")});
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  EXPECT_THAT(finished.error, HasSubstr("1 pip requirement is not locked"));
  EXPECT_THAT(Text(), HasSubstr("sources:\n  - environment.yml\n"));
  EXPECT_THAT(Locked("osx-arm64"), ElementsAre("app-1.0", "lib-1.0"));
  // The lock file knows them from now on.
  directory_.Write("environment.yml", "dependencies: [app, tool]\n");
  EXPECT_EQ(Lock({"-f", At("environment.yml")}).exit_code, 0);
  EXPECT_THAT(Locked("osx-arm64"), ElementsAre("app-1.0", "lib-1.0", "tool-1.0"));
}

TEST_F(LockTest, WhatIsLockedStays) {
  LockBoth();
  const std::string before = Text();
  PublishNewer();
  EXPECT_THAT(LockBoth().output, HasSubstr("is unchanged"));
  EXPECT_EQ(Text(), before);
  // As few as possible move for a new wish.
  const Finished finished = LockBoth({"app", "tool>=2", "data"});
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  EXPECT_THAT(finished.output, HasSubstr("upgraded    tool 1.0 0 -> 2.0 0\n"));
  EXPECT_THAT(Locked("linux-64"), ElementsAre("app-1.0", "data-3.0", "lib-1.0", "tool-2.0"));
  // What is not asked for any more goes.
  LockBoth({"app", "tool"});
  EXPECT_THAT(Locked("osx-arm64"), ElementsAre("app-1.0", "lib-1.0", "tool-2.0"));
}

TEST_F(LockTest, UpdatesMoveWhatTheyName) {
  LockBoth();
  PublishNewer();
  EXPECT_EQ(LockBoth({"app", "tool", "data", "--update", "app"}).exit_code, 0);
  EXPECT_THAT(Locked("linux-64"), ElementsAre("app-2.0", "data-3.0", "lib-2.0", "tool-1.0"));
  EXPECT_EQ(LockBoth({"app", "tool", "data", "--update-all"}).exit_code, 0);
  EXPECT_THAT(Locked("linux-64"), ElementsAre("app-2.0", "data-3.0", "lib-2.0", "tool-2.0"));
}

TEST_F(LockTest, AnUpdateKeepsToWhatIsAskedFor) {
  LockBoth({"app=1", "tool"});
  PublishNewer();
  EXPECT_EQ(LockBoth({"app=1", "tool", "--update", "tool", "--update", "lib"}).exit_code, 0);
  EXPECT_THAT(Locked("linux-64"), ElementsAre("app-1.0", "lib-2.0", "tool-2.0"));
}

TEST_F(LockTest, OnePlatformAloneLeavesTheOthers) {
  LockBoth();
  PublishNewer();
  EXPECT_EQ(Lock({"app", "tool", "--platform", "linux-64", "--update-all"}).exit_code, 0);
  EXPECT_THAT(Locked("linux-64"), ElementsAre("app-2.0", "lib-2.0", "tool-2.0"));
  EXPECT_THAT(Locked("osx-arm64"), ElementsAre("app-1.0", "data-3.0", "lib-1.0", "tool-1.0"));
}

TEST_F(LockTest, CheckSaysWhetherItAnswersTheRequest) {
  EXPECT_THAT(LockBoth({"app", "--check"}).error, HasSubstr("there is no such lock file"));
  LockBoth({"app"});
  const std::string before = Text();
  EXPECT_EQ(LockBoth({"app", "--check"}).exit_code, 0);
  PublishNewer();
  EXPECT_EQ(LockBoth({"app", "--check"}).exit_code, 0) << "it still answers it";
  const Finished finished = LockBoth({"app>=2", "--check"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.output, AllOf(HasSubstr("app 1.0 0 -> 2.0 0"), HasSubstr("out of date")));
  EXPECT_THAT(LockBoth({"app>=2", "--check", "--markdown"}).output,
              HasSubstr("| app | upgraded | 1.0 0 | 2.0 0 |  | linux-64, osx-arm64 |"));
  EXPECT_EQ(Text(), before);
}

TEST_F(LockTest, OnePlatformWithoutAPlanLeavesTheFile) {
  LockBoth({"app"});
  const std::string before = Text();
  Publish("linux-64", {{"app", "1.0", {"lib >=1"}}, {"lib", "1.0"}, {"extra", "1.0"}});
  const Finished finished = LockBoth({"app", "extra"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.error, AllOf(HasSubstr("no plan for osx-arm64 (1 of 2 platforms)"),
                                    HasSubstr("stays as it is"), HasSubstr("without extra")));
  EXPECT_EQ(Text(), before);
}

TEST_F(LockTest, OneFixForAllPlatforms) {
  const Finished finished = LockBoth({"app=7", "tool"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.error,
              AllOf(HasSubstr("no plan for linux-64, osx-arm64 (2 of 2 platforms)"),
                    HasSubstr("each for all of them"), HasSubstr("app=1 instead of app=7")));
  EXPECT_EQ(Text(), "");
  const Finished json = LockBoth({"app=7", "tool", "--json"});
  EXPECT_THAT(json.output, AllOf(HasSubstr("\"success\": false"), HasSubstr("fixes_for_all")));
}

TEST_F(LockTest, VirtualPackagesOfOtherMachines) {
  Publish("linux-64", {{"app", "1.0", {"__cuda >=12"}}});
  EXPECT_EQ(Lock({"app", "--platform", "linux-64"}).exit_code, 1);
  directory_.Write("virtual.yml",
                   "subdirs: {linux-64: {packages: {__cuda: '12.4', __glibc: '2.28'}}}\n");
  const Finished finished =
      Lock({"app", "--platform", "linux-64", "--virtual-packages", At("virtual.yml")});
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  EXPECT_THAT(Locked("linux-64"), ElementsAre("app-1.0"));
  directory_.Write("virtual.yml", "subdirs: {linux-64: {packages: {cuda: '12.4'}}}\n");
  EXPECT_THAT(
      Lock({"app", "--platform", "linux-64", "--virtual-packages", At("virtual.yml")}).error,
      HasSubstr("virtual.yml:1: 'cuda: 12.4' is not a virtual package"));
}

TEST_F(LockTest, FormatsGoRoundWithoutLoss) {
  LockBoth();
  const auto convert = [&](const std::string& from, const std::string& to,
                           const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"lock", "--convert", At(from), "-o", At(to)};
    words.insert(words.end(), more.begin(), more.end());
    return RunProgram(words);
  };
  EXPECT_EQ(convert("conda-lock.yml", "pixi.lock").exit_code, 0);
  EXPECT_THAT(Text("pixi.lock"), HasSubstr("version: 6\n"));
  EXPECT_EQ(convert("pixi.lock", "again.yml").exit_code, 0);
  for (const std::string platform : {"linux-64", "osx-arm64"}) {
    EXPECT_EQ(Locked(platform, "pixi.lock"), Locked(platform));
    EXPECT_EQ(Locked(platform, "again.yml"), Locked(platform));
  }
  EXPECT_EQ(
      CompareLocks(*ReadLockFile(At("conda-lock.yml")), *ReadLockFile(At("again.yml"))).size(), 0U);
  EXPECT_THAT(Text("again.yml"), AllOf(HasSubstr("lib: \">=1\""), HasSubstr("md5: ")));
  // An @EXPLICIT file has one platform.
  EXPECT_THAT(convert("pixi.lock", "all.txt").error, HasSubstr("put {platform} into the name"));
  EXPECT_EQ(convert("pixi.lock", "{platform}.txt").exit_code, 0);
  EXPECT_THAT(Locked("osx-arm64", "osx-arm64.txt"), Locked("osx-arm64"));
  EXPECT_THAT(convert("pixi.lock", "one.txt", {"--platform", "win-64"}).error,
              HasSubstr("locks no packages for win-64"));
}

TEST_F(LockTest, DiffsAreTextMarkdownAndJson) {
  LockBoth({"app", "data"});
  ASSERT_TRUE(EditFile(At("old.yml"), Text()).ok());
  Publish("linux-64", {{"app", "2.0", {"lib"}}, {"lib", "1.0"}});
  Publish("osx-arm64", {{"app", "2.0", {"lib"}}, {"lib", "1.0"}, {"tool", "1.0"}});
  LockBoth({"app", "--update-all"});
  const std::vector<std::string> diff = {"lock", "--diff", At("old.yml"), At("conda-lock.yml")};
  EXPECT_EQ(RunProgram(diff).output, "upgraded    app 1.0 0 -> 2.0 0\nremoved     data 3.0 0\n");
  EXPECT_THAT(RunProgram(Join(diff, {"--json"})).output, HasSubstr("\"change\": \"removed\""));
  EXPECT_THAT(RunProgram(Join(diff, {"--markdown"})).output, HasSubstr("| data | removed |"));
}

TEST_F(LockTest, WhatIsNoLockFileIsRefused) {
  directory_.Write("conda-lock.yml", "dependencies: [app]\n");
  const Finished finished = LockBoth({"app"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.error, HasSubstr("not a lock file"));
  EXPECT_EQ(Text(), "dependencies: [app]\n");
  EXPECT_EQ(RunProgram({"lock"}).exit_code, 2);
}

}  // namespace
}  // namespace satchel::testing

// create, install, update and remove, as a user would run them.

#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "tests/cli/environment/change_fixture.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(ChangeTest, CreateInstallUpdateRemove) {
  Finished run = Change({"create", "-n", "work", "app=1.0"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(run.output, HasSubstr("satchel activate work"));
  EXPECT_THAT(*ReadFile(Env() + "/bin/app"), HasSubstr("app 1.0 in " + Env()));
  EXPECT_EQ(*ReadFile(Env() + "/lib/lib.txt"), "lib 2.0");
  EXPECT_THAT(History(), HasSubstr("# update specs: ['app=1.0']"));
  EXPECT_THAT(*ReadFile(directory_.path() + "/.conda/environments.txt"), HasSubstr(Env()));
  EXPECT_THAT(*ReadFile(directory_.path() + "/pkgs/urls.txt"), HasSubstr("app-1.0-0.conda"));

  run = Change({"install", "-n", "work", "other"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_TRUE(fs::exists(Env() + "/share/other"));
  EXPECT_THAT(*ReadFile(Env() + "/bin/app"), HasSubstr("app 1.0"));

  run = Change({"update", "-n", "work", "app"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(*ReadFile(Env() + "/bin/app"), HasSubstr("app 2.0"));

  // With app goes lib, which nobody asked for; other stays. No channel is needed.
  run = Run({"remove", "-n", "work", "app", "--yes"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_FALSE(fs::exists(Env() + "/bin"));
  EXPECT_FALSE(fs::exists(Env() + "/lib"));
  EXPECT_TRUE(fs::exists(Env() + "/share/other"));
  EXPECT_THAT(History(), HasSubstr("# remove specs: ['app']"));

  run = Run({"remove", "-n", "work", "--all", "--yes"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_FALSE(fs::exists(Env()));
  EXPECT_THAT(*ReadFile(directory_.path() + "/.conda/environments.txt"), Not(HasSubstr(Env())));
}

TEST_F(ChangeTest, DoesNothingUnasked) {
  Finished run = Change({"create", "-n", "work", "app", "--dry-run"});
  EXPECT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(run.output, HasSubstr("Dry run"));
  EXPECT_FALSE(fs::exists(Env()));
  run = Run({"create", "-n", "work", "app", "-c", channel_.directory()});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.error, HasSubstr("use --yes to confirm"));
  EXPECT_FALSE(fs::exists(Env()));
  run = Change({"create", "-n", "work", "app", "lib=1.0", "app=2.0"});
  EXPECT_EQ(run.exit_code, 1) << run.error;
  EXPECT_FALSE(fs::exists(directory_.path() + "/root"));
}

TEST_F(ChangeTest, Json) {
  Finished run = Change({"create", "-n", "work", "app", "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  auto json = nlohmann::json::parse(run.output, nullptr, false);
  ASSERT_TRUE(json.is_object()) << run.output;
  EXPECT_EQ(json["success"], true);
  EXPECT_EQ(json["dry_run"], false);
  EXPECT_EQ(json["prefix"], Env());
  EXPECT_EQ(json["actions"]["LINK"].size(), 2U);
  EXPECT_EQ(json["actions"]["FETCH"].size(), 2U);
  run = Change({"create", "-n", "again", "app", "--json", "--dry-run"});
  json = nlohmann::json::parse(run.output, nullptr, false);
  EXPECT_EQ(json["dry_run"], true);
  EXPECT_EQ(json["actions"]["FETCH"].size(), 0U);  // They are in the cache.
}

TEST_F(ChangeTest, ExplicitFilesAndClonesNeedNoChannel) {
  ASSERT_EQ(Change({"create", "-n", "work", "app=1.0", "lib=1.0"}).exit_code, 0);
  const std::string list =
      directory_.Write("lock.txt", "@EXPLICIT\nfile://" + channel_.directory() +
                                       "/linux-64/app-1.0-0.conda\nfile://" + channel_.directory() +
                                       "/linux-64/lib-1.0-0.conda\n");
  Finished run = Run({"create", "-n", "listed", "--file", list, "--yes"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  run = Run({"create", "-n", "cloned", "--clone", "work", "--yes"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  for (const std::string name : {"listed", "cloned"}) {
    const std::string env = directory_.path() + "/root/envs/" + name;
    EXPECT_THAT(*ReadFile(env + "/bin/app"), HasSubstr("app 1.0 in " + env));
    EXPECT_EQ(*ReadFile(env + "/lib/lib.txt"), "lib 1.0");
    const auto meta = nlohmann::json::parse(*ReadFile(env + "/conda-meta/app-1.0-0.json"));
    EXPECT_EQ(meta["depends"][0], "lib >=1.0");
  }
  // Into an environment that is there: others stay.
  ASSERT_EQ(Change({"create", "-n", "third", "other", "app=2.0"}).exit_code, 0);
  run = Run({"install", "-n", "third", "--file", list, "--yes"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  const std::string third = directory_.path() + "/root/envs/third";
  EXPECT_TRUE(fs::exists(third + "/share/other"));
  EXPECT_THAT(*ReadFile(third + "/bin/app"), HasSubstr("app 1.0"));
}

TEST_F(ChangeTest, RespectsFrozenAndPinned) {
  ASSERT_EQ(Change({"create", "-n", "work", "app=1.0"}).exit_code, 0);
  ASSERT_TRUE(WriteFile(Env() + "/conda-meta/frozen", R"({"message": "in production"})").ok());
  for (const std::string command : {"install", "update", "remove"}) {
    const Finished run = Change({command, "-n", "work", "app"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.error, HasSubstr("in production"));
  }
  fs::remove(Env() + "/conda-meta/frozen");
  ASSERT_TRUE(WriteFile(Env() + "/conda-meta/pinned", "app 1.*\n").ok());
  ASSERT_EQ(Change({"update", "-n", "work", "--all"}).exit_code, 0);
  EXPECT_THAT(*ReadFile(Env() + "/bin/app"), HasSubstr("app 1.0"));
  ASSERT_EQ(Change({"update", "-n", "work", "app", "--no-pin"}).exit_code, 0);
  EXPECT_THAT(*ReadFile(Env() + "/bin/app"), HasSubstr("app 2.0"));
}

TEST_F(ChangeTest, WhatWasAskedForIsNotGivenUp) {
  channel_.Add({.name = "rival", .depends = {"lib <1"}});
  channel_.Add({.name = "lib", .version = "0.5"});
  channel_.Write();
  ASSERT_EQ(Change({"create", "-n", "work", "app"}).exit_code, 0);
  const std::string history = History();
  Finished run = Change({"install", "-n", "work", "rival"});
  EXPECT_EQ(run.exit_code, 1) << run.error;
  EXPECT_THAT(run.error, HasSubstr("app was asked for before, and stays"));
  EXPECT_THAT(run.error, HasSubstr("satchel remove app --name work && satchel install"));

  // Nothing satisfies the pin of what app needs.
  ASSERT_TRUE(WriteFile(Env() + "/conda-meta/pinned", "lib 3.*\n").ok());
  run = Change({"install", "-n", "work", "other"});
  EXPECT_EQ(run.exit_code, 1) << run.error;
  EXPECT_THAT(run.error, HasSubstr("lib=3"));
  EXPECT_TRUE(fs::exists(Env() + "/bin/app"));
  EXPECT_EQ(History(), history);

  // The command says so.
  run = Change({"remove", "-n", "work", "lib", "--no-pin"});
  EXPECT_EQ(run.exit_code, 0) << run.error;
  EXPECT_FALSE(fs::exists(Env() + "/bin/app")) << "it needs lib";
}

// What only it needed goes along, though nothing else was asked for.
TEST_F(ChangeTest, RemovingTheLastOneLeavesNothing) {
  ASSERT_EQ(Change({"create", "-n", "work", "app"}).exit_code, 0);
  ASSERT_EQ(Change({"remove", "-n", "work", "app"}).exit_code, 0);
  EXPECT_FALSE(fs::exists(Env() + "/lib/lib.txt"));
}

TEST_F(ChangeTest, OnlyDepsKeepsWhatAnotherOneNeeds) {
  ASSERT_EQ(Change({"create", "-n", "work", "--only-deps", "app", "lib", "other"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(Env() + "/lib/lib.txt"));
  EXPECT_FALSE(fs::exists(Env() + "/bin/app"));
  EXPECT_FALSE(fs::exists(Env() + "/share/other"));
}

TEST_F(ChangeTest, ForceReinstallRestoresAFile) {
  ASSERT_EQ(Change({"create", "-n", "work", "app"}).exit_code, 0);
  fs::remove(Env() + "/bin/app");
  Finished run = Change({"install", "-n", "work", "app"});
  EXPECT_THAT(run.output, HasSubstr("installed already"));
  EXPECT_FALSE(fs::exists(Env() + "/bin/app"));
  run = Change({"install", "-n", "work", "app", "--force-reinstall"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_TRUE(fs::exists(Env() + "/bin/app"));
}

TEST_F(ChangeTest, AClobberedFileComesBack) {
  channel_.Add({.name = "bully",
                .version = "1.0",
                .depends = {"lib"},
                .files = {{.path = "lib/lib.txt", .content = "bully"}}});
  channel_.Add({.name = "bully",
                .version = "2.0",
                .depends = {"lib"},
                .files = {{.path = "lib/lib.txt", .content = "bully 2"}}});
  channel_.Write();
  const std::string file = Env() + "/lib/lib.txt";
  ASSERT_EQ(Change({"create", "-n", "work", "lib=1.0", "bully=1.0"}).exit_code, 0);
  EXPECT_EQ(*ReadFile(file), "bully");
  EXPECT_EQ(Run({"doctor", "-n", "work"}).exit_code, 0);
  ASSERT_EQ(Change({"install", "-n", "work", "bully=2.0"}).exit_code, 0);
  EXPECT_EQ(*ReadFile(file), "bully 2");  // Its own successor keeps it.
  const std::string specs_before = History();
  const Finished run = Change({"remove", "-n", "work", "bully"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(run.error, HasSubstr("'lib/lib.txt' of lib is restored; bully had replaced it"));
  EXPECT_EQ(*ReadFile(file), "lib 1.0");
  EXPECT_THAT(History().substr(specs_before.size()), Not(HasSubstr("::lib-")));
  EXPECT_EQ(Run({"doctor", "-n", "work"}).exit_code, 0);
  // The other one goes: nothing has to be done.
  ASSERT_EQ(Change({"install", "-n", "work", "bully=1.0"}).exit_code, 0);
  ASSERT_EQ(Change({"remove", "-n", "work", "lib", "--force"}).exit_code, 0);
  EXPECT_EQ(*ReadFile(file), "bully");
}

TEST_F(ChangeTest, FilesMoveWhenALinkOnTheirWayGoes) {
  for (const std::string version : {"1.0", "2.0", "3.0"}) {
    channel_.Add({.name = "alias",
                  .version = version,
                  .files = {version == "2.0" ? BuiltFile{.path = "share/alias", .content = "no link"}
                                             : BuiltFile{.path = "lib64", .link = "lib"}}});
  }
  channel_.Add({.name = "guest", .files = {{.path = "lib64/guest.txt", .content = "guest"}}});
  channel_.Write();
  ASSERT_EQ(Change({"create", "-n", "work", "lib=1.0", "alias=1.0", "guest"}).exit_code, 0);
  EXPECT_EQ(*ReadFile(Env() + "/lib/guest.txt"), "guest");
  Finished run = Change({"install", "-n", "work", "alias=3.0"});  // The same link again.
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(run.error, Not(HasSubstr("is moved")));
  EXPECT_EQ(*ReadFile(Env() + "/lib/guest.txt"), "guest");
  run = Change({"install", "-n", "work", "alias=2.0"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(run.error, HasSubstr("'lib64/guest.txt' of guest is moved; it was linked through a "
                                   "link of alias"));
  EXPECT_FALSE(fs::is_symlink(Env() + "/lib64"));
  EXPECT_EQ(*ReadFile(Env() + "/lib64/guest.txt"), "guest");
  EXPECT_FALSE(fs::exists(Env() + "/lib/guest.txt"));
  EXPECT_EQ(*ReadFile(Env() + "/lib/lib.txt"), "lib 1.0");
  EXPECT_EQ(Run({"doctor", "-n", "work"}).exit_code, 0);
}

TEST_F(ChangeTest, SaysWhatIsNotInstalled) {
  ASSERT_EQ(Change({"create", "-n", "work", "lib"}).exit_code, 0);
  for (const std::string command : {"update", "remove"}) {
    const Finished run = Change({command, "-n", "work", "app"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.error, HasSubstr("not installed in " + Env() + ": app"));
  }
}

TEST_F(ChangeTest, ADamagedPackageChangesNothing) {
  ASSERT_EQ(Change({"create", "-n", "work", "lib=1.0"}).exit_code, 0);
  ASSERT_TRUE(WriteFile(channel_.directory() + "/linux-64/lib-2.0-0.conda", "damage").ok());
  const Finished run = Change({"install", "-n", "work", "lib=2.0"});
  EXPECT_EQ(run.exit_code, 4) << run.error;
  EXPECT_EQ(*ReadFile(Env() + "/lib/lib.txt"), "lib 1.0");
  EXPECT_FALSE(fs::exists(directory_.path() + "/pkgs/lib-2.0-0"));
}

}  // namespace
}  // namespace satchel::testing

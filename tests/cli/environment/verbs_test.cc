// env create, update and remove; rename, revisions, variables, clean: as a user would run them.

#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"

#include "tests/cli/environment/change_fixture.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class VerbsTest : public ChangeTest {
 protected:
  // A python that only notes how it is called, in place of pip.
  VerbsTest() {
    channel_.Add(
        {.name = "python",
         .version = "3.12.0",
         .files = {{.path = "bin/python",
                    .content = "#!/bin/sh\n"
                               "[ -e \"$CONDA_PREFIX/fail\" ] && echo no network && exit 3\n"
                               "echo \"$@\" > \"$CONDA_PREFIX/called\"\n"
                               "for word in \"$@\"; do case \"$word\" in\n"
                               "  *.txt) cp \"$word\" \"$CONDA_PREFIX/requirements\";;\n"
                               "esac; done\n",
                    .mode = 0755}}});
    channel_.Add({.name = "pip", .depends = {"python"}});
    channel_.Write();
  }

  std::string WriteYaml(const std::string& rest) {
    return directory_.Write("environment.yml", "name: work\nchannels:\n- " + channel_.directory() +
                                                   "\n- nodefaults\ndependencies:\n" + rest);
  }
};

TEST_F(VerbsTest, EnvCreateTakesVariablesAndPipFromTheFile) {
  const std::string file = WriteYaml(
      "- app=1.0\n- pip\n- pip:\n  - requests>=2\n  - -e .\nvariables:\n  GREETING: hello there\n");
  Finished run = Run({"env", "create", "-f", file});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(*ReadFile(Env() + "/bin/app"), HasSubstr("app 1.0"));
  EXPECT_EQ(*ReadFile(Env() + "/requirements"), "requests>=2\n-e .\n");
  EXPECT_THAT(*ReadFile(Env() + "/called"), HasSubstr("-m pip install"));
  run = Run({"run", "-n", "work", "sh", "-c", "echo $GREETING"});
  EXPECT_EQ(run.output, "hello there\n");
  run = Run({"env", "config", "vars", "list", "-n", "work"});
  EXPECT_EQ(run.output, "GREETING = hello there\n");
  // Nothing is left beside the file.
  for (const auto& entry : fs::directory_iterator(directory_.path())) {
    EXPECT_THAT(entry.path().string(), Not(HasSubstr("requirements")));
  }
  run = Run({"env", "create", "-f", file});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.error, HasSubstr("env update"));
  run = Run({"env", "remove", "-n", "work", "--yes"});
  EXPECT_EQ(run.exit_code, 0) << run.error;
  EXPECT_FALSE(fs::exists(Env()));
}

TEST_F(VerbsTest, EnvCreateAddsPipWhereItIsMissingAndTellsOfItsFailure) {
  const std::string file = WriteYaml("- lib\n- pip:\n  - requests\n");
  Finished run = Run({"env", "create", "-f", file, "--no-pip"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_FALSE(fs::exists(Env() + "/bin/python"));
  ASSERT_TRUE(WriteFile(Env() + "/fail", "").ok());
  run = Run({"env", "update", "-f", file});
  EXPECT_EQ(run.exit_code, 4) << run.error;
  EXPECT_THAT(run.error, HasSubstr("no pip among the dependencies"));
  EXPECT_THAT(run.error, HasSubstr("no network"));
  EXPECT_THAT(run.error, HasSubstr("exit code 3"));
  EXPECT_TRUE(fs::exists(Env() + "/bin/python"));
  run = Run({"env", "update", "-f", file, "--json"});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_TRUE(nlohmann::json::accept(run.output)) << run.output;
  fs::remove(Env() + "/fail");
  run = Run({"env", "update", "-f", file});
  EXPECT_EQ(run.exit_code, 0) << run.error;
  EXPECT_EQ(*ReadFile(Env() + "/requirements"), "requests\n");
}

TEST_F(VerbsTest, DependenciesAreUpdatedOnlyOnRequest) {
  const auto leaf_is = [this](const std::string& version) {
    return fs::exists(Env() + "/conda-meta/leaf-" + version + "-0.json");
  };
  channel_.Add({.name = "leaf", .version = "1.0"});
  channel_.Add({.name = "top", .depends = {"leaf"}});
  channel_.Write();
  ASSERT_EQ(Run({"env", "create", "-f", WriteYaml("- leaf\n")}).exit_code, 0);
  channel_.Add({.name = "leaf", .version = "1.1"});
  channel_.Write();
  const std::vector<std::string> install = {
      "install", "-n", "work", "-y", "-c", channel_.directory(), "top"};
  EXPECT_EQ(Run(install).exit_code, 0);
  EXPECT_TRUE(leaf_is("1.0"));
  EXPECT_EQ(Run(Join(install, {"--satisfied-skip-solve", "--update-deps"})).exit_code, 0);
  EXPECT_TRUE(leaf_is("1.0"));
  EXPECT_EQ(Run(Join(install, {"--update-deps"})).exit_code, 0);
  EXPECT_TRUE(leaf_is("1.1"));
  // Nobody asked for it by name now.
  EXPECT_THAT(*ReadFile(Env() + "/conda-meta/history"), Not(HasSubstr("specs: ['top', 'leaf'")));
}

TEST_F(VerbsTest, AFileWithoutANameSaysItsPlace) {
  const std::string prefix = directory_.path() + "/somewhere/else";
  const std::string file =
      directory_.Write("unnamed.yml", "channels: [" + channel_.directory() +
                                          "]\ndependencies: [lib]\nprefix: " + prefix + "\n");
  EXPECT_EQ(Run({"env", "create", "-f", file}).exit_code, 0);
  EXPECT_TRUE(fs::exists(prefix + "/lib/lib.txt"));
}

TEST_F(VerbsTest, PackageFilesAreInstalledAsTheyAre) {
  std::string package;
  for (const char* subdir : {"/linux-64", "/noarch"}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(channel_.directory() + subdir, error)) {
      if (entry.path().filename().string().starts_with("lib-2.0")) {
        package = entry.path().string();
      }
    }
  }
  ASSERT_FALSE(package.empty());
  EXPECT_EQ(Run({"create", "-n", "work", "-y", package}).exit_code, 0);
  EXPECT_TRUE(fs::exists(Env() + "/lib/lib.txt"));
  const Finished wrong = Run({"create", "-n", "other", "-y", package + "#" + std::string(32, '0')});
  EXPECT_NE(wrong.exit_code, 0);  // The hash is checked.
  EXPECT_FALSE(fs::exists(directory_.path() + "/root/envs/other"));
}

TEST_F(VerbsTest, CleanEmptiesThePackageCachesOnlyWhenForced) {
  ASSERT_EQ(Run({"env", "create", "-f", WriteYaml("- lib\n")}).exit_code, 0);
  const std::string cache = directory_.path() + "/pkgs";
  ASSERT_TRUE(fs::exists(cache + "/urls.txt"));
  EXPECT_EQ(Run({"clean", "--all", "--yes"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(cache + "/urls.txt"));
  ASSERT_TRUE(WriteFile(directory_.path() + "/mine", "").ok());
  EXPECT_EQ(Run({"clean", "-afy"}).exit_code, 0);
  EXPECT_FALSE(fs::exists(cache));
  EXPECT_TRUE(fs::exists(Env() + "/lib/lib.txt"));
  EXPECT_TRUE(fs::exists(directory_.path() + "/mine"));
}

TEST_F(VerbsTest, EnvUpdatePrunes) {
  ASSERT_EQ(Run({"env", "create", "-f", WriteYaml("- app=1.0\n- other\n")}).exit_code, 0);
  const std::string file = WriteYaml("- lib=2.0\n");
  Finished run = Run({"env", "update", "-f", file});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_TRUE(fs::exists(Env() + "/share/other"));
  run = Run({"env", "update", "-f", file, "--prune"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_FALSE(fs::exists(Env() + "/share/other"));
  EXPECT_FALSE(fs::exists(Env() + "/bin/app"));
  EXPECT_EQ(*ReadFile(Env() + "/lib/lib.txt"), "lib 2.0");
  // One that is not there is made.
  run = Run({"env", "update", "-f", file, "-n", "fresh"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_TRUE(fs::exists(directory_.path() + "/root/envs/fresh/lib/lib.txt"));
}

TEST_F(VerbsTest, RecreatesFromEachFormatOfExport) {
  ASSERT_EQ(Run({"env", "create", "-f", WriteYaml("- app=1.0\n- other\n")}).exit_code, 0);
  for (const std::string name : {"env.yml", "env.txt", "conda-lock.yml"}) {
    SCOPED_TRACE(name);
    const std::string file = directory_.path() + "/" + name;
    ASSERT_EQ(Run({"env", "export", "-n", "work", "-f", file}).exit_code, 0);
    Finished run = Run({"env", "create", "-f", file, "-n", "copy", "--yes"});
    ASSERT_EQ(run.exit_code, 0) << run.error;
    const std::string copy = directory_.path() + "/root/envs/copy";
    EXPECT_THAT(*ReadFile(copy + "/bin/app"), HasSubstr("app 1.0 in " + copy));
    EXPECT_EQ(*ReadFile(copy + "/lib/lib.txt"), "lib 2.0");
    ASSERT_EQ(Run({"env", "remove", "-n", "copy", "--yes"}).exit_code, 0);
  }
}

TEST_F(VerbsTest, RenameTakesAllAlong) {
  ASSERT_EQ(Change({"create", "-n", "work", "app=1.0"}).exit_code, 0);
  ASSERT_EQ(Run({"env", "config", "vars", "set", "-n", "work", "A=1", "B=x y"}).exit_code, 0);
  ASSERT_TRUE(WriteFile(Env() + "/bin/mine", "#!" + Env() + "/bin/python\n").ok());
  Finished run = Run({"rename", "-n", "work", "play"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  const std::string play = directory_.path() + "/root/envs/play";
  EXPECT_FALSE(fs::exists(Env()));
  EXPECT_THAT(*ReadFile(play + "/bin/app"), HasSubstr("app 1.0 in " + play));
  EXPECT_EQ(*ReadFile(play + "/bin/mine"), "#!" + play + "/bin/python\n");
  run = Run({"run", "-n", "play", "sh", "-c", "echo $A $B"});
  EXPECT_EQ(run.output, "1 x y\n");
  // What was asked for is still known; to update all leaves the version of then behind.
  run = Change({"update", "-n", "play", "--all"});
  EXPECT_THAT(*ReadFile(play + "/bin/app"), HasSubstr("app 2.0"));
  EXPECT_EQ(Run({"rename", "-n", "base", "other"}).exit_code, 4);  // There is none.
  ASSERT_EQ(Change({"create", "-n", "third", "lib"}).exit_code, 0);
  run = Run({"rename", "-n", "third", "play"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.error, HasSubstr("--yes"));
}

TEST_F(VerbsTest, GoesBackToARevision) {
  ASSERT_EQ(Change({"create", "-n", "work", "app=1.0", "lib=1.0"}).exit_code, 0);
  ASSERT_EQ(Change({"install", "-n", "work", "app=2.0", "lib=2.0", "other"}).exit_code, 0);
  Finished run = Run({"install", "-n", "work", "--revision", "0", "--yes"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(*ReadFile(Env() + "/bin/app"), HasSubstr("app 1.0"));
  EXPECT_EQ(*ReadFile(Env() + "/lib/lib.txt"), "lib 1.0");
  EXPECT_FALSE(fs::exists(Env() + "/share/other"));
  // With the specs of then, whose versions do not hold where all is to be updated.
  ASSERT_EQ(Change({"update", "-n", "work", "--all"}).exit_code, 0);
  EXPECT_THAT(*ReadFile(Env() + "/bin/app"), HasSubstr("app 2.0"));
  // Without the package cache from the channels; without both it says what is missing.
  fs::remove_all(directory_.path() + "/pkgs");
  run = Run({"install", "-n", "work", "--revision", "1", "--yes"});
  EXPECT_NE(run.exit_code, 0);
  EXPECT_THAT(run.error, HasSubstr("other-1.0-0"));
  run = Change({"install", "-n", "work", "--revision", "1"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(*ReadFile(Env() + "/bin/app"), HasSubstr("app 2.0"));
  run = Run({"install", "-n", "work", "--revision", "99", "--yes"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.error, HasSubstr("0 to 4"));
}

TEST_F(VerbsTest, CleanKeepsWhatEnvironmentsHaveLinksTo) {
  ASSERT_EQ(Change({"create", "-n", "work", "lib=1.0"}).exit_code, 0);
  ASSERT_EQ(Change({"create", "-n", "gone", "other"}).exit_code, 0);
  ASSERT_EQ(Run({"env", "remove", "-n", "gone", "--yes"}).exit_code, 0);
  Finished run = Run({"clean", "--all", "--dry-run", "--json"});
  const auto json = nlohmann::json::parse(run.output, nullptr, false);
  EXPECT_EQ(json["packages"]["files"].size(), 1U) << run.output;
  EXPECT_EQ(json["tarballs"]["files"].size(), 2U) << run.output;
  EXPECT_TRUE(fs::exists(directory_.path() + "/pkgs/other-1.0-0"));
  run = Run({"clean", "--all", "--yes"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_FALSE(fs::exists(directory_.path() + "/pkgs/other-1.0-0"));
  EXPECT_FALSE(fs::exists(directory_.path() + "/pkgs/lib-1.0-0.conda"));
  EXPECT_TRUE(fs::exists(directory_.path() + "/pkgs/lib-1.0-0/lib/lib.txt"));
}

TEST_F(VerbsTest, EnvironmentsAreWhereTheConfigurationSays) {
  directory_.Write(".condarc", "envs_dirs:\n- " + directory_.path() + "/elsewhere\n");
  ASSERT_EQ(Change({"create", "-n", "work", "lib"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(directory_.path() + "/elsewhere/work/lib/lib.txt"));
  EXPECT_THAT(Run({"env", "list"}).output, HasSubstr("elsewhere/work"));
}

}  // namespace
}  // namespace satchel::testing

// What the verbs may not do to the user's environments and files.

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"

#include "base/strings.h"
#include "tests/cli/environment/change_fixture.h"

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::HasSubstr;

class KeepingTest : public ChangeTest {
 protected:
  KeepingTest() {
    EXPECT_EQ(Change({"create", "-n", "work", "lib"}).exit_code, 0);
    directory_.Write("root/envs/work/own.txt", "own");
  }

  // The command is refused with these words, and `work` is as it was.
  void ExpectRefused(const std::vector<std::string>& command, const std::string& words,
                     const std::string& directory = {}) {
    RunOptions options;
    options.variables = Variables();
    options.directory = directory;
    const bool takes_channels = command[0] == "create" || command[0] == "install";
    const std::vector<std::string> more =
        takes_channels ? std::vector<std::string>{"-c", channel_.directory(), "--yes"}
                       : std::vector<std::string>{"--yes"};
    const Finished run = RunProgram(Join(command, more), options);
    EXPECT_THAT(run.exit_code, AnyOf(Eq(1), Eq(2), Eq(3), Eq(4))) << command[0];
    EXPECT_THAT(run.error, HasSubstr(words));
    EXPECT_EQ(ReadFile(Env() + "/own.txt").value_or(""), "own");
    EXPECT_TRUE(fs::exists(Env() + "/conda-meta/lib-2.0-0.json"));
  }
};

TEST_F(KeepingTest, RenamesNothingIntoItself) {
  const std::string link = directory_.path() + "/link";
  fs::create_directory_symlink(Env(), link);
  fs::create_directory_symlink(directory_.path() + "/root/envs", directory_.path() + "/way");
  ExpectRefused({"rename", "-p", Env(), Env() + "/inner"}, "inside");
  ExpectRefused({"rename", "-p", Env(), link}, "the same environment");
  ExpectRefused({"rename", "-p", link, Env()}, "the same environment");
  ExpectRefused({"rename", "-p", link, link + "/inner"}, "inside");
  ExpectRefused({"rename", "-n", "work", directory_.path() + "/way/work"}, "the same environment");
  ExpectRefused({"rename", "-n", "work", directory_.path() + "/way/work/inner"}, "inside");
  ExpectRefused({"create", "-p", link, "--clone", "work"},
                "is the other environment, or lies inside it");
  ExpectRefused({"create", "-p", link + "/inner", "--clone", "work"}, "inside");
  ExpectRefused({"rename", "-n", "work", "base"}, "root prefix");
  EXPECT_FALSE(fs::exists(Env() + "/inner"));
}

TEST_F(KeepingTest, TheBaseEnvironmentIsNotReplaced) {
  const std::string root = directory_.path() + "/root";
  ASSERT_EQ(Change({"create", "-p", root, "other"}).exit_code, 0);
  directory_.Write("e.yml", "name: base\ndependencies: [app]\n");
  directory_.Write("r.yml", "name: root\ndependencies: [app]\n");
  fs::create_directory_symlink(root, directory_.path() + "/link");
  ExpectRefused({"create", "-n", "base", "app"}, "'base'");
  ExpectRefused({"create", "-n", "root", "app"}, "'root'");
  ExpectRefused({"create", "-n", "base", "--clone", "work"}, "'base'");
  ExpectRefused({"create", "-p", root, "app"}, "the base environment");
  ExpectRefused({"create", "-p", directory_.path() + "/link", "app"}, "the base environment");
  ExpectRefused({"env", "create", "-f", directory_.path() + "/e.yml"}, "'base'");
  ExpectRefused({"env", "create", "-f", directory_.path() + "/r.yml"}, "'root'");
  ExpectRefused({"env", "remove", "-n", "base"}, "root prefix");
  ExpectRefused({"env", "remove", "-p", directory_.path() + "/link"}, "root prefix");
  EXPECT_TRUE(fs::exists(root + "/conda-meta/other-1.0-0.json"));
  // It is changed like any other one, and may be cloned.
  EXPECT_EQ(Change({"env", "update", "-f", directory_.path() + "/e.yml"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(root + "/conda-meta/app-2.0-0.json"));
  const Finished clone = Change({"create", "-n", "again", "--clone", "base"});
  EXPECT_EQ(clone.exit_code, 0) << clone.error;
  EXPECT_FALSE(fs::exists(root + "/envs/again/envs"));
}

TEST_F(KeepingTest, RemovesNoDirectoryThatHoldsMore) {
  ExpectRefused({"env", "remove", "-n", "work"}, "the current directory", Env());
  fs::create_directories(Env() + "/deep/inner/conda-meta");
  directory_.Write("root/envs/work/deep/inner/conda-meta/history", "");
  ExpectRefused({"env", "remove", "-n", "work"}, "another environment lies in it");
  ExpectRefused({"rename", "-n", "work", "moved"}, "another environment lies in it");
  ExpectRefused({"create", "-p", Env() + "/deep/new", "lib"}, "inside the environment");
  fs::create_directories(directory_.path() + "/conda-meta");  // The home directory.
  ExpectRefused({"env", "remove", "-p", directory_.path()}, "lies in it");
}

TEST_F(KeepingTest, ALinkIsRemovedWithItsEnvironment) {
  const std::string link = directory_.path() + "/link";
  fs::create_directory_symlink(Env(), link);
  const Finished run = Run({"env", "remove", "-p", link, "--yes"});
  EXPECT_EQ(run.exit_code, 0) << run.error;
  EXPECT_FALSE(fs::exists(Env()));
  EXPECT_FALSE(fs::is_symlink(link));
  EXPECT_TRUE(fs::exists(directory_.path() + "/root/envs"));
}

TEST_F(KeepingTest, RenameTakesWhatIsTheUsersAlong) {
  directory_.Write("root/envs/work/pkgs/data", "not a cache");
  directory_.Write("root/envs/work/envs/data", "not environments");
  directory_.Write("root/envs/work/.satchel/x", "x");
  directory_.Write("root/envs/work/list/urls.txt", "mine");
  directory_.Write("root/envs/work/conda-meta/notes", "mine");
  directory_.Write("root/envs/work/old.pyc", "mine");
  fs::create_directory(Env() + "/empty");
  fs::remove(Env() + "/lib/lib.txt");  // Edited, as editors do it.
  directory_.Write("root/envs/work/lib/lib.txt", "edited");
  const Finished run = Run({"rename", "-n", "work", "moved", "--yes"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  const std::string moved = directory_.path() + "/root/envs/moved";
  for (const std::string path : {"pkgs/data", "envs/data", ".satchel/x", "list/urls.txt",
                                 "conda-meta/notes", "old.pyc", "empty", "own.txt"}) {
    EXPECT_TRUE(fs::exists(moved + "/" + path)) << path;
  }
  EXPECT_EQ(*ReadFile(moved + "/lib/lib.txt"), "edited");
  EXPECT_FALSE(fs::exists(Env()));
}

TEST_F(KeepingTest, RenameOverAnotherLosesNeither) {
  ASSERT_EQ(Change({"create", "-n", "other", "other"}).exit_code, 0);
  directory_.Write("root/envs/other/own.txt", "of the other");
  ExpectRefused({"rename", "-n", "work", "other"},
                "'own.txt' belongs to no package and is in both");
  EXPECT_EQ(*ReadFile(directory_.path() + "/root/envs/other/own.txt"), "of the other");
  fs::rename(directory_.path() + "/root/envs/other/own.txt",
             directory_.path() + "/root/envs/other/theirs.txt");
  const Finished run = Run({"rename", "-n", "work", "other", "--yes"});
  EXPECT_EQ(run.exit_code, 0) << run.error;
  EXPECT_EQ(*ReadFile(directory_.path() + "/root/envs/other/own.txt"), "own");
  EXPECT_EQ(*ReadFile(directory_.path() + "/root/envs/other/theirs.txt"), "of the other");
}

TEST_F(KeepingTest, VariablesAreNotWrittenThroughALink) {
  directory_.Write("outside", "{}");
  fs::create_symlink(directory_.path() + "/outside", Env() + "/conda-meta/state");
  const Finished run = Run({"env", "config", "vars", "set", "-n", "work", "A=1"});
  EXPECT_EQ(run.exit_code, 2) << run.error;
  EXPECT_THAT(run.error, HasSubstr("is a symbolic link"));
  EXPECT_EQ(*ReadFile(directory_.path() + "/outside"), "{}");
}

TEST_F(KeepingTest, PathsThatNoEnvironmentCanHave) {
  ExpectRefused({"create", "-p", directory_.path() + "/co:lon/e", "lib"}, "':'");
  ExpectRefused({"create", "-p", directory_.path() + "/two\nlines", "lib"}, "control characters");
  EXPECT_FALSE(fs::exists(directory_.path() + "/co:lon"));
}

TEST_F(KeepingTest, AllThatAreMadeAtOnceAreListed) {
  constexpr int kAtOnce = 24;
  const std::string list = directory_.path() + "/.conda/environments.txt";
  const auto all = [&](const std::vector<std::string>& command) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kAtOnce; ++i) {
      threads.emplace_back([&, i] {
        std::vector<std::string> one = command;
        one.push_back(directory_.path() + "/e" + std::to_string(i));
        EXPECT_EQ(Run(Join(one, {"--yes"})).exit_code, 0);
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    return Split(*ReadFile(list), '\n').size();
  };
  EXPECT_EQ(all({"create", "other", "-c", channel_.directory(), "-p"}),
            kAtOnce + 2U);  // With `work`, and what follows the end.
  EXPECT_EQ(all({"env", "remove", "-p"}), 2U);
}

TEST_F(KeepingTest, CleanLeavesWhatSymbolicLinksLeadTo) {
  directory_.Write(".condarc", "always_softlink: true\n");
  for (const std::string place : {"root/envs/soft", "elsewhere/soft"}) {
    ASSERT_EQ(Change({"create", "-p", directory_.path() + "/" + place, "app"}).exit_code, 0);
  }
  ASSERT_TRUE(fs::is_symlink(directory_.path() + "/elsewhere/soft/lib/lib.txt"));
  ASSERT_EQ(Run({"env", "remove", "-n", "soft", "--yes"}).exit_code, 0);
  // The one that stays is in no list, but in that of the cache.
  fs::remove(directory_.path() + "/.conda/environments.txt");
  ASSERT_EQ(Run({"clean", "--all"}).exit_code, 0);
  EXPECT_EQ(*ReadFile(directory_.path() + "/elsewhere/soft/lib/lib.txt"), "lib 2.0");
  // It goes when nobody has a link to it.
  ASSERT_EQ(Run({"env", "remove", "-p", directory_.path() + "/elsewhere/soft", "--yes"}).exit_code,
            0);
  ASSERT_EQ(Run({"env", "remove", "-n", "work", "--yes"}).exit_code, 0);
  ASSERT_EQ(Run({"clean", "--all"}).exit_code, 0);
  EXPECT_FALSE(fs::exists(directory_.path() + "/pkgs/lib-2.0-0"));
}

TEST_F(KeepingTest, ListNamesAChannelAsItWasGiven) {
  RunOptions options;
  options.variables = Variables();
  options.variables.emplace_back("CONDA_CHANNEL_ALIAS", "file://" + directory_.path());
  const Finished made =
      RunProgram({"create", "-n", "named", "other", "-c", "channel", "--yes"}, options);
  ASSERT_EQ(made.exit_code, 0) << made.error;
  const Finished listed = RunProgram({"list", "-n", "named"}, options);
  EXPECT_THAT(listed.output, HasSubstr("channel\n"));
  EXPECT_THAT(listed.output, ::testing::Not(HasSubstr("file://")));
}

}  // namespace
}  // namespace satchel::testing

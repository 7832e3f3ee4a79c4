#include "frontend/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "gtest/gtest.h"

#include "tests/frontend/temporary_directory.h"

namespace satchel {
namespace {

TEST(Files, WriteReplacesInOneStepAndReadsBack) {
  const testing::TemporaryDirectory directory;
  const std::string path = directory.path() + "/file";
  ASSERT_TRUE(WriteFile(path, "one").ok());
  ASSERT_TRUE(WriteFile(path, std::string_view("two\0three", 9)).ok());
  EXPECT_EQ(*ReadFile(path), std::string("two\0three", 9));
  // Nothing else is left behind.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1);
}

namespace fs = std::filesystem;

fs::perms ModeOf(const std::string& path) {
  return fs::status(path).permissions();
}

TEST(Files, AnEditKeepsTheMode) {
  const testing::TemporaryDirectory directory;
  const std::string path = directory.Write("file", "old");
  for (const int mode : {0600, 0640, 0644, 0400, 0755, 0666}) {
    fs::permissions(path, static_cast<fs::perms>(mode));
    ASSERT_TRUE(EditFile(path, "new").ok());
    EXPECT_EQ(static_cast<int>(ModeOf(path)), mode);
  }
  EXPECT_EQ(*ReadFile(path), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), {}), 1);
}

TEST(Files, AnEditKeepsTheOwner) {
  if (geteuid() != 0) {
    GTEST_SKIP() << "only root has files of others to edit";
  }
  const testing::TemporaryDirectory directory;
  const std::string path = directory.Write("file", "old");
  ASSERT_EQ(chown(path.c_str(), 1234, 5678), 0);
  ASSERT_TRUE(EditFile(path, "new").ok());
  struct stat status = {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 1234U);
  EXPECT_EQ(status.st_gid, 5678U);
}

TEST(Files, AnEditFollowsLinks) {
  const testing::TemporaryDirectory directory;
  const std::string target = directory.Write("dotfiles/rc", "old");
  fs::permissions(target, static_cast<fs::perms>(0600));
  fs::create_symlink("dotfiles", directory.path() + "/d");
  fs::create_symlink("d/rc", directory.path() + "/relative");
  fs::create_symlink(directory.path() + "/relative", directory.path() + "/chain");
  ASSERT_TRUE(EditFile(directory.path() + "/chain", "new").ok());
  EXPECT_EQ(*ReadFile(target), "new");
  EXPECT_EQ(static_cast<int>(ModeOf(target)), 0600);
  EXPECT_TRUE(fs::is_symlink(directory.path() + "/chain"));
  EXPECT_TRUE(fs::is_symlink(directory.path() + "/relative"));
  // One that leads to nothing yet, and one that leads nowhere.
  fs::create_symlink("dotfiles/new", directory.path() + "/dangling");
  ASSERT_TRUE(EditFile(directory.path() + "/dangling", "x").ok());
  EXPECT_EQ(*ReadFile(directory.path() + "/dotfiles/new"), "x");
  EXPECT_TRUE(fs::is_symlink(directory.path() + "/dangling"));
  EXPECT_TRUE(EditFile("/dev/null", "x").ok());
  EXPECT_TRUE(EditFile("/dev/stderr", "").ok());
  EXPECT_TRUE(fs::is_symlink("/dev/stderr"));
  EXPECT_TRUE(EditFile("/dev/fd/2", "").ok());
  fs::create_symlink("round", directory.path() + "/round");
  EXPECT_FALSE(ReadFile(directory.path() + "/round").ok());
}

TEST(Files, ANewFileIsPrivateIfAsked) {
  const testing::TemporaryDirectory directory;
  ASSERT_TRUE(EditFile(directory.path() + "/secret", "x", /*private_if_new=*/true).ok());
  EXPECT_EQ(static_cast<int>(ModeOf(directory.path() + "/secret")), 0600);
  const mode_t mask = umask(022);
  ASSERT_TRUE(EditFile(directory.path() + "/open", "x").ok());
  umask(mask);
  EXPECT_EQ(static_cast<int>(ModeOf(directory.path() + "/open")), 0644);
}

TEST(Files, ErrorsNameThePath) {
  const testing::TemporaryDirectory directory;
  const auto missing = ReadFile(directory.path() + "/none");
  EXPECT_TRUE(absl::IsNotFound(missing.status()));
  EXPECT_NE(missing.status().message().find("/none"), absl::string_view::npos);
  EXPECT_FALSE(ReadFile(directory.path()).ok());
  EXPECT_FALSE(WriteFile(directory.path() + "/none/file", "x").ok());
}

TEST(Files, AFullDeviceIsAnError) {
  EXPECT_FALSE(WriteFile("/dev/full", "x").ok());
}

TEST(Files, UrlsAndPaths) {
  EXPECT_EQ(PathToFileUrl("/a b/c#d%/e"), "file:///a%20b/c%23d%25/e");
  EXPECT_EQ(FileUrlToPath("file:///a%20b/c%23d%25/e"), "/a b/c#d%/e");
  EXPECT_EQ(FileUrlToPath("file://localhost/a"), "/a");
  EXPECT_EQ(FileUrlToPath("file://other-host/a"), "");
  EXPECT_EQ(FileUrlToPath("https://host/a"), "");
  EXPECT_EQ(FileUrlToPath("/a"), "");
}

TEST(Files, ExpandPath) {
  setenv("HOME", "/home/someone", 1);
  setenv("SATCHEL_TEST_DIRECTORY", "/srv", 1);
  EXPECT_EQ(ExpandPath("~/x"), "/home/someone/x");
  EXPECT_EQ(ExpandPath("~other/x"), "~other/x");
  EXPECT_EQ(ExpandPath("$SATCHEL_TEST_DIRECTORY/x${SATCHEL_TEST_DIRECTORY}"), "/srv/x/srv");
  EXPECT_EQ(ExpandPath("$SATCHEL_TEST_NONE/x$"), "$SATCHEL_TEST_NONE/x$");
}

TEST(Files, AbsolutePath) {
  EXPECT_EQ(AbsolutePath("/a/./b/../c/"), "/a/c");
  EXPECT_EQ(AbsolutePath("/"), "/");
  EXPECT_TRUE(AbsolutePath("x").starts_with("/"));
}

}  // namespace
}  // namespace satchel

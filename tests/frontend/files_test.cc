#include "frontend/files.h"

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

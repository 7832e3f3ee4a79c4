// A disk that is full before, or in the middle of, a change, or that cannot be written. Wants to
// mount a small tmpfs.

#include <sys/mount.h>

#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/link/test_environment.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;
using testing::BuiltPackage;
using ::testing::HasSubstr;
using testing::TestEnvironment;

class FullDiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    disk_ = env_.path() + "/disk";
    fs::create_directory(disk_);
    if (mount("tmpfs", disk_.c_str(), "tmpfs", 0, "size=3m") != 0) {
      disk_.clear();
      GTEST_SKIP() << "mounting is not allowed here";
    }
    env_.set_prefix("disk/env");
  }
  void TearDown() override {
    if (!disk_.empty()) {
      umount2(disk_.c_str(), MNT_DETACH);
    }
  }

  static BuiltPackage Sized(const std::string& version, std::size_t bytes) {
    return {.name = "sized",
            .version = version,
            .files = {{.path = "share/" + version, .content = std::string(bytes, 'x')},
                      {.path = "share/always", .content = version}}};
  }

  TestEnvironment env_;
  std::string disk_;
};

TEST_F(FullDiskTest, IsSeenBeforehand) {
  const PackageRecord small = env_.Build(Sized("1", 1000));
  ASSERT_TRUE(env_.Change({small}, {}).ok());
  const auto before = env_.Snapshot();
  const auto report = env_.Change({env_.Build(Sized("2", 4 << 20))}, {small});
  EXPECT_TRUE(absl::IsResourceExhausted(report.status())) << report.status();
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("not enough space"));
  EXPECT_EQ(env_.Snapshot(), before);
}

TEST_F(FullDiskTest, TooFewFilesAreSeenBeforehand) {
  ASSERT_EQ(mount(nullptr, disk_.c_str(), nullptr, MS_REMOUNT, "size=3m,nr_inodes=40"), 0);
  BuiltPackage many = {.name = "many"};
  for (int i = 0; i < 60; ++i) {
    many.files.push_back({.path = "share/" + std::to_string(i), .content = "x", .no_link = true});
  }
  const auto report = env_.Change({env_.Build(many)}, {});
  EXPECT_TRUE(absl::IsResourceExhausted(report.status())) << report.status();
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("more files"));
  EXPECT_FALSE(fs::exists(env_.prefix()));
}

TEST_F(FullDiskTest, InTheMiddleItIsUndone) {
  const PackageRecord small = env_.Build(Sized("1", 1000));
  ASSERT_TRUE(env_.Change({small}, {}).ok());
  const auto before = env_.Snapshot();
  BuiltPackage package = Sized("2", 1 << 20);
  // The script takes all that is left, so that the records cannot be written.
  package.files.push_back(
      {.path = "bin/.sized-post-link.sh", .content = "cat /dev/zero > $PREFIX/share/fill; true"});
  const auto report = env_.Change({env_.Build(package)}, {small});
  EXPECT_TRUE(absl::IsResourceExhausted(report.status())) << report.status();
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("the environment is as it was"));
  auto after = env_.Snapshot();
  after.erase("/share/fill");  // Of no package: nobody can know of it.
  EXPECT_EQ(after, before);
}

TEST_F(FullDiskTest, AReadOnlyDiskIsTold) {
  const PackageRecord small = env_.Build(Sized("1", 1000));
  ASSERT_TRUE(env_.Change({small}, {}).ok());
  const auto before = env_.Snapshot();
  ASSERT_EQ(mount(nullptr, disk_.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, "size=3m"), 0);
  const auto report = env_.Change({env_.Build(Sized("2", 1000))}, {small});
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("Read-only file system"));
  EXPECT_EQ(env_.Snapshot(), before);
}

TEST_F(FullDiskTest, AFullPackageCacheChangesNothing) {
  // Between two filesystems there are no hard links: copies are made.
  const PackageRecord small = env_.Build(Sized("1", 1000));
  ASSERT_TRUE(env_.Change({small}, {}).ok());
  fs::remove_all(env_.cache());
  fs::create_directory(disk_ + "/pkgs");
  fs::create_directory_symlink(disk_ + "/pkgs", env_.cache());
  const auto before = env_.Snapshot();
  const auto report = env_.Change({env_.Build(Sized("2", 8 << 20))}, {small});
  EXPECT_TRUE(absl::IsResourceExhausted(report.status())) << report.status();
  EXPECT_EQ(env_.Snapshot(), before);
  EXPECT_FALSE(fs::exists(env_.cache() + "/sized-2-0"));
}

}  // namespace
}  // namespace satchel

// What may come out of an archive, and what may not.

#include "frontend/link/package/extract.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "frontend/files.h"
#include "frontend/link/package/package_contents.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/data.h"
#include "tests/support/package_builder.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;
using testing::ArchiveEntry;
using testing::TarOf;
using testing::TemporaryDirectory;
using testing::ZipOf;

const ArchiveEntry kIndexEntry = {.path = "info/index.json", .content = R"({"name": "a"})"};

// Unpacks a .tar.bz2 of these entries into DIR/out, beside DIR/archive.tar.bz2.
absl::Status Unpack(const TemporaryDirectory& directory, std::vector<ArchiveEntry> entries) {
  entries.push_back(kIndexEntry);
  const std::string archive = directory.Write("archive.tar.bz2", TarOf(entries, "bzip2"));
  fs::remove_all(directory.path() + "/out");
  fs::create_directory(directory.path() + "/out");
  return ExtractPackage(archive, directory.path() + "/out");
}

TEST(ExtractTest, KeepsContentModesLinksAndTimes) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(Unpack(directory, {{.path = "./bin/tool", .content = "run", .mode = 04755},
                                 {.path = "lib/liba.so", .link = "liba.so.1"},
                                 {.path = "lib/liba.so.1", .content = "elf"},
                                 {.path = "lib/again", .hard_link = "lib/liba.so.1"},
                                 {.path = "empty/", .directory = true}})
                  .ok());
  const std::string out = directory.path() + "/out/";
  EXPECT_EQ(*ReadFile(out + "bin/tool"), "run");
  struct stat status = {};
  ASSERT_EQ(stat((out + "bin/tool").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0755U);  // Without setuid.
  EXPECT_EQ(status.st_mtime, 1'600'000'000);
  EXPECT_EQ(fs::read_symlink(out + "lib/liba.so"), "liba.so.1");
  EXPECT_EQ(*ReadFile(out + "lib/again"), "elf");
  EXPECT_TRUE(fs::is_directory(out + "empty"));
}

TEST(ExtractTest, KeepsTheHoleAtTheEndOfAFile) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(
      Unpack(directory, {{.path = "share/x", .content = "abc", .zeros = 5000, .sparse = true}})
          .ok());
  EXPECT_EQ(*ReadFile(directory.path() + "/out/share/x"), "abc" + std::string(5000, '\0'));
}

TEST(ExtractTest, RefusesWhatWouldLeaveThePackage) {
  struct Case {
    std::vector<ArchiveEntry> entries;
    const char* why;
  };
  const std::vector<Case> cases = {
      {{{.path = "../evil", .content = "x"}}, "climbs out"},
      {{{.path = "lib/../../evil", .content = "x"}}, "climbs out further in"},
      {{{.path = "/evil-of-satchel-test", .content = "x"}}, "absolute"},
      {{{.path = "lib", .link = ".."}, {.path = "lib/evil", .link = "x"}}, "through a link"},
      {{{.path = "info", .link = "/etc"}}, "our own file would be written there"},
      {{{.path = "x", .hard_link = "/etc/passwd"}}, "a hard link to outside"},
      {{{.path = "x", .hard_link = "../../etc/passwd"}}, "a relative one"},
      {{{.path = "null", .device = true}}, "a device"},
  };
  for (const Case& tested : cases) {
    SCOPED_TRACE(tested.why);
    const TemporaryDirectory directory;
    const absl::Status status = Unpack(directory, tested.entries);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_FALSE(fs::exists(directory.path() + "/evil"));
    EXPECT_FALSE(fs::exists("/evil-of-satchel-test"));
  }
}

TEST(ExtractTest, KeepsLinksThatLeadOut) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(Unpack(directory, {{.path = "etc/time", .link = "/usr/share/zoneinfo/UTC"},
                                 {.path = "a/up", .link = "../../x"}})
                  .ok());
  EXPECT_EQ(fs::read_symlink(directory.path() + "/out/etc/time"), "/usr/share/zoneinfo/UTC");
  EXPECT_EQ(fs::read_symlink(directory.path() + "/out/a/up"), "../../x");
}

TEST(ExtractTest, WritesNothingThroughALink) {
  const TemporaryDirectory directory;
  // "d" is a link first and a directory then: the file is written into a real directory, and the
  // link cannot be made any more.
  EXPECT_FALSE(
      Unpack(directory, {{.path = "d", .link = "e"}, {.path = "d/file", .content = "x"}}).ok());
  EXPECT_FALSE(fs::exists(directory.path() + "/out/e"));
}

TEST(ExtractTest, RefusesABomb) {
  const TemporaryDirectory directory;
  const std::vector<ArchiveEntry> entries = {
      {.path = "zeros", .zeros = std::uint64_t{1100} << 20}};  // From few bytes.
  const std::string name = directory.Write(
      "a-1-0.conda", ZipOf({{.path = "info-a-1-0.tar.zst", .content = TarOf({kIndexEntry}, "zstd")},
                            {.path = "pkg-a-1-0.tar.zst", .content = TarOf(entries, "zstd")}}));
  fs::create_directory(directory.path() + "/out");
  const absl::Status status = ExtractPackage(name, directory.path() + "/out");
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_NE(status.message().find("bomb"), absl::string_view::npos);
}

TEST(ExtractTest, RefusesDamage) {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path() + "/out");
  const std::string whole =
      TarOf({kIndexEntry, {.path = "a", .content = std::string(99999, 'x')}}, "bzip2");
  for (const std::string& bytes :
       {std::string(), std::string("not an archive"), whole.substr(0, whole.size() / 2)}) {
    const std::string archive = directory.Write("a.tar.bz2", bytes);
    EXPECT_FALSE(ExtractPackage(archive, directory.path() + "/out").ok()) << bytes.size();
  }
  const std::string only_info = directory.Write(
      "b.conda", ZipOf({{.path = "info-b.tar.zst", .content = TarOf({kIndexEntry}, "zstd")}}));
  EXPECT_TRUE(absl::IsInvalidArgument(ExtractPackage(only_info, directory.path() + "/out")));
}

std::string CorpusPackages() {
  const char* const corpora = std::getenv("SATCHEL_CORPORA");
  return corpora == nullptr ? "" : std::string(corpora) + "/packages";
}

TEST(ExtractTest, UnpacksEachRealPackageWhole) {
  const std::string packages = CorpusPackages();
  if (!fs::is_directory(packages + "/real")) {
    SKIP_WITHOUT_DATA("SATCHEL_CORPORA has no packages/real");
  }
  // Each fifth one, or all if SATCHEL_LONG_TESTS is set.
  const int step = std::getenv("SATCHEL_LONG_TESTS") == nullptr ? 5 : 1;
  int count = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(packages + "/real")) {
    if (!entry.is_regular_file() || ++count % step != 0) {
      continue;
    }
    SCOPED_TRACE(entry.path().string());
    const TemporaryDirectory directory;
    ASSERT_TRUE(ExtractPackage(entry.path().string(), directory.path()).ok())
        << ExtractPackage(entry.path().string(), directory.path());
    const auto contents = ReadPackageContents(directory.path());
    ASSERT_TRUE(contents.ok()) << contents.status();
    EXPECT_TRUE(CheckPackageFiles(*contents).ok()) << CheckPackageFiles(*contents);
  }
  EXPECT_GT(count, 100);
}

// Whatever a malformed package holds: an answer, and nothing outside of the directory.
TEST(ExtractTest, SurvivesMalformedPackages) {
  const std::string packages = CorpusPackages();
  if (!fs::is_directory(packages + "/malformed")) {
    SKIP_WITHOUT_DATA("SATCHEL_CORPORA has no packages/malformed");
  }
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator(packages + "/malformed")) {
    if (!entry.is_regular_file()) {
      continue;
    }
    SCOPED_TRACE(entry.path().string());
    const TemporaryDirectory directory;
    fs::create_directory(directory.path() + "/out");
    if (ExtractPackage(entry.path().string(), directory.path() + "/out").ok()) {
      EXPECT_TRUE(fs::exists(directory.path() + "/out/info/index.json"));
    }
    EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), {}), 1);
  }
}

}  // namespace
}  // namespace satchel

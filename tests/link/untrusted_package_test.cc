// What a package may say of itself, and what it may hold: nothing of it lets a file of the user's
// into an environment, or makes anything outside of the package's own directory.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "frontend/json.h"
#include "frontend/link/cache/cache_entry.h"
#include "frontend/link/layout/layout.h"
#include "frontend/link/layout/link_file.h"
#include "frontend/link/package/extract.h"
#include "frontend/link/paths/relative_path.h"
#include "frontend/request/record_json.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/package_builder.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;
using testing::ArchiveEntry;
using ::testing::HasSubstr;
using testing::TarOf;
using testing::TemporaryDirectory;

constexpr char kIndexJson[] = R"({"name": "a", "version": "1", "build": "0"})";

class UntrustedPackageTest : public ::testing::Test {
 protected:
  UntrustedPackageTest() {
    directory_.Write("outside/secret", "secret");
    outside_ = directory_.path() + "/outside";
  }

  // Unpacks a package of these entries, with info/index.json unless they have one.
  absl::Status Unpack(std::vector<ArchiveEntry> entries) {
    const bool has_index = std::ranges::any_of(
        entries, [](const ArchiveEntry& entry) { return entry.path == "info/index.json"; });
    if (!has_index) {
      entries.push_back({.path = "info/index.json", .content = kIndexJson});
    }
    const std::string archive = directory_.Write("a-1-0.tar.bz2", TarOf(entries, "zstd"));
    fs::remove_all(Out());
    fs::create_directory(Out());
    absl::Status status = ExtractPackage(archive, Out());
    // Whatever it was: nothing was made outside.
    EXPECT_EQ(std::distance(fs::recursive_directory_iterator(outside_), {}), 1);
    EXPECT_EQ(*ReadFile(outside_ + "/secret"), "secret");
    return status;
  }

  std::string Out() const { return directory_.path() + "/out"; }

  TemporaryDirectory directory_;
  std::string outside_;
};

TEST_F(UntrustedPackageTest, NothingIsMadeThroughALinkOfThePackage) {
  const std::vector<std::vector<ArchiveEntry>> packages = {
      {{.path = "a", .link = outside_}, {.path = "a/made/c", .link = "x"}},
      {{.path = "a/made/c", .link = "x"}, {.path = "a", .link = outside_}},
      {{.path = "a", .link = outside_}, {.path = "a/made", .directory = true}},
      {{.path = "a", .link = outside_}, {.path = "a/file", .content = "x"}},
      {{.path = "a", .link = outside_},
       {.path = "b", .content = "x"},
       {.path = "a/hard", .hard_link = "b"}},
      {{.path = "a", .link = "b"}, {.path = "b", .link = outside_}, {.path = "a/c/d", .link = "x"}},
  };
  for (const auto& entries : packages) {
    SCOPED_TRACE(entries.back().path);
    const absl::Status status = Unpack(entries);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("a-1-0"));
  }
}

TEST_F(UntrustedPackageTest, HardLinksAreOfThePackagesOwnFiles) {
  // A later entry of the same name wins, whatever kind the two are of.
  ASSERT_TRUE(Unpack({{.path = "file", .content = "x"},
                      {.path = "again", .link = outside_ + "/secret"},
                      {.path = "again", .hard_link = "file"},
                      {.path = "link", .content = "y"},
                      {.path = "link", .link = "file"},
                      {.path = "twice", .link = "nowhere"},
                      {.path = "twice", .content = "z"}})
                  .ok());
  EXPECT_FALSE(fs::is_symlink(Out() + "/again"));
  EXPECT_EQ(*ReadFile(Out() + "/again"), "x");
  EXPECT_TRUE(fs::is_symlink(Out() + "/link"));
  EXPECT_EQ(*ReadFile(Out() + "/twice"), "z");
  for (const char* target : {"nowhere", "info", "../outside/secret", "file/x"}) {
    const absl::Status status =
        Unpack({{.path = "file", .content = "x"}, {.path = "bad", .hard_link = target}});
    EXPECT_FALSE(status.ok()) << target;
  }
  // To a symbolic link: another one, which is not followed.
  ASSERT_TRUE(
      Unpack({{.path = "l", .link = outside_ + "/secret"}, {.path = "m", .hard_link = "l"}}).ok());
  EXPECT_TRUE(fs::is_symlink(Out() + "/m"));
}

TEST_F(UntrustedPackageTest, TargetsOfLinksAreNoLongerThanPaths) {
  EXPECT_TRUE(Unpack({{.path = "l", .link = std::string(4095, 'x')}}).ok());
  for (const std::size_t size : {4096U, 200'000U}) {
    const absl::Status status = Unpack({{.path = "l", .link = std::string(size, 'x')}});
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_LT(status.message().size(), 300U);
  }
  const absl::Status long_name = Unpack({{.path = std::string(200'000, 'x'), .content = "x"}});
  EXPECT_TRUE(absl::IsInvalidArgument(long_name));
  EXPECT_LT(long_name.message().size(), 5000U);
}

// A header of a tar by hand: libarchive writes none that is wrong, nor of a sparse file.
std::string TarHeader(const std::string& name, char type, std::uint64_t size,
                      const std::string& sparse = "") {
  std::string header(512, '\0');
  const auto put = [&header](std::size_t at, const std::string& text) {
    header.replace(at, text.size(), text);
  };
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, absl::StrFormat("%011o", size));
  put(136, "00000000000");
  put(148, "        ");
  put(156, std::string(1, type));
  put(257, "ustar  ");
  put(386, sparse);
  unsigned sum = 0;
  for (const char c : header) {
    sum += static_cast<unsigned char>(c);
  }
  put(148, absl::StrFormat("%06o", sum));
  header[154] = '\0';
  return header;
}

// The three bytes "abc", then a hole up to `size`.
std::string SparseFile(const std::string& name, std::uint64_t size) {
  const std::string map = absl::StrFormat("%011o %011o %011o %011o ", 0, 3, size, 0) +
                          std::string(97 - 48, '\0') + absl::StrFormat("%011o ", size);
  return TarHeader(name, 'S', 3, map) + "abc" + std::string(509, '\0');
}

std::string PlainTar(const std::vector<std::string>& members) {
  const std::string index = kIndexJson;
  std::string tar;
  for (const std::string& member : members) {
    tar += member;
  }
  return tar + TarHeader("info/index.json", '0', index.size()) + index +
         std::string(512 - index.size(), '\0') + std::string(1024, '\0');
}

TEST_F(UntrustedPackageTest, AHoleAtTheEndIsKeptAndCounted) {
  const std::string archive =
      directory_.Write("a-1-0.tar.bz2", PlainTar({SparseFile("holes", 1'000'000)}));
  fs::create_directory(Out());
  ASSERT_TRUE(ExtractPackage(archive, Out()).ok()) << ExtractPackage(archive, Out());
  EXPECT_EQ(fs::file_size(Out() + "/holes"), 1'000'000U);
  EXPECT_EQ(ReadFile(Out() + "/holes")->substr(0, 5), std::string("abc\0\0", 5));
  // Each is less than what a package may hold, all are more.
  std::vector<std::string> many;
  for (int i = 0; i < 5; ++i) {
    many.push_back(SparseFile(absl::StrFormat("holes%d", i), 300'000'000));
  }
  directory_.Write("a-1-0.tar.bz2", PlainTar(many));
  fs::remove_all(Out());
  fs::create_directory(Out());
  const absl::Status bomb = ExtractPackage(archive, Out());
  EXPECT_THAT(std::string(bomb.message()), HasSubstr("bomb"));
}

// A device, a pipe, and what has far more data than its kind can have.
TEST_F(UntrustedPackageTest, OddMembersAreRefused) {
  fs::create_directory(Out());
  for (const char type : {'3', '4', '6'}) {
    const std::string archive =
        directory_.Write("a-1-0.tar.bz2", PlainTar({TarHeader("odd", type, 0)}));
    EXPECT_TRUE(absl::IsInvalidArgument(ExtractPackage(archive, Out()))) << type;
  }
  const std::string archive =
      directory_.Write("a-1-0.tar.bz2", PlainTar({TarHeader("big", '0', 8'000'000'000)}));
  EXPECT_TRUE(absl::IsInvalidArgument(ExtractPackage(archive, Out())));
  EXPECT_TRUE(fs::is_empty(Out()));
}

TEST_F(UntrustedPackageTest, ModesAreHarmless) {
  const mode_t before = umask(022);
  ASSERT_TRUE(Unpack({{.path = "set", .content = "x", .mode = 06777},
                      {.path = "none", .content = "x", .mode = 0}})
                  .ok());
  umask(before);
  struct stat status = {};
  ASSERT_EQ(lstat((Out() + "/set").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0755U);
  ASSERT_EQ(lstat((Out() + "/none").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
}

std::string PathsJson(const std::string& path, const std::string& type) {
  return R"({"paths": [{"_path": ")" + path + R"(", "path_type": ")" + type +
         R"(", "file_mode": "text", "prefix_placeholder": "sec"}], "paths_version": 1})";
}

TEST_F(UntrustedPackageTest, WhatIsListedIsAFileOfThePackage) {
  struct Case {
    const char* path;
    const char* type;
    bool ok;
  };
  const Case cases[] = {{"file", "hardlink", true},      {"link", "softlink", true},
                        {"file", "softlink", true},      {"dir", "directory", true},
                        {"link", "hardlink", false},     {"e/secret", "hardlink", false},
                        {"e/secret", "softlink", false}, {"e", "directory", false},
                        {"dir", "hardlink", false},      {"file", "directory", false},
                        {"file/x", "hardlink", false},   {"inner/file", "hardlink", false},
                        {"missing", "hardlink", false},  {"link", "unknown", false}};
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.path) + " " + c.type);
    ASSERT_TRUE(Unpack({{.path = "e", .link = outside_},
                        {.path = "inner", .link = "."},
                        {.path = "link", .link = outside_ + "/secret"},
                        {.path = "file", .content = "x"},
                        {.path = "dir/x", .content = "x"},
                        {.path = "info/paths.json", .content = PathsJson(c.path, c.type)}})
                    .ok());
    EXPECT_EQ(ReadWholePackage(Out()).ok(), c.ok) << ReadWholePackage(Out()).status();
  }
  // As old packages list them.
  for (const char* path : {"e/secret", "inner/file"}) {
    ASSERT_TRUE(Unpack({{.path = "e", .link = outside_},
                        {.path = "inner", .link = "."},
                        {.path = "file", .content = "x"},
                        {.path = "info/files", .content = std::string(path) + "\n"}})
                    .ok());
    EXPECT_FALSE(ReadWholePackage(Out()).ok()) << path;
  }
}

TEST_F(UntrustedPackageTest, PathsThatLeaveAreRefused) {
  for (const char* path : {"../x", "/etc/passwd", "a/../../x", "", ".", "a/.."}) {
    ASSERT_TRUE(Unpack({{.path = "info/paths.json", .content = PathsJson(path, "hardlink")}}).ok());
    EXPECT_TRUE(absl::IsInvalidArgument(ReadPackageContents(Out()).status())) << path;
  }
}

TEST_F(UntrustedPackageTest, NeitherPythonsPathNorCaseLeadsIntoCondaMeta) {
  PackageRecord python;
  python.version = "3.12.1";
  for (const char* path : {"conda-meta", "conda-meta/x", "Conda-Meta/.."}) {
    python.python_site_packages_path = path;
    EXPECT_EQ(LayoutOf(python)->site_packages, "lib/python3.12/site-packages") << path;
  }
  EXPECT_TRUE(IsWithinCondaMeta("CONDA-META/history"));
  EXPECT_FALSE(IsWithinCondaMeta("conda-meta2/history"));
  EXPECT_FALSE(IsWithinCondaMeta("share/conda-meta"));
}

// Each file that is read of info/, as a link, a link to nowhere, or nested far too deep.
TEST_F(UntrustedPackageTest, InfoIsRegularFilesOfThePackage) {
  const std::string deep = R"({"name":"a","version":"1","build":"0","x":)" +
                           std::string(100'000, '[') + std::string(100'000, ']') + "}";
  const std::string paths = R"({"paths": []})";
  ASSERT_TRUE(Unpack({{.path = "info/paths.json", .content = paths}}).ok());
  ASSERT_TRUE(ReadWholePackage(Out()).ok());
  for (const std::string file : {"index.json", "paths.json", "link.json"}) {
    SCOPED_TRACE(file);
    for (const std::string& target : {outside_ + "/secret", std::string("/dev/zero")}) {
      const absl::Status unpacked = Unpack({{.path = "info/" + file, .link = target}});
      if (unpacked.ok()) {
        EXPECT_FALSE(ReadWholePackage(Out()).ok()) << target;
      }
    }
    std::vector<ArchiveEntry> entries = {{.path = "info/" + file, .content = deep}};
    if (file != "paths.json") {
      entries.push_back({.path = "info/paths.json", .content = paths});
    }
    ASSERT_TRUE(Unpack(entries).ok());
    const absl::Status read = ReadWholePackage(Out()).status();
    EXPECT_TRUE(absl::IsInvalidArgument(read)) << read;
    EXPECT_THAT(std::string(read.message()), HasSubstr("nested"));
  }
  for (const std::string file : {"files", "has_prefix", "no_link"}) {
    std::vector<ArchiveEntry> entries = {{.path = "info/" + file, .link = outside_ + "/secret"}};
    if (file != "files") {
      entries.push_back({.path = "info/files", .content = ""});
    }
    ASSERT_TRUE(Unpack(entries).ok());
    EXPECT_TRUE(absl::IsInvalidArgument(ReadWholePackage(Out()).status())) << file;
  }
}

TEST_F(UntrustedPackageTest, ItsRecordIsWrittenInThePlaceOfALink) {
  for (const char* kind : {"file", "link", "directory"}) {
    SCOPED_TRACE(kind);
    std::vector<ArchiveEntry> entries = {{.path = "info/index.json", .content = kIndexJson},
                                         {.path = "info/paths.json", .content = R"({"paths":[]})"}};
    const std::string path = "info/repodata_record.json";
    entries.push_back(
        kind == std::string("link") ? ArchiveEntry{.path = path, .link = outside_ + "/secret"}
        : kind == std::string("directory") ? ArchiveEntry{.path = path + "/x", .content = "x"}
                                           : ArchiveEntry{.path = path, .content = "{}"});
    const std::string archive = directory_.Write("a-1-0.tar.bz2", TarOf(entries, "zstd"));
    const std::string cache = directory_.path() + "/pkgs";
    fs::create_directories(cache + "/.satchel");
    const auto home = CacheHome::Enter(cache, {});
    ASSERT_TRUE(home.ok()) << home.status();
    PackageRecord record;
    record.name = "a";
    record.version = "1";
    record.build = "0";
    record.fn = "a-1-0.tar.bz2";
    record.url = "https://h/noarch/a-1-0.tar.bz2";
    record.sha256 = std::string(64, 'f');
    const auto made = ExtractIntoCache(archive, *home, record);
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(*ReadFile(outside_ + "/secret"), "secret");
    EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(made->directory + "/" + path)));
    EXPECT_TRUE(IsOfRecord(cache, record));
    EXPECT_TRUE(fs::is_empty(cache + "/.satchel"));
  }
}

TEST_F(UntrustedPackageTest, ACopyIsNotMadeThroughALink) {
  fs::create_symlink(outside_ + "/secret", directory_.path() + "/link");
  const int here = open(directory_.path().c_str(), O_RDONLY | O_DIRECTORY);
  EXPECT_FALSE(LinkFile(directory_.path() + "/link", here, "copy", LinkMethod::kCopy, false).ok());
  EXPECT_FALSE(fs::exists(directory_.path() + "/copy"));
  close(here);
}

TEST(JsonTest, IsNestedOnlySoDeep) {
  const auto nested = [](int levels) {
    return std::string("{\"a\":") + std::string(levels - 1, '[') + std::string(levels - 1, ']') +
           "}";
  };
  EXPECT_TRUE(ParseJsonObject(nested(kMaxJsonLevels), "x").ok());
  EXPECT_FALSE(ParseJsonObject(nested(kMaxJsonLevels + 1), "x").ok());
  EXPECT_FALSE(ParseJsonObject(std::string(1 << 20, '['), "x").ok());
  // Brackets in a text, also behind a quote that is escaped, are none.
  EXPECT_TRUE(ParseJsonObject(R"({"a": "\")" + std::string(1000, '[') + "\"}", "x").ok());
  EXPECT_TRUE(ParseJsonObject(R"({"a": "\\", "b": ")" + std::string(1000, '{') + "\"}", "x").ok());
  EXPECT_FALSE(ParseJsonObject("[]", "x").ok());
  EXPECT_FALSE(ParseJsonObject("", "x").ok());
}

TEST(CondaMetaRecordTest, HasNoPathForAName) {
  for (const char* field : {"name", "version", "build", "fn"}) {
    nlohmann::json record = {
        {"name", "a"}, {"version", "1"}, {"build", "0"}, {"fn", "a-1-0.conda"}};
    EXPECT_TRUE(ParseCondaMeta(record.dump(), "x").ok());
    for (const char* bad : {"../x", "a/b", "..", "a\nb", "a\\b"}) {
      record[field] = bad;
      EXPECT_TRUE(absl::IsInvalidArgument(ParseCondaMeta(record.dump(), "x").status()))
          << field << " " << bad;
    }
  }
}

}  // namespace
}  // namespace satchel

// What lies in a package cache need not be what is asked for, and need not have been put there by
// this program.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "base/digest.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/link/cache/cache_entry.h"
#include "frontend/link/cache/cache_home.h"
#include "frontend/link/cache/package_cache.h"
#include "frontend/link/paths/remove_tree.h"
#include "tests/link/test_environment.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::TestEnvironment;

std::string Upper(std::string text) {
  for (char& c : text) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

class UntrustedCacheTest : public ::testing::Test {
 protected:
  UntrustedCacheTest() {
    record_ = env_.Build({.name = "p", .files = {{.path = "a", .content = "good"}}});
    sha256_ = record_.sha256;
    md5_ = *FileDigest(Digest::Kind::kMd5, FileUrlToPath(record_.url));
  }

  PackageRecord With(const std::string& sha256, const std::string& md5) const {
    PackageRecord record = record_;
    record.sha256 = sha256;
    record.md5 = md5;
    return record;
  }

  absl::Status Provide(const PackageRecord& record, bool offline = false) {
    NetworkOptions network;
    network.offline = offline;
    Downloader downloader(std::move(network));
    return PackageCache({env_.cache()}).Provide({record}, &downloader, {}).status();
  }
  bool Finds(const PackageRecord& record) const {
    return PackageCache({env_.cache()}).Find(record).has_value();
  }

  std::string Extracted(const std::string& file) const { return env_.cache() + "/p-1.0-0/" + file; }
  std::string Archive() const { return env_.cache() + "/" + record_.fn; }

  // As if another file of that name had been extracted, of which these hashes are known.
  void PretendExtracted(const std::string& sha256, const std::string& md5) {
    const std::string path = Extracted("info/repodata_record.json");
    nlohmann::json json = nlohmann::json::parse(*ReadFile(path));
    json.erase("sha256");
    json.erase("md5");
    if (!sha256.empty()) {
      json["sha256"] = sha256;
    }
    if (!md5.empty()) {
      json["md5"] = md5;
    }
    ASSERT_TRUE(WriteFile(path, json.dump()).ok());
    fs::remove(Extracted("a"));
    ASSERT_TRUE(WriteFile(Extracted("a"), "evil").ok());
  }

  TestEnvironment env_;
  PackageRecord record_;
  std::string sha256_;
  std::string md5_;
};

TEST_F(UntrustedCacheTest, AHashThatIsAskedForDecides) {
  const std::string other64(64, '0');
  const std::string other32(32, '0');
  struct Case {
    const char* why;
    std::string asked_sha256;
    std::string asked_md5;
    std::string known_sha256;
    std::string known_md5;
    bool with_archive;
    bool found;
  };
  const Case cases[] = {
      {"the same sha256", sha256_, "", sha256_, "", false, true},
      {"in capital letters", Upper(sha256_), "", sha256_, "", false, true},
      {"another sha256", sha256_, "", other64, "", true, false},
      {"no hash is known", sha256_, "", "", "", true, false},
      {"no hash is known, nor the file", sha256_, "", "", "", false, false},
      {"no hash is known, md5 asked for", "", md5_, "", "", true, false},
      {"the same md5", "", md5_, "", md5_, false, true},
      {"another md5", "", md5_, "", other32, true, false},
      {"the md5 alone does not say the sha256", sha256_, md5_, "", md5_, false, false},
      {"but the file does", sha256_, md5_, "", md5_, true, true},
      {"the file is another", other64, md5_, "", md5_, true, false},
      {"nobody has looked at an md5 beside a sha256", "", md5_, other64, md5_, false, false},
      {"the file is not what was extracted", "", md5_, other64, md5_, true, false},
      {"the file is both", "", md5_, sha256_, "", true, true},
      {"right sha256, wrong md5: the stronger decides", sha256_, other32, sha256_, md5_, false,
       true},
      {"nothing is asked", "", "", other64, "", false, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.why);
    fs::remove_all(env_.cache());
    ASSERT_TRUE(Provide(record_).ok());
    PretendExtracted(c.known_sha256, c.known_md5);
    if (!c.with_archive) {
      fs::remove(Archive());
    }
    const PackageRecord asked = With(c.asked_sha256, c.asked_md5);
    EXPECT_EQ(Finds(asked), c.found);
    const bool can_be_had = c.asked_sha256 != other64;
    EXPECT_EQ(Provide(asked).ok(), can_be_had);
    EXPECT_EQ(*ReadFile(Extracted("a")), c.found || !can_be_had ? "evil" : "good");
  }
}

TEST_F(UntrustedCacheTest, WhatIsNotKnownIsMadeFromTheFileOrRefusedOffline) {
  ASSERT_TRUE(Provide(With("", "")).ok());
  PretendExtracted("", "");
  PackageRecord remote = record_;
  remote.url = "http://127.0.0.1:9/noarch/" + record_.fn;
  // The package file is there and has the hash: it is extracted again.
  EXPECT_TRUE(Provide(remote, /*offline=*/true).ok());
  EXPECT_EQ(*ReadFile(Extracted("a")), "good");
  PretendExtracted("", "");
  fs::remove(Archive());
  const absl::Status refused = Provide(remote, /*offline=*/true);
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("offline"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("not known to have the requested sha256"));
}

TEST_F(UntrustedCacheTest, WithoutAHashTheUrlDecides) {
  ASSERT_TRUE(Provide(With("", "")).ok());
  EXPECT_TRUE(Finds(With("", "")));
  PackageRecord elsewhere = With("", "");
  elsewhere.url = "https://elsewhere/noarch/" + record_.fn;
  EXPECT_FALSE(Finds(elsewhere));
  // Nobody has noted where this came from.
  fs::remove(Extracted("info/repodata_record.json"));
  EXPECT_TRUE(Finds(elsewhere));
  elsewhere.version = "1.1";
  EXPECT_FALSE(Finds(elsewhere));
}

TEST_F(UntrustedCacheTest, AFileThatWasAlteredIsFetchedAgain) {
  ASSERT_TRUE(Provide(record_).ok());
  fs::remove_all(env_.cache() + "/p-1.0-0");
  std::ofstream(Archive(), std::ios::app) << "x";
  ASSERT_TRUE(Provide(record_).ok());
  EXPECT_EQ(*FileDigest(Digest::Kind::kSha256, Archive()), sha256_);
  // Of the right size, but another.
  fs::remove_all(env_.cache() + "/p-1.0-0");
  std::fstream(Archive(), std::ios::in | std::ios::out) << "x";
  ASSERT_TRUE(Provide(With("", md5_)).ok());
  EXPECT_EQ(*FileDigest(Digest::Kind::kSha256, Archive()), sha256_);
}

TEST_F(UntrustedCacheTest, ARecordWhoseNameIsAPathIsRefused) {
  for (const char* fn : {"../../evil-1-0.conda", "..", "/evil-1-0.conda", "evil", "a-1-0.conda/"}) {
    PackageRecord record = record_;
    record.fn = fn;
    EXPECT_TRUE(absl::IsInvalidArgument(Provide(record))) << fn;
  }
}

TEST_F(UntrustedCacheTest, WhatIsThereOfAnotherFileIsMissing) {
  const PackageCache cache({env_.cache()});
  EXPECT_EQ(cache.Missing({record_}).size(), 1U);
  ASSERT_TRUE(Provide(record_).ok());
  EXPECT_TRUE(cache.Missing({record_}).empty());
  fs::remove(Archive());
  EXPECT_TRUE(cache.Missing({record_}).empty());
  EXPECT_EQ(cache.Missing({With(std::string(64, '0'), "")}).size(), 1U);
}

// Of two processes in one cache the second leaves alone what the first is working on.
TEST_F(UntrustedCacheTest, SweepsOnlyWhenNobodyElseIsThere) {
  const std::string home = env_.cache() + "/.satchel";
  fs::create_directories(home + "/left/by/a/killed/process");
  std::ofstream(home + "/old.lock") << "";
  auto first = CacheHome::Enter(env_.cache(), {});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(fs::is_empty(home));
  {
    const auto temporary = first->MakeTemporary();
    ASSERT_TRUE(temporary.ok()) << temporary.status();
    EXPECT_TRUE(CacheHome::Enter(env_.cache(), {}).ok());
    EXPECT_TRUE(fs::exists(temporary->path()));
    struct stat status = {};
    ASSERT_EQ(stat(temporary->path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700U);
  }
  EXPECT_TRUE(fs::is_empty(home));
}

TEST_F(UntrustedCacheTest, APackageOfAnotherNameCompletesNoRecord) {
  ASSERT_TRUE(Provide(record_).ok());
  PackageRecord record = record_;
  EXPECT_TRUE(CompleteFromIndex(env_.cache() + "/p-1.0-0", &record).ok());
  for (std::string PackageRecord::*part :
       {&PackageRecord::name, &PackageRecord::version, &PackageRecord::build}) {
    PackageRecord other = record_;
    other.*part = "x";
    EXPECT_TRUE(absl::IsInvalidArgument(CompleteFromIndex(env_.cache() + "/p-1.0-0", &other)));
  }
}

TEST_F(UntrustedCacheTest, AFileIsVerifiedBySizeAndHash) {
  const std::string path = FileUrlToPath(record_.url);
  Download expected = DownloadOf(record_, "x");
  EXPECT_TRUE(VerifyPackageFile(path, expected).ok());
  expected.size_bytes += 1;
  EXPECT_TRUE(absl::IsDataLoss(VerifyPackageFile(path, expected)));
  expected = DownloadOf(With("", std::string(32, '0')), "x");
  EXPECT_TRUE(absl::IsDataLoss(VerifyPackageFile(path, expected)));
  expected = DownloadOf(With("", md5_), "x");
  EXPECT_TRUE(VerifyPackageFile(path, expected).ok());
  expected = DownloadOf(With(std::string(64, '0'), md5_), "x");
  EXPECT_TRUE(absl::IsDataLoss(VerifyPackageFile(path, expected)));
  EXPECT_FALSE(VerifyPackageFile(env_.path(), expected).ok());
}

// Each is put in the way before the cache is used: what it leads to must stay as it is, and the
// package is there or the reason is told.
TEST_F(UntrustedCacheTest, NothingIsDoneThroughWhatOthersPutThere) {
  const std::string victim = env_.path() + "/victim";
  const auto plant_link = [&](const std::string& name) {
    fs::create_symlink(victim, env_.cache() + "/" + name);
  };
  const auto plant_file_link = [&](const std::string& name) {
    fs::create_symlink(victim + "/file", env_.cache() + "/" + name);
  };
  const auto plant_new = [&](const std::string& name) {
    fs::create_symlink(victim + "/new", env_.cache() + "/" + name);
  };
  struct Case {
    const char* why;
    std::function<void()> plant;
    bool works;
  };
  const std::string fn = record_.fn;
  const Case cases[] = {
      {"our directory", [&] { plant_link(".satchel"); }, false},
      {"our directory, a file", [&] { plant_file_link(".satchel"); }, false},
      {"our directory, to nowhere", [&] { plant_new(".satchel"); }, false},
      {"a lock",
       [&] {
         fs::create_directory(env_.cache() + "/.satchel");
         ASSERT_EQ(mkfifo((env_.cache() + "/.satchel/x").c_str(), 0666), 0);
         plant_new(".satchel/p-1.0-0.lock");
       },
       true},
      {"the list of URLs", [&] { plant_file_link("urls.txt"); }, false},
      {"the list of URLs, a pipe",
       [&] { ASSERT_EQ(mkfifo((env_.cache() + "/urls.txt").c_str(), 0666), 0); }, false},
      {"the list of URLs, a hard link",
       [&] { fs::create_hard_link(victim + "/file", env_.cache() + "/urls.txt"); }, false},
      {"the package file", [&] { plant_file_link(fn); }, true},
      {"the package file, a pipe",
       [&] { ASSERT_EQ(mkfifo((env_.cache() + "/" + fn).c_str(), 0666), 0); }, true},
      {"the unfinished file", [&] { plant_file_link(fn + ".part"); }, true},
      {"the extracted package", [&] { plant_link("p-1.0-0"); }, true},
      {"its record",
       [&] {
         fs::create_directories(Extracted("info"));
         std::ofstream(Extracted("info/index.json")) << "{}";
         ASSERT_EQ(mkfifo(Extracted("info/repodata_record.json").c_str(), 0666), 0);
       },
       true},
      {"rattler's lock",
       [&] {
         fs::create_directories(Extracted("info"));
         std::ofstream(Extracted("info/index.json")) << R"({"name":"p","version":"1.0"})";
         ASSERT_EQ(mkfifo((env_.cache() + "/p-1.0-0.lock").c_str(), 0666), 0);
       },
       true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.why);
    fs::remove_all(env_.cache());
    fs::remove_all(victim);
    fs::create_directories(env_.cache());
    fs::create_directories(victim + "/sub");
    std::ofstream(victim + "/file") << "mine";
    const auto before = TestEnvironment::SnapshotOf(victim);
    c.plant();
    const absl::Status provided = Provide(record_);
    EXPECT_EQ(provided.ok(), c.works) << provided;
    EXPECT_EQ(TestEnvironment::SnapshotOf(victim), before);
    EXPECT_EQ(Finds(record_), c.works || provided.message().find("urls.txt") != std::string::npos);
  }
}

TEST(RemoveTreeTest, RemovesDeepTreesAndFollowsNoLink) {
  const testing::TemporaryDirectory directory;
  directory.Write("kept/file", "x");
  fs::create_directory(directory.path() + "/tree");
  const int root = open(directory.path().c_str(), O_RDONLY | O_DIRECTORY);
  // Deeper than a path can be long, or files be open.
  int at = open((directory.path() + "/tree").c_str(), O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < 3000; ++i) {
    ASSERT_EQ(mkdirat(at, "dd", 0755), 0);
    ASSERT_EQ(symlinkat("../kept", at, "link"), 0);
    const int next = openat(at, "dd", O_RDONLY | O_DIRECTORY);
    fchmod(at, i == 17 ? 0500 : 0755);
    close(at);
    at = next;
  }
  close(at);
  fs::create_symlink("../kept", directory.path() + "/tree/link2");
  EXPECT_TRUE(RemoveTree(root, "tree").ok()) << RemoveTree(root, "tree");
  EXPECT_FALSE(fs::exists(directory.path() + "/tree"));
  EXPECT_TRUE(fs::exists(directory.path() + "/kept/file"));
  fs::create_directory_symlink("kept", directory.path() + "/link");
  EXPECT_TRUE(RemoveTree(root, "link").ok());
  EXPECT_TRUE(fs::exists(directory.path() + "/kept/file"));
  EXPECT_TRUE(RemoveTree(root, "not-there").ok());
  close(root);
}

}  // namespace
}  // namespace satchel

#include "frontend/fetch/index_cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/config/cache_directory.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Repodata(const std::string& name) {
  return absl::StrFormat(R"({"info":{"subdir":"noarch"},"packages.conda":{"%s-1-0.conda":
      {"name":"%s","version":"1","build":"0","build_number":0}, "bad-x y-0.conda": {}}})",
                         name, name);
}

class IndexCacheTest : public ::testing::Test {
 protected:
  IndexCacheTest() {
    directory_.Write("channel/noarch/repodata.json", Repodata("alpha"));
    Age();
  }

  // As if the repodata had lain there for a while: only then its stamp can be relied on. The change
  // time cannot be set, so that must be waited for where it matters.
  void Age() const {
    const std::array<timespec, 2> times = {timespec{1'700'000'000, 0}, timespec{1'700'000'000, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, source_.c_str(), times.data(), 0), 0);
  }
  void Change(const std::string& name) const {
    directory_.Write("channel/noarch/repodata.json", Repodata(name));
  }
  IndexCacheOptions Options() const {
    IndexCacheOptions options;
    options.directory = cache_directory_;
    return options;
  }
  absl::StatusOr<CachedIndex> Get(IndexCache& cache, const IngestOptions& ingest) const {
    if (std::optional<CachedIndex> kept = cache.Find(source_, ingest); kept.has_value()) {
      return *std::move(kept);
    }
    return cache.Make(source_, ingest);
  }
  CachedIndex Get(IndexCacheOptions options, std::vector<std::string>* warnings = nullptr) const {
    IndexCache cache(std::move(options));
    IngestOptions ingest;
    ingest.subdir = "noarch";
    absl::StatusOr<CachedIndex> got = Get(cache, ingest);
    EXPECT_TRUE(got.ok()) << got.status();
    const std::vector<std::string> told = cache.TakeWarnings();
    if (warnings != nullptr) {
      *warnings = told;
    } else {
      EXPECT_THAT(told, IsEmpty());
    }
    return got.ok() ? *std::move(got) : CachedIndex();
  }
  CachedIndex Get() const { return Get(Options()); }
  std::string File() const { return IndexFilePath(cache_directory_, source_, "noarch"); }

  testing::TemporaryDirectory directory_;
  std::string source_ = directory_.path() + "/channel/noarch/repodata.json";
  std::string cache_directory_ = directory_.path() + "/cache/index";
};

TEST_F(IndexCacheTest, TheSecondTimeTheIndexIsThere) {
  const CachedIndex made = Get();
  EXPECT_FALSE(made.was_kept);
  EXPECT_EQ(made.file, File());
  EXPECT_THAT(made.file, HasSubstr("/channel-noarch-"));
  const CachedIndex kept = Get();
  EXPECT_TRUE(kept.was_kept);
  EXPECT_EQ(kept.index.num_records(), 1U);
  EXPECT_TRUE(kept.index.FindName("alpha").ok());
  EXPECT_EQ(kept.report.num_skipped, made.report.num_skipped);
  ASSERT_THAT(kept.report.skipped, SizeIs(1));
  EXPECT_EQ(kept.report.skipped[0].fn, "bad-x y-0.conda");
}

TEST_F(IndexCacheTest, NoDirectoryNoCache) {
  IndexCacheOptions none;
  EXPECT_FALSE(Get(none).was_kept);
  EXPECT_EQ(Get(none).file, "");
  EXPECT_FALSE(fs::exists(directory_.path() + "/cache"));
}

TEST_F(IndexCacheTest, RebuildReadsNone) {
  Get();
  IndexCacheOptions options = Options();
  options.rebuild = true;
  EXPECT_FALSE(Get(options).was_kept);
  EXPECT_TRUE(Get().was_kept);
}

// The new content has the size of the old, and is written within the same tick of the clock.
TEST_F(IndexCacheTest, AChangedSourceIsReadAnew) {
  Get();
  Change("gamma");
  Age();
  const CachedIndex anew = Get();
  EXPECT_FALSE(anew.was_kept);
  EXPECT_TRUE(anew.index.FindName("gamma").ok());
  EXPECT_THAT(ListIndexDirectory(cache_directory_), SizeIs(1));
}

TEST_F(IndexCacheTest, ATouchedSourceIsKnownByItsContent) {
  Get();
  const absl::StatusOr<IndexFile> before = OpenIndexFile(File());
  ASSERT_TRUE(before.ok());
  EXPECT_FALSE(before->notes.identity.is_settled) << "it was written just now";
  Change("alpha");
  EXPECT_TRUE(Get().was_kept);
}

TEST_F(IndexCacheTest, AStampThatHasSettledIsBelieved) {
  Get();
  FileIdentity identity;
  identity.stamp = StampOf(source_).value();
  identity.is_settled = true;
  ASSERT_TRUE(RestampIndexFile(File(), identity).ok());
  chmod(source_.c_str(), 0);  // Not even looked into. (Root may; then this proves less.)
  identity.stamp = StampOf(source_).value();
  ASSERT_TRUE(RestampIndexFile(File(), identity).ok());
  EXPECT_TRUE(Get().was_kept);
}

TEST_F(IndexCacheTest, ChannelsDoNotMix) {
  Get();
  IndexCache cache(Options());
  IngestOptions other;
  other.subdir = "linux-64";
  EXPECT_FALSE(Get(cache, other)->was_kept);
  // The file of another source under this one's name, as if the names had collided.
  fs::copy_file(IndexFilePath(cache_directory_, source_, "linux-64"), File(),
                fs::copy_options::overwrite_existing);
  EXPECT_FALSE(Get().was_kept);
  EXPECT_TRUE(Get().was_kept);
}

TEST_F(IndexCacheTest, ADamagedIndexIsMadeAnewWithAWarning) {
  for (const bool cut_short : {true, false}) {
    Get();
    if (cut_short) {
      fs::resize_file(File(), fs::file_size(File()) / 2);
    } else {
      std::ofstream(File(), std::ios::binary) << "garbage";
    }
    std::vector<std::string> warnings;
    EXPECT_FALSE(Get(Options(), &warnings).was_kept);
    EXPECT_THAT(warnings, ElementsAre(HasSubstr(File())));
    EXPECT_TRUE(Get().was_kept);
  }
}

TEST_F(IndexCacheTest, AnotherVersionIsMadeAnewWithout) {
  Get();
  std::fstream file(File(), std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(8);
  file.put('\x7f');
  file.close();
  EXPECT_FALSE(Get().was_kept);
  EXPECT_TRUE(Get().was_kept);
}

TEST_F(IndexCacheTest, WhatCannotBeWrittenIsAWarningOnce) {
  directory_.Write("cache", "a file where the directory should be");
  IndexCache cache(Options());
  IngestOptions ingest;
  for (const char* subdir : {"noarch", "linux-64"}) {
    ingest.subdir = subdir;
    const absl::StatusOr<CachedIndex> got = Get(cache, ingest);
    ASSERT_TRUE(got.ok()) << got.status();
    EXPECT_EQ(got->file, "");
    EXPECT_TRUE(got->index.FindName("alpha").ok());
  }
  EXPECT_THAT(cache.TakeWarnings(), ElementsAre(HasSubstr("SATCHEL_CACHE_DIR")));
  EXPECT_THAT(cache.TakeWarnings(), IsEmpty());
}

TEST_F(IndexCacheTest, AnotherWriterIsNoReasonToWarn) {
  Get();
  const std::string temporary = File() + ".tmp";
  const int other = open(temporary.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_EQ(flock(other, LOCK_EX), 0);
  Change("delta");
  EXPECT_TRUE(Get().index.FindName("delta").ok());
  EXPECT_TRUE(RemoveIndex(temporary).ok());
  EXPECT_TRUE(fs::exists(temporary)) << "a writer is at work on it";
  close(other);
  EXPECT_TRUE(RemoveIndex(temporary).ok());
  EXPECT_FALSE(fs::exists(temporary));
}

TEST_F(IndexCacheTest, WhatWasUsedLeastRecentlyGoes) {
  Get();
  fs::remove(File());
  const auto now = std::chrono::system_clock::now();
  const auto make = [&](const std::string& name, std::chrono::hours age) {
    const std::string path = directory_.Write("cache/index/" + name, std::string(1000, 'x'));
    const std::time_t used = std::chrono::system_clock::to_time_t(now - age);
    const std::array<timespec, 2> times = {timespec{used, 0}, timespec{used, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times.data(), 0), 0);
  };
  using std::chrono::hours;
  make("ancient.index", hours(24 * 100));
  make("old.index", hours(48));
  make("recent.index", hours(24));
  make("left-behind.index.tmp", hours(1));
  make("being-written.index.tmp", hours(0));
  make("unrelated.txt", hours(24 * 100));
  IndexCacheOptions options = Options();
  options.limits.max_bytes = 1000 + 20'000;
  options.limits.max_age = hours(24 * 60);
  const std::string kept = Get(options).file;
  const auto names = [&] {
    std::vector<std::string> found;
    for (const IndexDirectoryEntry& entry : ListIndexDirectory(cache_directory_)) {
      found.push_back(fs::path(entry.path).filename());
    }
    return found;
  };
  const std::string ours = fs::path(kept).filename();
  EXPECT_THAT(names(), ElementsAre("being-written.index.tmp", ours, "old.index", "recent.index"));
  options.limits.max_bytes = fs::file_size(kept) + 1500;
  EvictIndexes(cache_directory_, options.limits, kept);
  EXPECT_THAT(names(), ElementsAre("being-written.index.tmp", ours, "recent.index"));
  options.limits.max_bytes = 0;
  EvictIndexes(cache_directory_, options.limits, kept);
  EXPECT_THAT(names(), ElementsAre("being-written.index.tmp", ours))
      << "the one just written stays, however large";
  EXPECT_TRUE(fs::exists(cache_directory_ + "/unrelated.txt"));
}

TEST_F(IndexCacheTest, UseIsNoted) {
  Get();
  const std::array<timespec, 2> times = {timespec{1'700'000'000, 0}, timespec{1'700'000'000, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, File().c_str(), times.data(), 0), 0);
  EXPECT_TRUE(Get().was_kept);
  ASSERT_THAT(ListIndexDirectory(cache_directory_), SizeIs(1));
  EXPECT_LT(std::chrono::system_clock::now() - ListIndexDirectory(cache_directory_)[0].last_used,
            std::chrono::hours(1));
}

TEST_F(IndexCacheTest, ManyAtOnce) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this] {
      for (int round = 0; round < 10; ++round) {
        IndexCacheOptions options = Options();
        options.rebuild = round % 3 == 0;
        EXPECT_TRUE(Get(options).index.FindName("alpha").ok());
      }
    });
  }
}

TEST(CacheDirectoryTest, IsOursOrXdgsOrHomes) {
  std::map<std::string, std::string> variables = {
      {"SATCHEL_CACHE_DIR", "/a/b/"}, {"XDG_CACHE_HOME", "/x"}, {"HOME", "/home/me"}};
  const auto lookup = [&](const std::string& name) {
    return variables.contains(name) ? std::optional(variables[name]) : std::nullopt;
  };
  EXPECT_EQ(CacheDirectory(lookup), "/a/b");
  variables["SATCHEL_CACHE_DIR"] = "";
  EXPECT_EQ(CacheDirectory(lookup), "/x/satchel");
  variables["XDG_CACHE_HOME"] = "relative";
  EXPECT_EQ(CacheDirectory(lookup), "/home/me/.cache/satchel");
  variables.erase("HOME");
  EXPECT_EQ(CacheDirectory(lookup), "");
}

}  // namespace
}  // namespace satchel

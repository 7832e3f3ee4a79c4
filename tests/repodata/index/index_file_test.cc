#include "repodata/index/index_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"

#include "repodata/index/index_file_format.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/repodata/io/repodata_text.h"
#include "tests/support/campaign.h"

namespace satchel {
namespace {

using testing::MakeRecord;
using testing::RecordText;
using testing::RepodataText;
using testing::TouchAll;

Index MakeIndex(int num_records) {
  std::vector<RecordText> records;
  for (int i = 0; i < num_records; ++i) {
    records.push_back(MakeRecord(absl::StrFormat("package%d", i / 4),
                                 absl::StrFormat("1.%d", i % 4),
                                 absl::StrFormat("h%08x_0", i * 2654435761U), 0,
                                 absl::StrFormat(R"("depends":["package%d >=1.%d"],"size":%d)",
                                                 (i * 7) % (num_records / 4 + 1), i % 4, i)));
  }
  return IngestRepodata(RepodataText(records), {.subdir = {}, .label = "test"}, nullptr).value();
}

IndexFileNotes SomeNotes() {
  IndexFileNotes notes;
  notes.source = "/srv/channel/linux-64/repodata.json";
  notes.subdir = "linux-64";
  notes.identity.stamp = {1, 2, 3, 4, 5};
  notes.identity.content = {6, 7};
  notes.identity.is_settled = true;
  notes.report.num_records = 40;
  notes.report.num_skipped = 2;
  notes.report.skipped = {{"a-1-0.conda", "bad version"}, {"", "x"}};
  return notes;
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class IndexFileTest : public ::testing::Test {
 protected:
  void Write(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }
  void Poke(std::size_t at, char byte) const {
    const int fd = open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_EQ(pwrite(fd, &byte, 1, static_cast<off_t>(at)), 1);
    close(fd);
  }
  // The file of a small index.
  std::string SmallFile() const {
    EXPECT_TRUE(WriteIndexFile(path_, MakeIndex(40), SomeNotes()).ok());
    return ReadAll(path_);
  }

  testing::TemporaryDirectory directory_;
  std::string path_ = directory_.path() + "/x.index";
};

TEST_F(IndexFileTest, HoldsTheIndexAndItsNotes) {
  const Index index = MakeIndex(2000);
  const IndexFileNotes notes = SomeNotes();
  ASSERT_TRUE(WriteIndexFile(path_, index, notes).ok());
  EXPECT_FALSE(std::filesystem::exists(path_ + ".tmp"));
  const absl::StatusOr<IndexFile> opened = OpenIndexFile(path_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(TouchAll(opened->index), TouchAll(index));
  EXPECT_TRUE(opened->index.Validate().ok());
  EXPECT_FALSE(opened->index.damaged());
  EXPECT_EQ(opened->notes.source, notes.source);
  EXPECT_EQ(opened->notes.subdir, notes.subdir);
  EXPECT_EQ(opened->notes.identity.stamp, notes.identity.stamp);
  EXPECT_EQ(opened->notes.identity.content, notes.identity.content);
  EXPECT_TRUE(opened->notes.identity.is_settled);
  EXPECT_EQ(opened->notes.report.num_records, 40U);
  EXPECT_EQ(opened->notes.report.num_skipped, 2U);
  ASSERT_EQ(opened->notes.report.skipped.size(), 2U);
  EXPECT_EQ(opened->notes.report.skipped[0].fn, "a-1-0.conda");
  EXPECT_EQ(opened->notes.report.skipped[1].reason, "x");
}

TEST_F(IndexFileTest, TheSameIndexAndNotesGiveTheSameBytes) {
  const std::string once = SmallFile();
  EXPECT_EQ(SmallFile(), once);
}

TEST_F(IndexFileTest, AnEmptyChannelHasAFileToo) {
  const Index empty = IngestRepodata("{}", {.subdir = "noarch", .label = "test"}, nullptr).value();
  ASSERT_TRUE(WriteIndexFile(path_, empty, {}).ok());
  const absl::StatusOr<IndexFile> opened = OpenIndexFile(path_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->index.subdir(), "noarch");
  EXPECT_EQ(opened->index.num_records(), 0U);
}

TEST_F(IndexFileTest, AMissingFileIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(OpenIndexFile(path_).status()));
  EXPECT_TRUE(absl::IsNotFound(RestampIndexFile(path_, {})));
  EXPECT_FALSE(OpenIndexFile(directory_.path()).ok());
  EXPECT_TRUE(absl::IsNotFound(
      WriteIndexFile(directory_.path() + "/none/x.index", MakeIndex(4), SomeNotes())));
}

TEST_F(IndexFileTest, RefusesAnotherVersionAndAnotherByteOrder) {
  const std::string file = SmallFile();
  for (const std::size_t field :
       {offsetof(IndexFileHeader, format_version), offsetof(IndexFileHeader, byte_order)}) {
    std::string other = file;
    ++other[field];
    Write(other);
    EXPECT_TRUE(absl::IsFailedPrecondition(OpenIndexFile(path_).status()))
        << OpenIndexFile(path_).status();
  }
}

// In place: a file system may flush whatever is written over by truncating, which takes minutes.
TEST_F(IndexFileTest, RefusesEveryTruncation) {
  const std::string file = SmallFile();
  Write(file + "x");
  EXPECT_TRUE(absl::IsDataLoss(OpenIndexFile(path_).status()));
  for (std::size_t size = file.size(); size-- > 0;) {
    ASSERT_EQ(truncate(path_.c_str(), static_cast<off_t>(size)), 0);
    ASSERT_TRUE(absl::IsDataLoss(OpenIndexFile(path_).status())) << size;
  }
}

// By another program, in place: what lies beyond the new end is gone from our memory too.
TEST_F(IndexFileTest, CutShortWhileItIsReadItIsDamagedAndNoMore) {
  const Index index = MakeIndex(4000);
  ASSERT_TRUE(WriteIndexFile(path_, index, SomeNotes()).ok());
  const std::string whole = ReadAll(path_);
  for (std::size_t part = 0; part < 8; ++part) {
    for (const bool has_been_read : {false, true}) {
      Write(whole);
      const absl::StatusOr<IndexFile> file = OpenIndexFile(path_);
      ASSERT_TRUE(file.ok()) << file.status();
      if (has_been_read) {
        TouchAll(file->index);
        EXPECT_FALSE(file->index.damaged());
      }
      ASSERT_EQ(truncate(path_.c_str(), static_cast<off_t>(whole.size() * part / 8)), 0);
      TouchAll(file->index);
      EXPECT_TRUE(file->index.damaged()) << part;
    }
  }
}

// Whatever byte changes: the file is refused, or what was read is known to be damaged, or nothing
// that is read has changed.
TEST_F(IndexFileTest, NoChangedByteGoesUnnoticed) {
  const std::string file = SmallFile();
  const std::uint64_t sum = TouchAll(OpenIndexFile(path_)->index);
  std::size_t num_damaged = 0;
  for (std::size_t at = 0; at < file.size(); ++at) {
    SCOPED_TRACE(at);
    Poke(at, static_cast<char>(file[at] ^ (1 << (at % 8))));
    if (const absl::StatusOr<IndexFile> opened = OpenIndexFile(path_); opened.ok()) {
      const std::uint64_t changed_sum = TouchAll(opened->index);
      num_damaged += opened->index.damaged() ? 1 : 0;
      ASSERT_TRUE(opened->index.damaged() || changed_sum == sum);
      ASSERT_EQ(opened->index.Validate().ok(), !opened->index.damaged());
      ASSERT_TRUE(!opened->notes.identity.is_settled ||
                  opened->notes.identity.stamp == SomeNotes().identity.stamp);
    }
    Poke(at, file[at]);
  }
  EXPECT_GT(num_damaged, sizeof(RecordRow) * 40);
}

// Large enough for several roots of checksums.
TEST_F(IndexFileTest, WhatIsNotReadIsNotChecked) {
  const Index index = MakeIndex(20'000);
  ASSERT_TRUE(WriteIndexFile(path_, index, SomeNotes()).ok());
  std::string file = ReadAll(path_);
  ASSERT_GT(CheckedPages::NumRoots(CheckedPages::NumPages(index.image().size())), 1U);
  const std::size_t image = file.size() - index.image().size();
  const RecordId far(index.num_records() / 2);
  const auto offset = static_cast<std::size_t>(
      reinterpret_cast<const std::byte*>(&index.Record(far)) - index.image().data());
  file[image + offset] = static_cast<char>(file[image + offset] ^ 0x10);
  Write(file);

  const absl::StatusOr<IndexFile> opened = OpenIndexFile(path_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->index.View(RecordId(0U), "c").fn, index.View(RecordId(0U), "c").fn);
  EXPECT_FALSE(opened->index.damaged());
  const Index copy = opened->index;
  const RecordView view = copy.View(far, "c");
  EXPECT_EQ(view.name, "");
  EXPECT_EQ(view.version.text, "0");
  EXPECT_TRUE(opened->index.damaged()) << "copies share the image and its state";
  EXPECT_EQ(opened->index.View(RecordId(0U), "c").fn, index.View(RecordId(0U), "c").fn);
}

TEST_F(IndexFileTest, ADamagedTableOfChecksumsIsNoticed) {
  const Index index = MakeIndex(20'000);
  ASSERT_TRUE(WriteIndexFile(path_, index, SomeNotes()).ok());
  std::string file = ReadAll(path_);
  const auto& header = *reinterpret_cast<const IndexFileHeader*>(file.data());
  // The checksum of a page nobody reads guards its group.
  file[header.checksums_offset + 8 * 100] ^= 1;
  Write(file);
  const absl::StatusOr<IndexFile> opened = OpenIndexFile(path_);
  EXPECT_TRUE(absl::IsDataLoss(opened.status())) << "the header's page is in the first group";
}

TEST_F(IndexFileTest, AStampIsRenewedInPlace) {
  SmallFile();
  const absl::StatusOr<IndexFile> before = OpenIndexFile(path_);
  ASSERT_TRUE(before.ok());
  FileIdentity identity;
  identity.stamp = {10, 20, 30, 40, 50};
  identity.is_settled = true;
  ASSERT_TRUE(RestampIndexFile(path_, identity).ok());
  const absl::StatusOr<IndexFile> after = OpenIndexFile(path_);
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(after->notes.identity.stamp, identity.stamp);
  EXPECT_TRUE(after->notes.identity.is_settled);
  EXPECT_EQ(after->notes.identity.content, SomeNotes().identity.content);
  EXPECT_TRUE(before->index.Validate().ok());
}

TEST_F(IndexFileTest, AMappingOutlivesItsFile) {
  const Index index = MakeIndex(400);
  ASSERT_TRUE(WriteIndexFile(path_, index, SomeNotes()).ok());
  const absl::StatusOr<IndexFile> opened = OpenIndexFile(path_);
  ASSERT_TRUE(opened.ok());
  ASSERT_TRUE(WriteIndexFile(path_, MakeIndex(40), SomeNotes()).ok());
  EXPECT_EQ(TouchAll(opened->index), TouchAll(index));
  std::filesystem::remove(path_);
  EXPECT_EQ(TouchAll(opened->index), TouchAll(index));
}

TEST_F(IndexFileTest, OneWriterAtATime) {
  const std::string temporary = path_ + ".tmp";
  const int other = open(temporary.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_EQ(flock(other, LOCK_EX), 0);
  EXPECT_TRUE(absl::IsAborted(WriteIndexFile(path_, MakeIndex(40), SomeNotes())));
  ASSERT_EQ(write(other, "left behind", 11), 11);
  close(other);  // As if it had been killed.
  EXPECT_TRUE(WriteIndexFile(path_, MakeIndex(40), SomeNotes()).ok());
  EXPECT_TRUE(OpenIndexFile(path_).ok());
  EXPECT_FALSE(std::filesystem::exists(temporary));
}

TEST_F(IndexFileTest, WritersAndReadersAtOnce) {
  const Index index = MakeIndex(400);
  const std::uint64_t sum = TouchAll(index);
  std::atomic<bool> done = false;
  std::atomic<int> num_written = 0;
  const auto write = [&] {
    while (!done) {
      const absl::Status written = WriteIndexFile(path_, index, SomeNotes());
      EXPECT_TRUE(written.ok() || absl::IsAborted(written)) << written;
      num_written += written.ok() ? 1 : 0;
    }
  };
  std::jthread first(write);
  std::jthread second(write);
  int num_read = 0;
  while (num_read < 100 || num_written < 20) {
    const absl::StatusOr<IndexFile> opened = OpenIndexFile(path_);
    if (absl::IsNotFound(opened.status()) && num_read == 0) {
      continue;  // Nobody has finished yet.
    }
    ASSERT_TRUE(opened.ok()) << opened.status();
    ASSERT_EQ(TouchAll(opened->index), sum);
    ++num_read;
  }
  done = true;
}

TEST_F(IndexFileTest, AKilledWriterLeavesTheFileWhole) {
  const Index index = MakeIndex(4000);
  const std::uint64_t sum = TouchAll(index);
  std::mt19937 random(1);  // NOLINT: the same in each run.
  const auto num_kills = std::max<std::uint64_t>(testing::CampaignCases() / 100, 5);
  for (std::uint64_t i = 0; i < num_kills; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      for (;;) {
        static_cast<void>(WriteIndexFile(path_, index, SomeNotes()));
      }
    }
    usleep(std::uniform_int_distribution<useconds_t>(0, 20'000)(random));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    const absl::StatusOr<IndexFile> opened = OpenIndexFile(path_);
    if (!absl::IsNotFound(opened.status())) {
      ASSERT_TRUE(opened.ok()) << opened.status();
      ASSERT_EQ(TouchAll(opened->index), sum);
    }
    ASSERT_TRUE(WriteIndexFile(path_, index, SomeNotes()).ok());
    ASSERT_FALSE(std::filesystem::exists(path_ + ".tmp"));
  }
}

}  // namespace
}  // namespace satchel

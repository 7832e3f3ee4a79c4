#include "repodata/io/decompress.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

#include <bzlib.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include "repodata/io/file.h"
#include "repodata/io/ingest.h"

namespace satchel {
namespace {

constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 30;

std::string Zstd(std::string_view text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

std::string Bzip2(std::string_view text) {
  std::string packed(text.size() + text.size() / 50 + 1000, '\0');
  auto size = static_cast<unsigned>(packed.size());
  EXPECT_EQ(BZ2_bzBuffToBuffCompress(packed.data(), &size, const_cast<char*>(text.data()),
                                     static_cast<unsigned>(text.size()), 9, 0, 0),
            BZ_OK);
  packed.resize(size);
  return packed;
}

// Text that does not compress to nothing.
std::string Sample(std::size_t size) {
  std::string text;
  unsigned state = 1;
  while (text.size() < size) {
    state = state * 1103515245 + 12345;
    text += std::to_string(state % 1000);
  }
  text.resize(size);
  return text;
}

absl::StatusOr<std::string> Decompress(std::string_view bytes, std::size_t piece,
                                       std::uint64_t limit = kNoLimit) {
  Decompressor decompressor("x", limit);
  while (!bytes.empty()) {
    const absl::Status status = decompressor.Append(bytes.substr(0, piece));
    if (!status.ok()) {
      return status;
    }
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  absl::StatusOr<TextBuffer> text = decompressor.Finish();
  if (!text.ok()) {
    return text.status();
  }
  EXPECT_TRUE(std::all_of(text->end(), text->end() + TextBuffer::kPadding,
                          [](char c) { return c == '\0'; }));
  return std::string(text->text());
}

TEST(DecompressTest, EveryFormatInPiecesOfAnySize) {
  for (const std::size_t size : {0U, 1U, 3U, 4U, 5U, 1000U, 3000000U}) {
    const std::string text = Sample(size);
    for (const std::string& packed : {text, Zstd(text), Bzip2(text)}) {
      for (const std::size_t piece : {1UL, 3UL, 4UL, 65536UL, packed.size() + 1}) {
        if (piece < 65536 && size > 10000) {
          continue;
        }
        const absl::StatusOr<std::string> result = Decompress(packed, piece);
        ASSERT_TRUE(result.ok()) << result.status();
        EXPECT_TRUE(*result == text) << size << " in pieces of " << piece;
      }
    }
  }
}

TEST(DecompressTest, StreamsOneAfterTheOther) {
  const std::string a = Sample(100000);
  EXPECT_EQ(Decompress(Zstd(a) + Zstd("b"), 1000).value(), a + "b");
  EXPECT_EQ(Decompress(Bzip2(a) + Bzip2("b"), 1000).value(), a + "b");
}

// Cut anywhere, at the end of a frame apart, the stream is known to be incomplete.
TEST(DecompressTest, TruncatedStreams) {
  const std::string text = Sample(5000);
  for (const std::string& packed : {Zstd(text), Bzip2(text)}) {
    for (std::size_t size = 4; size < packed.size(); size += 7) {
      const absl::Status status = Decompress(packed.substr(0, size), 512).status();
      ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << size << status;
      EXPECT_NE(status.ToString().find("stream ends too early, at byte " + std::to_string(size)),
                std::string::npos)
          << status;
    }
  }
}

TEST(DecompressTest, DamagedStreams) {
  const std::string text = Sample(200000);
  for (const std::string& packed : {Zstd(text), Bzip2(text)}) {
    std::string damaged = packed;
    for (std::size_t i = damaged.size() / 2; i < damaged.size() / 2 + 50; ++i) {
      damaged[i] = static_cast<char>(damaged[i] ^ 0x5A);
    }
    damaged += packed;  // So that it does not just end too early.
    const absl::Status status = Decompress(damaged, 1000).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_NE(status.ToString().find("x: damaged"), std::string::npos) << status;
    EXPECT_NE(status.ToString().find("near byte "), std::string::npos) << status;
  }
  for (const std::string& packed : {Zstd("a"), Bzip2("a")}) {
    EXPECT_EQ(Decompress(packed + "garbage", 1000).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(DecompressTest, ALimitStopsABomb) {
  const std::string zeros(5000000, '0');
  for (const std::string& packed : {Zstd(zeros), Bzip2(zeros)}) {
    EXPECT_LT(packed.size(), 10000U);
    const absl::Status status = Decompress(packed, 1 << 20, 1000000).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_NE(status.ToString().find("more than 1000000 bytes"), std::string::npos) << status;
  }
}

TEST(DecompressTest, TheLimitIsExact) {
  const std::string text = Sample(100000);
  for (const std::string& packed : {text, Zstd(text), Bzip2(text)}) {
    EXPECT_TRUE(Decompress(packed, 1000, 100000).ok());
    EXPECT_EQ(Decompress(packed, 1000, 99999).status().code(),
              absl::StatusCode::kResourceExhausted);
  }
}

// A frame may promise any length; nothing is allocated on its word beyond what is usual.
TEST(DecompressTest, AFalsePromiseOfLengthIsHarmless) {
  // Magic; single segment with 8 bytes of content size: 2^62; then nothing.
  const std::string lie("\x28\xB5\x2F\xFD\xE0\x00\x00\x00\x00\x00\x00\x00\x40", 13);
  EXPECT_FALSE(Decompress(lie, 100).ok());
}

class FileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = ::testing::TempDir() + "satchel_file_test_" + std::to_string(::getpid());
    ASSERT_EQ(::mkdir(directory_.c_str(), 0700), 0);
  }
  void TearDown() override {
    std::remove((directory_ + "/file").c_str());
    ::rmdir(directory_.c_str());
  }
  std::string Write(std::string_view bytes) const {
    std::ofstream(directory_ + "/file", std::ios::binary) << bytes;
    return directory_ + "/file";
  }

  std::string directory_;
};

TEST_F(FileTest, ReadsByContentNotByName) {
  const std::string json =
      R"({"packages":{"a-1-b.tar.bz2":{"name":"a","version":"1","build":"b"}}})";
  for (const std::string& bytes : {json, Zstd(json), Bzip2(json)}) {
    IngestReport report;
    const absl::StatusOr<Index> index = IngestRepodataFile(Write(bytes), {}, &report);
    ASSERT_TRUE(index.ok()) << index.status();
    EXPECT_EQ(report.num_records, 1U);
  }
}

TEST_F(FileTest, ErrorsNameTheFile) {
  const auto status_of = [](const std::string& path) {
    return IngestRepodataFile(path, {}, nullptr).status();
  };
  const std::string missing = directory_ + "/none";
  EXPECT_EQ(status_of(missing).code(), absl::StatusCode::kNotFound);
  EXPECT_NE(status_of(missing).ToString().find(missing + ": cannot open: No such file"),
            std::string::npos)
      << status_of(missing);
  EXPECT_EQ(status_of(directory_).code(), absl::StatusCode::kUnavailable);
  EXPECT_NE(status_of(directory_).ToString().find("cannot read"), std::string::npos);

  const std::string broken = Write(Zstd("{}").substr(0, 8));
  EXPECT_EQ(status_of(broken).code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(status_of(broken).ToString().find(broken + ": the zstd stream"), std::string::npos);
  EXPECT_EQ(status_of(Write("{")).code(), absl::StatusCode::kInvalidArgument);

  if (::getuid() != 0) {
    ASSERT_EQ(::chmod(broken.c_str(), 0), 0);
    EXPECT_EQ(status_of(broken).code(), absl::StatusCode::kPermissionDenied);
  }
}

}  // namespace
}  // namespace satchel

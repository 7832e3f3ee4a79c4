#include "corpora/corpus_file.h"

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace satchel {
namespace {

std::size_t NumFiles(const std::filesystem::path& directory) {
  std::size_t num_files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    num_files += entry.is_regular_file() ? 1 : 0;
  }
  return num_files;
}

class CorpusFileTest : public testing::Test {
 protected:
  CorpusFileTest() : directory_(std::filesystem::path(testing::TempDir()) / "corpus_file_test") {
    std::filesystem::remove_all(directory_);
  }
  ~CorpusFileTest() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_;
};

TEST_F(CorpusFileTest, AppearsOnCommit) {
  const std::string path = (directory_ / "a" / "b.json").string();
  absl::StatusOr<std::unique_ptr<CorpusFile>> file = CorpusFile::Create(path);
  ASSERT_TRUE(file.ok()) << file.status();
  (*file)->Append("one ");
  (*file)->Append("two");
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE((*file)->Commit().ok());
  EXPECT_TRUE(FileHasContent(path, "one two"));
  EXPECT_FALSE(FileHasContent(path, "one"));
  EXPECT_EQ(NumFiles(directory_ / "a"), 1U);
}

TEST_F(CorpusFileTest, LeavesNothingWithoutCommit) {
  const std::string path = (directory_ / "b.json").string();
  absl::StatusOr<std::unique_ptr<CorpusFile>> file = CorpusFile::Create(path);
  ASSERT_TRUE(file.ok()) << file.status();
  (*file)->Append("half");
  file->reset();
  EXPECT_EQ(NumFiles(directory_), 0U);
}

TEST_F(CorpusFileTest, SaysWhyItCannotBeMade) {
  EXPECT_FALSE(CorpusFile::Create("/dev/null/x").ok());
}

TEST_F(CorpusFileTest, TellsAFailedRename) {
  const std::string path = (directory_ / "taken").string();
  std::filesystem::create_directories(path + "/not empty");
  absl::StatusOr<std::unique_ptr<CorpusFile>> file = CorpusFile::Create(path);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_FALSE((*file)->Commit().ok());
  EXPECT_EQ(NumFiles(directory_), 0U);
}

}  // namespace
}  // namespace satchel

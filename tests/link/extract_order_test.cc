// Archives that say a thing twice, or that have holes.

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "gtest/gtest.h"

#include "frontend/files.h"
#include "frontend/link/package/extract.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/package_builder.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;
using testing::ArchiveEntry;
using testing::TarOf;
using testing::TemporaryDirectory;

const ArchiveEntry kIndex = {.path = "info/index.json", .content = R"({"name": "a"})"};

TEST(ExtractOrderTest, TheLastEntryOfANameCounts) {
  const ArchiveEntry file = {.path = "a", .content = "a file"};
  const ArchiveEntry link = {.path = "a", .link = "b"};
  for (const bool file_last : {true, false}) {
    const TemporaryDirectory directory;
    const std::string archive = directory.Write(
        "a.tar.bz2",
        TarOf(file_last ? std::vector{kIndex, link, file} : std::vector{kIndex, file, link},
              "bzip2"));
    fs::create_directory(directory.path() + "/out");
    ASSERT_TRUE(ExtractPackage(archive, directory.path() + "/out").ok());
    EXPECT_EQ(fs::is_symlink(directory.path() + "/out/a"), !file_last);
    if (file_last) {
      EXPECT_EQ(*ReadFile(directory.path() + "/out/a"), "a file");
    }
  }
}

TEST(ExtractOrderTest, AHardLinkCountsAfterASymbolicOneOfItsName) {
  const TemporaryDirectory directory;
  const std::string archive =
      directory.Write("a.tar.bz2", TarOf({kIndex,
                                          {.path = "a", .link = "nowhere"},
                                          {.path = "b", .content = "a file"},
                                          {.path = "a", .hard_link = "b"}},
                                         "bzip2"));
  fs::create_directory(directory.path() + "/out");
  ASSERT_TRUE(ExtractPackage(archive, directory.path() + "/out").ok());
  EXPECT_FALSE(fs::is_symlink(directory.path() + "/out/a"));
  EXPECT_EQ(*ReadFile(directory.path() + "/out/a"), "a file");
}

// A file of 1 MiB of which only the first bytes are in the archive.
std::string SparseArchive() {
  std::string bytes(1 << 20, '\0');
  std::size_t used = 0;
  archive* const writer = archive_write_new();
  archive_write_set_format_pax_restricted(writer);
  archive_write_add_filter_bzip2(writer);
  archive_write_set_bytes_in_last_block(writer, 1);
  archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
  const auto add = [writer](const std::string& path, const std::string& content, la_int64_t size) {
    archive_entry* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, path.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, size);
    if (size > static_cast<la_int64_t>(content.size())) {
      archive_entry_sparse_add_entry(entry, 0, static_cast<la_int64_t>(content.size()));
    }
    archive_write_header(writer, entry);
    archive_write_data(writer, content.data(), content.size());
    archive_entry_free(entry);
  };
  add(kIndex.path, kIndex.content, static_cast<la_int64_t>(kIndex.content.size()));
  add("sparse", std::string(4096, 'x'), 1 << 20);
  archive_write_close(writer);
  archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

TEST(ExtractOrderTest, AHoleAtTheEndIsAsLongAsItWas) {
  const TemporaryDirectory directory;
  const std::string archive = directory.Write("a.tar.bz2", SparseArchive());
  fs::create_directory(directory.path() + "/out");
  ASSERT_TRUE(ExtractPackage(archive, directory.path() + "/out").ok());
  const std::string text = *ReadFile(directory.path() + "/out/sparse");
  EXPECT_EQ(text, std::string(4096, 'x') + std::string((1 << 20) - 4096, '\0'));
}

}  // namespace
}  // namespace satchel

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "repodata/index/checked_pages.h"
#include "repodata/index/checksum.h"
#include "repodata/index/index_format.h"
#include "repodata/io/file.h"

namespace satchel {

// A file with an image (repodata/index/index_format.h) and everything needed to trust it:
//
//   IndexFileHeader | notes | roots | gap | checksums | gap | image
//
// `checksums` has one checksum for each 1024-byte page of the image, `roots` one for each 512
// checksums. Both the checksums and the image start at a multiple of 4096. Opening checks the
// preamble, which is everything before the first gap; reading checks the rest.
//
// notes: the IndexFileNotes without the stamp, as 8-byte numbers and texts; each text is its length
// as a number, followed by its bytes.

inline constexpr std::array<char, 8> kIndexFileMagic = {'S', 'A', 'T', 'C', 'H', 'E', 'L', '\n'};
inline constexpr std::size_t kIndexFileAlignment = 4096;

// The only part that is ever overwritten. It has its own checksum, so that a reader that sees half
// of it treats it as unknown.
struct IndexFileStamp {
  FileStamp stamp;
  std::uint64_t is_settled;
  std::uint64_t checksum;  // Of the preceding bytes.
};

struct IndexFileHeader {
  std::array<char, 8> magic;
  std::uint32_t format_version;  // kIndexFormatVersion: file and image share one number.
  std::uint32_t byte_order;
  IndexFileStamp stamp;
  std::uint64_t checksum;  // Of the following bytes, up to preamble_size.
  std::uint64_t preamble_size;
  std::uint64_t notes_size;
  std::uint64_t checksums_offset;
  std::uint64_t image_offset;
  std::uint64_t image_size;  // The file ends with the image.
};
static_assert(sizeof(IndexFileHeader) == 120 && std::is_trivially_copyable_v<IndexFileHeader>);
static_assert(std::has_unique_object_representations_v<IndexFileStamp>);
inline constexpr std::size_t kIndexFileCheckedFrom = offsetof(IndexFileHeader, preamble_size);

}  // namespace satchel

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

// A file that holds an image (repodata/index/index_format.h) and what is needed to trust it:
//
//   IndexFileHeader | notes | roots | gap | checksums | gap | image
//
// `checksums` has one for each page of 1024 bytes of the image, `roots` one for each 512 checksums.
// Both they and the image start at a multiple of 4096. What is checked when the file is opened is
// the preamble, all before the first gap; the rest when it is read.
//
// notes: the IndexFileNotes without the stamp, as numbers of eight bytes and as texts, each its
// length as a number and then its bytes.

inline constexpr std::array<char, 8> kIndexFileMagic = {'S', 'A', 'T', 'C', 'H', 'E', 'L', '\n'};
inline constexpr std::size_t kIndexFileAlignment = 4096;

// The one part that is ever written over: with its own checksum, so that a reader that sees half of
// it takes it for unknown.
struct IndexFileStamp {
  FileStamp stamp;
  std::uint64_t is_settled;
  std::uint64_t checksum;  // Of the bytes before it.
};

struct IndexFileHeader {
  std::array<char, 8> magic;
  std::uint32_t format_version;  // kIndexFormatVersion: there is one number for file and image.
  std::uint32_t byte_order;
  IndexFileStamp stamp;
  std::uint64_t checksum;  // Of what follows, up to preamble_size.
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

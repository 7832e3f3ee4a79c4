#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "repodata/index/index.h"

namespace satchel {

// The flat image of an Index. It has no pointers, so the bytes are the same in memory and mapped
// from a file:
//
//   IndexHeader | section | gap | section | ...         each section starts at a multiple of 64
//
// ARCHITECTURE.md has the table of the sections. An offset table has one element more than there
// are items: item i occupies [starts[i], starts[i + 1]).
//
// Strings are ordered by use, so that the strings that a solver reads are dense: the names
// (ascending: string i is the text of name i), version texts, version keys, spec texts, builds,
// then the cold strings, with those of one record (file name, hashes, url) together. Texts are
// distinct within names, versions, specs and builds: there, equal text means equal id. The other
// strings may occur twice.
//
// The name slots are a hash table of the names. Their number is a power of two, at least twice the
// number of names. A name is in the first free slot from Checksum(name) on, inserted in the order
// of the names.
//
// All ids are canonical: the image is a function of the set of records, the subdir and the base
// url, whatever the order of the records in the input (tests/repodata/io/ingest_test.cc).

inline constexpr std::array<char, 8> kIndexMagic = {'S', 'A', 'T', 'C', 'H', 'I', 'D', 'X'};
// Raise it with every change of the layout, of the order of records, of the version keys, or of
// what is taken from the repodata.
inline constexpr std::uint32_t kIndexFormatVersion = 6;
// Reads differently on a machine of the other byte order; such an image is refused, not swapped.
inline constexpr std::uint32_t kIndexByteOrder = 0x01020304;
inline constexpr std::size_t kIndexSectionAlignment = 64;

enum class IndexSection : std::uint8_t {
  kStringBytes,
  kStringStarts,
  kNameRecords,
  kRecords,
  kColdRows,
  kVersions,
  kSpecs,
  kSpecListStarts,
  kSpecListItems,
  kNameSlots,
};
inline constexpr std::size_t kNumIndexSections = 10;

struct IndexSectionRow {
  std::uint64_t offset;  // From the start of the image, in bytes.
  std::uint64_t count;   // Elements, not bytes.
};

struct IndexHeader {
  std::array<char, 8> magic;
  std::uint32_t format_version;
  std::uint32_t byte_order;
  std::uint64_t file_size;  // Bytes of the whole image.
  StringId subdir;
  StringId base_url;
  StringId base_channel;
  StringId overridden_channel;
  std::array<IndexSectionRow, kNumIndexSections> sections;
};
static_assert(sizeof(IndexHeader) == 200);

// The size of one element in each section, in the order of IndexSection.
inline constexpr std::array<std::size_t, kNumIndexSections> kIndexElementSizes = {
    1, 4, 4, sizeof(RecordRow), sizeof(ColdRow), sizeof(VersionRow), sizeof(SpecRow), 4, 4, 4};

static_assert(std::is_trivially_copyable_v<IndexHeader> &&
              std::is_trivially_copyable_v<RecordRow> && std::is_trivially_copyable_v<ColdRow> &&
              std::is_trivially_copyable_v<VersionRow> && std::is_trivially_copyable_v<SpecRow>);

}  // namespace satchel

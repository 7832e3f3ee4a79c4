#include "repodata/index/index.h"

#include <algorithm>
#include <bit>
#include <span>

#include "absl/strings/str_format.h"

#include "base/check.h"
#include "base/status_macros.h"
#include "repodata/index/checksum.h"
#include "repodata/index/index_format.h"

namespace satchel {
namespace {

absl::Status Damaged(std::string_view what) {
  return absl::DataLossError(absl::StrFormat("index image: %s", what));
}

absl::Status CheckHeader(const IndexHeader& header, std::size_t size) {
  if (header.magic != kIndexMagic) {
    return Damaged("not an index (wrong magic)");
  }
  if (header.byte_order != kIndexByteOrder) {
    return Damaged("made on a machine of another byte order");
  }
  if (header.format_version != kIndexFormatVersion) {
    return Damaged(
        absl::StrFormat("format %d, expected %d", header.format_version, kIndexFormatVersion));
  }
  if (header.file_size != size) {
    return Damaged(absl::StrFormat("%d bytes, expected %d", size, header.file_size));
  }
  return absl::OkStatus();
}

absl::Status CheckSections(const IndexHeader& header) {
  std::uint64_t end = sizeof(IndexHeader);
  for (std::size_t i = 0; i < kNumIndexSections; ++i) {
    const IndexSectionRow& section = header.sections[i];
    // Ids and positions are 32 bits wide, so a count that is not is damage; it also keeps the
    // product below from overflowing.
    if (section.count > Id<void>::kNoneValue || section.offset % kIndexSectionAlignment != 0 ||
        section.offset < end || section.offset > header.file_size ||
        section.count * kIndexElementSizes[i] > header.file_size - section.offset) {
      return Damaged(absl::StrFormat("section %d is out of bounds", i));
    }
    end = section.offset + section.count * kIndexElementSizes[i];
  }
  for (const IndexSection starts :
       {IndexSection::kStringStarts, IndexSection::kNameRecords, IndexSection::kSpecListStarts}) {
    if (header.sections[static_cast<std::size_t>(starts)].count == 0) {
      return Damaged("an offset table is empty");
    }
  }
  if (!std::has_single_bit(
          header.sections[static_cast<std::size_t>(IndexSection::kNameSlots)].count)) {
    return Damaged("the number of name slots is no power of two");
  }
  return absl::OkStatus();
}

template <typename T>
void Point(const T*& rows, std::uint32_t& count, const IndexHeader& header, IndexSection section) {
  const IndexSectionRow& row = header.sections[static_cast<std::size_t>(section)];
  rows = reinterpret_cast<const T*>(reinterpret_cast<const char*>(&header) + row.offset);
  count = static_cast<std::uint32_t>(row.count);
}

}  // namespace

absl::StatusOr<Index> Index::FromImage(std::shared_ptr<const void> owner,
                                       std::span<const std::byte> image,
                                       const CheckedPages* pages) {
  if (image.size() < sizeof(IndexHeader)) {
    return Damaged("too short for a header");
  }
  if (reinterpret_cast<std::uintptr_t>(image.data()) % alignof(RecordRow) != 0) {
    return absl::InvalidArgumentError("index image: not aligned in memory");
  }
  if (pages != nullptr && !pages->Touch(image.data(), sizeof(IndexHeader))) {
    return Damaged("the checksum of its header is wrong");
  }
  const auto& header = *reinterpret_cast<const IndexHeader*>(image.data());
  RETURN_IF_ERROR(CheckHeader(header, image.size()));
  RETURN_IF_ERROR(CheckSections(header));

  Index index;
  index.owner_ = std::move(owner);
  index.image_ = image;
  index.pages_ = pages;
  Point(index.string_bytes_, index.num_string_bytes_, header, IndexSection::kStringBytes);
  Point(index.string_starts_, index.num_strings_, header, IndexSection::kStringStarts);
  Point(index.name_records_, index.num_names_, header, IndexSection::kNameRecords);
  Point(index.records_, index.num_records_, header, IndexSection::kRecords);
  Point(index.cold_rows_, index.num_cold_rows_, header, IndexSection::kColdRows);
  Point(index.versions_, index.num_versions_, header, IndexSection::kVersions);
  Point(index.specs_, index.num_specs_, header, IndexSection::kSpecs);
  Point(index.spec_list_starts_, index.num_spec_lists_, header, IndexSection::kSpecListStarts);
  Point(index.spec_list_items_, index.num_spec_list_items_, header, IndexSection::kSpecListItems);
  Point(index.name_slots_, index.num_name_slots_, header, IndexSection::kNameSlots);
  // An offset table has one more element than there are things.
  --index.num_strings_;
  --index.num_names_;
  --index.num_spec_lists_;
  index.subdir_ = header.subdir;
  index.base_url_ = header.base_url;
  index.base_channel_ = header.base_channel;
  index.overridden_channel_ = header.overridden_channel;
  const StringId texts[] = {header.subdir, header.base_url, header.base_channel,
                            header.overridden_channel};
  if (index.num_names_ > index.num_strings_ || std::ranges::any_of(texts, [&](StringId text) {
        return text.ok() && text.index() >= index.num_strings_;
      })) {
    return Damaged("a name has no text");
  }
  return index;
}

const RecordRow Index::kNoRecord = {};
const ColdRow Index::kNoColdRow = {};
const SpecRow Index::kNoSpec = {};

VersionRef Index::NoVersion() {
  static const Version* const zero = new Version(*Version::Parse("0"));
  return zero->ref();
}

bool Index::OutOfRange() const {
  SATCHEL_CHECK(pages_ != nullptr && "no such id");
  pages_->MarkDamaged();
  return false;
}

NameId Index::FindName(std::string_view name) const {
  const std::uint32_t mask = num_name_slots_ - 1;
  auto slot = static_cast<std::uint32_t>(Checksum(std::as_bytes(std::span(name)))) & mask;
  for (std::uint32_t i = 0; i < num_name_slots_; ++i, slot = (slot + 1) & mask) {
    if (!Sound(&name_slots_[slot], 1)) {
      break;
    }
    const NameId id = name_slots_[slot];
    if (!id.ok() || Name(id) == name) {
      return id;
    }
  }
  return NameId::None();
}

RecordView Index::View(RecordId id, std::string_view channel, std::string_view channel_url) const {
  const RecordRow& row = Record(id);
  const ColdRow& cold = Cold(id);
  return {.name = Name(row.name),
          .version = VersionOf(row.version),
          .build = String(row.build),
          .build_number = row.build_number,
          .channel = channel,
          .subdir = subdir(),
          .fn = String(row.fn),
          .url = String(cold.url),
          .channel_url = channel_url,
          .base_url = base_url(),
          .md5 = String(cold.md5),
          .sha256 = String(cold.sha256),
          .license = String(cold.license),
          .license_family = String(cold.license_family),
          .track_features = String(cold.track_features),
          .features = String(cold.features),
          .flags = String(cold.flags)};
}

}  // namespace satchel

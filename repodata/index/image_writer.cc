// Two passes over the records in their final order: the first numbers what they use and adds up the
// sizes, the second writes every section into one exact allocation. Nothing is written twice and
// nothing is moved: the image of 31,000 records is 9 MB, and touching new memory is what costs.

#include "repodata/index/image_writer.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "absl/strings/str_format.h"

#include "repodata/index/checksum.h"
#include "repodata/index/index_format.h"

namespace satchel {
namespace {

// Numbers draft ids in the order of their first use.
template <typename FromId, typename ToId>
class Renumbering final {
 public:
  explicit Renumbering(std::size_t num_draft) : to_(num_draft) {}

  // Whether this is the first use.
  bool Use(FromId id) {
    ToId& to = to_[id.index()];
    if (to.ok()) {
      return false;
    }
    to = ToId(order_.size());
    order_.push_back(id);
    return true;
  }
  ToId operator[](FromId id) const { return to_[id.index()]; }
  const std::vector<FromId>& order() const { return order_; }

 private:
  std::vector<ToId> to_;
  std::vector<FromId> order_;
};

using TextRank = Id<struct TextRankTag>;

class ImageWriter final {
 public:
  ImageWriter(const IndexDraft& draft, const IndexOrder& order, const IndexInfo& info)
      : draft_(draft),
        order_(order),
        info_(info),
        names_(draft.names.size()),
        versions_(draft.versions.size()),
        specs_(draft.specs.size()),
        lists_(draft.list_starts.size() - 1),
        builds_(draft.builds.size()),
        texts_(draft.texts.size()) {}

  absl::StatusOr<Index> Write();

 private:
  void Number();
  void NumberList(DraftListId list);
  void CountText(std::string_view text) {
    ++num_strings_;
    num_string_bytes_ += text.size();
  }
  void CountStrings();

  bool Allocate();
  template <typename T>
  T* Section(IndexSection section) {
    return reinterpret_cast<T*>(image_ + Row(section).offset);
  }
  IndexSectionRow& Row(IndexSection section) {
    return header_.sections[static_cast<std::size_t>(section)];
  }

  // Appends a string; the sections of strings fill as one.
  StringId Put(std::string_view text);
  StringId PutOrNone(std::string_view text) { return text.empty() ? StringId() : Put(text); }
  void WriteNames();
  void WriteVersions();
  void WriteSpecs();
  void WriteRecords();
  void WriteColdRows();

  const IndexDraft& draft_;
  const IndexOrder& order_;
  const IndexInfo& info_;

  Renumbering<DraftTextId, NameId> names_;
  Renumbering<DraftVersionId, VersionId> versions_;
  Renumbering<DraftSpecId, SpecId> specs_;
  Renumbering<DraftListId, SpecListId> lists_;
  Renumbering<DraftTextId, TextRank> builds_;
  Renumbering<DraftTextId, TextRank> texts_;
  std::uint64_t num_list_items_ = 0;
  std::uint64_t num_strings_ = 0;
  std::uint64_t num_string_bytes_ = 0;

  IndexHeader header_ = {};
  std::shared_ptr<void> owner_;
  char* image_ = nullptr;
  std::uint32_t next_string_ = 0;
  std::uint32_t next_byte_ = 0;
};

void ImageWriter::NumberList(DraftListId list) {
  // The empty list is number 0 of the image, whether used or not; the others follow it.
  if (draft_.List(list).empty() || !lists_.Use(list)) {
    return;
  }
  for (const DraftSpecId spec : draft_.List(list)) {
    specs_.Use(spec);
  }
  num_list_items_ += draft_.List(list).size();
}

void ImageWriter::Number() {
  for (const DraftTextId name : order_.names) {
    names_.Use(name);
  }
  for (const DraftVersionId version : order_.versions) {
    versions_.Use(version);
  }
  for (const std::uint32_t row : order_.rows) {
    const DraftRecord& record = draft_.records[row];
    NumberList(record.depends);
    NumberList(record.constrains);
    builds_.Use(record.build);
    for (const DraftTextId text :
         {record.license, record.license_family, record.track_features, record.features,
          record.python_site_packages_path, record.flags, record.extra_depends}) {
      if (text.ok()) {
        texts_.Use(text);
      }
    }
  }
}

void ImageWriter::CountStrings() {
  for (const DraftTextId name : order_.names) {
    CountText(draft_.names[name]);
  }
  for (const DraftVersionId version : order_.versions) {
    CountText(draft_.versions[version.index()].text);
    CountText(draft_.versions[version.index()].key);
  }
  for (const DraftSpecId spec : specs_.order()) {
    CountText(draft_.specs[spec.index()].text);
  }
  for (const DraftTextId build : builds_.order()) {
    CountText(draft_.builds[build]);
  }
  for (const DraftTextId text : texts_.order()) {
    CountText(draft_.texts[text]);
  }
  for (const DraftRecord& record : draft_.records) {
    CountText(record.fn);
    for (const std::string_view text : {record.md5, record.sha256, record.url}) {
      if (!text.empty()) {
        CountText(text);
      }
    }
  }
  for (const std::string_view text :
       {info_.subdir, info_.base_url, info_.base_channel, info_.overridden_channel}) {
    CountText(text);
  }
}

bool ImageWriter::Allocate() {
  header_.magic = kIndexMagic;
  header_.format_version = kIndexFormatVersion;
  header_.byte_order = kIndexByteOrder;
  Row(IndexSection::kStringBytes).count = num_string_bytes_;
  Row(IndexSection::kStringStarts).count = num_strings_ + 1;
  Row(IndexSection::kNameRecords).count = order_.first_row.size();
  Row(IndexSection::kRecords).count = order_.rows.size();
  Row(IndexSection::kColdRows).count = order_.rows.size();
  Row(IndexSection::kVersions).count = order_.versions.size();
  Row(IndexSection::kSpecs).count = specs_.order().size();
  Row(IndexSection::kSpecListStarts).count = lists_.order().size() + 2;  // And the empty list.
  Row(IndexSection::kSpecListItems).count = num_list_items_;
  Row(IndexSection::kNameSlots).count = std::bit_ceil(2 * order_.names.size() + 1);

  std::uint64_t end = sizeof header_;
  for (std::size_t i = 0; i < kNumIndexSections; ++i) {
    IndexSectionRow& section = header_.sections[i];
    section.offset =
        (end + kIndexSectionAlignment - 1) / kIndexSectionAlignment * kIndexSectionAlignment;
    end = section.offset + section.count * kIndexElementSizes[i];
  }
  header_.file_size = end;
  constexpr std::align_val_t kAlignment{kIndexSectionAlignment};
  void* const memory = ::operator new(end, kAlignment, std::nothrow);
  if (memory == nullptr) {
    return false;
  }
  owner_ = std::shared_ptr<void>(memory, [](void* p) { ::operator delete(p, kAlignment); });
  image_ = static_cast<char*>(memory);
  // The gaps are part of the image, so they must not hold what the memory held before.
  std::uint64_t written = sizeof header_;
  for (std::size_t i = 0; i < kNumIndexSections; ++i) {
    const IndexSectionRow& section = header_.sections[i];
    std::memset(image_ + written, 0, section.offset - written);
    written = section.offset + section.count * kIndexElementSizes[i];
  }
  return true;
}

StringId ImageWriter::Put(std::string_view text) {
  if (!text.empty()) {
    std::memcpy(Section<char>(IndexSection::kStringBytes) + next_byte_, text.data(), text.size());
  }
  next_byte_ += static_cast<std::uint32_t>(text.size());
  Section<std::uint32_t>(IndexSection::kStringStarts)[++next_string_] = next_byte_;
  return StringId(next_string_ - 1);
}

void ImageWriter::WriteNames() {
  for (const DraftTextId name : order_.names) {
    Put(draft_.names[name]);
  }
  std::memcpy(Section<std::uint32_t>(IndexSection::kNameRecords), order_.first_row.data(),
              order_.first_row.size() * sizeof(std::uint32_t));
  auto* const slots = Section<NameId>(IndexSection::kNameSlots);
  const std::uint64_t num_slots = Row(IndexSection::kNameSlots).count;
  std::fill_n(slots, num_slots, NameId::None());
  for (std::size_t i = 0; i < order_.names.size(); ++i) {
    std::uint64_t slot = Checksum(std::as_bytes(std::span(draft_.names[order_.names[i]])));
    while (slots[slot & (num_slots - 1)].ok()) {
      ++slot;
    }
    slots[slot & (num_slots - 1)] = NameId(i);
  }
}

void ImageWriter::WriteVersions() {
  auto* const rows = Section<VersionRow>(IndexSection::kVersions);
  for (std::size_t i = 0; i < order_.versions.size(); ++i) {
    rows[i].text = Put(draft_.versions[order_.versions[i].index()].text);
  }
  for (std::size_t i = 0; i < order_.versions.size(); ++i) {
    rows[i].key = Put(draft_.versions[order_.versions[i].index()].key);
  }
}

void ImageWriter::WriteSpecs() {
  auto* const rows = Section<SpecRow>(IndexSection::kSpecs);
  for (std::size_t i = 0; i < specs_.order().size(); ++i) {
    const DraftSpec& spec = draft_.specs[specs_.order()[i].index()];
    rows[i].text = Put(spec.text);
    const DraftTextId name = draft_.names.Find(spec.name);
    rows[i].name = name.ok() ? names_[name] : NameId::None();
  }
  auto* const starts = Section<std::uint32_t>(IndexSection::kSpecListStarts);
  auto* const items = Section<SpecId>(IndexSection::kSpecListItems);
  starts[0] = 0;
  starts[1] = 0;
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < lists_.order().size(); ++i) {
    for (const DraftSpecId spec : draft_.List(lists_.order()[i])) {
      items[next++] = specs_[spec];
    }
    starts[i + 2] = next;
  }
}

void ImageWriter::WriteRecords() {
  const std::uint32_t first_build = next_string_;
  for (const DraftTextId build : builds_.order()) {
    Put(draft_.builds[build]);
  }
  const auto list = [this](DraftListId id) {
    const SpecListId number = lists_[id];
    return number.ok() ? SpecListId(number.value() + 1) : SpecListId(0U);
  };
  auto* const rows = Section<RecordRow>(IndexSection::kRecords);
  for (std::uint32_t i = 0; i < order_.rows.size(); ++i) {
    const DraftRecord& record = draft_.records[order_.rows[i]];
    rows[i] = {.name = names_[record.name],
               .version = versions_[record.version],
               .build = StringId(first_build + builds_[record.build].value()),
               .depends = list(record.depends),
               .constrains = list(record.constrains),
               .fn = StringId(),  // With the cold strings.
               .build_number = record.build_number,
               .timestamp_ms = record.timestamp_ms,
               .size_bytes = record.size_bytes,
               .num_track_features = record.num_track_features,
               .noarch = record.noarch,
               .is_conda_format = static_cast<std::uint8_t>(record.is_conda_format),
               .num_features = record.num_features,
               .unused = 0};
  }
}

void ImageWriter::WriteColdRows() {
  const std::uint32_t first_text = next_string_;
  for (const DraftTextId text : texts_.order()) {
    Put(draft_.texts[text]);
  }
  const auto text = [this, first_text](DraftTextId id) {
    return id.ok() ? StringId(first_text + texts_[id].value()) : StringId::None();
  };
  auto* const rows = Section<ColdRow>(IndexSection::kColdRows);
  for (std::size_t i = 0; i < order_.rows.size(); ++i) {
    const DraftRecord& record = draft_.records[order_.rows[i]];
    Section<RecordRow>(IndexSection::kRecords)[i].fn = Put(record.fn);
    rows[i] = {.md5 = PutOrNone(record.md5),
               .sha256 = PutOrNone(record.sha256),
               .license = text(record.license),
               .license_family = text(record.license_family),
               .track_features = text(record.track_features),
               .features = text(record.features),
               .python_site_packages_path = text(record.python_site_packages_path),
               .url = PutOrNone(record.url),
               .flags = text(record.flags),
               .extra_depends = text(record.extra_depends)};
  }
}

absl::StatusOr<Index> ImageWriter::Write() {
  Number();
  CountStrings();
  // One below the greatest, which is None.
  constexpr std::uint64_t kLimit = StringId::kNoneValue - 1;
  if (num_string_bytes_ > kLimit || num_strings_ > kLimit || num_list_items_ > kLimit) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("an index holds at most 4 GiB of text, this one has %d strings of %d bytes",
                        num_strings_, num_string_bytes_));
  }
  if (!Allocate()) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("no memory for an index of %d bytes", header_.file_size));
  }
  Section<std::uint32_t>(IndexSection::kStringStarts)[0] = 0;
  WriteNames();
  WriteVersions();
  WriteSpecs();
  WriteRecords();
  WriteColdRows();
  header_.subdir = Put(info_.subdir);
  header_.base_url = Put(info_.base_url);
  header_.base_channel = Put(info_.base_channel);
  header_.overridden_channel = Put(info_.overridden_channel);
  std::memcpy(image_, &header_, sizeof header_);
  const std::span<const std::byte> image(reinterpret_cast<const std::byte*>(image_),
                                         header_.file_size);
  return Index::FromImage(owner_, image);
}

}  // namespace

absl::StatusOr<Index> WriteImage(const IndexDraft& draft, const IndexOrder& order,
                                 const IndexInfo& info) {
  return ImageWriter(draft, order, info).Write();
}

}  // namespace satchel

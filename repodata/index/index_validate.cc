// Index::Validate: everything that FromImage, which must be quick, takes on trust. Written against
// the description in index_format.h, not against the builder, so that the tests of the one check
// the other.

#include <compare>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "repodata/index/index.h"
#include "repodata/index/index_format.h"

namespace satchel {
namespace {

absl::Status Damaged(const char* table, std::size_t row, const char* what) {
  return absl::DataLossError(absl::StrFormat("index image: %s %d: %s", table, row, what));
}

// An offset table: starts at 0, never descends, ends at `end`.
absl::Status CheckStarts(const char* table, const std::uint32_t* starts, std::size_t count,
                         std::uint32_t end) {
  if (starts[0] != 0) {
    return Damaged(table, 0, "does not start at 0");
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (starts[i] > starts[i + 1]) {
      return Damaged(table, i, "ends before it starts");
    }
  }
  if (starts[count] != end) {
    return Damaged(table, count, "the table has a wrong end");
  }
  return absl::OkStatus();
}

// index.h's order of the records of one name; less is better.
std::strong_ordering ComparePreference(const Index& index, const RecordRow& a, const RecordRow& b) {
  if (const auto order = a.num_track_features <=> b.num_track_features; order != 0) {
    return order;
  }
  const std::string_view key_a = index.VersionOf(a.version).key;
  if (const int order = index.VersionOf(b.version).key.compare(key_a); order != 0) {
    return order <=> 0;
  }
  if (const auto order = b.build_number <=> a.build_number; order != 0) {
    return order;
  }
  if (const auto order = b.timestamp_ms <=> a.timestamp_ms; order != 0) {
    return order;
  }
  if (const int order = index.String(b.build).compare(index.String(a.build)); order != 0) {
    return order <=> 0;
  }
  return index.String(a.fn).compare(index.String(b.fn)) <=> 0;
}

}  // namespace

absl::Status Index::Validate() const {
  if (image_.empty()) {
    return absl::OkStatus();
  }
  if (pages_ != nullptr && !pages_->TouchAll()) {
    return absl::DataLossError("index image: a page has a wrong checksum");
  }
  // Strings, then versions: the later checks read them.
  RETURN_IF_ERROR(CheckStrings());
  RETURN_IF_ERROR(CheckNames());
  RETURN_IF_ERROR(CheckVersions());
  RETURN_IF_ERROR(CheckSpecs());
  return CheckRecords();
}

absl::Status Index::CheckStrings() const {
  return CheckStarts("string", string_starts_, num_strings_, num_string_bytes_);
}

absl::Status Index::CheckNames() const {
  RETURN_IF_ERROR(CheckStarts("name", name_records_, num_names_, num_records_));
  std::uint32_t num_used_slots = 0;
  for (std::uint32_t i = 0; i < num_name_slots_; ++i) {
    if (name_slots_[i].ok()) {
      ++num_used_slots;
      if (name_slots_[i].index() >= num_names_) {
        return Damaged("name slot", i, "is out of range");
      }
    }
  }
  if (num_used_slots != num_names_) {
    return Damaged("name slot", num_used_slots, "there is not one for each name");
  }
  for (std::uint32_t i = 0; i < num_names_; ++i) {
    if (i > 0 && Name(NameId(i - 1)) >= Name(NameId(i))) {
      return Damaged("name", i, "is not greater than the one before it");
    }
    if (FindName(Name(NameId(i))) != NameId(i)) {
      return Damaged("name", i, "is not in its slot");
    }
  }
  return absl::OkStatus();
}

absl::Status Index::CheckVersions() const {
  for (std::uint32_t i = 0; i < num_versions_; ++i) {
    if (versions_[i].text.index() >= num_strings_ || versions_[i].key.index() >= num_strings_) {
      return Damaged("version", i, "a string is out of range");
    }
    if (String(versions_[i].key).empty()) {
      return Damaged("version", i, "its key is empty");
    }
    if (i == 0) {
      continue;
    }
    const VersionRef before = VersionOf(VersionId(i - 1));
    const VersionRef here = VersionOf(VersionId(i));
    if (before.key > here.key || (before.key == here.key && before.text >= here.text)) {
      return Damaged("version", i, "is not greater than the one before it");
    }
  }
  return absl::OkStatus();
}

absl::Status Index::CheckSpecs() const {
  for (std::uint32_t i = 0; i < num_specs_; ++i) {
    if (specs_[i].text.index() >= num_strings_) {
      return Damaged("spec", i, "its text is out of range");
    }
    if (specs_[i].name.ok() && specs_[i].name.index() >= num_names_) {
      return Damaged("spec", i, "its name is out of range");
    }
  }
  RETURN_IF_ERROR(
      CheckStarts("spec list", spec_list_starts_, num_spec_lists_, num_spec_list_items_));
  if (num_spec_lists_ == 0 || spec_list_starts_[1] != 0) {
    return Damaged("spec list", 0, "is not the empty list");
  }
  for (std::uint32_t i = 0; i < num_spec_list_items_; ++i) {
    if (spec_list_items_[i].index() >= num_specs_) {
      return Damaged("spec list item", i, "is out of range");
    }
  }
  return absl::OkStatus();
}

absl::Status Index::CheckRecords() const {
  const auto is_string = [this](StringId id) { return id.index() < num_strings_; };
  const auto may_be_string = [&](StringId id) { return !id.ok() || is_string(id); };
  if (num_cold_rows_ != num_records_) {
    return Damaged("cold row", num_cold_rows_, "there is not one for each record");
  }
  for (std::uint32_t i = 0; i < num_cold_rows_; ++i) {
    const ColdRow& row = cold_rows_[i];
    for (const StringId id :
         {row.md5, row.sha256, row.license, row.license_family, row.url, row.track_features,
          row.features, row.python_site_packages_path, row.flags, row.extra_depends}) {
      if (!may_be_string(id)) {
        return Damaged("cold row", i, "a string is out of range");
      }
    }
  }
  for (std::uint32_t i = 0; i < num_records_; ++i) {
    const RecordRow& row = records_[i];
    if (row.name.index() >= num_names_ || row.version.index() >= num_versions_ ||
        !is_string(row.build) || !is_string(row.fn) || row.depends.index() >= num_spec_lists_ ||
        row.constrains.index() >= num_spec_lists_) {
      return Damaged("record", i, "an id is out of range");
    }
    const std::uint32_t first = name_records_[row.name.index()];
    if (i < first || i >= name_records_[row.name.index() + 1]) {
      return Damaged("record", i, "is not among the records of its name");
    }
    if (row.noarch > NoarchKind::kPython || row.is_conda_format > 1) {
      return Damaged("record", i, "a flag has no meaning");
    }
    if (i > first && ComparePreference(*this, records_[i - 1], row) >= 0) {
      return Damaged("record", i, "is preferred to the one before it");
    }
  }
  return absl::OkStatus();
}

}  // namespace satchel

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "base/id.h"
#include "repodata/index/checked_pages.h"
#include "repodata/spec/match_spec.h"
#include "repodata/version/version.h"

namespace satchel {

// Ids local to one index.
using NameId = Id<struct NameTag>;
using RecordId = Id<struct RecordTag>;
using SpecId = Id<struct SpecTag>;          // A distinct text in depends or constrains.
using SpecListId = Id<struct SpecListTag>;  // A distinct sequence of specs.
using VersionId = Id<struct VersionTag>;    // A distinct version text.
using StringId = Id<struct StringTag>;      // A distinct string (build, license, ...).

enum class NoarchKind : std::uint8_t { kNone, kGeneric, kPython };

// The hot part of a record: everything that the choice of a package looks at. One cache line.
struct RecordRow {
  NameId name;
  VersionId version;
  StringId build;
  SpecListId depends;
  SpecListId constrains;
  StringId fn;
  std::uint64_t build_number;
  std::int64_t timestamp_ms;  // 0 if the record has none. `indexed_timestamp` (CEP 47) wins.
  std::uint64_t size_bytes;   // 0 if unknown.
  std::uint16_t num_track_features;
  NoarchKind noarch;
  std::uint8_t is_conda_format;  // .conda rather than .tar.bz2.
  std::uint16_t num_features;    // Of the legacy `features` in its ColdRow.
  std::uint16_t unused;          // 0.
};
static_assert(sizeof(RecordRow) == 56);

// Fields that are only printed, or matched by rare spec keys. One row per record, with the same id.
struct ColdRow {
  StringId md5;
  StringId sha256;
  StringId license;
  StringId license_family;
  StringId track_features;  // Separated by one space.
  StringId features;
  StringId python_site_packages_path;  // CEP 17.
  StringId url;                        // Only if the record itself has one.
  StringId flags;                      // CEP 45; separated by one space.
  StringId extra_depends;              // CEP 44; an ExtraDependsText.
};

struct SpecRow {
  StringId text;
  NameId name;  // None if no record of this index has that name.
};

struct VersionRow {
  StringId text;
  StringId key;  // See VersionRef.
};

// The records of one (channel, subdir), immutable, sorted by name and, within a name, by
// preference: fewer track_features, newer version, higher build number, newer timestamp, greater
// build string, then fn. A view into one flat image whose layout is in
// repodata/index/index_format.h: the bytes are the same in memory and mapped from a file.
//
// Thread-safe after construction; cheap to move and to copy (a copy shares the image). Views live
// as long as the image's owner.
//
// Every access checks ids against their table and, in an image from a file, the accessed pages
// against their checksums (repodata/index/checked_pages.h). In an image made in memory, an id out
// of range is a programming error and stops the program. In an image from a file, a failed check
// reads as empty (no text, no records, version 0) and sets damaged(): code that draws an answer
// from such an index must check damaged() before it trusts the answer. Cost of checking ids: 0.3 ns
// of the 0.95 ns that a step from a record to the name of one dependency takes
// (BM_WalkDependencies, conda-forge).
class Index final {
 public:
  // No names and no records.
  Index() = default;

  // Checks what later reads rely on (magic, version, section bounds) but does not visit the
  // records. `pages` guards the image if it lies in a file, and lives as long as `owner`; null
  // otherwise. Cost: constant. Errors: kDataLoss with what is wrong.
  [[nodiscard]] static absl::StatusOr<Index> FromImage(std::shared_ptr<const void> owner,
                                                       std::span<const std::byte> image,
                                                       const CheckedPages* pages = nullptr);

  // Visits everything: each page, each id within its table, each table in its order. For images
  // from outside with untrusted checksums, and for tests. Errors: kDataLoss with what is wrong.
  [[nodiscard]] absl::Status Validate() const;

  // Whether any check of an image from a file has failed.
  bool damaged() const { return pages_ != nullptr && pages_->damaged(); }

  // The bytes to write to a file; empty for an index without image.
  std::span<const std::byte> image() const { return image_; }

  // info.subdir, or the subdir passed to the reader.
  std::string_view subdir() const { return String(subdir_); }
  // CEP 15; empty if the repodata has none.
  std::string_view base_url() const { return String(base_url_); }
  // CEP 42, as written ("../conda-forge"): the channel whose packages go before those of this one,
  // and the one whose packages go after them. Empty if the repodata names none.
  std::string_view base_channel() const { return String(base_channel_); }
  std::string_view overridden_channel() const { return String(overridden_channel_); }

  std::size_t num_names() const { return num_names_; }
  std::size_t num_records() const { return num_records_; }
  // Ascending by (key, text): the greater of two ids is the newer version, or an equal one with
  // another spelling.
  std::size_t num_versions() const { return num_versions_; }
  std::size_t num_specs() const { return num_specs_; }
  // List 0 is the empty one.
  std::size_t num_spec_lists() const { return num_spec_lists_; }

  // None if the text has no record of it, not even a skipped one. Cost: usually one comparison.
  NameId FindName(std::string_view name) const;
  std::string_view Name(NameId id) const {
    return Within(id.index() < num_names_) ? String(StringId(id.value())) : std::string_view();
  }
  // The name's records are the rows [first, last), best first.
  struct Range {
    std::uint32_t first;
    std::uint32_t last;
  };
  Range Records(NameId id) const {
    if (!Within(id.index() < num_names_) || !Sound(&name_records_[id.index()], 2)) {
      return {0, 0};
    }
    const Range range = {name_records_[id.index()], name_records_[id.index() + 1]};
    return Within(range.first <= range.last && range.last <= num_records_) ? range : Range{0, 0};
  }

  const RecordRow& Record(RecordId id) const {
    return Within(id.index() < num_records_) && Sound(&records_[id.index()], 1)
               ? records_[id.index()]
               : kNoRecord;
  }
  const ColdRow& Cold(RecordId id) const {
    return Within(id.index() < num_cold_rows_) && Sound(&cold_rows_[id.index()], 1)
               ? cold_rows_[id.index()]
               : kNoColdRow;
  }
  VersionRef VersionOf(VersionId id) const {
    if (!Within(id.index() < num_versions_) || !Sound(&versions_[id.index()], 1)) {
      return NoVersion();
    }
    const VersionRow& row = versions_[id.index()];
    const VersionRef version = {String(row.text), String(row.key)};
    return Within(!version.key.empty()) ? version : NoVersion();
  }
  std::string_view String(StringId id) const {  // "" for None.
    if (!id.ok() || !Within(id.index() < num_strings_) || !Sound(&string_starts_[id.index()], 2)) {
      return {};
    }
    const std::uint32_t first = string_starts_[id.index()];
    const std::uint32_t last = string_starts_[id.index() + 1];
    if (!Within(first <= last && last <= num_string_bytes_) ||
        !Sound(string_bytes_ + first, last - first)) {
      return {};
    }
    return {string_bytes_ + first, last - first};
  }
  std::span<const SpecId> SpecList(SpecListId id) const {
    if (!Within(id.index() < num_spec_lists_) || !Sound(&spec_list_starts_[id.index()], 2)) {
      return {};
    }
    const std::uint32_t first = spec_list_starts_[id.index()];
    const std::uint32_t last = spec_list_starts_[id.index() + 1];
    if (!Within(first <= last && last <= num_spec_list_items_) ||
        !Sound(spec_list_items_ + first, last - first)) {
      return {};
    }
    return {spec_list_items_ + first, last - first};
  }
  const SpecRow& Spec(SpecId id) const {
    return Within(id.index() < num_specs_) && Sound(&specs_[id.index()], 1) ? specs_[id.index()]
                                                                            : kNoSpec;
  }

  // A view for MatchSpec::Matches; `channel` is the canonical name of the channel of the record.
  RecordView View(RecordId id, std::string_view channel, std::string_view channel_url = {}) const;

 private:
  // Whether the value read is possible. If not, the caller is wrong or the file is damaged.
  bool Within(bool is_possible) const {
    if (is_possible) [[likely]] {
      return true;
    }
    return OutOfRange();
  }
  bool OutOfRange() const;
  template <typename T>
  bool Sound(const T* first, std::size_t count) const {
    return pages_ == nullptr || pages_->Touch(first, count * sizeof(T));
  }
  static VersionRef NoVersion();
  static const RecordRow kNoRecord;
  static const ColdRow kNoColdRow;
  static const SpecRow kNoSpec;

  absl::Status CheckStrings() const;
  absl::Status CheckNames() const;
  absl::Status CheckRecords() const;
  absl::Status CheckSpecs() const;
  absl::Status CheckVersions() const;

  std::shared_ptr<const void> owner_;
  std::span<const std::byte> image_;
  const CheckedPages* pages_ = nullptr;
  const char* string_bytes_ = nullptr;
  const std::uint32_t* string_starts_ = nullptr;
  const std::uint32_t* name_records_ = nullptr;
  const RecordRow* records_ = nullptr;
  const ColdRow* cold_rows_ = nullptr;
  const VersionRow* versions_ = nullptr;
  const SpecRow* specs_ = nullptr;
  const std::uint32_t* spec_list_starts_ = nullptr;
  const SpecId* spec_list_items_ = nullptr;
  const NameId* name_slots_ = nullptr;
  std::uint32_t num_string_bytes_ = 0;
  std::uint32_t num_strings_ = 0;
  std::uint32_t num_names_ = 0;
  std::uint32_t num_records_ = 0;
  std::uint32_t num_cold_rows_ = 0;
  std::uint32_t num_versions_ = 0;
  std::uint32_t num_specs_ = 0;
  std::uint32_t num_spec_lists_ = 0;
  std::uint32_t num_spec_list_items_ = 0;
  std::uint32_t num_name_slots_ = 0;
  StringId subdir_;
  StringId base_url_;
  StringId base_channel_;
  StringId overridden_channel_;
};

}  // namespace satchel

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/index/index.h"
#include "repodata/index/index_draft.h"
#include "repodata/io/ingest.h"
#include "repodata/json/text_arena.h"

namespace satchel {

// A record as a reader found it. The views must outlive the builder (or come from its Keep()),
// but for the two spans.
struct RecordFields {
  std::string_view fn;
  std::string_view name;
  std::string_view version;
  std::string_view build;
  std::uint64_t build_number = 0;
  std::int64_t timestamp_ms = 0;
  std::uint64_t size_bytes = 0;
  std::uint16_t num_track_features = 0;
  std::uint16_t num_features = 0;
  NoarchKind noarch = NoarchKind::kNone;
  bool is_conda_format = false;
  std::span<const DraftSpecId> depends;
  std::span<const DraftSpecId> constrains;
  std::string_view license;
  std::string_view license_family;
  std::string_view track_features;  // Separated by one space.
  std::string_view features;
  std::string_view python_site_packages_path;
  std::string_view md5;
  std::string_view sha256;
  std::string_view url;
};

// Collects records and makes an Index of them. Knows conda's rules for records (names, versions,
// specs, removed, .conda over .tar.bz2), not the syntax in which they came.
//
// Every distinct version and spec is parsed once: 166,000 specs of 20,500 real records (conda-forge
// linux-64, 2026-11) are 10,450 distinct texts, and 12,600 distinct lists of them.
class IndexBuilder final {
 public:
  // What is left out is counted and named in `report`, which must outlive the builder.
  explicit IndexBuilder(IngestReport* report) : report_(report) {}

  // Makes room for so many records: to grow by copying costs more than to read them.
  void Reserve(std::size_t num_records) { draft_.records.reserve(num_records); }

  // `text` must outlive the builder. A malformed spec gets an id too; a record that uses it is
  // skipped. `guess` may be any id: looked at first, for one record's specs are mostly the last
  // one's.
  DraftSpecId AddSpec(std::string_view text, DraftSpecId guess = DraftSpecId::None()) {
    if (guess.ok() && draft_.specs[guess.index()].text == text) {
      return guess;
    }
    return FindSpec(text);
  }
  // A copy that outlives the builder's need.
  std::string_view Keep(std::string_view text) { return arena_.Keep(text); }
  TextArena& arena() { return arena_; }

  void AddRecord(const RecordFields& fields);
  // `name` as the record says; if that is no package name, it is read off the file name.
  void SkipRecord(std::string_view fn, std::string_view name, std::string reason);
  // Leaves out the record of this file, whether it came already or comes later.
  void RemoveRecord(std::string_view fn) { removed_.insert(fn); }

  // Errors: kResourceExhausted if the index would exceed its 32-bit offsets. Call it once.
  [[nodiscard]] absl::StatusOr<Index> Build(std::string_view subdir, std::string_view base_url);

 private:
  DraftSpecId FindSpec(std::string_view text);
  DraftVersionId AddVersion(std::string_view text);
  DraftListId AddList(std::span<const DraftSpecId> specs);
  DraftTextId AddText(std::string_view text) {
    return text.empty() ? DraftTextId::None() : draft_.texts.Intern(text);
  }
  void WatchOrder(const RecordFields& fields);
  void CountSkipped(std::string_view fn, std::string reason);
  std::string WhyMalformed(const RecordFields& fields, DraftVersionId version) const;
  std::string WhyMalformedSpecs(const char* field, std::span<const DraftSpecId> specs) const;
  void DropRemoved();
  void DropDuplicates();
  void DropShadowed();

  IngestReport* report_;
  TextArena arena_;
  IndexDraft draft_;
  std::size_t num_malformed_specs_ = 0;
  // Whether files may occur twice: they cannot while those of each kind ascend, as they do in every
  // file that a channel serves.
  bool may_repeat_ = false;
  std::array<std::string_view, 2> last_fn_;  // By format.
  TextMap<DraftSpecId> spec_ids_;
  TextMap<DraftVersionId> version_ids_;
  TextMap<DraftListId> list_ids_;  // By the bytes of the ids.
  TextSet removed_;
};

}  // namespace satchel

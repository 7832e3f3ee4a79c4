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

// A record as a reader found it. Except for the spans, the views must outlive the builder (or
// come from its Keep()).
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
  std::string_view flags;                    // Separated by one space.
  std::string_view extra_depends;            // An ExtraDependsText,
  std::span<const DraftSpecId> extra_specs;  // and the specs in it.
  std::string_view md5;
  std::string_view sha256;
  std::string_view url;
};

// Collects records and builds an Index from them. Knows conda's rules for records (names, versions,
// specs, removed, .conda over .tar.bz2), not the syntax of the input.
//
// Parses every distinct version and spec once: the 166,000 specs of 20,500 real records
// (conda-forge linux-64, 2026-11) are 10,450 distinct texts in 12,600 distinct lists.
class IndexBuilder final {
 public:
  // `report` counts and names skipped records; it must outlive the builder.
  explicit IndexBuilder(IngestReport* report) : report_(report) {}

  // Reserves space for this many records: growing by copying costs more than reading them.
  void Reserve(std::size_t num_records) { draft_.records.reserve(num_records); }

  // `text` must outlive the builder. A malformed spec gets an id too; records that use it are
  // skipped. `guess` may be any id, and is tried first: the specs of a record are usually those of
  // the previous one.
  DraftSpecId AddSpec(std::string_view text, DraftSpecId guess = DraftSpecId::None()) {
    if (guess.ok() && draft_.specs[guess.index()].text == text) {
      return guess;
    }
    return FindSpec(text);
  }
  std::string_view TextOf(DraftSpecId spec) const { return draft_.specs[spec.index()].text; }
  // A copy that lives as long as the builder needs it.
  std::string_view Keep(std::string_view text) { return arena_.Keep(text); }
  TextArena& arena() { return arena_; }

  void AddRecord(const RecordFields& fields);
  // `name` as in the record; if it is not a package name, the file name provides it.
  void SkipRecord(std::string_view fn, std::string_view name, std::string reason);
  // Skips the record of this file, whether it arrived already or arrives later.
  void RemoveRecord(std::string_view fn) { removed_.insert(fn); }

  // CEP 42.
  void SetRelations(std::string_view base_channel, std::string_view overridden_channel) {
    base_channel_ = base_channel;
    overridden_channel_ = overridden_channel;
  }

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
  std::string_view base_channel_;
  std::string_view overridden_channel_;
  TextArena arena_;
  IndexDraft draft_;
  std::size_t num_malformed_specs_ = 0;
  // Whether files may occur twice: they cannot while the files of each kind ascend, as they do in
  // every file that a channel serves.
  bool may_repeat_ = false;
  std::array<std::string_view, 2> last_fn_;  // By format.
  TextMap<DraftSpecId> spec_ids_;
  TextMap<DraftVersionId> version_ids_;
  TextMap<DraftListId> list_ids_;  // By the bytes of the ids.
  TextSet removed_;
};

}  // namespace satchel

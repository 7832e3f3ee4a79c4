#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/id.h"
#include "repodata/match_spec.h"
#include "repodata/version.h"

namespace satchel {

// Ids local to one index.
using NameId = Id<struct NameTag>;
using RecordId = Id<struct RecordTag>;
using SpecId = Id<struct SpecTag>;            // A distinct text in depends or constrains.
using SpecListId = Id<struct SpecListTag>;    // A distinct sequence of specs.
using VersionId = Id<struct VersionTag>;      // A distinct version text.
using StringId = Id<struct StringTag>;        // A distinct string (build, license, ...).

enum class NoarchKind : std::uint8_t { kNone, kGeneric, kPython };

// The hot part of a record: all that choosing a package looks at. One cache line.
struct RecordRow {
  NameId name;
  VersionId version;
  StringId build;
  SpecListId depends;
  SpecListId constrains;
  StringId fn;
  std::uint64_t build_number;
  std::int64_t timestamp_ms;           // 0 if the record has none. `indexed_timestamp` (CEP 47) wins.
  std::uint64_t size_bytes;            // 0 if unknown.
  std::uint16_t num_track_features;
  NoarchKind noarch;
  std::uint8_t is_conda_format;        // .conda rather than .tar.bz2.
  std::uint32_t cold;                  // Index of its ColdRow.
};
static_assert(sizeof(RecordRow) == 56);

// What is only printed or matched by rare spec keys.
struct ColdRow {
  StringId md5;
  StringId sha256;
  StringId license;
  StringId license_family;
  StringId track_features;             // Separated by one space.
  StringId features;
  StringId python_site_packages_path;  // CEP 17.
  StringId url;                        // Only if the record itself says one.
};

struct SpecRow {
  StringId text;
  NameId name;  // None if no record of this index has that name.
};

// The records of one (channel, subdir), immutable, sorted by name and, within a name, by preference:
// fewer track_features, newer version, higher build number, newer timestamp, greater build string,
// then fn. A view into one flat image whose layout is in repodata/index_format.h: the same bytes
// serve in memory and mapped from a file.
//
// Thread-safe after construction. Views live as long as the index.
class Index final {
 public:
  // Checks what later reads rely on (magic, version, section bounds) but does not walk the records.
  // Errors: kDataLoss with what is wrong.
  [[nodiscard]] static absl::StatusOr<Index> FromImage(std::shared_ptr<const void> owner,
                                                       std::span<const std::byte> image);

  std::string_view subdir() const;    // info.subdir, or what the reader was told.
  std::string_view base_url() const;  // CEP 15; empty if the repodata has none.

  std::size_t num_names() const;
  std::size_t num_records() const;

  // Binary search; None if no record has this name.
  NameId FindName(std::string_view name) const;
  std::string_view Name(NameId id) const;
  // The name's records are the rows [first, last), best first.
  struct Range {
    std::uint32_t first;
    std::uint32_t last;
  };
  Range Records(NameId id) const;

  const RecordRow& Record(RecordId id) const;
  const ColdRow& Cold(RecordId id) const;
  VersionRef VersionOf(VersionId id) const;
  std::string_view String(StringId id) const;  // "" for None.
  std::span<const SpecId> SpecList(SpecListId id) const;
  const SpecRow& Spec(SpecId id) const;

  // A view for MatchSpec::Matches; `channel` is the canonical name of the channel it came from.
  RecordView View(RecordId id, std::string_view channel) const;
};

}  // namespace satchel

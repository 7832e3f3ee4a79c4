#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "repodata/index/index.h"
#include "repodata/spec/extra_depends.h"

namespace satchel {

// One package file with all its known fields, owning its strings: for the few records that leave
// the solver (a plan) or do not come from a channel (an environment, virtual packages).
struct PackageRecord {
  std::string name;
  std::string version;
  std::string build;
  std::uint64_t build_number = 0;
  std::string channel;  // Canonical channel name.
  std::string subdir;
  std::string fn;
  std::string url;  // Where to download it; empty if unknown.
  std::string md5;
  std::string sha256;
  std::string license;
  std::string license_family;
  std::string track_features;  // Separated by one space.
  std::string python_site_packages_path;
  std::uint64_t size_bytes = 0;
  std::int64_t timestamp_ms = 0;
  NoarchKind noarch = NoarchKind::kNone;
  std::vector<std::string> depends;
  std::vector<std::string> constrains;
  std::string flags;  // CEP 45; separated by one space.
  ExtraDepends extra_depends;
};

// Copies a record from an index. `channel` is its canonical name; the url stays empty unless the
// record itself has one.
[[nodiscard]] PackageRecord CopyRecord(const Index& index, RecordId id, std::string_view channel);

// The fields that a MatchSpec looks at; lives as long as `record` and `version`, the version of the
// record.
RecordView ViewOf(const PackageRecord& record, VersionRef version);

}  // namespace satchel

#include "encoding/record_index.h"

#include <algorithm>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/index/index_builder.h"
#include "repodata/spec/record_rules.h"

namespace satchel {
namespace {

std::vector<DraftSpecId> AddSpecs(const std::vector<std::string>& specs, IndexBuilder& builder) {
  std::vector<DraftSpecId> ids;
  ids.reserve(specs.size());
  for (const std::string& spec : specs) {
    ids.push_back(builder.AddSpec(spec));
  }
  return ids;
}

// As a repodata with this record would be read.
void AddRecord(const PackageRecord& record, bool is_tarball, IndexBuilder& builder) {
  const std::vector<DraftSpecId> depends = AddSpecs(record.depends, builder);
  const std::vector<DraftSpecId> constrains = AddSpecs(record.constrains, builder);
  std::string track_features;
  const std::size_t num_track_features = AppendFeatures(record.track_features, track_features);
  RecordFields fields;
  fields.fn = record.fn.empty()
                  ? builder.Keep(record.name + "-" + record.version + "-" + record.build + ".conda")
                  : std::string_view(record.fn);
  fields.name = record.name;
  fields.version = record.version;
  fields.build = record.build;
  fields.build_number = record.build_number;
  fields.timestamp_ms = TimestampMs(record.timestamp_ms);
  fields.size_bytes = record.size_bytes;
  fields.num_track_features =
      static_cast<std::uint16_t>(std::min<std::size_t>(num_track_features, 0xFFFF));
  fields.noarch = record.noarch;
  fields.is_conda_format = !is_tarball;
  fields.depends = depends;
  fields.constrains = constrains;
  std::vector<DraftSpecId> extra_specs;
  for (const auto& group : record.extra_depends) {
    const std::vector<DraftSpecId> specs = AddSpecs(group.second, builder);
    extra_specs.insert(extra_specs.end(), specs.begin(), specs.end());
  }
  fields.flags = record.flags;
  fields.extra_depends = builder.Keep(ExtraDependsText(record.extra_depends));
  fields.extra_specs = extra_specs;
  fields.license = record.license;
  fields.track_features = builder.Keep(track_features);
  fields.md5 = builder.Keep(ToLower(record.md5));
  fields.sha256 = builder.Keep(ToLower(record.sha256));
  fields.url = record.url;
  builder.AddRecord(fields);
}

}  // namespace

absl::StatusOr<Index> IndexRecords(const std::vector<const PackageRecord*>& records,
                                   const std::string& subdir) {
  IngestReport report;
  IndexBuilder builder(&report);
  // Tarballs first, as repodata has them.
  for (const bool is_tarball : {true, false}) {
    for (const PackageRecord* record : records) {
      if (record->fn.ends_with(".tar.bz2") == is_tarball) {
        AddRecord(*record, is_tarball, builder);
      }
    }
  }
  ASSIGN_OR_RETURN(Index index, builder.Build(subdir, /*base_url=*/{}));
  if (!report.skipped.empty()) {
    return absl::InvalidArgumentError("package '" + report.skipped[0].fn +
                                      "': " + report.skipped[0].reason);
  }
  return index;
}

}  // namespace satchel

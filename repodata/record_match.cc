#include "repodata/record_match.h"

#include "repodata/version.h"

namespace satchel {

bool MatchesRecord(const MatchSpec& spec, const PackageRecord& record) {
  const absl::StatusOr<Version> version = Version::Parse(record.version);
  if (!version.ok()) {
    return false;
  }
  RecordView view;
  view.name = record.name;
  view.version = version->ref();
  view.build = record.build;
  view.build_number = record.build_number;
  view.channel = record.channel;
  view.subdir = record.subdir;
  view.fn = record.fn;
  view.url = record.url;
  view.md5 = record.md5;
  view.sha256 = record.sha256;
  view.license = record.license;
  view.license_family = record.license_family;
  view.track_features = record.track_features;
  return spec.Matches(view);
}

}  // namespace satchel

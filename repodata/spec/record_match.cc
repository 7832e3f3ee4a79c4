#include "repodata/spec/record_match.h"

#include "repodata/version/version.h"

namespace satchel {

bool MatchesRecord(const MatchSpec& spec, const PackageRecord& record) {
  const absl::StatusOr<Version> version = Version::Parse(record.version);
  return version.ok() && spec.Matches(ViewOf(record, version->ref()));
}

}  // namespace satchel

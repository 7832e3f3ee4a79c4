#include "corpora/scenario_check.h"

#include <string>

#include "base/status_macros.h"
#include "repodata/spec/match_spec.h"
#include "repodata/version/version.h"

namespace satchel {

absl::Status CheckScenarioSpec(std::string_view spec) {
  return MatchSpec::Parse(spec).status();
}

absl::Status CheckScenarioRecord(const PackageRecord& record) {
  RETURN_IF_ERROR(Version::Parse(record.version).status());
  for (const std::string& spec : record.depends) {
    RETURN_IF_ERROR(CheckScenarioSpec(spec));
  }
  for (const std::string& spec : record.constrains) {
    RETURN_IF_ERROR(CheckScenarioSpec(spec));
  }
  return absl::OkStatus();
}

}  // namespace satchel

#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

#include "corpora/scenario.h"

namespace satchel {

// The repodata.json of one subdir of a channel: empty but well-formed if the scenario has no such
// subdir. Ensures: the same bytes for the same records in whatever order.
[[nodiscard]] std::string RepodataJson(const Scenario& scenario, std::string_view channel,
                                       std::string_view subdir);

// Writes <directory>/<scenario>/<channel>/<subdir>/repodata.json for every subdir in the scenario,
// and for each channel those of its platform and noarch, which clients expect. Leaves a file with
// the same content alone, so that its index stays fresh. Errors: those of CorpusFile.
[[nodiscard]] absl::Status WriteScenario(const Scenario& scenario, const std::string& directory);

}  // namespace satchel

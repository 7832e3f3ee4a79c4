#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "encoding/universe.h"
#include "repodata/spec/match_spec.h"

namespace satchel {

// The distinct versions of the candidates in `set`, those nearest to what the spec asks for first:
// by how many versions of the package lie between, newer ones first among equals. If the spec
// allows none of the package's versions, from where the version that it names would stand.
[[nodiscard]] std::vector<VersionRef> VersionsByDistance(const Universe& universe,
                                                         PackageId package,
                                                         std::span<const Word> set,
                                                         const MatchSpec& spec);

// The spec changed as little as that it allows `version`: "python=3.8" becomes "python=3.12",
// "numpy >=1.8,<2" becomes "numpy >=1.8,<=2.1.0". `build` is what is asked of the build then: that
// of the spec, or nothing. `prefix` is what stands for the name ("conda-forge::numpy").
[[nodiscard]] MatchSpec Stretched(const MatchSpec& spec, const std::string& prefix,
                                  VersionRef version, const std::string& build);

// The versions that the text of a version spec names.
[[nodiscard]] std::vector<Version> NamedVersions(std::string_view text);

}  // namespace satchel

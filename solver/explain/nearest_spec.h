#pragma once

#include <initializer_list>
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
// "numpy >=1.8,<2" becomes "numpy >=1.8,<=2.1.0". `prefix` is what stands for the name
// ("conda-forge::numpy"), `kept` what is still asked for besides.
struct KeptOfSpec {
  std::string build;    // That of the spec, or nothing.
  std::string options;  // OptionsText().
};
[[nodiscard]] MatchSpec Stretched(const MatchSpec& spec, const std::string& prefix,
                                  VersionRef version, const KeptOfSpec& kept);

// Those of the fields that the spec has, in brackets: "[extras=[gpu],when='python <3.12']"; "" if
// it has none.
[[nodiscard]] std::string OptionsText(const MatchSpec& spec,
                                      std::initializer_list<SpecField> fields);

// The versions that the text of a version spec names.
[[nodiscard]] std::vector<Version> NamedVersions(std::string_view text);

}  // namespace satchel

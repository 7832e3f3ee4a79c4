#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encoding/universe.h"
#include "repodata/spec/match_spec.h"

namespace satchel {

// The spec as one would type it: "numpy >=1.26,<2", "python=3.8"; conda's canonical form where no
// shorter one means the same.
[[nodiscard]] std::string PlainText(const MatchSpec& spec);

// The same, with the condition in words: "numpy >=2 when python>=3.10".
[[nodiscard]] std::string TextWithCondition(const MatchSpec& spec);

// The package's name; what a pseudo-package stands for: "dask[extras=[array]]", "numpy >=2 when
// python>=3.10", or the condition alone.
[[nodiscard]] std::string SpokenText(const Universe& universe, PackageId package);

// "a 1.0–2.0", "no a".
[[nodiscard]] std::string AllowedText(const Universe& universe, PackageId package,
                                      std::span<const Word> allowed);

// "conda-forge/linux-64::numpy-1.26.4-py312h_0", best first.
[[nodiscard]] std::vector<std::string> RecordLabels(const Universe& universe, PackageId package,
                                                    std::span<const Word> set);

// A set of candidates as runs of versions, oldest first: "1.20–1.24, 2.0.0". Versions are next to
// each other if none of `within` lies between. Where only some builds of a version are meant, it
// says how many, or names the one, if `builds` matter. A run ends where one of `named` would stand
// between two versions: "python 2.7–3.6, 3.8" where 3.7 was asked for and is not there.
struct VersionsText {
  std::string text;
  bool several;  // More than one version.
};
[[nodiscard]] VersionsText DescribeVersions(const Universe& universe, PackageId package,
                                            std::span<const Word> set, std::span<const Word> within,
                                            bool builds, std::span<const Version> named = {});

// The texts of the distinct specs with which the candidates depend on (or constrain) the target,
// best candidate first.
[[nodiscard]] std::vector<std::string> SpecTexts(const Universe& universe, PackageId package,
                                                 std::span<const Word> who, PackageId target,
                                                 bool constrains);

}  // namespace satchel

#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "repodata/version.h"

namespace satchel {

// A version constraint such as ">=1.8,<2|1.5.*" (CEP 29; conda's VersionSpec decides doubts).
class VersionSpec final {
 public:
  // Matches everything.
  VersionSpec();

  // Errors: kInvalidArgument, "invalid version spec 'x': why". "~=1" is an error here (conda raises
  // when it is first matched).
  [[nodiscard]] static absl::StatusOr<VersionSpec> Parse(std::string_view text);

  // Cost: a few key comparisons; only the regex forms (^...$ and inner *) look at the text.
  bool Matches(VersionRef version) const;
  bool MatchesEverything() const;

  // As conda prints it ("1.8.*", ">=1.8,<2").
  const std::string& text() const;
};

}  // namespace satchel

#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

#include "repodata/spec/match_spec_text.h"

namespace satchel::internal {

// Reads the text between '[' and ']' of a spec: pairs "key=value" with commas or spaces between
// them.
absl::Status ReadBrackets(std::string_view text, SpecComponents* brackets);

// "=1.8" alone means "1.8*", but "1.8" if a build follows; "==1.8" is "1.8".
std::string SanitizeVersion(std::string_view version, bool has_build);

}  // namespace satchel::internal

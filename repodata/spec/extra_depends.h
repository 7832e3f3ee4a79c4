#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace satchel {

// A record's optional dependencies (CEP 44): each group's name and specs, by name.
using ExtraDepends = std::vector<std::pair<std::string, std::vector<std::string>>>;

// As one text, as an index keeps it, and back. Requires: no control characters in names and specs.
[[nodiscard]] std::string ExtraDependsText(const ExtraDepends& groups);
[[nodiscard]] ExtraDepends ParseExtraDepends(std::string_view text);

// The names of groups and flags: why they break the rules of CEP 44 and 45, or "".
[[nodiscard]] std::string WhyBadGroupName(std::string_view name);
[[nodiscard]] std::string WhyBadFlag(std::string_view flag);
// Of a spec's `flags`, which may have a '*' wherever a flag has a letter.
[[nodiscard]] std::string WhyBadFlagPattern(std::string_view pattern);

}  // namespace satchel

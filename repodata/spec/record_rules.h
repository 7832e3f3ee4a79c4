#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace satchel {

// The rules for a record's fields; each is a function that returns why the field breaks the rule,
// or "".

// Limits of length, for file-name parts and for everything else; no real text is longer.
inline constexpr std::size_t kMaxFileNameBytes = 255;
inline constexpr std::size_t kMaxTextBytes = 64 << 10;
std::string WhyTooLong(std::string_view what, std::string_view text, std::size_t max_bytes);

// CEP 26, as far as conda enforces it: lower-case letters, digits and separators, also in a row (a
// channel has such names, and virtual packages begin with two); 64 bytes.
std::string WhyBadPackageName(std::string_view name);

// The name in "name-version-build.conda": everything before the second last dash. Empty if there is
// none.
std::string_view NameOfFile(std::string_view fn);

// `text` becomes part of a path and of a URL, so it may contain no separator and no control
// character. (CEP 26 is stricter, but real builds such as "pl==5.22.0_1" violate it.) `what` names
// the field.
std::string WhyBadFilePart(std::string_view what, std::string_view text);

// Texts that MatchSpec would misread: nothing (any package), and the "foo; if bar" of the first
// drafts of conditional dependencies.
std::string WhyBadDependency(std::string_view text);

// A timestamp in milliseconds. Older tools wrote seconds; like conda, this treats a value that
// would be beyond the year 9999 in seconds as milliseconds. 0 means none; so do negative values.
std::int64_t TimestampMs(std::int64_t value);

// CEP 26: "noarch" or os-arch.
bool IsSubdir(std::string_view text);

// Appends the features in `text`, which are separated by spaces or commas (CEP 34), to `joined`,
// separated by one space. Returns their number.
std::size_t AppendFeatures(std::string_view text, std::string& joined);

}  // namespace satchel

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace satchel {

// The rules that a record's fields must satisfy, each as a function that says why not, or "".

// Longer texts are nobody's: what becomes part of a file's name, and anything else.
inline constexpr std::size_t kMaxFileNameBytes = 255;
inline constexpr std::size_t kMaxTextBytes = 64 << 10;
std::string WhyTooLong(std::string_view what, std::string_view text, std::size_t max_bytes);

// CEP 26, as far as conda enforces it: lower-case letters, digits and separators, also in a row
// (a channel has such names, and virtual packages begin with two); 64 bytes.
std::string WhyBadPackageName(std::string_view name);

// The name in "name-version-build.conda": all before the second last dash. Empty if there is none.
std::string_view NameOfFile(std::string_view fn);

// `text` becomes part of a path and of a URL, so it may hold no separator and no control character.
// (CEP 26 asks for more, but real builds such as "pl==5.22.0_1" do not keep to it.) `what` names
// the field.
std::string WhyBadFilePart(std::string_view what, std::string_view text);

// What MatchSpec would take for something else: nothing (any package), and the "foo; if bar" of the
// first drafts of conditional dependencies. (It refuses the keys of CEP 43-45 by itself: to ignore
// them would be to solve another problem than the one that was posed.)
std::string WhyBadDependency(std::string_view text);

// A timestamp in milliseconds. Older tools wrote seconds: conda takes what is beyond the year 9999
// in seconds for milliseconds. 0 stands for none; what is negative is none.
std::int64_t TimestampMs(std::int64_t value);

// CEP 26: "noarch" or os-arch.
bool IsSubdir(std::string_view text);

// Appends the features in `text`, which spaces or commas part (CEP 34), to `joined`, with one space
// between any two. Returns how many.
std::size_t AppendFeatures(std::string_view text, std::string& joined);

}  // namespace satchel

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/string_view.h"

namespace satchel {

// ASCII digits only, whatever the locale.
inline bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Debian's Abseil has its own string_view; these two convert, at no cost.
inline absl::string_view ToAbsl(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view ToStd(absl::string_view text) {
  return {text.data(), text.size()};
}

// `text` without leading and trailing ASCII white space. The view lives as long as `text`.
std::string_view StripSpace(std::string_view text);

// ASCII lower case; leaves other bytes unchanged.
std::string ToLower(std::string_view text);

// The pieces of `text` between the occurrences of `separator`; "" gives one empty piece.
std::vector<std::string_view> Split(std::string_view text, char separator);

}  // namespace satchel

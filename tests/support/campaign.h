#pragma once

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace satchel::testing {

// How many random corruptions the tests of the index cache try: $SATCHEL_DAMAGE_CASES, or few
// enough for every run.
inline std::uint64_t CampaignCases() {
  std::uint64_t cases = 200;
  if (const char* const text = std::getenv("SATCHEL_DAMAGE_CASES"); text != nullptr) {
    std::from_chars(text, text + std::strlen(text), cases);
  }
  return cases;
}

}  // namespace satchel::testing

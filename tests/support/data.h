#pragma once

#include <cstdlib>
#include <string_view>

#include <gtest/gtest.h>

namespace satchel::testing {

// SATCHEL_REQUIRE_DATA=1, as the continuous integration says where real data lies beside the tree.
inline bool DataIsRequired() {
  const char* const value = std::getenv("SATCHEL_REQUIRE_DATA");
  return value != nullptr && std::string_view(value) == "1";
}

}  // namespace satchel::testing

// Ends a test that needs real data which is not there: skipped, or failed where it has to be there.
#define SKIP_WITHOUT_DATA(message)              \
  do {                                          \
    if (::satchel::testing::DataIsRequired()) { \
      FAIL() << message; /* NOLINT */           \
    }                                           \
    GTEST_SKIP() << message; /* NOLINT */       \
  } while (false)

#include "base/check.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace satchel {
namespace {

// A process that loads the library must outlive a mistake of ours.
TEST(Check, AMistakeIsAnExceptionThatNamesThePlace) {
  EXPECT_NO_THROW(SATCHEL_CHECK(1 + 1 == 2));
  try {
    SATCHEL_CHECK(1 + 1 == 3);
    FAIL() << "went on";
  } catch (const std::logic_error& error) {
    const std::string what = error.what();
    EXPECT_EQ(what.rfind("1 + 1 == 3 is false (", 0), 0U) << what;
    EXPECT_NE(what.find("check_test.cc:"), std::string::npos) << what;
  }
}

}  // namespace
}  // namespace satchel

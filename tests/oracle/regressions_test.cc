// Universes on which the solver and the oracle once disagreed, as oracle_test.cc shrank them.

#include <ostream>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

#include "tests/oracle/compare.h"
#include "tests/oracle/universe_text.h"

namespace satchel::oracle {
namespace {

struct Case {
  std::string_view name;
  std::string_view universe;
};

constexpr Case kCases[] = {
    {"ACoreBelowTheLevelAskedAboutHoldsForAll", R"(
channel chan1
  a 2.0 h_0 @1608553601000 | depends: c 2.0|1.0
  a 1.0 h_0
  a 3.0 h_0 | depends: e 2.0
  a 3.0 g_0 @1608553602000 | depends: b <2.0
  b 2.0 h_0 | depends: e 3.0
  b 1.0 x1.0_0
  b 3.0 h_0 @1600000001000 | depends: d
  d 1.0 x1.0_0 | depends: e 1.0.*
  e 3.0 g_0
  e 1.0 g_0
  e 2.0 h_0
channel chan2
  c 2.0 h_0 @1600000000000 | depends: e 2.0
  c 1.0 g_1
  c 3.0 x3.0_0 @1600000001000 | depends: e 3.0.*
request a
request b
request chan2::c
priority flexible, objective newest
)"},
    {"ARegexTellsEqualVersionsApart", R"(
channel chan1
  a 1.1 h_0
  a 1.1.0 h_0
  b 1.0 | depends: a ^1\.1$
request b
)"},
    {"ASubdirInARemoval", R"(
channel chan1
  a 1.0 h_0
  a 1.0 h_0 noarch
installed from chan1: a 1.0 h_0
remove a[subdir=noarch]
)"},
    {"ANameWhoseRecordsAreAllTooNewStillHides", R"(
channel chan1
  a 2.0 @1700000000000
channel chan2
  a 1.0 @1500000000000
request a
priority strict, exclude-newer 1600000000000
)"},
    {"WhatWasAskedForIsNotGivenUpForAPin", R"(
channel chan1
  a 1.0
  b 1.0 | depends: a
  c 1.0
installed from chan1: a 1.0
installed from chan1: b 1.0 | depends: a | requested as: b
pin a 3
request c
)"},
    {"AConstrainsOnTheMachine", R"(
channel chan1
  a 1.0 | constrains: __cuda <12
virtual __cuda 12.4 0
request a
)"},
    {"APinOnTheMachine", R"(
channel chan1
  a 1.0
virtual __glibc 2.36 0
pin __glibc <2.17
request a
)"},
    {"AnInstalledRecordHasASubdir", R"(
channel chan1
  a 2.0 h_0
installed from chan1: a 2.0 h_0 noarch
request a
)"},
    {"TheChannelsMetadataCount", R"(
channel chan1
  b 3.0 g_0
  d 2.0 h_0
installed from chan1: d 2.0 h_0 | depends: b
)"},
    {"OneBuildInTwoFormatsIsOnePackage", R"(
channel chan2
  d 1!0.5 x3.0_0
installed from chan2: d 1!0.5 x3.0_0 .tar.bz2
)"},
    {"AnInstalledRecordOfAChannelThatIsGone", R"(
channel chan1
  a 1.0 h_0
installed from elsewhere: a 2.0 h_0
pin elsewhere::a
)"},
    {"ARequestedNameThatIsNowhere", R"(
channel chan1
  a 2.0 h_0
  a 3.0 h_1 | depends: f; b
request c
request a
)"},
    {"AHistorySpecThatTheInstalledRecordDoesNotMatch", R"(
channel chan1
  a 2.0 x2.0_0
installed from chan1: a 1.0 h_0 | requested as: a >=2.0
)"},
    {"NothingIsRequested", R"(
channel chan1
  c 2.0 h_1 | depends: f 1.0
channel chan2
  b 1.0 x1.0_0 | depends: f; c
  e 2.0 g_0 | depends: f >1.0
  f 1.0 h_1
  f 1.0 h_1 noarch
  f 3.0 h_0 features=x,y
installed from chan2: b 2.0.1 x1.0_0 | depends: f 2.0
installed from elsewhere: e 1.0.0 x2.0_0 | depends: f 2.0.* | requested as: e
)"},
    {"PruneKeepsWhatIsNeededUnchanged", R"(
channel chan2
  c 2.0 x3.0_0 | depends: e
  e 3.0 h_0
installed from chan1: e 0.9 h_0
request c
prune
)"},
    {"WhatMustStayStaysWhileTheHistoryIsAskedFor", R"(
channel chan1
  a 3.0 x1.0_0 | depends: c
  a 1.0 x1.0_0 | depends: c
  d 1.0 h_0
installed from chan1: a 1.0 x2.0_0 | depends: d >=2.0
installed from chan1: d 2.0 h_2 | requested as: d <=1.0
priority flexible, objective newest
)"},
    {"AnotherThatMustStay", R"(
channel chan1
  a 1.1 x3.0_0 | depends: b
  e 2.0a1 h_0
channel chan2
  a 1.0.0 x1.0_0 | depends: e 1.1
  d 1.0 h_0
  d 3.0 h_0 | depends: e >=2.0a1
  e 1.1 g_0
installed from chan2: a 1.1 x2.0_0 | depends: c
installed from chan2: d 2.0 g_0 | depends: f | requested as: d >1.0
priority disabled, objective lowest, update-all
)"},
};

void PrintTo(const Case& tested, std::ostream* out) {
  *out << tested.name;
}

class Regression : public testing::TestWithParam<Case> {};

TEST_P(Regression, AgreesWithTheOracle) {
  const absl::StatusOr<Universe> universe = ParseUniverse(GetParam().universe);
  ASSERT_TRUE(universe.ok()) << universe.status();
  const std::string flaw = Minimised(*universe, Disagreement);
  EXPECT_TRUE(flaw.empty()) << flaw;
}

INSTANTIATE_TEST_SUITE_P(Universes, Regression, testing::ValuesIn(kCases),
                         [](const testing::TestParamInfo<Case>& tested) {
                           return std::string(tested.param.name);
                         });

}  // namespace
}  // namespace satchel::oracle

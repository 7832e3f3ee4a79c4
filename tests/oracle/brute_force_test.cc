// The oracle itself, on universes small enough to check by hand: one for each sentence of
// ARCHITECTURE.md, "The objective".

#include "tests/oracle/brute_force.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

#include "tests/oracle/universe.h"
#include "tests/oracle/universe_text.h"

namespace satchel::oracle {
namespace {

// The best plan as "app-1-0 lib-2-0", "none" if there is none.
std::string Best(std::string_view text) {
  const absl::StatusOr<Universe> universe = ParseUniverse(text);
  if (!universe.ok()) {
    return universe.status().ToString();
  }
  const absl::StatusOr<World> world = BuildWorld(*universe);
  if (!world.ok()) {
    return world.status().ToString();
  }
  const absl::StatusOr<BruteForceResult> result = BruteForce(world->request, universe->objective);
  if (!result.ok()) {
    return result.status().ToString();
  }
  std::vector<std::string> labels;
  for (const PackageRecord& record : result->plan) {
    labels.push_back(record.name + "-" + record.version + "-" + record.build);
  }
  return result->num_plans == 0 ? "none" : absl::StrJoin(labels, " ");
}

std::string Best(std::string_view text, std::string_view more) {
  return Best(std::string(text) + std::string(more));
}

TEST(BruteForce, Satisfiability) {
  constexpr std::string_view kUniverse = R"(
channel main
  app 1 0 | depends: lib >=2; __glibc >=2.17
  lib 1 0
  lib 2 0 | constrains: old <2; __cuda >=12
  old 2 0
)";
  constexpr std::string_view kGlibc = "virtual __glibc 2.28\n";
  EXPECT_EQ(Best(kUniverse, "request app\n"), "none");
  const std::string universe = std::string(kUniverse) + std::string(kGlibc);
  EXPECT_EQ(Best(universe, "request app\n"), "app-1-0 lib-2-0");
  EXPECT_EQ(Best(universe, "request app\nvirtual __cuda 11\n"), "none");
  EXPECT_EQ(Best(universe, "request app\nvirtual __cuda 12\n"), "app-1-0 lib-2-0");
  EXPECT_EQ(Best(universe, "request app\nrequest old\n"), "none");
  EXPECT_EQ(Best(universe, "request app\npin lib <2\n"), "none");
  EXPECT_EQ(Best(universe, "request app\nremove lib\n"), "none");
  EXPECT_EQ(Best(universe, "request nothing\n"), "none");
  EXPECT_EQ(Best(universe, "request __glibc >=2.20\n"), "");
  EXPECT_EQ(Best(universe, "request __glibc >=3\n"), "none");
  EXPECT_EQ(Best(universe, "request app\nno-deps\n"), "app-1-0");
}

TEST(BruteForce, LeastSumOfDays) {
  // py 3 came ten days after py 2, tf 3 forty days after tf 1 and long after tf 2, a backport.
  constexpr std::string_view kDays = R"(
channel main
  py 1 0 @1600000000000
  py 2 0 @1600000000000
  py 3 0 @1600864000000
  tf 3 0 @1603456000000 | depends: py 2
  tf 2 0 @1608640000000 | depends: missing
  tf 1 0 @1600000000000
request py
request tf
)";
  EXPECT_EQ(Best(kDays), "py-2-0 tf-3-0");
  EXPECT_EQ(Best(kDays, "pin tf <3\n"), "py-3-0 tf-1-0");
  // Without timestamps a version is worth thirty days.
  EXPECT_EQ(Best(R"(
channel main
  py 1
  py 2
  py 3
  tf 3 | depends: py 2
  tf 2 | depends: py 2
  tf 1
request py
request tf
)"),
            "py-2-0 tf-3-0");
}

TEST(BruteForce, AVersionIsAsOldAsItsFirstRecord) {
  // Rebuilt after a year: a 1 is no younger for that. b 2 came forty days after b 1, a 2 fifty.
  constexpr std::string_view kRebuilt = R"(
channel main
  a 1 h @1600000000000
  a 1 g #1 @1640000000000
  a 2 h @1604320000000 | constrains: b 1
  b 1 0 @1600000000000
  b 2 0 @1603456000000
request a
request b
)";
  EXPECT_EQ(Best(kRebuilt), "a-2-h b-1-0");
  EXPECT_EQ(Best(kRebuilt, "pin a * g\n"), "a-1-g b-2-0");
}

TEST(BruteForce, FeaturesOfSomeBuilds) {
  // Of a version that has a build without, a feature costs a hundred days; it never counts against
  // a version of what was requested.
  constexpr std::string_view kFeatures = R"(
channel main
  a 2 h
  a 2 free features=x | depends: b 2
  a 1 h
  b 2 | constrains: a 2 free
  b 1
request a
request b
)";
  EXPECT_EQ(Best(kFeatures), "a-2-free b-2-0");
  constexpr std::string_view kBelow = R"(
channel main
  app 1 | depends: a; b
  a 2 h
  a 2 free features=x | depends: b 2
  b 2 0 @1600000000000 | constrains: a 2 free
  b 1
request app
)";
  EXPECT_EQ(Best(kBelow), "a-2-h app-1-0 b-1-0");
}

TEST(BruteForce, AnAcceleratorIsWorthAYear) {
  constexpr std::string_view kCuda = R"(
channel main
  torch 2 cpu @1620000000000
  torch 1 gpu @1600000000000 | depends: cuda-version
  torch 1 cpu #9 @1600000000000
  old 2 0 @1640000000000
  old 1 gpu @1600000000000 | depends: __cuda
  cuda-version 12
request torch
request old
)";
  EXPECT_EQ(Best(kCuda), "old-2-0 torch-2-cpu");
  EXPECT_EQ(Best(kCuda, "virtual __cuda 12\n"), "cuda-version-12-0 old-2-0 torch-1-gpu");
}

TEST(BruteForce, ThenNames) {
  // a 3 costs b and c one each; a 2 leaves them newest.
  constexpr std::string_view kTotal = R"(
channel main
  a 3 | depends: b 1; c 1
  a 2 | depends: b 2; c 2
  b 1
  b 2
  c 1
  c 2
request a
request b
request c
)";
  EXPECT_EQ(Best(kTotal), "a-2-0 b-2-0 c-2-0");
  // One of the two must lag: the later name does.
  constexpr std::string_view kTie = R"(
channel main
  a 2 | constrains: b 1
  a 1
  b 2
  b 1
request b
request a
)";
  EXPECT_EQ(Best(kTie), "a-2-0 b-1-0");
  EXPECT_EQ(Best(kTie, "objective ordered\n"), "a-1-0 b-2-0");
}

TEST(BruteForce, LagCountsVersionsThatWereCandidates) {
  // z 1 lags by sixty days, because 2 is a candidate even though its dependency exists nowhere: so
  // z 3 and a 1 it is, where thirty and thirty would have gone by name.
  constexpr std::string_view kUniverse = R"(
channel main
  z 3 h_5 #5 | constrains: a 1
  z 3 h_4 #4 | constrains: a 1
  z 2 | depends: missing
  z 1
  a 2
  a 1
request a
request z
)";
  EXPECT_EQ(Best(kUniverse), "a-1-0 z-3-h_5");
  EXPECT_EQ(Best(kUniverse, "pin z !=2\n"), "a-2-0 z-1-0") << "a pin takes the candidate away";
  EXPECT_EQ(Best(kUniverse, "request z !=2\n"), "a-2-0 z-1-0");
  EXPECT_EQ(Best(kUniverse, "remove z 2\n"), "a-2-0 z-1-0");
}

TEST(BruteForce, PreferenceWithinAName) {
  EXPECT_EQ(Best("channel main\n  a 2 0 features=x\n  a 1\nrequest a\n"), "a-1-0");
  EXPECT_EQ(Best("channel main\n  a 1 h\n  a 1 g #1\nrequest a\n"), "a-1-g");
  EXPECT_EQ(Best("channel main\n  a 1 h\n  a 1 g @1600000000000\nrequest a\n"), "a-1-g");
  EXPECT_EQ(Best("channel main\n  a 1 h\n  a 1 g\nrequest a\n"), "a-1-h");
  EXPECT_EQ(Best("channel main\n  a 1.0 h\n  a 1 g @1600000000000\nrequest a\n"), "a-1-g")
      << "1 and 1.0 are one version";
  EXPECT_EQ(Best("channel main\n  a 1!1\n  a 2\nrequest a\n"), "a-1!1-0");
}

TEST(BruteForce, ChannelPriorities) {
  constexpr std::string_view kChannels = R"(
channel one
  a 1
channel two
  a 2
  b 1 0 | depends: a 2
)";
  EXPECT_EQ(Best(kChannels, "request a\npriority strict\n"), "a-1-0");
  EXPECT_EQ(Best(kChannels, "request a\npriority flexible\n"), "a-1-0");
  EXPECT_EQ(Best(kChannels, "request a\npriority disabled\n"), "a-2-0");
  EXPECT_EQ(Best(kChannels, "request b\npriority strict\n"), "none");
  EXPECT_EQ(Best(kChannels, "request b\npriority flexible\n"), "a-2-0 b-1-0");
  EXPECT_EQ(Best(kChannels, "request two::a\npriority strict\n"), "a-2-0");
  // A variant's channel is the last tie-break but one.
  constexpr std::string_view kMirrors = "channel one\n  a 1 h\nchannel two\n  a 1 h noarch\n";
  EXPECT_EQ(Best(kMirrors, "request a\npriority disabled\n"), "a-1-h");
}

TEST(BruteForce, ExcludeNewer) {
  constexpr std::string_view kTimes = R"(
channel one
  a 2 0 @1600000002000
channel two
  a 1 0 @1600000001000
request a
priority strict, exclude-newer 16000000)";
  EXPECT_EQ(Best(kTimes, "02000\n"), "a-2-0");
  EXPECT_EQ(Best(kTimes, "01000\n"), "none") << "one has the name, and hides it";
  EXPECT_EQ(Best(kTimes, "00000\n"), "none");
}

TEST(BruteForce, AllThatMustBeThereAtOnce) {
  // lib 2 asks for base 1; both are in every plan, so neither comes first.
  constexpr std::string_view kUniverse = R"(
channel main
  app 1 | depends: lib; tool
  lib 2 0 @1603456000000 | depends: base 1
  lib 1 0 @1600000000000 | depends: base
  tool 1
  base 2 0 @160)";
  constexpr std::string_view kRest = R"(
  base 1 0 @1600000000000
request app
)";
  EXPECT_EQ(Best(kUniverse, "0864000000" + std::string(kRest)),
            "app-1-0 base-1-0 lib-2-0 tool-1-0");
  EXPECT_EQ(Best(kUniverse, "8640000000" + std::string(kRest)),
            "app-1-0 base-2-0 lib-1-0 tool-1-0");
}

TEST(BruteForce, WhatMayBeAbsentWaits) {
  // extra is in no plan with lib 1, so its age does not speak for lib 1.
  EXPECT_EQ(Best(R"(
channel main
  app 1 | depends: lib
  lib 2 | depends: extra 1
  lib 1
  extra 3
  extra 2
  extra 1
request app
)"),
            "app-1-0 extra-1-0 lib-2-0");
}

TEST(BruteForce, SharedDependenciesDecideVariants) {
  // Every variant of app needs py, so py is decided before the newer py1 build can be.
  EXPECT_EQ(Best(R"(
channel main
  app 1 py1 @1600000001000 | depends: py 1
  app 1 py2 | depends: py 2
  py 1
  py 2
request app
)"),
            "app-1-py2 py-2-0");
}

TEST(BruteForce, VariantsComeLast) {
  // x and y are needed by one variant each: the variant is decided first, then its own name.
  constexpr std::string_view kVariants = R"(
channel main
  app 1 hx @1600000001000 | depends: x; lib
  app 1 hy | depends: y; lib
  lib 2 | depends: z 1
  lib 1
  x 2 | depends: z 2
  x 1
  y 1
  z 2
  z 1
request app
)";
  EXPECT_EQ(Best(kVariants), "app-1-hx lib-2-0 x-1-0 z-1-0");
}

TEST(BruteForce, EnvironmentComesFirst) {
  constexpr std::string_view kBase = R"(
channel main
  app 2 | depends: lib 2
  app 1 | depends: lib 1
  lib 2
  lib 1
  old 1 | depends: lib 1
  new 1
)";
  const std::string base(kBase);
  const std::string with_old =
      base + "installed from main: lib 1\ninstalled from main: old 1 | depends: lib 1\n";
  EXPECT_EQ(Best(with_old, "request app\n"), "app-1-0 lib-1-0 old-1-0") << "nothing goes missing";
  EXPECT_EQ(Best(with_old, "request app\nremove old\n"), "app-2-0 lib-2-0");
  EXPECT_EQ(Best(with_old, "request app\nprune\n"), "app-2-0 lib-2-0")
      << "with prune only dependencies count";
  EXPECT_EQ(Best(with_old, "request app\nrequest old\nprune\n"), "app-1-0 lib-1-0 old-1-0");
  EXPECT_EQ(Best(with_old, "request new\n"), "lib-1-0 new-1-0 old-1-0") << "unchanged";
  EXPECT_EQ(Best(with_old, "request new\nremove old\n"), "lib-1-0 new-1-0");
  EXPECT_EQ(Best(with_old, "request new\nremove old\nupdate-all\n"), "lib-2-0 new-1-0");
}

TEST(BruteForce, FewestMissingThenByName) {
  // Only one of b and c can stay.
  EXPECT_EQ(Best(R"(
channel main
  a 1
  b 1 | constrains: c 2
  c 1
installed from main: b 1 | constrains: c 2
installed from main: c 1
request a
)"),
            "a-1-0 b-1-0");
}

TEST(BruteForce, HistorySpecs) {
  constexpr std::string_view kHistory = R"(
channel main
  app 2 | depends: lib 2
  app 1 | depends: lib 1
  lib 2
  lib 1
installed from main: lib 1 | requested as: lib <2
)";
  EXPECT_EQ(Best(kHistory, "request app\n"), "app-1-0 lib-1-0");
  EXPECT_EQ(Best(kHistory, "request app 2\n"), "app-2-0 lib-2-0") << "but it gives way";
  EXPECT_EQ(Best(kHistory, "request app\nrequest lib\n"), "app-2-0 lib-2-0") << "asked anew";
  EXPECT_EQ(Best(kHistory, "update-all\n"), "lib-2-0") << "only the name counts then";
}

TEST(BruteForce, WhatWasAskedForOrIsPinnedStays) {
  constexpr std::string_view kAsked = R"(
channel main
  base 1
  app 2 | depends: base
  app 1 | depends: base
  anti 1 | constrains: base 2
  new 1 | constrains: app 2
installed from main: base 1
installed from main: app 1 | depends: base | requested as: app 1
)";
  EXPECT_EQ(Best(kAsked, "request anti\n"), "none");
  EXPECT_EQ(Best(kAsked, "request new\n"), "app-2-0 base-1-0 new-1-0") << "in another version";
  EXPECT_EQ(Best(kAsked, "request anti\nremove base\n"), "anti-1-0") << "app needs base";
  EXPECT_EQ(Best(kAsked, "request anti\nremove app\n"), "anti-1-0") << "nobody asked for base";
  EXPECT_EQ(Best(kAsked, "request anti\nremove app\npin base 1\n"), "none") << "but a pin names it";
}

TEST(BruteForce, PythonStaysAtItsMinorVersion) {
  constexpr std::string_view kPython = R"(
channel main
  app 2 | depends: python 3.13.*
  app 1 | depends: python 3.11.*
  python 3.13.1
  python 3.11.9
  python 3.11.2
installed from main: python 3.11.2 | requested as: python
)";
  EXPECT_EQ(Best(kPython, "request app\n"), "app-1-0 python-3.11.2-0");
  EXPECT_EQ(Best(kPython, "request app 2\n"), "app-2-0 python-3.13.1-0") << "nothing else works";
  EXPECT_EQ(Best(kPython, "request app\nrequest python\n"), "app-2-0 python-3.13.1-0");
  EXPECT_EQ(Best(kPython, "request app\nupdate-all\n"), "app-2-0 python-3.13.1-0");
}

TEST(BruteForce, ChangesBelowRequested) {
  constexpr std::string_view kChanges = R"(
channel main
  app 2 | depends: lib 2
  app 1 | depends: lib
  lib 2
  lib 1
installed from main: lib 1
request app
)";
  EXPECT_EQ(Best(kChanges), "app-2-0 lib-2-0");
  EXPECT_EQ(Best(kChanges, "objective fewest-changes\n"), "app-1-0 lib-1-0");
  EXPECT_EQ(Best(kChanges, "objective fewest-changes, update-all\n"), "app-2-0 lib-2-0");
}

TEST(BruteForce, UpdateAllBalancesWhatWasAskedFor) {
  // a once asked for counts with the requested ones; c does not, and is a root all the same.
  EXPECT_EQ(Best(R"(
channel main
  a 2 | depends: c 1
  a 1
  b 1
  c 2
  c 1
installed from main: a 1 | requested as: a
installed from main: b 1
installed from main: c 2
update-all
)"),
            "a-2-0 b-1-0 c-1-0");
}

TEST(BruteForce, InstalledRecordsOfNoChannel) {
  constexpr std::string_view kLocal = R"(
channel main
  a 2
  b 1
installed from elsewhere: a 1 local
)";
  EXPECT_EQ(Best(kLocal, "request b\n"), "a-1-local b-1-0");
  EXPECT_EQ(Best(kLocal, "request a\n"), "a-2-0");
  EXPECT_EQ(Best(kLocal, "request a <2\n"), "a-1-local");
  EXPECT_EQ(Best(kLocal, "request a\nobjective lowest, priority disabled\n"), "a-1-local");
}

TEST(BruteForce, LowestObjectives) {
  constexpr std::string_view kLowest = R"(
channel main
  a 2 h #1 | depends: b
  a 1 h #1 | depends: b
  a 1 g | depends: b
  b 2
  b 1
request a
)";
  EXPECT_EQ(Best(kLowest), "a-2-h b-2-0");
  EXPECT_EQ(Best(kLowest, "objective lowest\n"), "a-1-h b-1-0");
  EXPECT_EQ(Best(kLowest, "objective lowest-direct\n"), "a-1-h b-2-0");
}

TEST(BruteForce, RefusesTooManyPlans) {
  std::string text = "channel main\n";
  for (const char* name : {"a", "b", "c"}) {
    for (int version = 0; version < 9; ++version) {
      text += std::string("  ") + name + " " + std::to_string(version) + "\n";
    }
    text = "request " + std::string(name) + "\n" + text;
  }
  const absl::StatusOr<Universe> universe = ParseUniverse(text);
  ASSERT_TRUE(universe.ok()) << universe.status();
  const absl::StatusOr<World> world = BuildWorld(*universe);
  ASSERT_TRUE(world.ok()) << world.status();
  EXPECT_EQ(BruteForce(world->request, Objective::kNewest, 700).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(BruteForce(world->request, Objective::kNewest, 729).ok());
}

}  // namespace
}  // namespace satchel::oracle

// Fixes beside those of the parts of a request, which the oracle counts: another machine, and
// letting go what was asked for before.

#include "solver/explain/fixes.h"

#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "tests/oracle/universe.h"
#include "tests/oracle/universe_text.h"

namespace satchel {
namespace {

// The changes of each fix, "; " between them.
std::vector<std::string> FixesOf(std::string_view text) {
  const absl::StatusOr<oracle::Universe> universe = oracle::ParseUniverse(text);
  EXPECT_TRUE(universe.ok()) << universe.status();
  const absl::StatusOr<oracle::World> world = oracle::BuildWorld(*universe);
  EXPECT_TRUE(world.ok()) << world.status();
  FixOptions options;
  options.budget_seconds = 0;
  const absl::StatusOr<FixList> list = FindFixes(world->request, options);
  EXPECT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->flaw, "");
  EXPECT_TRUE(list->complete);
  std::vector<std::string> fixes;
  for (const Fix& fix : list->fixes) {
    std::string changes;
    for (const Change& change : fix.changes) {
      changes += (changes.empty() ? "" : "; ") + change.text;
    }
    fixes.push_back(std::move(changes));
  }
  return fixes;
}

using Fixes = std::vector<std::string>;

TEST(FixesOfTheMachine, ADriverThatIsNotThereMayCome) {
  EXPECT_EQ(FixesOf("channel main\n  app 1 | depends: __cuda >=12\nrequest app\n"),
            Fixes{"a machine with __cuda 12"});
}

// The driver rules out one version of lib at once; that the other has no plan is only found by
// trying: of an odd circle of packages, each must differ from the next.
TEST(FixesOfTheMachine, AlsoWhereTheRestWasSearchedThrough) {
  EXPECT_EQ(FixesOf("channel main\n  app 1 | depends: lib\n  lib 2 | depends: x; y; z\n"
                    "  lib 1 | depends: __cuda >=12\n"
                    "  x 1 | depends: y 2\n  x 2 | depends: y 1\n"
                    "  y 1 | depends: z 2\n  y 2 | depends: z 1\n"
                    "  z 1 | depends: x 2\n  z 2 | depends: x 1\n"
                    "request app\nvirtual __cuda 11.8 0\n"),
            Fixes{"a machine with __cuda 12"});
}

TEST(FixesOfTheMachine, AnotherSystemMayNot) {
  for (const char* name : {"__glibc >=2.17", "__osx >=11", "__win", "__archspec 1 x"}) {
    EXPECT_EQ(FixesOf("channel main\n  app 1 | depends: " + std::string(name) + "\nrequest app\n"),
              Fixes{})
        << name;
  }
}

TEST(FixesOfTheMachine, OnlyNewerOnesThatDo) {
  const auto with = [](const std::string& constrains, const std::string& version) {
    return FixesOf("channel main\n  app 1 | constrains: __cuda " + constrains +
                   "\nrequest app\nvirtual __cuda " + version + " 0\n");
  };
  EXPECT_EQ(with(">=12", "11.8"), Fixes{"a machine with __cuda 12"});
  EXPECT_EQ(with("<13,>=12.2", "11.8"), Fixes{"a machine with __cuda 12.2"});
  EXPECT_EQ(with("<12", "12.4"), Fixes{});
  EXPECT_EQ(with("11.8", "12.4"), Fixes{});
}

// Each of two packages needs more than the machine has, one of them more than the other.
TEST(FixesOfTheMachine, ForSeveralPackages) {
  const Fixes fixes = FixesOf(
      "channel main\n  a 1 | depends: __cuda >=12\n  b 1 | constrains: __cuda >=13\n"
      "request a\nrequest b\nvirtual __cuda 11.8 0\n");
  ASSERT_FALSE(fixes.empty());
  EXPECT_EQ(fixes.front(), "a machine with __cuda 13");
}

TEST(FixesOfAPin, OnTheMachine) {
  EXPECT_EQ(
      FixesOf("channel main\n  app 1\nrequest app\npin __glibc <2.17\nvirtual __glibc 2.36 0\n"),
      Fixes{"the pin __glibc <=2.36 instead of __glibc <2.17"});
}

TEST(FixesInAnEnvironment, WhatWasAskedForMayGo) {
  EXPECT_EQ(
      FixesOf("channel main\n  base 1\n  app 1 | depends: base\n  anti 1 | constrains: base 2\n"
              "installed from main: base 1\n"
              "installed from main: app 1 | depends: base | requested as: app\n"
              "request anti\n"),
      Fixes{"remove app"});
}

}  // namespace
}  // namespace satchel

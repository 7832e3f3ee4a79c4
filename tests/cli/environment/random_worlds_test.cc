// Random sequences of all verbs. SATCHEL_WORLDS says how many worlds, of 25 commands each;
// SATCHEL_WORLD runs the one with that seed.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "gtest/gtest.h"

#include "tests/cli/environment/random_world.h"

namespace satchel::testing {
namespace {

std::uint64_t Number(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(RandomWorldsTest, WhatIsOnTheDiskIsWhatMustBe) {
  constexpr int kSteps = 25;
  const std::uint64_t first = Number("SATCHEL_WORLD", 1);
  const std::uint64_t worlds =
      std::getenv("SATCHEL_WORLD") == nullptr ? Number("SATCHEL_WORLDS", 10) : 1;
  WorldCounts counts;
  for (std::uint64_t seed = first; seed < first + worlds; ++seed) {
    RandomWorld world(seed);
    for (int step = 0; step < kSteps; ++step) {
      ASSERT_EQ(world.Step(&counts), "") << "world " << seed << ", step " << step;
    }
  }
  std::string verbs;
  for (const auto& [verb, times] : counts.done) {
    verbs += ", " + verb + " " + std::to_string(times);
  }
  printf(
      "%d commands in %d worlds: %d refused, %d of these undone; %d collisions, %d replaced, "
      "%d led out, %d through links; %d looks at own files%s\n",
      counts.commands, static_cast<int>(worlds), counts.refused, counts.undone, counts.collisions,
      counts.replaced, counts.led_out, counts.through_links, counts.own_files, verbs.c_str());
  if (std::getenv("SATCHEL_WORLD") == nullptr) {
    EXPECT_GT(counts.refused, 0);
    EXPECT_GT(counts.undone, 0);
    EXPECT_GT(counts.collisions, 0);
    EXPECT_GT(counts.replaced, 0);
    EXPECT_GT(counts.led_out, 0);
    EXPECT_GT(counts.through_links, 0);
    EXPECT_GT(counts.own_files, 0);
    EXPECT_GE(counts.done.size(), 8U) << verbs;
  }
}

}  // namespace
}  // namespace satchel::testing

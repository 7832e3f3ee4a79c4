// Locking again against all plans of small random channels: nothing with fewer changes answers the
// request. SATCHEL_RELOCK_WORLDS (40) says how many worlds, SATCHEL_SEED from which one.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/lock/lock_fixture.h"

namespace satchel::testing {
namespace {

constexpr int kNumNames = 5;
constexpr int kNumVersions = 3;

std::uint64_t Number(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// A name's versions from `low` to `high`.
struct Need {
  int name = 0;
  int low = 1;
  int high = kNumVersions;

  std::string Spec() const { return absl::StrFormat("%c >=%d,<=%d", 'a' + name, low, high); }
};

// By name; 0 is absent.
using Choice = std::vector<int>;

class RelockTest : public LockFixture {
 protected:
  void MakeWorld(std::uint64_t seed) {
    random_.seed(seed);
    needs_.clear();
    for (int name = 0; name < kNumNames; ++name) {
      for (int version = 1; version <= kNumVersions; ++version) {
        std::vector<Need>& needs = needs_[{name, version}];
        for (int i = Below(3); i > 0; --i) {
          needs.push_back(RandomNeed(name));
        }
      }
    }
  }

  int Below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }

  // On another name than `but`.
  Need RandomNeed(int but) {
    Need need;
    need.name = (but + 1 + Below(kNumNames - 1)) % kNumNames;
    need.low = 1 + Below(kNumVersions);
    need.high = need.low + Below(kNumVersions - need.low + 1);
    return need;
  }

  void PublishUpTo(int newest) const {
    std::vector<Made> packages;
    for (const auto& [which, needs] : needs_) {
      std::vector<std::string> depends;
      for (const Need& need : needs) {
        depends.push_back(need.Spec());
      }
      if (which.second <= newest) {
        packages.push_back({std::string(1, static_cast<char>('a' + which.first)),
                            std::to_string(which.second), depends});
      }
    }
    Publish("linux-64", packages);
  }

  static bool Satisfies(const Choice& choice, const std::vector<Need>& needs) {
    for (const Need& need : needs) {
      const int version = choice[need.name];
      if (version < need.low || version > need.high) {
        return false;
      }
    }
    return true;
  }

  bool IsPlan(const Choice& choice, const std::vector<Need>& request) const {
    if (!Satisfies(choice, request)) {
      return false;
    }
    for (int name = 0; name < kNumNames; ++name) {
      if (choice[name] != 0 && !Satisfies(choice, needs_.at({name, choice[name]}))) {
        return false;
      }
    }
    return true;
  }

  // The names of `choice` that the request needs.
  std::vector<int> Needed(const Choice& choice, const std::vector<Need>& request) const {
    std::vector<int> open;
    std::vector<int> needed;
    for (const Need& need : request) {
      open.push_back(need.name);
    }
    while (!open.empty()) {
      const int name = open.back();
      open.pop_back();
      if (choice[name] == 0 || std::ranges::count(needed, name) > 0) {
        continue;
      }
      needed.push_back(name);
      for (const Need& need : needs_.at({name, choice[name]})) {
        open.push_back(need.name);
      }
    }
    return needed;
  }

  // How many of `kept` are missing, then how many have moved.
  static std::pair<int, int> Changes(const Choice& before, const Choice& after,
                                     const std::vector<int>& kept) {
    std::pair<int, int> changes;
    for (const int name : kept) {
      changes.first += after[name] == 0 ? 1 : 0;
      changes.second += after[name] != 0 && after[name] != before[name] ? 1 : 0;
    }
    return changes;
  }

  // The least over all plans; none if there is no plan.
  std::optional<std::pair<int, int>> FewestChanges(const Choice& before,
                                                   const std::vector<int>& kept,
                                                   const std::vector<Need>& request) const {
    std::optional<std::pair<int, int>> fewest;
    Choice choice(kNumNames, 0);
    while (true) {
      if (IsPlan(choice, request)) {
        const auto changes = Changes(before, choice, kept);
        fewest = fewest.has_value() ? std::min(*fewest, changes) : changes;
      }
      int at = 0;
      while (at < kNumNames && ++choice[at] > kNumVersions) {
        choice[at++] = 0;
      }
      if (at == kNumNames) {
        return fewest;
      }
    }
  }

  Finished LockRequest(const std::vector<Need>& request) const {
    std::vector<std::string> words;
    for (const Need& need : request) {
      words.push_back(need.Spec());
    }
    words.insert(words.end(), {"--platform", "linux-64"});
    return Lock(words);
  }

  Choice LockedChoice() const {
    Choice choice(kNumNames, 0);
    for (const std::string& text : Locked("linux-64")) {
      choice.at(text.at(0) - 'a') = text.at(2) - '0';
    }
    return choice;
  }

  std::mt19937_64 random_;
  std::map<std::pair<int, int>, std::vector<Need>> needs_;  // Of a name's version.
};

TEST_F(RelockTest, NoPlanHasFewerChanges) {
  const std::uint64_t first = Number("SATCHEL_SEED", 1);
  const std::uint64_t num_worlds = Number("SATCHEL_RELOCK_WORLDS", 40);
  int num_moved = 0;
  int num_without_plan = 0;
  for (std::uint64_t seed = first; seed < first + num_worlds; ++seed) {
    MakeWorld(seed);
    const Need asked = {Below(kNumNames), 1, kNumVersions};
    const Need other = {(asked.name + 1) % kNumNames, 1, kNumVersions};
    std::filesystem::remove(At("conda-lock.yml"));
    PublishUpTo(2);
    if (LockRequest({asked, other}).exit_code != 0) {
      continue;
    }
    const Choice before = LockedChoice();
    PublishUpTo(kNumVersions);
    std::vector<Need> request = {asked, other};
    request[Below(2)] = RandomNeed(asked.name);  // Another wish, of whatever name.
    const std::vector<int> kept = Needed(before, request);
    const auto fewest = FewestChanges(before, kept, request);
    const Finished finished = LockRequest(request);
    ASSERT_EQ(finished.exit_code, fewest.has_value() ? 0 : 1) << seed << ": " << finished.error;
    const Choice after = LockedChoice();
    if (!fewest.has_value()) {
      ++num_without_plan;
      EXPECT_EQ(after, before) << seed;
      continue;
    }
    EXPECT_TRUE(IsPlan(after, request)) << seed;
    EXPECT_EQ(Changes(before, after, kept), *fewest) << seed;
    num_moved += after != before ? 1 : 0;
  }
  // Worlds in which nothing happens would show nothing.
  EXPECT_GT(num_moved, static_cast<int>(num_worlds / 10));
  EXPECT_GT(num_without_plan + num_moved, 0);
}

}  // namespace
}  // namespace satchel::testing

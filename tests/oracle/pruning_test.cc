// Pruning must not show: with dominance, lazy grounding, dives, learning or counting off, or by the
// other engine, the answer is the same, level by level. On the small universes of the oracle, and
// on a made-up channel where names have enough versions for each of them to matter.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

#include "corpora/generator.h"
#include "repodata/io/ingest.h"
#include "solver/solve_internal.h"
#include "tests/oracle/compare.h"
#include "tests/oracle/dice.h"
#include "tests/oracle/engines.h"
#include "tests/oracle/seeds.h"
#include "tests/oracle/universe_text.h"

namespace satchel::oracle {
namespace {

struct Setting {
  const char* name;
  SearchOptions options;
};

constexpr Setting kSettings[] = {
    {"without dives", {.dives = false}},
    {"without learning", {.learning = false}},
    {"without counting", {.counting = false}},
    {"without merging", {.merge_candidates = false}},
    {"without lazy grounding", {.lazy_grounding = false}},
    {"with none of them", {.dives = false, .merge_candidates = false, .lazy_grounding = false}},
};

// The answer, and what is blamed.
std::string TextOf(const Request& request, const SolveOptions& options,
                   const SearchOptions& search_options) {
  const absl::StatusOr<SolveOutcome> outcome =
      internal::SolveWith(request, options, search_options);
  const Conflict* const conflict = outcome.ok() ? std::get_if<Conflict>(&*outcome) : nullptr;
  return AnswerText(outcome) +
         (conflict == nullptr ? "" : absl::StrJoin(conflict->blamed, ", ") + "\n");
}

std::string PruningFlaw(const Request& request, Objective objective) {
  SolveOptions options;
  options.objective = objective;
  const std::string expected = TextOf(request, options, SearchOptions());
  for (const Setting& setting : kSettings) {
    const std::string actual = TextOf(request, options, setting.options);
    if (actual != expected) {
      return absl::StrFormat("%s\n%s\nbut with all of them\n%s", setting.name, actual, expected);
    }
  }
  return EngineFlaw(request, objective);
}

std::string PruningFlawOf(const Universe& universe) {
  const absl::StatusOr<World> world = BuildWorld(universe);
  return world.ok() ? PruningFlaw(world->request, universe.objective) : "";
}

TEST(Pruning, DoesNotShowInSmallUniverses) {
  CheckSeeds(FirstSeed(), NumCases() / 4, PruningFlawOf);
}

TEST(Pruning, DoesNotShowWithConditions) {
  CheckSeeds(FirstSeed(), NumCases() / 4, PruningFlawOf, RandomUniverseOfRevision3);
}

class MadeUpChannel : public ::testing::Test {
 protected:
  static constexpr std::int64_t kNumRecords = 3000;

  void SetUp() override {
    std::string name = ::testing::TempDir() + "satchel-pruning-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    const absl::StatusOr<GeneratedChannel> channel = GenerateChannel({kNumRecords, 7}, name);
    ASSERT_TRUE(channel.ok()) << channel.status();
    for (const char* const subdir : {"linux-64", "noarch"}) {
      IngestOptions options;
      options.subdir = subdir;
      absl::StatusOr<Index> index = IngestRepodataFile(
          absl::StrFormat("%s/%s/repodata.json", name, subdir), options, nullptr);
      ASSERT_TRUE(index.ok()) << index.status();
      indexes_.push_back(std::make_unique<Index>(*std::move(index)));
    }
    std::filesystem::remove_all(name);
  }

  // One to six wishes, usually names, else what some record depends on.
  Request RandomRequest(std::uint64_t seed) const {
    Dice dice(seed);
    Request request;
    request.channels.push_back({"made-up", "", {indexes_[0].get(), indexes_[1].get()}});
    for (const char* const name : {"__glibc", "__linux", "__unix"}) {
      PackageRecord record;
      record.name = name;
      record.version = "2.40";
      record.build = "0";
      request.virtual_packages.push_back(std::move(record));
    }
    for (std::size_t left = 1 + dice.Below(6); left > 0; --left) {
      const Index& index = *indexes_[dice.Below(2)];
      const std::string text(
          dice.Chance(80) ? index.Name(NameId(dice.Below(index.num_names())))
                          : index.String(index.Spec(SpecId(dice.Below(index.num_specs()))).text));
      absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
      if (spec.ok() && !spec->name().starts_with("__")) {
        request.specs.push_back(*std::move(spec));
      }
    }
    return request;
  }

  std::vector<std::unique_ptr<Index>> indexes_;
};

TEST_F(MadeUpChannel, DoesNotShowIt) {
  constexpr Objective kObjectives[] = {Objective::kNewest, Objective::kNewest, Objective::kLowest,
                                       Objective::kOrdered};
  std::uint64_t num_plans = 0;
  const std::uint64_t num_cases = NumCases() / 50;
  for (std::uint64_t i = 0; i < num_cases && !HasFailure(); ++i) {
    const std::uint64_t seed = FirstSeed() + i;
    const Request request = RandomRequest(seed);
    EXPECT_EQ(PruningFlaw(request, kObjectives[i % 4]), "") << "seed " << seed;
    const absl::StatusOr<SolveOutcome> outcome = Solve(request, SolveOptions());
    num_plans += outcome.ok() && std::holds_alternative<Plan>(*outcome) ? 1 : 0;
  }
  EXPECT_GT(num_plans, num_cases / 5);  // Else this tests little.
  EXPECT_LT(num_plans, num_cases);
}

}  // namespace
}  // namespace satchel::oracle

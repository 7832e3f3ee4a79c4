// A search is stopped at each place where it looks whether it should: at the first look, at the
// second, and so on. Whatever comes out then must be true: a plan that is valid, "there is none"
// only where there is none, an explanation that is right or says that it is not all, or that it was
// stopped.
//
// On the oracle's random universes, with dives and, so that CryptoMiniSat has to do it, without;
// and on puzzles, whose answer is known. How many points were tried is printed.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

#include "solver/explain/fixes.h"
#include "solver/proof/verify.h"
#include "solver/search/stop_signal.h"
#include "solver/solve_internal.h"
#include "tests/oracle/brute_force.h"
#include "tests/oracle/compare.h"
#include "tests/oracle/explanation.h"
#include "tests/oracle/hard_universes.h"
#include "tests/oracle/random_universe.h"
#include "tests/oracle/seeds.h"

namespace satchel::oracle {
namespace {

// Which looks say stop.
enum class Stops {
  kFromThen,    // The n-th look at any signal and all after it: the whole time is up.
  kThatSignal,  // The n-th look, and that signal stays stopped: the time of one part is up.
};

// Counts the looks of this thread; the one of that number says stop.
class StopAt final {
 public:
  explicit StopAt(std::uint64_t number, Stops stops = Stops::kFromThen) {
    StopSignal::SetLook([this, number, stops](const StopSignal*) {
      const std::uint64_t now = num_looks_++;
      return stops == Stops::kFromThen ? now >= number : now == number;
    });
  }
  ~StopAt() { StopSignal::SetLook(nullptr); }
  StopAt(const StopAt&) = delete;
  StopAt& operator=(const StopAt&) = delete;

  std::uint64_t num_looks() const { return num_looks_; }

 private:
  std::uint64_t num_looks_ = 0;
};

constexpr std::uint64_t kNever = ~std::uint64_t{0};

// What is known of a universe by other means.
struct Known {
  bool has_plan = false;
  std::vector<std::string> best;  // Its labels; empty if it is not known.
};

std::string PlanFlaw(const Request& request, const Plan& plan, const Known& known,
                     const Plan* full) {
  if (!known.has_plan) {
    return "a plan where there is none";
  }
  const std::vector<PackageRecord> records = RecordsOf(plan);
  if (const std::vector<std::string> lines = VerifyPlan(request, records); !lines.empty()) {
    return "an invalid plan: " + lines.front();
  }
  if (plan.proven && !known.best.empty() && Labels(records) != known.best) {
    return "proven, but not the best plan";
  }
  // The levels that it claims are those of the best plan, and it has them.
  for (std::size_t i = 0; full != nullptr && i < plan.levels.size(); ++i) {
    if (i >= full->levels.size() || plan.levels[i].level != full->levels[i].level ||
        plan.levels[i].value != full->levels[i].value) {
      return "a level that is not the best plan's: " + plan.levels[i].level;
    }
  }
  return "";
}

std::string ConflictFlaw(const Universe& universe, const Request& request, const Conflict& conflict,
                         const Known& known) {
  if (known.has_plan) {
    return "no plan is found where there is one";
  }
  if (!conflict.flaw.empty()) {
    return "the explanation fails: " + conflict.flaw;
  }
  if (known.best.empty() && request.specs.size() > 9) {
    return "";  // Too much for the oracle.
  }
  if (std::string flaw = FlawOfBlame(request, conflict); !flaw.empty()) {
    return flaw;
  }
  return conflict.minimal ? FlawOfExplanation(universe, conflict) : std::string();
}

std::string OutcomeFlaw(const Universe& universe, const Request& request,
                        const absl::StatusOr<SolveOutcome>& outcome, const Known& known,
                        const Plan* full) {
  if (!outcome.ok()) {
    return WasStopped(outcome.status()) ? std::string() : outcome.status().ToString();
  }
  if (const Plan* plan = std::get_if<Plan>(&*outcome)) {
    return PlanFlaw(request, *plan, known, full);
  }
  return ConflictFlaw(universe, request, std::get<Conflict>(*outcome), known);
}

std::uint64_t num_points = 0;

constexpr std::uint64_t kAllPoints = kNever;
constexpr std::uint64_t kFewPoints = 30;

// From one look that is tried to the next, where not all are.
std::uint64_t Stride(std::uint64_t num_looks, std::uint64_t most_points) {
  return num_looks / most_points + 1;
}

std::string FlawOfSolve(const Universe& universe, const Request& request, const Known& known,
                        const SearchOptions& search, std::uint64_t most_points) {
  SolveOptions options;
  options.objective = universe.objective;
  options.certify = known.has_plan && !known.best.empty();
  std::uint64_t num_looks = 0;
  const auto solve = [&](std::uint64_t number, Stops stops) {
    const StopAt stop(number, stops);
    absl::StatusOr<SolveOutcome> outcome = internal::SolveWith(request, options, search);
    num_looks = stop.num_looks();
    return outcome;
  };
  const absl::StatusOr<SolveOutcome> full = solve(kNever, Stops::kFromThen);
  if (!full.ok()) {
    return full.status().ToString();
  }
  if (std::string flaw = OutcomeFlaw(universe, request, full, known, nullptr); !flaw.empty()) {
    return "not stopped: " + flaw;
  }
  const std::uint64_t end = num_looks;
  for (std::uint64_t number = 0; number < end; number += Stride(end, most_points)) {
    for (const Stops stops : {Stops::kFromThen, Stops::kThatSignal}) {
      ++num_points;
      const std::string flaw =
          OutcomeFlaw(universe, request, solve(number, stops), known, std::get_if<Plan>(&*full));
      if (!flaw.empty()) {
        return absl::StrFormat("stopped at look %d of %d (%d): %s", number, end,
                               static_cast<int>(stops), flaw);
      }
    }
  }
  return "";
}

std::string TextOf(const Fix& fix) {
  std::vector<std::string> texts;
  for (const Change& change : fix.changes) {
    texts.push_back(change.text);
  }
  return absl::StrJoin(texts, "; ");
}

// Each fix works; none is told that the full list does not have, but for one whose plan or day
// could not be looked for to the end.
std::string FlawOfFixes(const Request& request, std::uint64_t most_points) {
  std::uint64_t num_looks = 0;
  const auto find = [&](std::uint64_t number, Stops stops) {
    const StopAt stop(number, stops);
    FixOptions options;
    options.budget_seconds = 0;
    absl::StatusOr<FixList> list = FindFixes(request, options);
    num_looks = stop.num_looks();
    return list;
  };
  const absl::StatusOr<FixList> full = find(kNever, Stops::kFromThen);
  if (!full.ok()) {
    return full.status().ToString();
  }
  std::set<std::string> all;
  for (const Fix& fix : full->fixes) {
    all.insert(TextOf(fix));
  }
  const std::uint64_t end = num_looks;
  for (std::uint64_t number = 0; number < end; number += Stride(end, most_points)) {
    for (const Stops stops : {Stops::kFromThen, Stops::kThatSignal}) {
      ++num_points;
      const absl::StatusOr<FixList> list = find(number, stops);
      const std::string where = absl::StrFormat("fixes, stopped at look %d of %d (%d): ", number,
                                                end, static_cast<int>(stops));
      if (!list.ok()) {
        return where + list.status().ToString();
      }
      if (!list->flaw.empty()) {
        return where + list->flaw;
      }
      for (const Fix& fix : list->fixes) {
        // A larger one may be told where only what is smaller could not be looked at; then the list
        // says that it is not complete.
        if (!all.contains(TextOf(fix)) && (stops == Stops::kFromThen || list->complete)) {
          return where + "not a fix of the full list: " + TextOf(fix);
        }
        if (!VerifyPlan(fix.request, RecordsOf(fix.plan)).empty()) {
          return where + "its plan is invalid: " + TextOf(fix);
        }
      }
      if (list->complete && list->fixes.size() != full->fixes.size()) {
        return where + "complete, but not all fixes";
      }
    }
  }
  return "";
}

std::string StopFlaw(const Universe& universe) {
  const absl::StatusOr<World> world = BuildWorld(universe);
  if (!world.ok()) {
    return "";
  }
  const absl::StatusOr<BruteForceResult> best = BruteForce(world->request, universe.objective);
  if (!best.ok()) {
    return "";
  }
  const Known known{best->num_plans > 0, Labels(best->plan)};
  for (const bool dives : {true, false}) {
    SearchOptions search;
    search.dives = dives;
    if (std::string flaw = FlawOfSolve(universe, world->request, known, search, kAllPoints);
        !flaw.empty()) {
      return (dives ? "" : "without dives: ") + flaw;
    }
  }
  return known.has_plan ? std::string() : FlawOfFixes(world->request, kAllPoints);
}

void CheckUniverses(std::uint64_t first, std::uint64_t count) {
  num_points = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::string flaw = StopFlaw(RandomUniverse(seed));
    if (!flaw.empty()) {
      ADD_FAILURE() << "seed " << seed << "\n" << Minimised(RandomUniverse(seed), StopFlaw);
      return;
    }
  }
  std::printf("%llu stop points in %llu universes\n", static_cast<unsigned long long>(num_points),
              static_cast<unsigned long long>(count));
}

TEST(StopPoints, OfRandomUniverses) {
  CheckUniverses(FirstSeed() + 5'000'000, NumCases() / 20);
}

TEST(StopPoints, OfFreshUniverses) {
  if (std::getenv("SATCHEL_SEED") == nullptr) {
    GTEST_SKIP() << "SATCHEL_SEED names the first of the universes";
  }
  CheckUniverses(FreshSeed(), NumCases() / 100);
}

// Of a puzzle that takes long to solve to the end: only soon enough.
std::string FlawWhereStoppedSoon(const Universe& universe, const Request& request,
                                 const Known& known) {
  for (const bool dives : {true, false}) {
    SearchOptions search;
    search.dives = dives;
    for (std::uint64_t number = 0; number < 24; ++number) {
      const StopAt stop(number);
      ++num_points;
      const std::string flaw = OutcomeFlaw(
          universe, request, internal::SolveWith(request, SolveOptions(), search), known, nullptr);
      if (!flaw.empty()) {
        return absl::StrFormat("stopped at look %d: %s", number, flaw);
      }
    }
  }
  return "";
}

struct HardCase {
  std::string name;
  Universe universe;
  bool has_plan;
  bool is_long = false;
};

std::vector<HardCase> HardCases() {
  const std::string diagonal =
      "1.........2.........3.........4.........5.........6.........7.........8.........9";
  return {
      {"sudoku of 4", Sudoku(4, "1..............."), true},
      {"sudoku of 4, two equal clues in a row", Sudoku(4, "1.1............."), false},
      {"sudoku with a given diagonal", Sudoku(9, diagonal), true, true},
      {"sudoku, two equal clues in a row", Sudoku(9, "5.......5" + std::string(72, '.')), false,
       true},
      {"3 queens", Queens(3), false},
      {"5 queens", Queens(5), true},
      {"10 queens", Queens(10), true, true},
      {"pigeonhole of 3", Pigeonhole(3), false},
      {"pigeonhole of 7", Pigeonhole(7), false, true},
      {"random 3-SAT", RandomSat(20, 60, 1), true, true},
  };
}

TEST(StopPoints, OfPuzzles) {
  num_points = 0;
  for (const HardCase& hard : HardCases()) {
    const absl::StatusOr<World> world = BuildWorld(hard.universe);
    ASSERT_TRUE(world.ok()) << world.status();
    const Known known{hard.has_plan, {}};
    if (hard.is_long) {
      EXPECT_EQ(FlawWhereStoppedSoon(hard.universe, world->request, known), "") << hard.name;
      continue;
    }
    EXPECT_EQ(FlawOfSolve(hard.universe, world->request, known, SearchOptions(), kFewPoints), "")
        << hard.name;
    if (!hard.has_plan) {
      EXPECT_EQ(FlawOfFixes(world->request, kFewPoints), "") << hard.name;
    }
  }
  std::printf("%llu stop points in puzzles\n", static_cast<unsigned long long>(num_points));
}

}  // namespace
}  // namespace satchel::oracle

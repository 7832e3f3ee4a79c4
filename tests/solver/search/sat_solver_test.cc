#include "solver/search/sat_solver.h"

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/module.h"
#include "encoding/cnf.h"
#include "solver/search/sat_module.h"
#include "solver/search/stop_signal.h"

namespace satchel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SatSolver, ModelsAndCores) {
  Cnf cnf;
  const Literal a = cnf.NewVariable();
  const Literal b = cnf.NewVariable();
  const Literal c = cnf.NewVariable();
  cnf.AddClause({a, b});
  cnf.AddClause({~b, c});
  const StopSignal never(0, nullptr);
  SatSolver solver;
  solver.Add(cnf, 0);
  const auto solve = [&](const std::vector<Literal>& assumptions) {
    return solver.Solve(assumptions, never).value();
  };
  ASSERT_TRUE(solve({~a}));
  EXPECT_FALSE(solver.IsTrue(a));
  EXPECT_TRUE(solver.IsTrue(b));
  EXPECT_TRUE(solver.IsTrue(c));
  cnf.AddClause({~c});
  solver.Add(cnf, 2);
  ASSERT_FALSE(solve({c, Literal::True()}));
  EXPECT_THAT(solver.core(), ElementsAre(c));
  ASSERT_TRUE(solve({a, ~b}));
  ASSERT_FALSE(solve({a, Literal::False()}));
  EXPECT_THAT(solver.core(), ElementsAre(Literal::False()));
}

// More variables than CryptoMiniSat has numbers for, for which it throws.
TEST(SatSolver, ExceptionsBecomeStatuses) {
  Cnf cnf;
  for (std::uint32_t i = 0; i < (1U << 28) + 1; ++i) {
    static_cast<void>(cnf.NewVariable());
  }
  const StopSignal never(0, nullptr);
  SatSolver solver;
  solver.Add(cnf, 0);
  const Answer answer = solver.Solve({}, never);
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(answer.status().message()), HasSubstr("too many variables"));
}

// An assertion of CryptoMiniSat fails, as its interface lets one bring about: the process goes on,
// and so do other solvers.
TEST(SatSolver, FailedAssertionsBecomeStatuses) {
  const absl::StatusOr<const SatModule*> module = LoadModule<SatModule>("sat", module_of_sat);
  ASSERT_TRUE(module.ok()) << module.status();
  void* const broken = (*module)->create();
  ASSERT_NE(broken, nullptr);
  ASSERT_EQ((*module)->add_variables(broken, 2), SatModule::kTrue);
  const std::uint32_t undeclared = 2 * 1000;
  EXPECT_EQ((*module)->add_clause(broken, &undeclared, 1), SatModule::kFailed);
  EXPECT_THAT((*module)->error(broken), HasSubstr("assertion"));
  (*module)->destroy(broken);
  void* const sound = (*module)->create();
  ASSERT_EQ((*module)->add_variables(sound, 2), SatModule::kTrue);
  const std::uint32_t clause[] = {0, 2};
  EXPECT_EQ((*module)->add_clause(sound, clause, 2), SatModule::kTrue);
  EXPECT_EQ((*module)->solve(sound, nullptr, 0, 0), SatModule::kTrue);
  (*module)->destroy(sound);
}

TEST(SatSolverDeathTest, OtherAbortsAreNone) {
  SatSolver solver;  // From here on they are caught within.
  EXPECT_EXIT(std::abort(), testing::KilledBySignal(SIGABRT), "");
}

}  // namespace
}  // namespace satchel

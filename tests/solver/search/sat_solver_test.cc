#include "solver/search/sat_solver.h"

#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "encoding/cnf.h"
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

}  // namespace
}  // namespace satchel

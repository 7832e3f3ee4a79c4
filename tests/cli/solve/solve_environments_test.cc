// tools/solve_environments.py, which checks whole directories of environments, on the demo
// channels.

#include <cstdlib>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel::testing {
namespace {

using ::testing::ContainsRegex;

TEST(SolveEnvironments, TellsEachStatusAndComparesIt) {
  if (std::system("python3 -c '' 2>/dev/null") != 0) {
    GTEST_SKIP() << "no python3";
  }
  const TemporaryDirectory specs;
  specs.Write("good.yml", "channels:\n  - conda-forge\n  - elsewhere\ndependencies:\n  - numpy\n");
  specs.Write("bad.yml",
              "channels: \n- conda-forge  # ours\ndependencies: [python=3.12, 'python<3.11']\n");
  specs.Write("else.yml", "channels:\n  - elsewhere\ndependencies: [x]\n");
  specs.Write("RESULTS.tsv",
              "file\tchannels\tspecs\tstatus\nbad.yml\tc\t2\tSAT\ngood.yml\tc\t1\tSAT\n");
  RunOptions options;
  options.program = "python3";
  const Finished run = RunProgram(
      {SATCHEL_SOURCE "/tools/solve_environments.py", SATCHEL_PROGRAM, specs.path(), SATCHEL_DEMO},
      options);
  EXPECT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(run.output, ContainsRegex("good .* solved .* True .* True .*absent: elsewhere"));
  EXPECT_THAT(run.output, ContainsRegex("bad .* unsatisfiable .*known: SAT; python"));
  EXPECT_THAT(run.output, ContainsRegex("else .* no channel"));
  EXPECT_THAT(run.output, ContainsRegex("solved: 1, unsatisfiable \\(differs\\): 1"));
}

}  // namespace
}  // namespace satchel::testing

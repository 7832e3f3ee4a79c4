#include "bench/harness/schedule.h"

#include <map>
#include <set>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/harness/slurm.h"

namespace satchel {
namespace {

using ::testing::HasSubstr;

std::vector<Problem> MakeProblems(int count) {
  std::vector<Problem> problems(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    problems[i].id = "p" + std::to_string(i);
    problems[i].channels = {{"c", i % 2 == 0 ? "/even" : "/odd", ""}};
  }
  return problems;
}

std::tuple<int, int, int> Key(const Turn& turn) {
  return {turn.problem, turn.solver, turn.repetition};
}

TEST(Schedule, HasEachMeasurementOnceWithSolversSideBySide) {
  const std::vector<Problem> problems = MakeProblems(20);
  const std::vector<Turn> turns = MakeSchedule(problems, 3, 4, 1, {}, false);
  std::set<std::tuple<int, int, int>> seen;
  for (std::size_t i = 0; i < turns.size(); ++i) {
    EXPECT_TRUE(seen.insert(Key(turns[i])).second);
    EXPECT_EQ(turns[i].problem, turns[i - i % 3].problem);
    EXPECT_EQ(turns[i].repetition, turns[i - i % 3].repetition);
  }
  EXPECT_EQ(seen.size(), 240U);
}

TEST(Schedule, IsRandomButTheSameForASeed) {
  const std::vector<Problem> problems = MakeProblems(20);
  const auto keys = [&](std::uint64_t seed) {
    std::vector<std::tuple<int, int, int>> list;
    for (const Turn& turn : MakeSchedule(problems, 2, 2, seed, {}, false)) {
      list.push_back(Key(turn));
    }
    return list;
  };
  EXPECT_EQ(keys(1), keys(1));
  EXPECT_NE(keys(1), keys(2));
  std::map<int, int> first_solvers;
  for (std::size_t i = 0; i < keys(1).size(); i += 2) {
    ++first_solvers[std::get<1>(keys(1)[i])];
  }
  EXPECT_EQ(first_solvers.size(), 2U);  // Neither is always the first.
}

TEST(Schedule, ShardsShareOutTheProblems) {
  const std::vector<Problem> problems = MakeProblems(21);
  std::map<int, int> shard_of;
  std::size_t total = 0;
  for (int index = 0; index < 4; ++index) {
    for (const Turn& turn : MakeSchedule(problems, 2, 3, 5, {index, 4}, false)) {
      const auto [known, added] = shard_of.emplace(turn.problem, index);
      EXPECT_EQ(known->second, index);  // A problem's measurements are all on one machine.
      ++total;
    }
  }
  EXPECT_EQ(shard_of.size(), 21U);
  EXPECT_EQ(total, 21U * 2 * 3);
}

TEST(Schedule, KeepsTheProblemsOfAChannelTogetherIfAsked) {
  int changes = 0;
  std::string last;
  const std::vector<Problem> problems = MakeProblems(20);
  for (const Turn& turn : MakeSchedule(problems, 1, 1, 1, {}, true)) {
    const std::string& directory = problems[turn.problem].channels[0].directory;
    changes += directory != last ? 1 : 0;
    last = directory;
  }
  EXPECT_EQ(changes, 2);
}

TEST(Schedule, ReadsShards) {
  const absl::StatusOr<RunShard> shard = ParseShard("2/8");
  ASSERT_TRUE(shard.ok());
  EXPECT_EQ(shard->index, 2);
  EXPECT_EQ(shard->count, 8);
  for (const char* const bad : {"", "8/8", "-1/2", "1", "1/", "1/x", "1/2x", "a/b"}) {
    EXPECT_FALSE(ParseShard(bad).ok()) << bad;
  }
}

TEST(Slurm, ScriptMeasuresTheShardOfTheTask) {
  const std::string script = SlurmScript({{"satchel", "bench", "it's"}, 8, "/x/run.jsonl"});
  EXPECT_THAT(script, HasSubstr("exec 'satchel' 'bench' 'it'\\''s' --resume"));
  EXPECT_THAT(script, HasSubstr("--shard \"$SLURM_ARRAY_TASK_ID/8\""));
  EXPECT_THAT(script, HasSubstr("'/x/run.jsonl.slurm'/shard-\"$SLURM_ARRAY_TASK_ID\".jsonl"));
}

}  // namespace
}  // namespace satchel

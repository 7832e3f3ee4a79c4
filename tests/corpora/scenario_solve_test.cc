// Every scenario's expected answer against the solver's.

#include <algorithm>
#include <filesystem>
#include <list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "corpora/scenario.h"
#include "corpora/scenario_repodata.h"
#include "encoding/request.h"
#include "repodata/io/ingest.h"
#include "solver/solve.h"
#include "tests/oracle/engines.h"

namespace satchel {
namespace {

std::vector<std::string> ScenarioNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(SATCHEL_SCENARIO_DIRECTORY)) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<MatchSpec> ParseSpecs(const std::vector<std::string>& texts) {
  std::vector<MatchSpec> specs;
  for (const std::string& text : texts) {
    specs.push_back(MatchSpec::Parse(text).value());  // The scenario's parser has checked it.
  }
  return specs;
}

Objective ObjectiveOf(const Scenario& scenario) {
  const std::string& word = scenario.objective;
  return word == "ordered"          ? Objective::kOrdered
         : word == "lowest"         ? Objective::kLowest
         : word == "lowest-direct"  ? Objective::kLowestDirect
         : word == "fewest-changes" ? Objective::kFewestChanges
                                    : Objective::kNewest;
}

class ScenarioSolve : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    absl::StatusOr<Scenario> scenario =
        ReadScenarioFile(std::string(SATCHEL_SCENARIO_DIRECTORY) + "/" + GetParam() + ".scenario");
    ASSERT_TRUE(scenario.ok()) << scenario.status();
    scenario_ = *std::move(scenario);
    request_.specs = ParseSpecs(scenario_.request);
    request_.pins = ParseSpecs(scenario_.pins);
    request_.remove = ParseSpecs(scenario_.remove);
    request_.virtual_packages = scenario_.virtual_packages;
    request_.priority = scenario_.priority == "strict"     ? ChannelPriority::kStrict
                        : scenario_.priority == "disabled" ? ChannelPriority::kDisabled
                                                           : ChannelPriority::kFlexible;
    request_.exclude_newer_ms = scenario_.exclude_newer_ms;
    request_.update_all = scenario_.update_all;
    request_.prune = scenario_.prune;
    request_.ignore_dependencies = scenario_.ignore_dependencies;
    for (const ScenarioInstalled& installed : scenario_.installed) {
      request_.installed.push_back({installed.record, std::nullopt});
      if (!installed.requested.empty()) {
        request_.installed.back().requested = MatchSpec::Parse(installed.requested).value();
      }
    }
    for (const std::string& channel : scenario_.channels) {
      request_.channels.push_back({channel, "https://example.org/" + channel, {}});
      AddSubdir(channel, scenario_.platform);
      AddSubdir(channel, "noarch");
    }
  }

  void AddSubdir(const std::string& channel, const std::string& subdir) {
    IngestReport report;
    absl::StatusOr<Index> index = IngestRepodata(RepodataJson(scenario_, channel, subdir),
                                                 {.subdir = subdir, .label = channel}, &report);
    ASSERT_TRUE(index.ok()) << index.status();
    EXPECT_EQ(report.num_skipped, 0U) << report.skipped.front().reason;
    indexes_.push_back(*std::move(index));
    request_.channels.back().subdirs.push_back(&indexes_.back());
  }

  Scenario scenario_;
  Request request_;
  std::list<Index> indexes_;  // Its elements stay where they are.
};

void ExpectPlan(const Scenario& scenario, const Plan& plan) {
  std::vector<std::string> dists;
  for (const PlanPackage& package : plan.packages) {
    dists.push_back(ScenarioDistName(package.record));
  }
  std::sort(dists.begin(), dists.end());
  EXPECT_EQ(dists, scenario.expected);
  EXPECT_TRUE(plan.proven);
}

// Exactly the specs and pins that are expected, and an explanation that names what it must.
void ExpectConflict(const Scenario& scenario, const Conflict& conflict) {
  std::vector<std::string> blamed;
  for (const std::string& line : conflict.blamed) {
    blamed.push_back(line.substr(0, line.rfind(" (")));
  }
  std::vector<std::string> expected;
  for (const std::string& part : scenario.expected) {
    expected.push_back(MatchSpec::Parse(part).value().ToString());
  }
  std::sort(blamed.begin(), blamed.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(blamed, expected);
  std::string told;
  for (const Reason& reason : conflict.reasons) {
    told += reason.text + "\n";
  }
  for (const std::string& word : scenario.mentioned) {
    EXPECT_NE(told.find(word), std::string::npos) << word << " is not in:\n" << told;
  }
}

TEST_P(ScenarioSolve, GivesTheExpectedAnswer) {
  SolveOptions options;
  options.objective = ObjectiveOf(scenario_);
  options.certify = true;
  const absl::StatusOr<SolveOutcome> outcome = Solve(request_, options);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  if (scenario_.satisfiable) {
    ASSERT_TRUE(std::holds_alternative<Plan>(*outcome)) << "no plan found";
    ExpectPlan(scenario_, std::get<Plan>(*outcome));
  } else {
    ASSERT_TRUE(std::holds_alternative<Conflict>(*outcome)) << "a plan found";
    ExpectConflict(scenario_, std::get<Conflict>(*outcome));
  }
}

TEST_P(ScenarioSolve, TheEnginesAgree) {
  EXPECT_EQ(oracle::EngineFlaw(request_, ObjectiveOf(scenario_)), "");
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioSolve, testing::ValuesIn(ScenarioNames()),
                         [](const testing::TestParamInfo<std::string>& tested) {
                           std::string name = tested.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace satchel

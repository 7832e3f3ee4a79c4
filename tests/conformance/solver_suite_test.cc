// conda's own solver tests. The expected states are those of its classic solver; where the
// published objective leads elsewhere, solver_deviations.yaml says why and what the plan must be
// instead, so that a deviation cannot drift.

#include "tests/conformance/solver_suite.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

#include "repodata/io/ingest.h"
#include "solver/proof/verify.h"
#include "solver/solve.h"
#include "tests/support/data.h"

namespace satchel::testing {

void PrintTo(const SuiteCase& test, std::ostream* out) {
  *out << test.id << " " << test.name;
}

namespace {

using Labels = std::set<std::string>;

Labels ToSet(const std::vector<std::string>& labels) {
  return {labels.begin(), labels.end()};
}

// The labels that only `left` has, one a line.
std::string OnlyIn(const Labels& left, const Labels& right) {
  std::vector<std::string> only;
  std::set_difference(left.begin(), left.end(), right.begin(), right.end(),
                      std::back_inserter(only));
  return absl::StrJoin(only, "\n  ");
}

void ExpectSame(const Labels& actual, const Labels& expected, const char* what) {
  EXPECT_TRUE(actual == expected) << what << ": expected, but not there:\n  "
                                  << OnlyIn(expected, actual) << "\nthere, but not expected:\n  "
                                  << OnlyIn(actual, expected);
}

SuiteChannels& Channels(bool add_pip) {
  static SuiteChannels plain(false);
  static SuiteChannels with_pip(true);
  return add_pip ? with_pip : plain;
}

Objective ObjectiveOf(const SuiteCase& test) {
  return test.update_modifier == "freeze_installed" ? Objective::kFewestChanges
                                                    : Objective::kNewest;
}

bool IsNamed(const std::vector<MatchSpec>& specs, const std::string& name) {
  return std::any_of(specs.begin(), specs.end(),
                     [&](const MatchSpec& spec) { return spec.name() == name; });
}

// conda never moves an installed python to another minor version unless it is asked to.
std::string UpdateSpec(const Request& request, const std::string& name) {
  for (const InstalledPackage& package : request.installed) {
    if (name == "python" && package.record.name == name) {
      const std::string& version = package.record.version;
      return "python " + version.substr(0, version.find('.', version.find('.') + 1)) + ".*";
    }
  }
  return name;
}

// conda's --update-deps: what the requested packages turn out to need is requested, too.
void RequestDependencies(const Plan& plan, Request& request) {
  std::vector<std::string> reached;
  for (const MatchSpec& spec : request.specs) {
    reached.push_back(spec.name());
  }
  for (std::size_t i = 0; i < reached.size(); ++i) {
    for (const PlanPackage& package : plan.packages) {
      if (package.record.name != reached[i]) {
        continue;
      }
      for (const std::string& text : package.record.depends) {
        const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
        if (spec.ok() && !spec->name().starts_with("__") &&
            std::find(reached.begin(), reached.end(), spec->name()) == reached.end()) {
          reached.push_back(spec->name());
        }
      }
    }
  }
  for (const std::string& name : reached) {
    if (!IsNamed(request.specs, name)) {
      request.specs.push_back(*MatchSpec::Parse(UpdateSpec(request, name)));
    }
  }
}

absl::StatusOr<SolveOutcome> SolveCase(const SuiteCase& test, Request& request) {
  SolveOptions options;
  options.objective = ObjectiveOf(test);
  absl::StatusOr<SolveOutcome> outcome = Solve(request, options);
  if (test.update_modifier == "update_deps" && outcome.ok() &&
      std::holds_alternative<Plan>(*outcome)) {
    RequestDependencies(std::get<Plan>(*outcome), request);
    outcome = Solve(request, options);
  }
  return outcome;
}

class SolverSuite : public ::testing::TestWithParam<SuiteCase> {
 protected:
  void SetUp() override {
    if (GetParam().id.empty()) {
      SKIP_WITHOUT_DATA("no solver-tests in " << ConformanceDirectory()
                                              << "; set SATCHEL_CONFORMANCE");
    }
  }
};

void CheckPlan(const SuiteCase& test, const Request& request, const Plan& plan) {
  std::vector<PackageRecord> records;
  Labels state;
  for (const PlanPackage& package : plan.packages) {
    records.push_back(package.record);
    const bool is_left_out =
        test.deps_modifier == "only_deps" &&
        std::count(test.specs_to_add.begin(), test.specs_to_add.end(), package.record.name) > 0;
    if (!is_left_out) {
      state.insert(SuiteLabel(package.record));
    }
  }
  EXPECT_EQ(absl::StrJoin(VerifyPlan(request, records), "\n"), "");
  EXPECT_TRUE(plan.proven);
  Labels unlink;
  Labels link;
  for (const PackageRecord& record : plan.unlink) {
    unlink.insert(SuiteLabel(record));
  }
  for (const PackageRecord& record : plan.link) {
    link.insert(SuiteLabel(record));
  }
  const std::vector<Deviation> deviations = ReadDeviations(SATCHEL_SOLVER_DEVIATIONS);
  const auto deviation =
      std::find_if(deviations.begin(), deviations.end(),
                   [&](const Deviation& candidate) { return candidate.id == test.id; });
  const bool is_diff = test.kind == "solve_for_diff";
  if (deviation == deviations.end()) {
    ExpectSame(state, is_diff ? state : ToSet(test.final_state), "final state");
    ExpectSame(unlink, is_diff ? ToSet(test.unlink_precs) : unlink, "unlink");
    ExpectSame(link, is_diff ? ToSet(test.link_precs) : link, "link");
    return;
  }
  ExpectSame(state, is_diff ? state : ToSet(deviation->final_state), "deviating final state");
  ExpectSame(unlink, is_diff ? ToSet(deviation->unlink_precs) : unlink, "deviating unlink");
  ExpectSame(link, is_diff ? ToSet(deviation->link_precs) : link, "deviating link");
  const bool is_conda_s = is_diff
                              ? unlink == ToSet(test.unlink_precs) && link == ToSet(test.link_precs)
                              : state == ToSet(test.final_state);
  EXPECT_FALSE(is_conda_s) << "no deviation any more: take it off solver_deviations.yaml";
}

// conda asks which packages of an environment keep a name from going up. We ask for them all again,
// with a slightly newer version of that name on offer, and look at what holds it back.
void CheckConstrictions(const SuiteCase& test) {
  const PackageRecord& held = test.solution_records.front();
  std::string records;
  Request request;
  const auto add = [&](const PackageRecord& record, const std::string& version) {
    std::vector<std::string> depends;
    for (const std::string& text : record.depends) {
      depends.push_back("\"" + std::string(text) + "\"");
    }
    records += absl::StrFormat(
        R"(%s"%s-%s-0.conda":{"name":"%s","version":"%s","build":"0","build_number":0,"depends":[%s]})",
        records.empty() ? "" : ",", record.name, version, record.name, version,
        absl::StrJoin(depends, ","));
  };
  for (const PackageRecord& record : test.solution_records) {
    add(record, record.version);
    request.specs.push_back(*MatchSpec::Parse(record.name));
  }
  add(held, held.version + ".1");
  IngestReport report;
  const absl::StatusOr<Index> index =
      IngestRepodata(R"({"info":{"subdir":"noarch"},"packages":{},"packages.conda":{)" +
                         std::string(records) + "}}",
                     {"noarch", test.id}, &report);
  ASSERT_TRUE(index.ok()) << index.status();
  request.channels.push_back({"test", "", {&*index}});
  const absl::StatusOr<SolveOutcome> outcome = Solve(request, SolveOptions());
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_TRUE(std::holds_alternative<Plan>(*outcome));
  for (const PlanPackage& package : std::get<Plan>(*outcome).packages) {
    if (package.record.name != held.name) {
      continue;
    }
    const bool is_held = package.record.version == held.version;
    EXPECT_EQ(is_held, !test.constrictions.empty());
    const bool is_named =
        std::count(test.constrictions.begin(), test.constrictions.end(), package.limited_by) > 0;
    EXPECT_EQ(is_named, is_held) << "held by " << package.limited_by;
  }
}

TEST_P(SolverSuite, Case) {
  const SuiteCase& test = GetParam();
  if (test.kind == "determine_constricting_specs") {
    CheckConstrictions(test);
    return;
  }
  absl::StatusOr<Request> request = ToRequest(test, Channels(test.add_pip));
  ASSERT_TRUE(request.ok()) << request.status();
  const absl::StatusOr<SolveOutcome> outcome = SolveCase(test, *request);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  const Conflict* conflict = std::get_if<Conflict>(&*outcome);
  if (test.kind == "unsatisfiable") {
    ASSERT_NE(conflict, nullptr) << "there is a plan";
    EXPECT_FALSE(conflict->blamed.empty());
  } else {
    ASSERT_EQ(conflict, nullptr) << "no plan: " << absl::StrJoin(conflict->blamed, ", ");
    CheckPlan(test, *request, std::get<Plan>(*outcome));
  }
}

// Every listed deviation is of a case that exists.
TEST(SolverDeviations, AreOfKnownCases) {
  const std::vector<SuiteCase> cases = ReadSolverSuite();
  if (cases.empty()) {
    SKIP_WITHOUT_DATA("no solver-tests in " << ConformanceDirectory());
  }
  for (const Deviation& deviation : ReadDeviations(SATCHEL_SOLVER_DEVIATIONS)) {
    EXPECT_TRUE(std::any_of(cases.begin(), cases.end(), [&](const SuiteCase& test) {
      return test.id == deviation.id;
    })) << deviation.id;
    EXPECT_FALSE(deviation.reason.empty()) << deviation.id;
  }
}

std::vector<SuiteCase> CasesOrOneToSkip() {
  std::vector<SuiteCase> cases = ReadSolverSuite();
  if (cases.empty()) {
    cases.emplace_back();
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Conda, SolverSuite, ::testing::ValuesIn(CasesOrOneToSkip()),
                         [](const ::testing::TestParamInfo<SuiteCase>& tested) {
                           return tested.param.id.empty()
                                      ? std::string("Missing")
                                      : tested.param.id + "_" + tested.param.name;
                         });

}  // namespace
}  // namespace satchel::testing

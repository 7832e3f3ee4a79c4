// The named conflicts of mamba's test-suite, and small channels that other solvers found hard.

#include <algorithm>
#include <cctype>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

#include "repodata/io/ingest.h"
#include "solver/proof/verify.h"
#include "solver/solve.h"
#include "tests/conformance/suite_channels.h"
#include "tests/support/data.h"

namespace satchel::testing {
namespace {

struct Problem {
  Index index;
  Request request;
};

// `subdir` of a channel directory, or the text of a repodata.
std::unique_ptr<Problem> MakeProblem(const std::string& json, const std::string& subdir,
                                     IngestReport* report) {
  absl::StatusOr<Index> index = IngestRepodata(json, {subdir, "conflicts"}, report);
  if (!index.ok()) {
    ADD_FAILURE() << index.status();
    return nullptr;
  }
  auto problem = std::make_unique<Problem>(Problem{*std::move(index), {}});
  problem->request.channels.push_back({"chan", "", {&problem->index}});
  return problem;
}

void AddSpecs(const YAML::Node& texts, std::vector<MatchSpec>& specs) {
  for (const YAML::Node& text : texts) {
    absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text.as<std::string>());
    ASSERT_TRUE(spec.ok()) << spec.status();
    specs.push_back(*std::move(spec));
  }
}

// The universes are written with conda's old names; "A" is no name of today.
std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string RepodataOf(const YAML::Node& packages) {
  std::vector<std::string> records;
  for (const YAML::Node& package : packages) {
    const std::string name = Lower(package[0].as<std::string>());
    const std::string version = package[1].as<std::string>();
    std::vector<std::string> depends;
    for (const YAML::Node& text : package[2]) {
      depends.push_back(absl::StrFormat("\"%s\"", text.as<std::string>()));
    }
    records.push_back(absl::StrFormat(
        R"("%s-%s-0.conda":{"name":"%s","version":"%s","build":"0","build_number":0,"depends":[%s]})",
        name, version, name, version, absl::StrJoin(depends, ",")));
  }
  return absl::StrFormat(R"({"info":{"subdir":"linux-64"},"packages":{},"packages.conda":{%s}})",
                         absl::StrJoin(records, ","));
}

bool HasPlan(const Request& request) {
  const absl::StatusOr<SolveOutcome> outcome = Solve(request, SolveOptions());
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  return outcome.ok() && std::holds_alternative<Plan>(*outcome);
}

// What is blamed has no plan; without any one part of it there is one.
void ExpectMinimal(const Request& request, const std::vector<std::string>& blamed) {
  const auto with = [&](const std::string& left_out) {
    Request restricted = request;
    const auto is_kept = [&](const std::string& text) {
      return text != left_out && std::find(blamed.begin(), blamed.end(), text) != blamed.end();
    };
    std::erase_if(restricted.specs, [&](const MatchSpec& spec) {
      return !is_kept(spec.ToString() + std::string(" (requested)"));
    });
    std::erase_if(restricted.pins, [&](const MatchSpec& pin) {
      return !is_kept(pin.ToString() + std::string(" (pin)"));
    });
    return restricted;
  };
  EXPECT_FALSE(HasPlan(with("")));
  for (const std::string& part : blamed) {
    EXPECT_TRUE(HasPlan(with(part))) << part << " is blamed needlessly";
  }
}

TEST(NamedConflicts, HaveNoPlanAndAMinimalReason) {
  const std::string text = ReadWholeFile(ConformanceDirectory() + "/conflicts.yaml");
  if (text.empty()) {
    SKIP_WITHOUT_DATA("no conflicts.yaml in " << ConformanceDirectory());
  }
  int num_cases = 0;
  for (const YAML::Node& node : YAML::Load(text)["cases"]) {
    if (!node["packages"].IsDefined()) {
      continue;  // The sudoku has a test of its own; the others need a whole channel.
    }
    ++num_cases;
    SCOPED_TRACE(node["name"].as<std::string>());
    IngestReport report;
    const auto problem = MakeProblem(RepodataOf(node["packages"]), "linux-64", &report);
    ASSERT_NE(problem, nullptr);
    EXPECT_EQ(report.num_skipped, 0U);
    AddSpecs(node["specs"], problem->request.specs);
    AddSpecs(node["pins"], problem->request.pins);
    const absl::StatusOr<SolveOutcome> outcome = Solve(problem->request, SolveOptions());
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    const Conflict* conflict = std::get_if<Conflict>(&*outcome);
    ASSERT_NE(conflict, nullptr) << "there is a plan";
    EXPECT_FALSE(conflict->blamed.empty());
    ExpectMinimal(problem->request, conflict->blamed);
  }
  EXPECT_EQ(num_cases, 5);
}

// 81 names of nine versions each. Its author mistook some boxes (sudoku_0_3 excludes the digit of
// sudoku_2_2): column 6 and the last box are fifteen names that must differ from each other. So
// nothing has a solution, and to see that is the pigeonhole principle, on which resolution is slow.
class SudokuChannel : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string directory = ConformanceDirectory();
    const std::string json = ReadWholeFile(directory + "/channels/sudoku/noarch/repodata.json");
    cases_ = ReadWholeFile(directory + "/conflicts.yaml");
    if (json.empty() || cases_.empty()) {
      SKIP_WITHOUT_DATA("no sudoku channel in " << directory);
    }
    IngestReport report;
    problem_ = MakeProblem(json, "noarch", &report);
    ASSERT_NE(problem_, nullptr);
    EXPECT_EQ(report.num_records, 729U);
  }

  std::string cases_;
  std::unique_ptr<Problem> problem_;
};

TEST_F(SudokuChannel, TheGivensHaveNoSolution) {
  for (const YAML::Node& node : YAML::Load(cases_)["cases"]) {
    if (node["name"].as<std::string>() == "sudoku") {
      AddSpecs(node["specs"], problem_->request.specs);
    }
  }
  ASSERT_EQ(problem_->request.specs.size(), 30U);
  const absl::StatusOr<SolveOutcome> outcome = Solve(problem_->request, SolveOptions());
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_TRUE(std::holds_alternative<Conflict>(*outcome));
  const Conflict& conflict = std::get<Conflict>(*outcome);
  EXPECT_FALSE(conflict.blamed.empty());
  if (conflict.blamed_minimal) {  // A slow machine may have no time for that.
    ExpectMinimal(problem_->request, conflict.blamed);
  }
}

TEST_F(SudokuChannel, OneGivenHasNoneEither) {
  problem_->request.specs.push_back(*MatchSpec::Parse("sudoku_0_0=1"));
  const absl::StatusOr<SolveOutcome> outcome = Solve(problem_->request, SolveOptions());
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_TRUE(std::holds_alternative<Conflict>(*outcome));
  EXPECT_EQ(std::get<Conflict>(*outcome).blamed.size(), 1U);
}

// Dependencies with a condition (CEP 43), in the form that the channel had before it.
TEST(ConditionalChannel, RecordsWithConditionsHavePlans) {
  const std::string json =
      ReadWholeFile(ConformanceDirectory() + "/channels/conditional/noarch/repodata.json");
  if (json.empty()) {
    SKIP_WITHOUT_DATA("no conditional channel in " << ConformanceDirectory());
  }
  IngestReport report;
  const auto problem = MakeProblem(json, "noarch", &report);
  ASSERT_NE(problem, nullptr);
  EXPECT_EQ(report.num_skipped, 0U);
  problem->request.specs.push_back(*MatchSpec::Parse("side-dependency"));
  EXPECT_TRUE(HasPlan(problem->request));
  problem->request.specs.push_back(*MatchSpec::Parse("package"));
  EXPECT_TRUE(HasPlan(problem->request));
}

// Extras are what one may ask for besides; without asking, the record is like any other.
TEST(OptionalDependenciesChannel, ExtrasAreNotForced) {
  const std::string json = ReadWholeFile(ConformanceDirectory() +
                                         "/channels/optional-dependencies/noarch/repodata.json");
  if (json.empty()) {
    SKIP_WITHOUT_DATA("no optional-dependencies channel in " << ConformanceDirectory());
  }
  IngestReport report;
  const auto problem = MakeProblem(json, "noarch", &report);
  ASSERT_NE(problem, nullptr);
  problem->request.specs.push_back(*MatchSpec::Parse("foo"));
  const absl::StatusOr<SolveOutcome> outcome = Solve(problem->request, SolveOptions());
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_TRUE(std::holds_alternative<Plan>(*outcome));
  EXPECT_EQ(std::get<Plan>(*outcome).packages.size(), 1U);
  problem->request.specs = {*MatchSpec::Parse("foo[extras=[with-bar]]")};
  EXPECT_TRUE(HasPlan(problem->request));
}

struct DummyCase {
  std::vector<std::string> specs;
  std::vector<std::string> virtual_packages;  // "name version"
  std::string plan;                           // "name-version-build ..." by name; "none".
};

std::string SolveDummy(const DummyCase& c, const Index& index) {
  Request request;
  request.channels.push_back({"chan", "", {&index}});
  for (const std::string& text : c.specs) {
    request.specs.push_back(*MatchSpec::Parse(text));
  }
  for (const std::string& text : c.virtual_packages) {
    PackageRecord record;
    record.name = text.substr(0, text.find(' '));
    record.version = text.substr(text.find(' ') + 1);
    record.build = "0";
    request.virtual_packages.push_back(std::move(record));
  }
  const absl::StatusOr<SolveOutcome> outcome = Solve(request, SolveOptions());
  if (!outcome.ok()) {
    return outcome.status().ToString();
  }
  if (std::holds_alternative<Conflict>(*outcome)) {
    return "none";
  }
  std::vector<std::string> labels;
  for (const PlanPackage& package : std::get<Plan>(*outcome).packages) {
    labels.push_back(absl::StrFormat("%s-%s-%s", package.record.name, package.record.version,
                                     package.record.build));
  }
  std::sort(labels.begin(), labels.end());
  return absl::StrJoin(labels, " ");
}

TEST(DummyChannel, Answers) {
  const std::string json =
      ReadWholeFile(ConformanceDirectory() + "/channels/dummy/linux-64/repodata.json");
  if (json.empty()) {
    SKIP_WITHOUT_DATA("no dummy channel in " << ConformanceDirectory());
  }
  IngestReport report;
  const auto problem = MakeProblem(json, "linux-64", &report);
  ASSERT_NE(problem, nullptr);
  const DummyCase kCases[] = {
      {{"foo"}, {}, "foo-4.0.2-py36h1af98f8_2"},
      {{"foo <4"}, {}, "foo-3.0.2-py36h1af98f8_3"},
      {{"foo", "bors"}, {}, "bors-2.1-bla_1 foo-4.0.2-py36h1af98f8_2"},
      {{"foo <4", "bors >=2"}, {}, "bors-2.1-bla_1 foo-3.0.2-py36h1af98f8_2"},
      {{"foobar"}, {}, "bors-1.2.1-bla_1 foobar-2.1-bla_1"},
      {{"foobar", "bors >=2"}, {}, "none"},
      {{"bar"}, {}, "none"},
      {{"bar"}, {"__unix 0"}, "bar-1.2.3-unix_py36h1af98f8_2"},
      {{"baz"}, {}, "baz-2.0-unix_py36h1af98f8_2"},
      {{"cuda-version"}, {}, "cuda-version-12.5-hd4f0392_3"},
      {{"cuda-version"}, {"__cuda 12.0"}, "none"},
      {{"cuda-version"}, {"__cuda 12.5"}, "cuda-version-12.5-hd4f0392_3"},
      {{"xbar"}, {}, "xbar-1-xxx xfoo-2-xxx"},
      {{"xbar", "xfoo 1"}, {}, "none"},
      {{"track-features"}, {}, "track-features-1-xxx"},
  };
  for (const DummyCase& c : kCases) {
    SCOPED_TRACE(absl::StrJoin(c.specs, ", "));
    EXPECT_EQ(SolveDummy(c, problem->index), c.plan);
  }
}

}  // namespace
}  // namespace satchel::testing

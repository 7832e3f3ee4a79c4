#include "frontend/environment/activation.h"

#include <algorithm>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/environment/shell.h"
#include "frontend/environment/shell_init.h"
#include "frontend/environment/variables.h"
#include "frontend/files.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Kind = ShellStep::Kind;
using Variables = std::map<std::string, std::string>;

// A process whose variables the steps change, and which notes the scripts that it would run.
class Process : public ::testing::Test {
 protected:
  Process() {
    variables_ = {{"HOME", directory_.path()}, {"PATH", "/usr/bin:/bin"}};
    for (const char* name : {"a", "b"}) {
      directory_.Write(std::string(".satchel/envs/") + name + "/conda-meta/history", "");
    }
  }

  std::string Prefix(const std::string& name) const {
    return directory_.path() + "/.satchel/envs/" + name;
  }
  void Write(const std::string& environment, const std::string& file, const std::string& text) {
    directory_.Write(".satchel/envs/" + environment + "/" + file, text);
  }

  ActivationContext Context() const {
    ActivationContext context;
    context.lookup = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables_.find(name);
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    };
    context.paths = FindEnvironmentPaths(context.lookup);
    return context;
  }

  void Do(const absl::StatusOr<std::vector<ShellStep>>& steps) {
    ASSERT_TRUE(steps.ok()) << steps.status();
    for (const ShellStep& step : *steps) {
      switch (step.kind) {
        case Kind::kSet:
          variables_[step.name] = step.value;
          break;
        case Kind::kUnset:
          variables_.erase(step.name);
          break;
        case Kind::kRun:
          scripts_.push_back(step.value.substr(step.value.find("/envs/") + 6) + " in " +
                             variables_["CONDA_DEFAULT_ENV"]);
          break;
        case Kind::kPrompt:
          prompt_ = step.value;
          break;
      }
    }
  }
  void Activate(const std::string& name, bool stack = false) {
    Do(ActivateSteps(Context(), Prefix(name), stack));
  }
  void Deactivate() { Do(DeactivateSteps(Context())); }

  testing::TemporaryDirectory directory_;
  Variables variables_;
  std::vector<std::string> scripts_;
  std::string prompt_;
};

TEST_F(Process, GoesInAndOut) {
  const Variables before = variables_;
  Activate("a");
  EXPECT_EQ(variables_["PATH"], Prefix("a") + "/bin:/usr/bin:/bin");
  EXPECT_EQ(variables_["CONDA_PREFIX"], Prefix("a"));
  EXPECT_EQ(variables_["CONDA_DEFAULT_ENV"], "a");
  EXPECT_EQ(variables_["CONDA_SHLVL"], "1");
  EXPECT_EQ(variables_["CONDA_PROMPT_MODIFIER"], "(a) ");
  EXPECT_EQ(prompt_, "(a) ");
  Deactivate();
  EXPECT_EQ(prompt_, "");
  EXPECT_EQ(variables_["CONDA_SHLVL"], "0");
  variables_.erase("CONDA_SHLVL");
  EXPECT_EQ(variables_, before);
  EXPECT_THAT(*DeactivateSteps(Context()), IsEmpty());
  EXPECT_THAT(*ReactivateSteps(Context()), IsEmpty());
}

TEST_F(Process, ThePromptIsAsConfigured) {
  ActivationContext context = Context();
  context.prompt = "<{name}|{default_env}|{prefix}|{other}> ";
  Do(ActivateSteps(context, Prefix("a"), /*stack=*/false));
  EXPECT_EQ(prompt_, "<a|a|" + Prefix("a") + "|{other}> ");
  EXPECT_EQ(variables_["CONDA_PROMPT_MODIFIER"], prompt_);
}

TEST_F(Process, NothingOfANameMeansAnythingInAPrompt) {
  const std::string name = "{prefix}$(x)`y`\\$z%n\x1b]0;t\x07\xff\u202e{name}";
  Write(name, "conda-meta/history", "");
  Activate(name);
  EXPECT_EQ(variables_["CONDA_DEFAULT_ENV"], name);
  EXPECT_EQ(prompt_, "({prefix}?(x)?y???z?n?u001b]0;t?u0007\ufffd?u202e{name}) ");
}

TEST_F(Process, AnotherEnvironmentTakesThePlaceAndGivesItBack) {
  Activate("a");
  variables_["PATH"] = "/mine:" + variables_["PATH"];
  const Variables in_a = variables_;
  Activate("b");
  EXPECT_EQ(variables_["PATH"], "/mine:" + Prefix("b") + "/bin:/usr/bin:/bin");
  EXPECT_EQ(variables_["CONDA_PREFIX_1"], Prefix("a"));
  EXPECT_EQ(variables_["CONDA_SHLVL"], "2");
  Deactivate();
  EXPECT_EQ(variables_, in_a);
}

TEST_F(Process, TheOneBelowIsOneLevelMore) {
  Activate("a");
  Activate("b");
  const Variables in_b = variables_;
  Activate("a");
  EXPECT_EQ(variables_["CONDA_SHLVL"], "3");
  EXPECT_EQ(variables_["CONDA_DEFAULT_ENV"], "a");
  Deactivate();
  EXPECT_EQ(variables_, in_b);
}

TEST_F(Process, StackingKeepsBoth) {
  Activate("a");
  const Variables in_a = variables_;
  Activate("b", /*stack=*/true);
  EXPECT_EQ(variables_["PATH"], Prefix("b") + "/bin:" + Prefix("a") + "/bin:/usr/bin:/bin");
  EXPECT_EQ(variables_["CONDA_STACKED_2"], "true");
  Deactivate();
  EXPECT_EQ(variables_, in_a);
}

TEST_F(Process, ScriptsRunInTheirOrder) {
  for (const char* name : {"1", "2"}) {
    Write("a", std::string("etc/conda/activate.d/") + name + ".sh", "");
    Write("a", std::string("etc/conda/deactivate.d/") + name + ".sh", "");
    Write("a", std::string("etc/conda/activate.d/") + name + ".fish", "");
  }
  Activate("a");
  Activate("b");
  Deactivate();
  const std::vector<std::string> expected = {
      "a/etc/conda/activate.d/1.sh in a",   "a/etc/conda/activate.d/2.sh in a",
      "a/etc/conda/deactivate.d/2.sh in a", "a/etc/conda/deactivate.d/1.sh in a",
      "a/etc/conda/activate.d/1.sh in a",   "a/etc/conda/activate.d/2.sh in a"};
  EXPECT_EQ(scripts_, expected);
  scripts_.clear();
  Activate("b", /*stack=*/true);
  Deactivate();
  EXPECT_EQ(scripts_, (std::vector<std::string>{"a/etc/conda/activate.d/1.sh in a",
                                                "a/etc/conda/activate.d/2.sh in a"}));
  scripts_.clear();
  Do(ReactivateSteps(Context()));
  EXPECT_EQ(scripts_.size(), 4U);
}

TEST_F(Process, VariablesOfPackagesAndOfTheUser) {
  Write("a", "etc/conda/env_vars.d/p.json", R"({"ONE": "package", "TWO": "package"})");
  Write("a", "etc/conda/env_vars.d/q.json", R"({"TWO": "later", "GONE": null, "NUMBER": 3})");
  Write("a", "conda-meta/state", R"({"env_vars": {"ONE": "user"}})");
  Write("b", "conda-meta/state", R"({"env_vars": {"ONE": "b", "ONLY_B": "b"}})");
  variables_["TWO"] = "before";
  variables_["GONE"] = "before";
  Activate("a");
  EXPECT_EQ(variables_["ONE"], "user");
  EXPECT_EQ(variables_["TWO"], "later");
  EXPECT_EQ(variables_["NUMBER"], "3");
  EXPECT_FALSE(variables_.contains("GONE"));
  EXPECT_EQ(variables_["__CONDA_SHLVL_0_TWO"], "before");
  const Variables in_a = variables_;
  Activate("b");
  EXPECT_EQ(variables_["ONE"], "b");
  EXPECT_EQ(variables_["TWO"], "before") << "a is not active";
  EXPECT_EQ(variables_["ONLY_B"], "b");
  EXPECT_FALSE(variables_.contains("NUMBER"));
  Deactivate();
  EXPECT_EQ(variables_, in_a);
  Deactivate();
  EXPECT_EQ(variables_["TWO"], "before");
  EXPECT_EQ(variables_["GONE"], "before");
  EXPECT_FALSE(variables_.contains("ONE"));
  EXPECT_FALSE(variables_.contains("__CONDA_SHLVL_0_TWO"));
}

TEST_F(Process, VariablesThatCannotBe) {
  Write("a", "conda-meta/state", R"({"env_vars": {"A; rm -rf x": "1"}})");
  EXPECT_THAT(ActivateSteps(Context(), Prefix("a"), false).status().ToString(),
              HasSubstr("cannot be the name of a variable"));
  Write("a", "conda-meta/state", "[]");
  EXPECT_THAT(ActivateSteps(Context(), Prefix("a"), false).status().ToString(),
              HasSubstr("conda-meta/state"));
}

TEST_F(Process, UserVariablesAreKeptBesideTheRest) {
  Write("a", "conda-meta/state", R"({"other": 1})");
  ASSERT_TRUE(WriteUserVariables(Prefix("a"), {{"X", "1 \"2\""}}).ok());
  EXPECT_THAT(*UserVariables(Prefix("a")), UnorderedElementsAre(std::pair("X", "1 \"2\"")));
  EXPECT_THAT(*ReadFile(Prefix("a") + "/conda-meta/state"), HasSubstr("\"other\":1"));
  EXPECT_FALSE(WriteUserVariables(Prefix("a"), {{"1X", ""}}).ok());
}

TEST(Quoting, IsLiteral) {
  EXPECT_EQ(QuoteFor(Shell::kBash, "it's $x"), R"('it'\''s $x')");
  EXPECT_EQ(QuoteFor(Shell::kFish, R"(it's \x)"), R"('it\'s \\x')");
  EXPECT_EQ(QuoteFor(Shell::kPowershell, "it's $x"), "'it''s $x'");
}

TEST(Rendering, OfPowershell) {
  const std::vector<ShellStep> steps = {{Kind::kSet, "PATH", "/a'b/bin:/bin"},
                                        {Kind::kUnset, "X", ""},
                                        {Kind::kPrompt, "", "(a) "},
                                        {Kind::kRun, "", "/a/x.ps1"}};
  EXPECT_EQ(RenderSteps(Shell::kPowershell, steps),
            "$Env:PATH = '/a''b/bin:/bin'\n"
            "Remove-Item -ErrorAction SilentlyContinue Env:/X\n"
            ". '/a/x.ps1'\n");
}

TEST(InitBlock, ComesAndGoes) {
  const std::string block = InitBlock(Shell::kBash, "/opt/sat chel", "/root/x");
  for (const std::string text : {"", "alias x=y\n", "alias x=y"}) {
    const auto with = ReplaceInitBlock(text, block, "rc");
    ASSERT_TRUE(with.ok());
    EXPECT_EQ(FindInitBlock(*with), block);
    EXPECT_EQ(*ReplaceInitBlock(*with, block, "rc"), *with) << "once is enough";
    const std::string newer = InitBlock(Shell::kBash, "/new", "");
    EXPECT_EQ(FindInitBlock(*ReplaceInitBlock(*with + "after\n", newer, "rc")), newer);
    EXPECT_EQ(*ReplaceInitBlock(*with, "", "rc"),
              text.empty() || text.ends_with("\n") ? text : text + "\n");
  }
  EXPECT_THAT(ReplaceInitBlock("# >>> satchel initialize >>>\n", block, "rc").status().ToString(),
              HasSubstr("rc: one of the two lines"));
}

}  // namespace
}  // namespace satchel

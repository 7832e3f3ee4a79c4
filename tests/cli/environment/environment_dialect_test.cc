// What conda's and micromamba's users ask about environments: list, export, search, run, doctor.

#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/environment/change_fixture.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class EnvironmentDialect : public ChangeTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(Change({"create", "-n", "work", "app=1.0", "lib=1.0"}).exit_code, 0);
  }
  std::string Output(const std::vector<std::string>& words) const {
    const Finished run = Run(words);
    EXPECT_EQ(run.exit_code, 0) << run.error;
    return run.output;
  }
};

TEST_F(EnvironmentDialect, ListsOtherColumns) {
  const Json json = Json::parse(Output({"list", "-n", "work", "--json", "--fields", "name,md5"}));
  ASSERT_EQ(json.size(), 2U);
  EXPECT_EQ(json[0]["name"], "app");
  EXPECT_EQ(json[0]["md5"].get<std::string>().size(), 32U);
  EXPECT_EQ(json[0].size(), 2U);
  EXPECT_THAT(Output({"list", "-n", "work", "--fields", "name, build_number"}),
              HasSubstr("# Name  Build number\n"));
  EXPECT_THAT(Run({"list", "-n", "work", "--fields", "nmae"}).error,
              HasSubstr("there is no field 'nmae'; there are name, version"));
  const std::string reversed = Output({"list", "-n", "work", "--reverse"});
  EXPECT_LT(reversed.find("\nlib"), reversed.find("\napp"));
  EXPECT_THAT(Output({"list", "-n", "work", "--canonical"}), HasSubstr("/linux-64::app-1.0-0\n"));
  EXPECT_THAT(Output({"list", "-n", "work", "--size"}), HasSubstr(" MB"));
  EXPECT_THAT(Output({"list", "-n", "work", "--show-channel-urls"}),
              HasSubstr("file://" + channel_.directory()));
}

TEST_F(EnvironmentDialect, ExportsInOtherForms) {
  EXPECT_EQ(Output({"export", "-n", "work", "--explicit"}),
            Output({"export", "-n", "work", "--format", "explicit"}));
  EXPECT_THAT(Output({"export", "-n", "work", "--explicit", "--no-md5"}),
              Not(HasSubstr("#sha256")));
  EXPECT_THAT(Output({"export", "-n", "work", "--channel-subdir", "--no-build"}),
              HasSubstr("/linux-64::app=1.0\n"));
  EXPECT_THAT(Output({"export", "-n", "work", "--ignore-channels"}), Not(HasSubstr("channels")));
  EXPECT_EQ(Output({"export", "-n", "work", "--platform", "linux-64"}),
            Output({"export", "-n", "work"}));
  const Finished other = Run({"export", "-n", "work", "--platform", "win-64"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.error, HasSubstr("this environment is of linux-64"));
}

TEST_F(EnvironmentDialect, SearchesTheEnvironments) {
  const Json json = Json::parse(Output({"search", "--envs", "app", "--json"}));
  ASSERT_EQ(json.size(), 1U);
  EXPECT_EQ(json[0]["location"], Env());
  EXPECT_EQ(json[0]["package_records"][0]["version"], "1.0");
  EXPECT_EQ(Run({"search", "--envs", "app=3"}).exit_code, 1);
  const std::string channel = channel_.directory();
  EXPECT_EQ(Run({"search", "ap", "--full-name", "-c", channel}).exit_code, 1);
  EXPECT_EQ(Output({"search", "ap", "--names-only", "-c", channel}), "app\n");
  EXPECT_THAT(Output({"search", "app=1", "--canonical", "-c", channel}),
              HasSubstr("/linux-64::app-1.0-0\n"));
}

TEST_F(EnvironmentDialect, RunsWithOtherVariables) {
  EXPECT_EQ(Output({"run", "-n", "work", "-e", "A=b c", "--env", "D=", "sh", "-c",
                    "echo \"$A|$D|$CONDA_DEFAULT_ENV\""}),
            "b c||work\n");
  RunOptions options;
  options.variables = Variables();
  options.variables.emplace_back("STRAY", "1");
  const Finished clean = RunProgram(
      {"run", "-n", "work", "--clean-env", "sh", "-c", "echo \"[${STRAY-}]$CONDA_DEFAULT_ENV\""},
      options);
  EXPECT_EQ(clean.output, "[]work\n") << clean.error;
  EXPECT_THAT(Run({"run", "-n", "work", "-e", "1=x", "true"}).error, HasSubstr("not a variable"));
}

TEST_F(EnvironmentDialect, MendsWhatIsDamaged) {
  std::filesystem::remove(Env() + "/lib/lib.txt");
  EXPECT_EQ(Run({"doctor", "-n", "work"}).exit_code, 1);
  const Finished shown = Run({"doctor", "-n", "work", "--fix", "--dry-run"});
  EXPECT_EQ(shown.exit_code, 0) << shown.error;
  EXPECT_FALSE(std::filesystem::exists(Env() + "/lib/lib.txt"));
  const Finished fixed = Run({"doctor", "-n", "work", "--fix", "--yes"});
  EXPECT_EQ(fixed.exit_code, 0) << fixed.error;
  EXPECT_EQ(*ReadFile(Env() + "/lib/lib.txt"), "lib 1.0");
  EXPECT_EQ(Run({"doctor", "-n", "work"}).exit_code, 0);
}

TEST_F(EnvironmentDialect, ConfigurationFromStandardInput) {
  const std::string file = directory_.path() + "/condarc";
  ASSERT_TRUE(WriteFile(file, "# Mine.\nchannels: [a]\n").ok());
  RunOptions options;
  options.variables = Variables();
  options.input = "channels: [b, c]\nchannel_priority: strict\n";
  const Finished run = RunProgram({"config", "--stdin", "--file", file}, options);
  EXPECT_EQ(run.exit_code, 0) << run.error;
  const std::string shown = Output({"config", "--get", "--file", file});
  EXPECT_THAT(shown, HasSubstr("--add channels 'c'"));
  EXPECT_THAT(shown, Not(HasSubstr("'a'")));
  EXPECT_THAT(shown, HasSubstr("--set channel_priority strict"));
  EXPECT_THAT(*ReadFile(file), HasSubstr("# Mine."));
  EXPECT_EQ(Run({"config", "--write-default", "--file", file}).exit_code, 2);
}

}  // namespace
}  // namespace satchel::testing

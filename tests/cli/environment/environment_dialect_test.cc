// What conda's and micromamba's users ask about environments: list, export, search, run, doctor.

#include <cstdint>
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
            Output({"export", "-n", "work", "--format", "explicit", "--md5"}));
  EXPECT_THAT(Output({"export", "-n", "work", "--format", "explicit"}), HasSubstr("#sha256:"));
  EXPECT_THAT(Output({"export", "-n", "work", "--explicit", "--no-md5"}), Not(HasSubstr("conda#")));
  EXPECT_THAT(Output({"export", "-n", "work", "--channel-subdir", "--no-build"}),
              HasSubstr("/linux-64::app=1.0\n"));
  EXPECT_THAT(Output({"export", "-n", "work", "--ignore-channels"}), Not(HasSubstr("channels")));
  EXPECT_EQ(Output({"export", "-n", "work", "--platform", "linux-64"}),
            Output({"export", "-n", "work"}));
  const Finished other = Run({"export", "-n", "work", "--platform", "win-64"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.error, HasSubstr("this environment is of linux-64"));
}

TEST_F(EnvironmentDialect, ExportsWithSums) {
  const std::string sum = "[md5=";
  EXPECT_THAT(Output({"export", "-n", "work", "--md5"}), HasSubstr("app=1.0=0" + sum));
  EXPECT_THAT(Output({"export", "-n", "work", "--md5", "--no-build"}), HasSubstr("app=1.0" + sum));
  EXPECT_THAT(Output({"export", "-n", "work", "--md5", "--json"}), HasSubstr("app=1.0=0" + sum));
  EXPECT_THAT(Output({"export", "-n", "work"}), Not(HasSubstr(sum)));
  // What was exported makes the same environment.
  directory_.Write("sums.yml", Output({"export", "-n", "work", "--md5"}));
  EXPECT_EQ(
      Change({"env", "create", "-n", "again", "-f", directory_.path() + "/sums.yml"}).exit_code, 0);
  EXPECT_EQ(Run({"compare", "again", "-n", "work"}).exit_code, 0);
}

TEST_F(EnvironmentDialect, ComparesTwoEnvironments) {
  ASSERT_EQ(Change({"create", "-n", "new", "lib=2.0", "other"}).exit_code, 0);
  const std::string said =
      "app: 1.0 0 only in work\n"
      "lib: 1.0 0 in work, 2.0 0 in new\n"
      "other: 1.0 0 only in new\n";
  for (const std::string& other : {std::string("new"), directory_.path() + "/root/envs/new"}) {
    const Finished run = Run({"compare", other, "-n", "work"});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(run.output, said) << other;
  }
  EXPECT_EQ(Json::parse(Run({"compare", "new", "-n", "work", "--json"}).output).size(), 3U);
  EXPECT_THAT(Output({"compare", "work", "-n", "work"}), HasSubstr("the same packages"));
  EXPECT_EQ(Run({"compare", "nowhere", "-n", "work"}).exit_code, 4);
  EXPECT_THAT(Run({"compare", "nowhere.yml", "-n", "work"}).error, HasSubstr("nowhere.yml"));
}

TEST_F(EnvironmentDialect, ListsTheRootPrefixToo) {
  const std::string root = directory_.path() + "/root";
  const Json json = Json::parse(Output({"env", "list", "--json"}));
  EXPECT_EQ(json["envs"], Json({root, Env()}));
  EXPECT_EQ(json["envs_details"][root]["name"], "base");
  EXPECT_EQ(Json::parse(Output({"info", "--json"}))["envs"], json["envs"]);
  EXPECT_THAT(Output({"env", "list"}), HasSubstr(root + "\n"));
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

TEST_F(EnvironmentDialect, RunsWithTheStreamsThatAreNamed) {
  const std::vector<std::string> program = {"-n", "work", "sh", "-c",
                                            "cat; echo out; echo err >&2"};
  RunOptions options;
  options.variables = Variables();
  options.input = "in ";
  const auto run = [&](const std::vector<std::string>& attach) {
    std::vector<std::string> words = {"run"};
    words.insert(words.end(), attach.begin(), attach.end());
    words.insert(words.end(), program.begin(), program.end());
    const Finished finished = RunProgram(words, options);
    return finished.output + "|" + finished.error;
  };
  EXPECT_EQ(run({}), "in out\n|err\n");
  EXPECT_EQ(run({"-a", "stdin stderr stdout"}), "in out\n|err\n");
  EXPECT_EQ(run({"--attach", "stdout"}), "out\n|");
  EXPECT_EQ(run({"-a", "stdin,stderr"}), "|err\n");
  EXPECT_EQ(run({"-a", ""}), "|");
}

TEST_F(EnvironmentDialect, CleanHasCondasKeys) {
  ASSERT_EQ(Run({"env", "remove", "-n", "work", "--yes"}).exit_code, 0);
  const Json json = Json::parse(Output({"clean", "--all", "--dry-run", "--json"}));
  const std::string cache = directory_.path() + "/pkgs";
  for (const std::string kind : {"tarballs", "packages"}) {
    const Json& found = json[kind];
    EXPECT_EQ(found["warnings"], Json::array());
    EXPECT_EQ(found["pkgs_dirs"][cache].size(), 2U) << kind;
    std::uint64_t sum = 0;
    for (const auto& [name, size_bytes] : found["pkg_sizes"][cache].items()) {
      sum += size_bytes.get<std::uint64_t>();
    }
    EXPECT_EQ(found["total_size"], sum) << kind;
  }
  EXPECT_EQ(json["tempfiles"], Json::array());
  EXPECT_EQ(json["logfiles"], Json::array());
  EXPECT_TRUE(json["index_cache"]["files"].is_array());
  EXPECT_EQ(Json::parse(Output({"clean", "-f", "--dry-run", "--json"}))["pkgs_dirs"],
            Json({cache}));
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

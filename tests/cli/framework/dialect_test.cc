// What scripts written for conda and micromamba say.

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::StartsWith;

class Dialect : public ::testing::Test {
 protected:
  Dialect() {
    options_.variables = {{"HOME", home_.path()}, {"SATCHEL_ROOT_PREFIX", home_.path() + "/root"}};
  }

  Finished Run(const Words& words) const { return RunProgram(words, options_); }
  std::string Said(const Words& words) const {
    const Finished run = Run(words);
    return run.output + run.error;
  }

  TemporaryDirectory home_;
  RunOptions options_;
};

TEST_F(Dialect, OtherNamesOfCommands) {
  const std::vector<std::pair<Words, std::string>> cases = {
      {{"uninstall", "--help"}, "satchel remove"},   {{"upgrade", "--help"}, "satchel update"},
      {{"env", "ls", "--help"}, "satchel env list"}, {{"help", "install"}, "satchel install"},
      {{"shell", "hook", "--help"}, "satchel hook"}, {{"shell", "--help"}, "satchel shell"},
  };
  for (const auto& [words, usage] : cases) {
    const Finished run = Run(words);
    EXPECT_EQ(run.exit_code, 0) << words[0] << ": " << run.error;
    EXPECT_THAT(run.output, HasSubstr("Usage: " + usage)) << words[0];
  }
}

TEST_F(Dialect, OptionsBeforeTheCommand) {
  EXPECT_EQ(Run({"--no-rc", "config", "--show", "changeps1"}).output, "changeps1: true\n");
  EXPECT_EQ(Run({"--json", "env", "list"}).exit_code, 0);
  EXPECT_THAT(Said({"-n", "nowhere", "list"}), HasSubstr("nowhere"));
  EXPECT_THAT(Said({"--root-prefix", home_.path() + "/other", "info", "--base"}),
              HasSubstr(home_.path() + "/other"));
  // Never behind the program that `run` starts.
  EXPECT_THAT(Said({"-n", "nowhere", "run", "echo", "-n"}), HasSubstr("nowhere"));
}

TEST_F(Dialect, OptionsBetweenTheWordsOfACommand) {
  EXPECT_THAT(Run({"env", "--json", "list"}).output, HasSubstr("envs_details"));
  EXPECT_EQ(Run({"shell", "-s", "bash", "hook"}).output, Run({"hook", "bash"}).output);
  EXPECT_THAT(Said({"shell", "-n", "list"}), HasSubstr("'list'")) << "an environment's name";
}

TEST_F(Dialect, WhatHasNoMeaningHereIsTaken) {
  const Words ignored = {"--solver",      "libmamba",  "--experimental", "jlap",   "--repodata-fn",
                         "repodata.json", "--console", "classic",        "--debug"};
  const Words request = Join({"solve", "numpy"}, DemoChannels());
  const Finished plain = Run(Join(request, {"--explicit"}));
  const Finished run = Run(Join(Join(request, {"--explicit"}), ignored));
  EXPECT_EQ(run.exit_code, 0) << run.error;
  EXPECT_EQ(run.output, plain.output);
  EXPECT_THAT(Said(Join(Join(request, {"-v"}), ignored)), HasSubstr("without effect here"));
  EXPECT_THAT(Said(Join(request, ignored)), Not(HasSubstr("without effect")));
}

TEST_F(Dialect, NoForeignOptionIsEverSuggestedOrListed) {
  EXPECT_THAT(Run({"install", "--help"}).output, Not(HasSubstr("--experimental")));
  EXPECT_THAT(Said({"install", "x", "--experimentl"}), Not(HasSubstr("--experimental")));
  // An option's opposite is the last thing that was meant.
  EXPECT_THAT(Said({"install", "x", "--no-dry-run"}), Not(HasSubstr("mean '--dry-run'")));
}

TEST_F(Dialect, AnOptionIsCalledAsItWasTyped) {
  EXPECT_THAT(Said({"config", "--add"}), AllOf(HasSubstr("--add"), Not(HasSubstr("--prepend:"))));
}

TEST_F(Dialect, ChannelPriorityInOneWord) {
  const Words request = Join({"solve", "numpy"}, DemoChannels());
  for (const auto& [flag, word] : std::vector<std::pair<std::string, std::string>>{
           {"--strict-channel-priority", "strict"}, {"--no-channel-priority", "disabled"}}) {
    EXPECT_EQ(Run(Join(request, {"--explicit", flag})).output,
              Run(Join(request, {"--explicit", "--channel-priority", word})).output)
        << flag;
  }
}

TEST_F(Dialect, ASpecMayNameTheOnlyChannel) {
  const Words demo = DemoChannels();
  Words places;
  for (std::size_t i = 0; i + 1 < demo.size(); ++i) {
    if (demo[i] == "--channel-alias") {
      places = {demo[i], demo[i + 1]};
    }
  }
  ASSERT_FALSE(places.empty());
  const Finished run = Run(Join({"solve", "conda-forge::numpy"}, places));
  EXPECT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(Said(Join({"solve", "conda-forge::numpy", "--override-channels"}, places)),
              HasSubstr("no channel"));
}

TEST_F(Dialect, InfoHasCondasKeys) {
  const Json info = Json::parse(Run({"info", "--json"}).output);
  for (const char* key :
       {"envs", "envs_details", "conda_prefix", "default_prefix", "active_prefix", "conda_version",
        "conda_shlvl", "rc_path", "user_rc_path", "sys_rc_path", "root_prefix", "root_writable",
        "channels", "pkgs_dirs", "envs_dirs", "platform", "virtual_pkgs", "user_agent",
        "python_version", "requests_version", "conda_env_version", "conda_build_version", "solver",
        "env_vars", "netrc_file", "tmp_dir", "site_dirs", "sys.version", "sys.prefix",
        "sys.executable", "av_data_dir", "av_metadata_url_base", "notices_cache_dir", "UID", "GID",
        // micromamba's
        "environment", "env location", "base environment", "envs directories", "package cache",
        "populated config files", "user config files", "virtual packages"}) {
    EXPECT_TRUE(info.contains(key)) << key;
  }
  EXPECT_TRUE(info["conda_shlvl"].is_number_integer());
  EXPECT_TRUE(info["root_writable"].is_boolean());
  EXPECT_EQ(info["default_prefix"], info["root_prefix"]);
}

TEST_F(Dialect, InfoNeverShowsSecretsOfTheEnvironment) {
  RunOptions options = options_;
  options.variables.emplace_back("CONDA_TOKEN", "hush-hush");
  options.variables.emplace_back("CONDA_PLACE", "https://ann:hush-hush@example.org");
  options.variables.emplace_back("https_proxy", "http://ann:hush-hush@proxy");
  const Finished run = RunProgram({"info", "--json"}, options);
  EXPECT_THAT(run.output, AllOf(HasSubstr("CONDA_TOKEN"), HasSubstr("CONDA_PLACE"),
                                Not(HasSubstr("hush-hush"))));
}

TEST_F(Dialect, InfoOfAnotherEnvironment) {
  home_.Write("root/envs/work/conda-meta/history", "");
  const std::string work = home_.path() + "/root/envs/work";
  const auto info = [this](const Words& words) {
    return Json::parse(Run(Join({"info", "--json"}, words)).output, nullptr, false);
  };
  EXPECT_EQ(info({"-n", "work"})["env location"], work);
  EXPECT_EQ(info({"-n", "work"})["environment"], "work");
  EXPECT_EQ(info({"-p", work})["environment"], "work");
  EXPECT_EQ(info({"-n", "gone"})["environment"], "gone (not found)");
  EXPECT_EQ(info({"-n", "base"})["env location"], home_.path() + "/root");
  const Json listed = Json::parse(Run({"env", "list", "--json"}).output);
  EXPECT_TRUE(listed["envs_details"][work]["created"].is_null());
  const std::string modified = listed["envs_details"][work]["last_modified"];
  EXPECT_THAT(modified, ::testing::MatchesRegex("20..-..-..T..:..:..\\.......\\+00:00"));
}

TEST_F(Dialect, ConfigurationHasCondasKeysWithCondasTypes) {
  home_.Write(".condarc", "channels: [a]\nsolver: classic\ncustom_multichannels: {m: [a]}\n");
  const Json shown = Json::parse(Run({"config", "--show", "--json"}).output);
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, Json>>{{"always_yes", nullptr},
                                                 {"client_ssl_cert", nullptr},
                                                 {"solver", "classic"},
                                                 {"channels", {"a"}},
                                                 {"exclude_newer_package", Json::object()},
                                                 {"channel_settings", Json::array()},
                                                 {"remote_backoff_factor", 1},
                                                 {"report_errors", nullptr},
                                                 {"auto_activate", true},
                                                 {"root_prefix", home_.path() + "/root"}}) {
    EXPECT_TRUE(shown.contains(key)) << key;
    EXPECT_EQ(shown.value(key, Json("absent")), value) << key;
  }
  EXPECT_EQ(shown["default_channels"][0]["name"], "pkgs/main");
  EXPECT_EQ(shown["default_channels"][0]["location"], "repo.anaconda.com");
  EXPECT_EQ(shown["custom_multichannels"]["m"][0]["name"], "a");
  EXPECT_EQ(shown["subdirs"][1], "noarch");
  const Json sources = Json::parse(Run({"config", "--show-sources", "--json"}).output);
  EXPECT_EQ(sources[home_.path() + "/.condarc"]["channels"], Json({"a"}));
}

TEST_F(Dialect, ConfigurationShowsWhatIsInForce) {
  const Json shown = Json::parse(
      Run({"config", "--show", "envs_dirs", "pkgs_dirs", "subdir", "channel_alias", "--json"})
          .output);
  EXPECT_THAT(shown["envs_dirs"], Contains(home_.path() + "/root/envs"));
  EXPECT_THAT(shown["pkgs_dirs"], Contains(home_.path() + "/root/pkgs"));
  EXPECT_NE(shown["subdir"], "");
  EXPECT_EQ(shown["channel_alias"]["location"], "conda.anaconda.org");
  EXPECT_EQ(shown["channel_alias"]["scheme"], "https");
}

TEST_F(Dialect, TheRootPrefixsOwnCondarcIsRead) {
  home_.Write("root/.condarc", "channels: [of-the-root]\n");
  EXPECT_THAT(Run({"config", "--show", "channels"}).output, HasSubstr("of-the-root"));
  RunOptions elsewhere = options_;
  elsewhere.variables.back() = {"MAMBA_ROOT_PREFIX", home_.path() + "/root"};
  EXPECT_THAT(RunProgram({"config", "--show", "channels"}, elsewhere).output,
              HasSubstr("of-the-root"));
}

TEST_F(Dialect, ConfigurationInMicromambasVerbs) {
  EXPECT_EQ(Run({"config", "set", "channel_priority", "strict"}).exit_code, 0);
  EXPECT_EQ(Run({"config", "append", "channels", "conda-forge"}).exit_code, 0);
  EXPECT_THAT(Run({"config", "list"}).output, HasSubstr("channel_priority: strict"));
  EXPECT_THAT(Run({"config", "get", "channels"}).output, HasSubstr("conda-forge"));
  EXPECT_EQ(Run({"config", "list", "channel_priority", "channels", "-s"}).output,
            "channel_priority: strict  # '~/.condarc'\n"
            "channels:\n  - conda-forge  # '~/.condarc'\n");
  EXPECT_EQ(
      Run({"config", "list", "channel_priority", "channels", "--json"}).output,
      "{\n  \"channel_priority\": \"strict\",\n  \"channels\": [\n    \"conda-forge\"\n  ]\n}\n");
  EXPECT_EQ(Run({"config", "sources"}).output,
            "Configuration files (by precedence order):\n~/.condarc\n");
  const std::string file = home_.Write("other.yml", "channels: [x]\n");
  EXPECT_EQ(Run({"config", "get", "channels", "--file", file}).output, "channels:\n  - x\n");
  EXPECT_EQ(Run({"config", "get", "offline", "--file", file}).output,
            "Key is not present in file\n");
}

TEST_F(Dialect, MambasFilesAndVariablesAreRead) {
  home_.Write(".condarc", "channels: [of-conda]\n");
  home_.Write(".mambarc", "channels: [of-mamba]\n");
  EXPECT_EQ(Run({"config", "--show", "channels"}).output,
            "channels:\n  - of-mamba\n  - of-conda\n");
  RunOptions options = options_;
  options.variables.emplace_back("MAMBA_OFFLINE", "true");
  EXPECT_THAT(RunProgram({"config", "list", "offline", "-s"}, options).output,
              AllOf(StartsWith("offline: true  # "), HasSubstr("'MAMBA_OFFLINE'")));
}

TEST_F(Dialect, AnOptionIsASourceToo) {
  home_.Write(".condarc", "offline: false\n");
  EXPECT_THAT(Run({"config", "list", "offline", "-s", "--offline"}).output,
              AllOf(StartsWith("offline: true  # 'CLI' > "), HasSubstr(" > '~/.condarc'\n")));
}

TEST_F(Dialect, WithoutVariablesTheFilesDecide) {
  home_.Write(".condarc", "offline: false\nchannels: [a]\n");
  RunOptions options = options_;
  options.variables.emplace_back("MAMBA_OFFLINE", "true");
  options.variables.emplace_back("CONDA_CHANNELS", "b");
  EXPECT_EQ(RunProgram({"config", "list", "--no-env"}, options).output,
            "channels:\n  - a\noffline: false\n");
  EXPECT_THAT(RunProgram({"config", "list"}, options).output, HasSubstr("  - b\n"));
  // Where the root prefix is, a variable still says.
  EXPECT_EQ(RunProgram({"info", "--base", "--no-env"}, options).output,
            RunProgram({"info", "--base"}, options).output);
}

TEST_F(Dialect, AnEmptyMapCanBeFilled) {
  const std::string file = home_.Write("empty.yml", "# Mine.\n{}\n");
  EXPECT_EQ(Run({"config", "append", "channels", "a", "--file", file}).exit_code, 0);
  EXPECT_EQ(*ReadFile(file), "# Mine.\nchannels:\n  - a\n");
  for (const std::string text : {"{channels: [a]}\n", "{} # why\n", "{\n}\n"}) {
    home_.Write("empty.yml", text);
    EXPECT_NE(Run({"config", "--set", "offline", "true", "--file", file}).exit_code, 0) << text;
    EXPECT_EQ(*ReadFile(file), text) << "what cannot be edited stays as it is";
  }
}

TEST_F(Dialect, AListCanBeCleared) {
  home_.Write(".condarc", "channels: [a, b]\noffline: true\n");
  EXPECT_EQ(Run({"config", "--clear", "channels"}).exit_code, 0);
  EXPECT_EQ(Run({"config", "list"}).output, "offline: true\n");
  EXPECT_EQ(Run({"config", "--clear", "channels"}).exit_code, 0) << "it is empty already";
  EXPECT_THAT(Said({"config", "--clear", "offline"}), HasSubstr("is not a list"));
  EXPECT_THAT(Said({"config", "--clear", "chanels"}), HasSubstr("did you mean 'channels'"));
}

TEST_F(Dialect, VerbsThatSatchelHasNotSayWhatToUse) {
  for (const std::string verb : {"package", "plugins", "auth", "self-update", "build", "token"}) {
    const Finished run = Run({verb, "x"});
    EXPECT_EQ(run.exit_code, 2) << verb;
    EXPECT_THAT(run.error, HasSubstr("satchel has no '" + verb + "': ")) << verb;
  }
  EXPECT_THAT(Run({"check", "--help"}).output, HasSubstr("Usage: satchel doctor"));
}

TEST_F(Dialect, HookByOption) {
  EXPECT_EQ(Run({"shell", "hook", "-s", "bash"}).output, Run({"hook", "bash"}).output);
  EXPECT_THAT(Said({"hook"}), HasSubstr("for which shell"));
}

// --- Files of requests.

TEST_F(Dialect, ARequestFromStandardInputOrByFileUrl) {
  const std::string text = "dependencies:\n  - numpy\n";
  home_.Write("with blank/environment.yml", text);
  RunOptions piped = options_;
  piped.input = text;
  const Words channels = Join(DemoChannels(), {"--explicit"});
  const std::string expected = Run(Join({"solve", "numpy"}, channels)).output;
  EXPECT_EQ(RunProgram(Join({"solve", "-f", "-"}, channels), piped).output, expected);
  EXPECT_EQ(Run(Join({"solve", "-f", "file://" + home_.path() + "/with%20blank/environment.yml"},
                     channels))
                .output,
            expected);
}

TEST_F(Dialect, AKeyThatIsThereTwiceIsAnError) {
  home_.Write("e.yml", "name: x\ndependencies:\n  - numpy\nchannels: []\ndependencies:\n  - six\n");
  EXPECT_THAT(
      Said({"solve", "-f", home_.path() + "/e.yml"}),
      AllOf(HasSubstr("e.yml:5:"), HasSubstr("'dependencies' occurs twice"), HasSubstr("line 2")));
}

TEST_F(Dialect, VariablesInTheChannelsOfAFile) {
  home_.Write("e.yml", "channels:\n  - ${DIALECT_PLACE}/nowhere\ndependencies:\n  - numpy\n");
  RunOptions options = options_;
  options.variables.emplace_back("DIALECT_PLACE", home_.path());
  EXPECT_THAT(RunProgram({"solve", "-f", home_.path() + "/e.yml"}, options).error,
              HasSubstr(home_.path() + "/nowhere"));
}

TEST_F(Dialect, APixiLockIsItsPackages) {
  home_.Write("pixi.lock",
              "version: 6\nenvironments:\n  default:\n    packages:\n      linux-64:\n"
              "      - conda: https://example.invalid/c/noarch/six-1.16.0-0.conda\n"
              "      - pypi: https://example.invalid/x.whl\n"
              "packages:\n- conda: https://example.invalid/c/noarch/six-1.16.0-0.conda\n"
              "  md5: 0123456789abcdef0123456789abcdef\n");
  const std::string file = home_.path() + "/pixi.lock";
  const Finished run = Run({"create", "-n", "x", "-y", "--offline", "-f", file});
  EXPECT_THAT(run.error, HasSubstr("six-1.16.0-0.conda"));  // Which cannot be fetched here.
  EXPECT_THAT(Said({"create", "-n", "x", "-y", "-f", file, "--platform", "osx-64"}),
              HasSubstr("'default' for osx-64"));
}

TEST_F(Dialect, PackageFilesAndSpecsDoNotMix) {
  EXPECT_THAT(Said({"create", "-n", "x", "-y", "./six-1.16.0-0.conda", "numpy"}),
              HasSubstr("without solving"));
  EXPECT_THAT(Said({"create", "-n", "x", "-y", "./six-1.16.0-0.conda"}),
              HasSubstr("six-1.16.0-0.conda"));
}

}  // namespace
}  // namespace satchel::testing

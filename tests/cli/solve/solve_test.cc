// What the options of solve do, on the demo channels.

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Json Solve(const std::vector<std::string>& arguments) {
  const Finished finished = RunProgram(Join(Join({"solve", "--json"}, arguments), DemoChannels()));
  return Json::parse(finished.output);
}

// "1.2 build" of a package that the plan has; empty if it has none.
std::string Planned(const Json& plan, const std::string& name) {
  for (const Json& package : plan["satchel"]["packages"]) {
    if (package["name"] == name) {
      return package["version"].get<std::string>();
    }
  }
  return "";
}

TEST(Solve, TextShowsTheTableAndTheTotals) {
  const Finished finished = RunProgram(Join({"solve", "python", "numpy", "-v"}, DemoChannels()));
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  for (const char* text : {"Package", "Channel", "*  numpy", "packages", "to download", "load ",
                           "proven", "Levels of the objective"}) {
    EXPECT_THAT(finished.output, HasSubstr(text));
  }
  const Finished quiet = RunProgram(Join({"solve", "python", "numpy", "-q"}, DemoChannels()));
  EXPECT_THAT(quiet.output, Not(HasSubstr("load ")));
}

TEST(Solve, PinsHold) {
  EXPECT_EQ(Planned(Solve({"numpy", "--pin", "python=3.10"}), "python"), "3.10.14");
}

TEST(Solve, ExcludeNewerHides) {
  const Json plan = Solve({"ca-certificates", "--exclude-newer", "2024-08-01"});
  EXPECT_EQ(Planned(plan, "ca-certificates"), "2024.7.4");
}

TEST(Solve, NoDepsAndOnlyDeps) {
  const Json alone = Solve({"numpy", "--no-deps"});
  EXPECT_EQ(alone["actions"]["LINK"].size(), 1U);
  const Json others = Solve({"numpy", "--only-deps"});
  EXPECT_EQ(Planned(others, "numpy"), "");
  EXPECT_NE(Planned(others, "python"), "");
}

TEST(Solve, AnInstalledEnvironmentChangesLittle) {
  const TemporaryDirectory directory;
  const std::vector<std::string> old = {"solve", "python=3.11", "numpy=1", "--explicit"};
  const std::string path = directory.Write("old.txt", RunProgram(Join(old, DemoChannels())).output);
  const Json kept = Solve({"six", "--installed", path});
  EXPECT_EQ(Planned(kept, "python"), "3.11.9");
  EXPECT_TRUE(kept["actions"]["UNLINK"].empty());
  const Json updated = Solve({"numpy=2", "--installed", path});
  EXPECT_TRUE(Planned(updated, "numpy").starts_with("2.")) << updated;
  const Json removed = Solve({"--remove", "numpy", "--installed", path});
  EXPECT_EQ(Planned(removed, "numpy"), "");
  const Finished text = RunProgram(Join({"solve", "numpy=2", "--installed", path}, DemoChannels()));
  EXPECT_THAT(text.output, HasSubstr("Upgrade:"));
}

TEST(Solve, APrefixIsReadWithItsHistory) {
  const TemporaryDirectory directory;
  directory.Write(
      "conda-meta/six-1.16.0-pyh6c4a22f_0.json",
      R"({"name": "six", "version": "1.16.0", "build": "pyh6c4a22f_0", "build_number": 0,
                      "channel": "conda-forge", "subdir": "noarch", "depends": [],
                      "fn": "six-1.16.0-pyh6c4a22f_0.conda"})");
  directory.Write("conda-meta/history", "==> x <==\n# cmd: conda\n# update specs: ['six']\n");
  directory.Write("conda-meta/frozen", "{}");
  const Json plan = Solve({"numpy", "--prefix", directory.path()});
  EXPECT_EQ(plan["prefix"], directory.path());
  EXPECT_EQ(Planned(plan, "six"), "1.16.0");
  EXPECT_THAT(plan["satchel"]["warnings"].dump(), HasSubstr("frozen"));
}

TEST(Solve, AnEnvironmentHasAName) {
  const TemporaryDirectory directory;
  directory.Write("envs/work/conda-meta/history", "");
  RunOptions options;
  options.variables = {{"SATCHEL_ROOT_PREFIX", directory.path()}};
  const Finished finished =
      RunProgram(Join({"solve", "--json", "numpy", "--name", "work"}, DemoChannels()), options);
  EXPECT_EQ(Json::parse(finished.output)["prefix"], directory.path() + "/envs/work");
  EXPECT_THAT(RunProgram({"solve", "numpy", "-n", "wrk", "-c", "/"}, options).error,
              HasSubstr("did you mean 'work'?"));
}

TEST(Solve, AFileSaysChannelsToo) {
  const TemporaryDirectory directory;
  const std::string path = directory.Write(
      "env.yml", "name: x\nchannels: [conda-forge, nodefaults]\ndependencies: [numpy, pip: [a]]\n");
  const std::vector<std::string> alias = {"--channel-alias", SATCHEL_DEMO, "--platform",
                                          "linux-64"};
  const Finished finished = RunProgram(Join({"solve", "-f", path}, alias));
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  EXPECT_THAT(finished.error, HasSubstr("1 pip requirement is left"));
  EXPECT_THAT(RunProgram(Join({"solve", "-f", path, "--override-channels"}, alias)).error,
              HasSubstr("no channel"));
}

TEST(Solve, AConflictIsExplainedOnStandardError) {
  const Finished finished =
      RunProgram(Join({"solve", "python=3.10", "python=3.12"}, DemoChannels()));
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_EQ(finished.output, "");
  EXPECT_THAT(finished.error, HasSubstr("satchel: error: unsatisfiable: "));
  EXPECT_THAT(finished.error, HasSubstr("python=3.10"));
}

// A channel with a package that can be used and one that cannot; `info` goes into its info.
std::string SmallChannel(const std::string& info) {
  return R"({"info": {"subdir": "noarch")" + info + R"(}, "packages.conda": {
      "good-1-0.conda": {"name": "good", "version": "1", "build": "0", "build_number": 0,
        "depends": []},
      "bad-1-0.conda": {"name": "bad", "version": "1", "build": "0", "build_number": 0,
        "depends": ["good ==="]}}})";
}

TEST(Solve, AConflictNamesTheRecordsLeftOut) {
  const TemporaryDirectory directory;
  directory.Write("c/noarch/repodata.json", SmallChannel(""));
  const Finished finished = RunProgram({"solve", "bad", "-c", directory.path() + "/c"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.error, HasSubstr("skipped 1 record, such as bad-1-0.conda: depends"));
}

TEST(Solve, AnAnswerThatARecordLeftOutMayTouchSaysSo) {
  const TemporaryDirectory directory;
  directory.Write("c/noarch/repodata.json", R"({"info": {"subdir": "noarch"}, "packages.conda": {
      "old-1-0.conda": {"name": "old", "version": "1", "build": "0", "build_number": 0,
        "depends": []},
      "old-2-0.conda": {"name": "old", "version": "2", "build": "0", "build_number": 0,
        "depends": ["other[future_key=1]"]},
      "other-1-0.conda": {"name": "other", "version": "1", "build": "0", "build_number": 0,
        "depends": []}}})");
  const std::string channel = directory.path() + "/c";
  const auto says = HasSubstr("skipped 1 record, such as old-2-0.conda: ");
  EXPECT_THAT(RunProgram({"solve", "old", "-c", channel}).error, says);
  EXPECT_THAT(RunProgram({"solve", "other", "-c", channel}).error, Not(says));
  EXPECT_THAT(RunProgram({"solve", "other", "-c", channel, "--json"}).output, says);
  EXPECT_THAT(RunProgram({"explain", "old=2", "-c", channel}).error, says);
  EXPECT_THAT(RunProgram({"why-not", "old=2", "old", "-c", channel}).error, says);
  for (const std::vector<std::string>& query : {std::vector<std::string>{"search", "old"},
                                                {"repoquery", "search", "old"},
                                                {"repoquery", "depends", "old"},
                                                {"repoquery", "whoneeds", "other"}}) {
    for (const std::vector<std::string>& form : {std::vector<std::string>(), {"--json"}}) {
      const Finished finished = RunProgram(Join(Join(query, {"-c", channel}), form));
      EXPECT_THAT(finished.error, says) << query[1];
      EXPECT_THAT(finished.output, Not(says));
    }
  }
}

TEST(Solve, UrlsFollowTheChannelAndItsBaseUrl) {
  const TemporaryDirectory directory;
  directory.Write("c/noarch/repodata.json", SmallChannel(""));
  directory.Write("d/noarch/repodata.json", SmallChannel(R"(, "base_url": "../files/")"));
  const std::string root = "file://" + directory.path();
  const std::string good = root + "/c/noarch/good-1-0.conda";
  for (const std::string& spec : {std::string("good"), good, root + "/c::good"}) {
    const Finished finished =
        RunProgram({"solve", spec, "-c", directory.path() + "/c", "--explicit"});
    EXPECT_THAT(finished.output, HasSubstr("\n" + good)) << spec << finished.error;
  }
  const Finished moved = RunProgram({"solve", "good", "-c", directory.path() + "/d", "--explicit"});
  EXPECT_THAT(moved.output, HasSubstr("\n" + root + "/d/files/good-1-0.conda"));
}

TEST(Solve, AConflictCanBeProvenToOthers) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/proof";
  const std::vector<std::string> command = {"solve", "python=3.10", "python=3.12", "--proof"};
  EXPECT_EQ(RunProgram(Join(Join(command, {path}), DemoChannels())).exit_code, 1);
  std::string word;
  std::ifstream(path + ".cnf") >> word;
  EXPECT_TRUE(word == "p" || word == "c") << word;
  EXPECT_GT(std::filesystem::file_size(path + ".frat"), 0U);
  EXPECT_EQ(RunProgram(Join(Join(command, {"/none/x"}), DemoChannels())).exit_code, 4);
}

std::vector<std::string> FilesIn(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

// tests/certificate checks what is in them.
TEST(Solve, WritesACertificateOfEitherAnswer) {
  const TemporaryDirectory directory;
  const auto solve = [](const std::vector<std::string>& specs, const std::string& path) {
    return RunProgram(
        Join(Join(Join({"solve", "-q"}, specs), {"--certificate", path}), DemoChannels()));
  };
  const std::string plan = directory.path() + "/plan";
  EXPECT_EQ(solve({"numpy"}, plan).exit_code, 0);
  EXPECT_THAT(FilesIn(plan),
              ElementsAre("levels.json", "map.tsv", "problem.cnf", "proof.drat", "request.json"));
  const std::string conflict = directory.path() + "/conflict";
  EXPECT_EQ(solve({"numpy", "python=3.10", "python=3.12"}, conflict).exit_code, 1);
  EXPECT_THAT(FilesIn(conflict),
              ElementsAre("core.json", "map.tsv", "problem.cnf", "proof.drat", "request.json"));
  std::ifstream core(conflict + "/core.json");
  EXPECT_EQ(Json::parse(core)["dropped_specs"], Json({"numpy"}));

  const Finished again = solve({"numpy"}, plan);
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.error, HasSubstr("is not empty"));
  EXPECT_EQ(solve({"numpy"}, "/proc/none/x").exit_code, 4);
}

TEST(Solve, GeneratedChannelsAreTheSameForTheSameSeed) {
  const TemporaryDirectory directory;
  for (const char* name : {"a", "b"}) {
    const Finished finished = RunProgram({"corpus", "generate", "--records", "1000", "--seed", "7",
                                          "-o", directory.path() + "/" + name});
    ASSERT_EQ(finished.exit_code, 0) << finished.error;
  }
  const auto solve = [&](const std::string& name) {
    return RunProgram(
        {"solve", "-q", "python", "-c", directory.path() + "/" + name, "--platform", "linux-64"});
  };
  EXPECT_EQ(solve("a").exit_code, 0) << solve("a").error;
  EXPECT_EQ(std::ranges::count(solve("a").output, '\n'),
            std::ranges::count(solve("b").output, '\n'));
}

}  // namespace
}  // namespace satchel::testing

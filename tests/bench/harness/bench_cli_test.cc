// The harness as a user runs it, with satchel and with made-up adapters as solvers.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"

#include "bench/harness/child_process.h"
#include "bench/harness/result_file.h"
#include "corpora/random.h"
#include "frontend/files.h"
#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kUnsat[] = SATCHEL_MANIFESTS "/embedded-unsat.yaml";

class BenchCliTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }
  Finished Bench(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "bench");
    return RunProgram(arguments);
  }
  Finished BenchRun(const std::vector<std::string>& arguments) const {
    return Bench(Join({"run", "--work", Path("work"), "-o", Path("run.jsonl")}, arguments));
  }
  // An adapter as a shell script: what it does when it is to solve.
  std::string Adapter(const std::string& name, const std::string& solve) const {
    return name + "=sh " +
           directory_.Write(name + ".sh",
                            "while read -r line; do case \"$line\" in\n"
                            "*'\"op\":\"hello\"'*) echo '{\"ok\": true, \"name\": \"" +
                                name +
                                "\", \"version\": \"7\", \"capabilities\": [\"pins\"]}';;\n"
                                "*'\"op\":\"load\"'*) echo '{\"ok\": true}';;\n"
                                "*) " +
                                solve + ";;\nesac; done\n");
  }
  RunResults Results() const {
    absl::StatusOr<RunResults> results = ReadResults(Path("run.jsonl"));
    EXPECT_TRUE(results.ok()) << results.status();
    return results.ok() ? *std::move(results) : RunResults();
  }
  TemporaryDirectory directory_;
};

TEST_F(BenchCliTest, MeasuresAndReports) {
  const std::string again = std::string("again=satchel:") + SATCHEL_PROGRAM;
  const Finished run = BenchRun(
      {kUnsat, "--solver", "satchel", "--solver", again, "--repetitions", "2", "--warm-ups", "0"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(run.output, HasSubstr("satchel against again"));
  EXPECT_THAT(run.output, Not(HasSubstr("Worth a look"))) << "an answer is not as expected";
  const RunResults results = Results();
  EXPECT_TRUE(results.complete);
  EXPECT_EQ(results.measurements.size() % 4, 0U);
  for (const Measurement& m : results.measurements) {
    EXPECT_EQ(m.status, "unsatisfiable") << m.problem;
    EXPECT_GT(m.total_ms, 0);
    EXPECT_GT(m.peak_rss_kb, 1000);
    EXPECT_FALSE(m.phases_ms.empty());
  }

  const Finished markdown = Bench({"report", Path("run.jsonl"), "--every-problem"});
  EXPECT_EQ(markdown.exit_code, 0) << markdown.error;
  EXPECT_THAT(markdown.output, HasSubstr("| embedded-unsat/unsat-pin | again | unsatisfiable |"));
  const Finished html = Bench({"report", Path("run.jsonl"), "--html", Path("report.html")});
  EXPECT_EQ(html.exit_code, 0) << html.error;
  const std::string page = *ReadFile(Path("report.html"));
  EXPECT_THAT(page, HasSubstr("embedded-unsat/unsat-pin"));
  EXPECT_THAT(page, Not(HasSubstr("@DATA@")));
  EXPECT_THAT(page, Not(HasSubstr("@SCRIPT@")));
  EXPECT_THAT(page, Not(HasSubstr(" src="))) << "the page must need nothing else";
  // Names of others are no markup.
  const std::string hostile =
      absl::StrReplaceAll(*ReadFile(Path("run.jsonl")), {{"unsat-pin", "</script><!--<script>x"}});
  directory_.Write("hostile.jsonl", hostile);
  EXPECT_EQ(Bench({"report", Path("hostile.jsonl"), "--html", Path("hostile.html")}).exit_code, 0);
  EXPECT_THAT(*ReadFile(Path("hostile.html")),
              AllOf(HasSubstr("\\u003c/script>\\u003c!--"), Not(HasSubstr("<!--<script>x"))));

  const Finished compared =
      Bench({"compare", Path("run.jsonl"), "--base-solver", "satchel", "--new-solver", "again"});
  EXPECT_EQ(compared.exit_code, 0) << compared.output << compared.error;
  EXPECT_THAT(compared.output, HasSubstr("No regression"));
}

// Whatever way a solver comes to its plan, the plan is judged.
TEST_F(BenchCliTest, JudgesThePlansOfOthers) {
  const auto record = [](const std::string& version) {
    return "\"app-" + version + "-0.conda\": {\"name\": \"app\", \"version\": \"" + version +
           "\", \"build\": \"0\", \"build_number\": 0, \"depends\": []}";
  };
  std::filesystem::create_directories(Path("channel/noarch"));
  directory_.Write("channel/noarch/repodata.json",
                   "{\"info\": {\"subdir\": \"noarch\"}, \"packages.conda\": {" + record("1") +
                       ", " + record("2") + "}}");
  const std::string manifest =
      directory_.Write("small.yaml",
                       "schema: 1\n"
                       "channels: {made: {directory: channel, url: 'https://host/made'}}\n"
                       "problems: [{name: app, specs: [app], channels: [made]}]\n");
  const auto solve = [](const std::string& files) {
    return "echo '{\"ok\": true, \"status\": \"solved\", \"packages\": [" + files + "]}'";
  };
  const std::string newest = "\"https://host/made/noarch/app-2-0.conda\"";
  const std::string oldest = "\"https://host/made/noarch/app-1-0.conda\"";
  const std::vector<std::string> words = {manifest,
                                          "--warm-ups",
                                          "0",
                                          "--solver",
                                          "satchel",
                                          "--solver",
                                          Adapter("new", solve(newest)),
                                          "--solver",
                                          Adapter("old", solve(oldest)),
                                          "--solver",
                                          Adapter("both", solve(newest + ", " + oldest))};
  const Finished run = BenchRun(words);
  ASSERT_EQ(run.exit_code, 0) << run.error;
  std::map<std::string, PlanVerdict> verdicts;
  for (const PlanVerdict& verdict : Results().verdicts) {
    verdicts[verdict.solver] = verdict;
  }
  EXPECT_EQ(verdicts.size(), 3U) << "of satchel's own plan nothing need be said";
  EXPECT_EQ(verdicts["new"].verdict, "best");
  EXPECT_EQ(verdicts["old"].verdict, "worse");
  EXPECT_EQ(verdicts["old"].detail, "requested: 30 instead of 0 (app)");
  EXPECT_EQ(verdicts["both"].verdict, "invalid");
  EXPECT_THAT(run.output, HasSubstr("1 worse (100 % not the best)"));
  EXPECT_THAT(run.output, HasSubstr("the plan by both is invalid"));

  std::filesystem::remove(Path("run.jsonl"));
  ASSERT_EQ(BenchRun(Join(words, {"--no-judge"})).exit_code, 0);
  EXPECT_TRUE(Results().verdicts.empty());
}

TEST_F(BenchCliTest, RefusesWhatItCannotMeasure) {
  EXPECT_THAT(BenchRun({kUnsat, "--solver", "nosuch"}).error, HasSubstr("LABEL=COMMAND"));
  const Finished absent = BenchRun({kUnsat, "--solver", "x=/no/such/adapter"});
  EXPECT_NE(absent.exit_code, 0);
  EXPECT_THAT(absent.error, HasSubstr("/no/such/adapter"));
  EXPECT_THAT(BenchRun({kUnsat, "--solver", "x=false"}).error, HasSubstr("failed to answer"));
  EXPECT_THAT(BenchRun({kUnsat, "--only", "nothing-of-that-name"}).error, HasSubstr("no problem"));
  EXPECT_THAT(Bench({"run", kUnsat}).error, HasSubstr("-o FILE"));
  EXPECT_FALSE(std::filesystem::exists(Path("run.jsonl")));
}

TEST_F(BenchCliTest, RecordsWhatASolverDoesWrong) {
  const Finished run = BenchRun(
      {kUnsat, "--only", "unsat-diamond", "--only", "unsat-cycle", "--timeout", "1", "--warm-ups",
       "0", "--solver", Adapter("hangs", "sleep 100"), "--solver", Adapter("dies", "exit 3"),
       "--solver", Adapter("babbles", "echo nonsense"), "--solver",
       Adapter("errs", "echo '{\"ok\": false, \"error\": \"no idea\"}'"), "--solver",
       Adapter("wrong", "echo '{\"ok\": true, \"status\": \"solved\", \"wall_ms\": 3}'")});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  const RunResults results = Results();
  EXPECT_EQ(results.measurements.size(), 10U);
  for (const Measurement& m : results.measurements) {
    EXPECT_EQ(m.status, m.solver == "hangs"   ? "timeout"
                        : m.solver == "wrong" ? "solved"
                                              : "error")
        << m.solver;
  }
  EXPECT_THAT(run.output, HasSubstr("wrong says solved, expected unsatisfiable"));
  EXPECT_THAT(run.output, HasSubstr("no idea"));
}

TEST_F(BenchCliTest, ShardsMakeUpTheWholeRun) {
  const std::vector<std::string> common = {"--work", Path("work"), "--warm-ups", "0", "-q"};
  std::vector<std::string> shards;
  for (const char* const shard : {"0/3", "1/3", "2/3"}) {
    shards.push_back(Path(std::string("shard") + shard[0] + ".jsonl"));
    const Finished run =
        Bench(Join({"run", kUnsat, "--shard", shard, "-o", shards.back()}, common));
    ASSERT_EQ(run.exit_code, 0) << run.error;
  }
  const Finished merged = Bench(Join({"merge", "-o", Path("run.jsonl")}, shards));
  ASSERT_EQ(merged.exit_code, 0) << merged.error;
  const Finished whole = Bench(Join({"run", kUnsat, "-o", Path("whole.jsonl")}, common));
  ASSERT_EQ(whole.exit_code, 0) << whole.error;
  const auto problems = [](const RunResults& results) {
    std::multiset<std::string> names;
    for (const Measurement& m : results.measurements) {
      names.insert(m.problem);
    }
    return names;
  };
  EXPECT_TRUE(Results().complete);
  EXPECT_EQ(problems(Results()), problems(*ReadResults(Path("whole.jsonl"))));
}

// Kills the harness again and again (SATCHEL_BENCH_KILLS times, default 15), and compares what is
// in the results with what the adapter was asked for.
TEST_F(BenchCliTest, AKillLosesAtMostTheProblemInFlight) {
  const char* const wanted = std::getenv("SATCHEL_BENCH_KILLS");
  const int kills = wanted != nullptr ? std::atoi(wanted) : 15;
  const std::string log = Path("solved.log");
  const std::string manifest =
      directory_.Write("kill.yaml",
                       "schema: 1\nchannels: {c: {generate: {records: 2000, seed: 2}}}\n"
                       "problems: [{name: r, random: {count: 1000, seed: 7}, channels: [c]}]\n");
  const std::string solver =
      Adapter("slow", "sleep 0.004; echo x >> " + log +
                          "; echo '{\"ok\": true, \"status\": \"solved\", \"wall_ms\": 3}'");
  ProcessOptions options;
  options.argv = {SATCHEL_PROGRAM,   "bench",    "run",  manifest,   "--work", Path("work"), "-o",
                  Path("run.jsonl"), "--solver", solver, "--resume", "-q",     "--warm-ups", "0"};
  const auto lines = [](const std::string& path) {
    const absl::StatusOr<std::string> text = ReadFile(path);
    return text.ok() ? std::ranges::count(*text, '\n') : 0;
  };
  SplitMix random(1);
  int with_results = 0;
  for (int kill = 0; kill < kills; ++kill) {
    const auto process = ChildProcess::Start(options);
    ASSERT_TRUE(process.ok());
    // Every fourth kill comes while it starts, the others after some measurements, however long
    // these take on this machine.
    const auto goal = lines(log) + (kill % 4 == 0 ? 0 : random.Between(1, 6));
    for (int waited_ms = 0; lines(log) < goal && waited_ms < 20'000; ++waited_ms) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(random.Between(0, 30)));
    (*process)->Kill();
    (*process)->Wait();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // The adapter ends by itself.
    const absl::StatusOr<RunResults> results = ReadResults(Path("run.jsonl"));
    if (results.ok()) {
      ++with_results;
      const auto measured = static_cast<std::ptrdiff_t>(results->measurements.size());
      EXPECT_LE(lines(log) - measured, kill + 1);
    }
  }
  EXPECT_GT(with_results, kills / 2);
  const absl::StatusOr<ProcessEnd> end = RunProcess(options, 100, nullptr);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->exit_code, 0);
  std::set<std::string> problems;
  for (const Measurement& m : Results().measurements) {
    EXPECT_TRUE(problems.insert(m.problem).second) << m.problem << " was measured twice";
  }
  EXPECT_EQ(problems.size(), 1000U);
  EXPECT_LE(lines(log) - 1000, kills);
  EXPECT_TRUE(Results().complete);
}

TEST_F(BenchCliTest, DoesNotMixRuns) {
  const std::vector<std::string> common = {kUnsat, "--only", "unsat-pin", "-q"};
  ASSERT_EQ(BenchRun(common).exit_code, 0);
  EXPECT_NE(BenchRun(common).exit_code, 0) << "the results of before would be overwritten";
  EXPECT_EQ(BenchRun(Join(common, {"--resume"})).exit_code, 0);
  EXPECT_THAT(BenchRun(Join(common, {"--resume", "--seed", "5"})).error,
              HasSubstr("other problems, solvers or settings"));
}

// An adapter that is shipped says plainly that its program is not there.
TEST_F(BenchCliTest, ShippedAdaptersSayWhatIsNotInstalled) {
  if (std::system("python3 -c '' 2>/dev/null") != 0) {
    GTEST_SKIP() << "no python3";
  }
  RunOptions options;
  options.variables = {{"PATH", "/usr/bin:/bin"}};
  for (const char* const solver :
       {"py-rattler", "libsolv", "micromamba", "mamba", "conda", "pixi"}) {
    const Finished run =
        RunProgram({"bench", "run", kUnsat, "--only", "unsat-pin", "--solver", solver, "--work",
                    Path("work"), "-o", Path(std::string(solver) + ".jsonl"), "-q"},
                   options);
    if (run.exit_code != 0) {  // It may well be there.
      EXPECT_THAT(run.error, ::testing::AnyOf(HasSubstr("not installed"), HasSubstr("support")))
          << solver;
    }
  }
}

// The programs are made up, but print what the real ones do.
TEST_F(BenchCliTest, CommandLineAdaptersReadWhatTheirProgramsPrint) {
  if (std::system("python3 -c '' 2>/dev/null") != 0) {
    GTEST_SKIP() << "no python3";
  }
  const std::string head = "#!/bin/sh\ncase \"$*\" in\n--version) echo tool 1.2.3; exit;;\n";
  const auto install = [&](const std::string& name, const std::string& cases) {
    const std::string path = directory_.Write("bin/" + name, head + cases + "esac\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  };
  install("micromamba",
          "*nope*) echo '{\"success\": false, \"solver_problems\": [\"x\"]}'; exit 1;;\n"
          "*--dry-run*--platform\\ linux-64*) echo '{\"success\": true, \"actions\": {\"LINK\": "
          "[{\"url\":"
          " \"https://x/noarch/a-1-0.conda\"}]}}';;\n");
  install("conda",
          "*nope*) echo '{\"exception_name\": \"PackagesNotFoundError\"}'; exit 1;;\n"
          "*--solver\\ classic*) echo '{\"success\": true, \"actions\": {\"LINK\": [{\"base_url\": "
          "\"https://x\", \"platform\": \"noarch\", \"dist_name\": \"a-1-0\"}]}}';;\n");
  install("pixi",
          "*) if grep -q nope \"$3\"; then echo 'Cannot solve the request' >&2; exit 1; fi\n"
          "grep -q '^\"python\" = \"=3.12\"$' \"$3\" || exit 9\n"
          "echo '- conda: https://x/noarch/a-1-0.conda' > \"$(dirname \"$3\")/pixi.lock\";;\n");
  const std::string manifest =
      directory_.Write("two.yaml",
                       "schema: 1\nchannels: {c: {generate: {records: 1000, seed: 2}}}\nproblems:\n"
                       "- {name: yes, channels: [c], specs: [python=3.12], expect: solved}\n"
                       "- {name: no, channels: [c], specs: [nope], expect: unsatisfiable}\n");
  RunOptions options;
  options.variables = {{"PATH", Path("bin") + ":/usr/bin:/bin"}};
  const Finished run = RunProgram(
      {"bench", "run", manifest, "--work", Path("work"), "-o", Path("run.jsonl"), "--warm-ups", "0",
       "--solver", "micromamba", "--solver", "conda-classic", "--solver", "pixi"},
      options);
  ASSERT_EQ(run.exit_code, 0) << run.error;
  for (const Measurement& m : Results().measurements) {
    EXPECT_EQ(m.status, m.expected) << m.solver << ": " << m.message;
    EXPECT_EQ(m.plan_hash,
              m.expected == "solved" ? PlanHash({"https://x/noarch/a-1-0.conda"}) : "");
  }
  EXPECT_EQ(Results().measurements.size(), 6U);
}

TEST_F(BenchCliTest, CutsOutAndMinimisesCases) {
  const std::string path = Path("case");
  const Finished slice = RunProgram(
      {"corpus", "slice", kUnsat, "--only", "unsat-diamond", "--work", Path("work"), "-o", path});
  ASSERT_EQ(slice.exit_code, 0) << slice.error;
  EXPECT_EQ(RunProgram({"corpus", "verify", path + "/manifest.yaml"}).exit_code, 0);
  const Finished list = RunProgram({"corpus", "list", path + "/manifest.yaml"});
  EXPECT_THAT(list.output, HasSubstr("manifest/unsat-diamond"));

  const Finished minimised =
      RunProgram({"corpus", "minimise", path + "/manifest.yaml", "--only", "unsat-diamond",
                  "--status", "unsatisfiable", "-o", Path("small")});
  ASSERT_EQ(minimised.exit_code, 0) << minimised.error;
  const Finished run = BenchRun({Path("small/manifest.yaml"), "--warm-ups", "0"});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_EQ(Results().measurements.at(0).status, "unsatisfiable");
}

}  // namespace
}  // namespace satchel::testing

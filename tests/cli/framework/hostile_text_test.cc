// Text of others in every place where it can stand, and every command of the table: nothing of it
// reaches the terminal as it is.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "base/printable.h"
#include "frontend/files.h"
#include "tests/cli/framework/every_command.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/fault_server.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;
using Words = std::vector<std::string>;

// An escape sequence, a CSI of one character, reversed writing, DEL; and what is no UTF-8.
constexpr char kHostile[] =
    "x\x1b]0;t\x07\xc2\x9b"
    "2J\u202e\x7f\ry";
constexpr char kBroken[] = "x\x1b[2J\xff\xc3y";

class HostileText : public ::testing::Test {
 protected:
  HostileText()
      : server_([](const FaultServer::Asked& asked) {
          return FaultServer::Reply{
              .status = asked.path.find("busy") != std::string::npos ? 503 : 200,
              .headers = {{"Content-Type", kHostile}, {"ETag", "\"\x1b[2J\""}},
              .body = std::string(kBroken) + "<html>"};
        }) {
    const Json record = {{"name", "p"},
                         {"version", "1"},
                         {"build", "0"},
                         {"build_number", 0},
                         {"depends", Json::array({std::string("q ") + kHostile})},
                         {"license", kHostile},
                         {"license_family", kHostile},
                         {"summary", kHostile},
                         {"track_features", kHostile},
                         {"subdir", "noarch"}};
    Json repodata = {{"info", {{"subdir", "noarch"}}}, {"packages.conda", Json::object()}};
    repodata["packages.conda"]["p-1-0.conda"] = record;
    Json other = record;
    other["depends"] = Json::array();
    other["version"] = "0";
    other["constrains"] = Json::array({kHostile});
    repodata["packages.conda"]["p-0-0.conda"] = other;
    Json odd = other;
    odd["name"] = kHostile;
    odd["version"] = std::string("1") + kHostile;
    odd["build"] = kHostile;
    repodata["packages.conda"][std::string(kHostile) + "-1-0.conda"] = odd;
    Write("ch/noarch/repodata.json", repodata.dump());
    Write("ch/linux-64/repodata.json", R"({"packages": {}})");
    Write("broken/noarch/repodata.json", std::string("{\"") + kBroken);
    WriteEnvironment();
    Write("environment.yml",
          Json{{"name", kHostile},
               {"channels", {kHostile}},
               {"dependencies", {std::string("p ") + kHostile, {{"pip", {kHostile}}}}},
               {"variables", {{"A", kHostile}}}}
              .dump());
    Write("odd.yml", Json{{kHostile, kHostile}}.dump());
    Write("specs.txt", std::string("p") + kBroken + "\n");
    Write("explicit.txt", std::string("@EXPLICIT\nhttp://h/") + kBroken + "/p-1-0.conda\n");
    Write("none.txt", std::string("@EXPLICIT\nhttp://h/") + kBroken + "\n");
    Write("home/.condarc",
          Json{{kHostile, 1}, {"channel_alias", kHostile}, {"env_prompt", "({name}) "}}.dump());
  }

  void Write(const std::string& name, const std::string& text) { directory_.Write(name, text); }

  // An environment that somebody else has made.
  void WriteEnvironment() {
    Write("root/envs/e/conda-meta/history", std::string("==> 2020-01-01 00:00:00 <==\n# cmd: ") +
                                                kHostile + kBroken + "\n+a::b-" + kHostile +
                                                "-0\n# update specs: ['p " + kHostile + "']\n==> " +
                                                kBroken + " <==\n-" + kBroken + "\n");
    Json meta = {{"name", "p"},
                 {"version", std::string("1.") + "2"},
                 {"build", kHostile},
                 {"build_number", 0},
                 {"channel", kHostile},
                 {"subdir", kHostile},
                 {"fn", kHostile},
                 {"url", std::string("http://h/") + kHostile},
                 {"license", kHostile},
                 {"depends", Json::array({kHostile})},
                 {"files", Json::array({"a", kHostile})},
                 {"requested_spec", kHostile}};
    Write("root/envs/e/conda-meta/p-1.2-0.json", meta.dump());
    Write("root/envs/e/conda-meta/state", Json{{"env_vars", {{"A", kHostile}}}}.dump());
    Write("root/envs/e/conda-meta/frozen", Json{{"message", kHostile}}.dump());
    Write("root/envs/e/conda-meta/pinned", std::string("p ") + kHostile + "\n");
    Write("root/envs/f/conda-meta/history", "");
    Write("root/envs/f/conda-meta/x.json", std::string("{") + kBroken);
    Write(std::string("root/envs/") + kBroken + "/conda-meta/history", "");
    Write("home/.conda/environments.txt", directory_.path() + "/" + kBroken + "\n");
  }

  Finished Run(const Words& words) {
    Finished finished = RunUnbroken(words, AloneIn(directory_.path()));
    ++num_runs_;
    for (const std::string& text : {finished.output, finished.error}) {
      const std::string shown = Printable(text);
      const auto differ = std::ranges::mismatch(text, shown).in1 - text.begin();
      EXPECT_EQ(text.size(), shown.size())
          << ::testing::PrintToString(words) << ": ..."
          << ::testing::PrintToString(text.substr(
                 static_cast<std::size_t>(std::max<std::ptrdiff_t>(differ - 60, 0)), 120));
    }
    return finished;
  }

  TemporaryDirectory directory_;
  FaultServer server_;
  std::size_t num_runs_ = 0;
};

TEST_F(HostileText, NoCommandSendsItToTheTerminal) {
  for (const Command& command : Commands()) {
    SCOPED_TRACE(command.name);
    const Words start = WordsOf(command);
    // These run what they are given, whose output is its own.
    const bool runs = command.name == "run" || command.name == "shell";
    for (const Words& output : OutputsOf(command)) {
      const Words words = Join(start, output);
      for (const char* hostile : {kHostile, kBroken}) {
        Run(Join(words, {hostile}));
        Run(Join(words, {std::string("p=") + hostile}));
        Run(Join(words, {std::string("p[build='") + hostile + "']"}));
        Run(Join(words, {std::string("--") + hostile}));
        for (const char* option :
             {"-n", "-p", "-c", "--file", "--pin", "--platform", "--clone", "--format"}) {
          if (HasOption(command, option)) {
            Run(Join(words, runs ? Words{option, hostile, "true"} : Words{option, hostile}));
          }
        }
      }
      if (HasOption(command, "--name") && !runs) {
        for (const char* name : {"e", "f"}) {
          Run(Join(words, {"-n", name}));
          Run(Join(words, {"-n", name, "p"}));
        }
      }
      if (HasOption(command, "--channel")) {
        for (const std::string& channel : {directory_.path() + "/ch", directory_.path() + "/broken",
                                           server_.Url("/c"), server_.Url("/busy")}) {
          for (const char* spec : {"p", "*", "p=1"}) {
            Run(Join(words, {"-c", channel, spec}));
          }
          Run(Join(words, {"-c", channel, "--info", "*"}));
        }
      }
      if (HasOption(command, "--file") && command.name != "export") {
        for (const char* file :
             {"environment.yml", "odd.yml", "specs.txt", "explicit.txt", "none.txt"}) {
          Run(Join(words, {"--file", directory_.path() + "/" + file, "-n", "new"}));
        }
      }
    }
  }
  std::printf("hostile text: %zu runs\n", num_runs_);
}

TEST_F(HostileText, APageHasNoMarkupOfOthers) {
  const std::string page = directory_.path() + "/page.html";
  const std::string markup = "</script><!--<script>alert(1)//<img src=x onerror=alert(1)>";
  const Finished explained = Run(
      {"explain", "p[license='" + markup + "']", "-c", directory_.path() + "/ch", "--html", page});
  EXPECT_EQ(explained.exit_code, 1) << explained.error;
  const std::string text = *ReadFile(page);
  EXPECT_THAT(text, HasSubstr("alert(1)"));
  EXPECT_EQ(text.find("<script>alert"), std::string::npos);
  EXPECT_EQ(text.find("<!--"), std::string::npos);
  EXPECT_EQ(text.find("<img"), std::string::npos);
}

// It is shown, only not as a command.
TEST_F(HostileText, IsShownByItsCodes) {
  const Finished history = Run({"history", "-n", "e"});
  EXPECT_EQ(history.exit_code, 0) << history.error;
  EXPECT_THAT(history.output, HasSubstr("x\\u001b]0;t\\u0007\\u009b2J\\u202e\\u007f\\u000dy"));
  const Finished json = Run({"history", "-n", "e", "--json"});
  EXPECT_THAT(Json::parse(json.output)[0]["cmd"].get<std::string>(),
              HasSubstr(std::string(kHostile).substr(0, 10)));
  const Finished variables = Run({"env", "config", "vars", "list", "-n", "e", "--json"});
  EXPECT_EQ(Json::parse(variables.output)["A"], kHostile) << "JSON is exact";
  EXPECT_THAT(Run({"solve", kBroken, "-c", directory_.path() + "/ch"}).error,
              HasSubstr("x\\u001b"));
}

}  // namespace
}  // namespace satchel::testing

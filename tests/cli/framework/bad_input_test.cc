#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct BadCase {
  std::vector<std::string> arguments;
  int exit_code;
  const char* message;
};

// What is typed wrong is told in one line that says where and what to do.
TEST(BadInput, IsOneClearLine) {
  const std::vector<BadCase> cases = {
      {{}, 2, "no command"},
      {{"solv"}, 2, "did you mean 'solve'?"},
      {{"--channel=x", "y"}, 2, "unknown"},
      {{"solve"}, 2, "nothing to solve"},
      {{"solve", "numpy"}, 2, "no channel"},
      {{"solve", "numpy", "--chanel", "x"}, 2, "did you mean '--channel'?"},
      {{"solve", "numpy", "--channel"}, 2, "--channel"},
      {{"solve", "numpy", "-c", "/none"}, 4, "'/none'"},
      {{"solve", "numpy", "-c", "conda-forge"}, 4, "satchel is offline"},
      {{"solve", "numpy", "-c", "https://host/x"}, 4, "https://host/x"},
      {{"solve", "a", "numpy >>1", "-c", "/"}, 2, "argument 2: invalid spec 'numpy >>1'"},
      {{"solve", "numpy", "--pin", "x >>1", "-c", "/"}, 2, "--pin: invalid spec"},
      {{"solve", "--file", "/none.yml", "-c", "/"}, 4, "/none.yml"},
      {{"solve", "numpy", "-c", "/", "--platform", "linux64"}, 2, "did you mean 'linux-64'?"},
      {{"solve", "numpy", "-c", "/", "--objective", "newst"}, 2, "did you mean 'newest'?"},
      {{"solve", "numpy", "-c", "/", "--channel-priority", "x"}, 2, "strict flexible disabled"},
      {{"solve", "numpy", "-c", "/", "--exclude-newer", "soon"}, 2, "--exclude-newer: 'soon'"},
      {{"solve", "numpy", "-c", "/", "--prefix", "/none"}, 4, "'/none'"},
      {{"solve", "numpy", "-c", "/", "--prefix", "/x", "--installed", "y"}, 2, "give one"},
      {{"solve", "numpy", "-c", "/", "--json", "--explicit"}, 2, "give one"},
      {{"solve", "numpy", "-c", "/", "--name", "x", "--prefix", "/x"}, 2, "give one"},
      {{"solve", "numpy", "-c", "/", "--name", "a/b"}, 2, "--prefix a/b"},
      {{"verify"}, 2, "no plan"},
      {{"verify", "/none", "-c", "/"}, 4, "/none"},
      {{"completion"}, 2, "which shell"},
      {{"completion", "csh"}, 2, "bash zsh fish"},
      {{"corpus", "generate"}, 2, "-o DIR"},
      {{"corpus", "generate", "-o", "/x", "--records", "many"}, 2, "--records: 'many'"},
  };
  for (const BadCase& c : cases) {
    std::string words = "satchel";
    for (const std::string& word : c.arguments) {
      words += " " + word;
    }
    SCOPED_TRACE(words);
    // With --json the error is JSON on standard output, tested elsewhere.
    const Finished finished = RunProgram(c.arguments);
    EXPECT_EQ(finished.exit_code, c.exit_code);
    const std::string& told =
        std::ranges::count(c.arguments, "--json") > 0 ? finished.output : finished.error;
    EXPECT_THAT(told, HasSubstr(c.message));
    if (&told == &finished.error) {
      EXPECT_THAT(told, StartsWith("satchel: error: "));
      EXPECT_EQ(std::ranges::count(told, '\n'), 1);
      EXPECT_EQ(finished.output, "");
    }
  }
}

// A package may have such a name; what no channel has is more likely a file.
TEST(BadInput, AFileAmongTheSpecsIsTold) {
  const Finished finished = RunProgram(Join({"solve", "environment.yml"}, DemoChannels()));
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.error, HasSubstr("write --file environment.yml"));
}

TEST(BadInput, TimeoutsAreNumbers) {
  for (const char* text : {"x", "-1", "0", "1s", "inf", "nan"}) {
    const Finished finished =
        RunProgram(Join({"solve", "numpy", std::string("--timeout=") + text}, DemoChannels()));
    EXPECT_EQ(finished.exit_code, 2) << text;
    EXPECT_THAT(finished.error, HasSubstr("--timeout"));
  }
}

TEST(BadInput, FilesAreNamedWithTheLine) {
  const TemporaryDirectory directory;
  const std::string yaml = directory.Write("env.yml", "dependencies:\n- numpy\n- 'x >>1'\n");
  Finished finished = RunProgram(Join({"solve", "--file", yaml}, DemoChannels()));
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.error, HasSubstr(yaml + ":3: invalid spec 'x >>1'"));

  const std::string specs = directory.Write("specs.txt", "numpy\n\nx >>1 # no\n");
  finished = RunProgram(Join({"solve", "--file", specs}, DemoChannels()));
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.error, HasSubstr(specs + ":3: invalid spec 'x >>1'"));
}

TEST(BadInput, DamagedRepodataIsNamed) {
  const TemporaryDirectory directory;
  directory.Write("c/noarch/repodata.json", "{\"packages\": {");
  const Finished finished = RunProgram({"solve", "numpy", "-c", directory.path() + "/c"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.error, HasSubstr("/c/noarch/repodata.json"));
}

TEST(BadInput, ControlCharactersDoNotReachTheTerminal) {
  const Finished finished = RunProgram({"solve", "x\x1b[31m>>", "-c", "/"});
  EXPECT_EQ(finished.error.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace satchel::testing

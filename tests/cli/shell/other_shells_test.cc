// Activation in tcsh, xonsh and nu, those that are installed: each reads another kind of script.

#include <unistd.h>

#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// All printable characters of ASCII, what would be run if it were not quoted, and more.
std::string Special() {
  std::string text = "-";
  for (char c = ' '; c < 0x7f; ++c) {
    text += c;
  }
  return text + "''\"\"\\\\ $(touch run) `touch run` ${HOME} {HOME} ~ !! %n \u00fc\U0001f600";
}

class OtherShells : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    program_ = "/usr/bin/" + GetParam();
    if (access(program_.c_str(), X_OK) != 0) {
      program_ = "/usr/local/bin/" + GetParam();
    }
    if (access(program_.c_str(), X_OK) != 0) {
      GTEST_SKIP() << GetParam() << " is not installed";
    }
    for (const std::string name : {"a", "b"}) {
      home_.Write("root/envs/" + name + "/conda-meta/history", "");
      const std::string tool = home_.Write("root/envs/" + name + "/bin/tool",
                                           "#!/bin/sh\necho tool of " + name + " \"$@\"\n");
      fs::permissions(tool, fs::perms::owner_all);
    }
    home_.Write("root/envs/a/conda-meta/state",
                nlohmann::json{{"env_vars", {{"A_VARIABLE", Special()}}}}.dump());
    home_.Write("root/envs/a/etc/conda/activate.d/1.csh", "setenv A_SCRIPT on\n");
    home_.Write("root/envs/a/etc/conda/activate.d/1.sh", "export A_SCRIPT=on\n");
  }

  std::string Load() const {
    const std::string satchel = SATCHEL_PROGRAM;
    if (GetParam() == "tcsh") {
      return "eval \"`" + satchel + " hook csh`\"\n";
    }
    if (GetParam() == "xonsh") {
      return "execx($(" + satchel + " hook xonsh), 'exec', __xonsh__.ctx, filename='satchel')\n";
    }
    RunOptions options;
    home_.Write("hook.nu", RunProgram({"hook", "nu"}, options).output);
    return "source " + home_.path() + "/hook.nu\n";
  }

  // The words of this shell that print a variable, or "none".
  std::string PrintVariable(const std::string& name) const {
    if (GetParam() == "tcsh") {
      return "printenv " + name + " || echo none\n";
    }
    return GetParam() == "xonsh" ? "print(${...}.get('" + name + "', 'none'))\n"
                                 : "print ($env." + name + "? | default none)\n";
  }

  Finished InShell(const std::string& script) const {
    RunOptions options;
    options.program = program_;
    options.variables = {
        {"HOME", home_.path()}, {"SATCHEL_ROOT_PREFIX", home_.path() + "/root"}, {"TERM", "dumb"}};
    const std::string file = home_.Write("script", Load() + script);
    const std::string no_start_up = GetParam() == "tcsh"    ? "-f"
                                    : GetParam() == "xonsh" ? "--no-rc"
                                                            : "--no-config-file";
    return RunProgram({no_start_up, file}, options);
  }

  TemporaryDirectory home_;
  std::string program_;
};

TEST_P(OtherShells, ActivateAndDeactivate) {
  const Finished run =
      InShell("satchel activate a\n" + PrintVariable("A_VARIABLE") + PrintVariable("A_SCRIPT") +
              "tool 1 2\nsatchel activate b\n" + PrintVariable("A_VARIABLE") +
              PrintVariable("CONDA_DEFAULT_ENV") + PrintVariable("CONDA_SHLVL") +
              "tool 3\nsatchel deactivate\ntool 4\nsatchel deactivate\n" +
              PrintVariable("CONDA_PREFIX") + PrintVariable("CONDA_SHLVL"));
  // nu can source no script that it does not know when it starts.
  const std::string script = GetParam() == "nu" ? "none" : "on";
  EXPECT_EQ(run.output, Special() + "\n" + script +
                            "\ntool of a 1 2\nnone\nb\n2\ntool of b 3\ntool of a 4\nnone\n0\n")
      << run.error;
  EXPECT_FALSE(fs::exists(home_.path() + "/run"));
}

TEST_P(OtherShells, OtherCommandsGoThroughWithTheirWords) {
  const Finished run =
      InShell("satchel --version\nsatchel activate --help\nsatchel run -n a tool 'x  y' '*'\n");
  EXPECT_THAT(run.output, HasSubstr("satchel 0."));
  EXPECT_THAT(run.output, HasSubstr("Usage: satchel activate"));
  EXPECT_THAT(run.output, HasSubstr("tool of a x  y *\n"));
}

TEST_P(OtherShells, InitIsWrittenAndRemoved) {
  RunOptions options;
  options.variables = {{"HOME", home_.path()}, {"XDG_CONFIG_HOME", ""}};
  const std::string file = GetParam() == "tcsh"    ? ".cshrc"
                           : GetParam() == "xonsh" ? ".xonshrc"
                                                   : ".config/nushell/config.nu";
  home_.Write(file, "# Mine.\n");
  ASSERT_EQ(RunProgram({"init", GetParam()}, options).exit_code, 0);
  std::error_code error;
  EXPECT_GT(fs::file_size(home_.path() + "/" + file, error), 100);
  ASSERT_EQ(RunProgram({"init", GetParam(), "--reverse"}, options).exit_code, 0);
  EXPECT_EQ(fs::file_size(home_.path() + "/" + file, error), std::string("# Mine.\n").size());
}

INSTANTIATE_TEST_SUITE_P(All, OtherShells, ::testing::Values("tcsh", "xonsh", "nu"),
                         [](const auto& shell) { return shell.param; });

}  // namespace
}  // namespace satchel::testing

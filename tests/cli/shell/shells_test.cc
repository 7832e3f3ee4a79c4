// Activation in real shells, those that are installed.

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A home with two environments; `a` brings scripts and variables.
class HomeWithEnvironments : public ::testing::Test {
 protected:
  HomeWithEnvironments() {
    for (const std::string name : {"a", "b'b"}) {
      Write(name, "conda-meta/history", "");
      Script(name, "bin/tool", "#!/bin/sh\necho tool of \"" + name + "\" \"$@\"\n");
    }
    Write("a", "etc/conda/activate.d/1.sh", "A_SCRIPT=\"${A_SCRIPT-}+on\"\n");
    Write("a", "etc/conda/deactivate.d/1.sh", "A_SCRIPT=\"${A_SCRIPT-}+off\"\n");
    Write("a", "etc/conda/activate.d/1.fish", "set -g A_SCRIPT \"$A_SCRIPT+on\"\n");
    Write("a", "etc/conda/deactivate.d/1.fish", "set -g A_SCRIPT \"$A_SCRIPT+off\"\n");
    Write("a", "conda-meta/state", R"({"env_vars": {"A_VARIABLE": "it's $HOME\\q"}})");
    options_.variables = {
        {"HOME", home_.path()}, {"SATCHEL_ROOT_PREFIX", home_.path() + "/root"}, {"TERM", "dumb"}};
  }

  std::string Prefix(const std::string& name) const { return home_.path() + "/root/envs/" + name; }
  void Write(const std::string& environment, const std::string& file, const std::string& text) {
    home_.Write("root/envs/" + environment + "/" + file, text);
  }
  void Script(const std::string& environment, const std::string& file, const std::string& text) {
    Write(environment, file, text);
    std::filesystem::permissions(Prefix(environment) + "/" + file,
                                 std::filesystem::perms::owner_all);
  }

  TemporaryDirectory home_;
  RunOptions options_;
};

class Shells : public HomeWithEnvironments, public ::testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    if (!Has(GetParam())) {
      GTEST_SKIP() << GetParam() << " is not installed";
    }
  }

  static bool Has(const std::string& program) {
    for (const char* directory : {"/bin/", "/usr/bin/", "/usr/local/bin/"}) {
      if (access((directory + program).c_str(), X_OK) == 0) {
        return true;
      }
    }
    return false;
  }

  // The script in the shell itself, without the user's start-up files.
  Finished InShell(const std::string& script) const {
    RunOptions options = options_;
    options.program = GetParam();
    const std::string hook = GetParam() == "dash" ? "posix" : GetParam();
    const std::string program = SATCHEL_PROGRAM;
    if (GetParam() == "fish") {
      return RunProgram({"--no-config", "-c", program + " hook fish | source\n" + script}, options);
    }
    const std::string load = "set -eu\neval \"$(" + program + " hook " + hook + ")\"\n";
    if (GetParam() == "bash") {
      return RunProgram({"--noprofile", "--norc", "-c", load + script}, options);
    }
    return GetParam() == "zsh" ? RunProgram({"-f", "-c", load + script}, options)
                               : RunProgram({"-c", load + script}, options);
  }
};

TEST_P(Shells, ActivateAndDeactivate) {
  const bool fish = GetParam() == "fish";
  const std::string tell =
      fish ? "echo \"$CONDA_DEFAULT_ENV|$CONDA_SHLVL|$A_VARIABLE|$A_SCRIPT\"; tool 1 2\n"
           : "echo \"${CONDA_DEFAULT_ENV-}|${CONDA_SHLVL-}|${A_VARIABLE-}|${A_SCRIPT-}|$PS1\"; "
             "tool 1 2\n";
  const std::string start = fish ? "" : "PS1='> '\n";
  const Finished finished =
      InShell(start + "satchel activate a\n" + tell + "satchel activate \"b'b\"\n" + tell +
              "satchel deactivate\n" + tell + "satchel deactivate\n" +
              (fish ? "echo \"left $CONDA_SHLVL$CONDA_PREFIX $A_SCRIPT\"\n"
                    : "echo \"left $CONDA_SHLVL${CONDA_PREFIX-} $A_SCRIPT $PS1\"\n"));
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_EQ(finished.error, "");
  const auto line = [&](const std::string& text, const std::string& prompt) {
    return text + (fish ? "" : "|" + prompt) + "\n";
  };
  EXPECT_EQ(finished.output, line("a|1|it's $HOME\\q|+on", "(a) > ") + "tool of a 1 2\n" +
                                 line("b'b|2||+on+off", "(b'b) > ") + "tool of b'b 1 2\n" +
                                 line("a|1|it's $HOME\\q|+on+off+on", "(a) > ") +
                                 "tool of a 1 2\nleft 0 +on+off+on+off" + (fish ? "" : " > ") +
                                 "\n");
}

TEST_P(Shells, StackingFindsBoth) {
  Script("a", "bin/only-a", "#!/bin/sh\necho only a\n");
  const Finished finished =
      InShell("satchel activate a\nsatchel activate --stack \"b'b\"\nonly-a\ntool\n");
  EXPECT_EQ(finished.output, "only a\ntool of b'b\n") << finished.error;
}

TEST_P(Shells, AnErrorLeavesTheShellAsItIs) {
  const bool fish = GetParam() == "fish";
  const Finished finished =
      InShell(std::string("satchel activate a\nsatchel activate none") + (fish ? "; or" : " ||") +
              " echo failed\necho $CONDA_DEFAULT_ENV\n");
  EXPECT_EQ(finished.output, "failed\na\n") << finished.error;
  EXPECT_THAT(finished.error, HasSubstr("no environment 'none'"));
}

TEST_P(Shells, OtherCommandsGoThrough) {
  const Finished finished = InShell("satchel --version\nsatchel activate --help\n");
  EXPECT_THAT(finished.output, StartsWith("satchel "));
  EXPECT_THAT(finished.output, HasSubstr("Usage: satchel activate"));
}

TEST_P(Shells, ANewShellHasTheEnvironment) {
  RunOptions options = options_;
  options.variables.emplace_back("TMPDIR", home_.path());
  options.variables.emplace_back("SHELL", GetParam());
  options.input = "tool\necho level $CONDA_SHLVL\nexit\n";
  const Finished finished = RunProgram({"shell", "a"}, options);
  EXPECT_THAT(finished.output, HasSubstr("tool of a\n")) << finished.error;
  EXPECT_THAT(finished.output, HasSubstr("level 1\n"));
  for (const auto& entry : std::filesystem::directory_iterator(home_.path())) {
    EXPECT_THAT(entry.path().filename().string(), Not(StartsWith("satchel-shell")));
  }
}

TEST_P(Shells, InitMakesNewShellsKnowIt) {
  const std::string name = GetParam() == "dash" ? "posix" : GetParam();
  ASSERT_EQ(RunProgram({"init", name}, options_).exit_code, 0);
  RunOptions options = options_;
  options.program = GetParam();
  options.input = "satchel activate a\ntool\nexit\n";
  if (name == "posix") {
    options.variables.emplace_back("ENV", home_.path() + "/.profile");
  }
  EXPECT_THAT(RunProgram({"-i"}, options).output, HasSubstr("tool of a\n"));
  EXPECT_THAT(RunProgram({"init", name}, options_).output, StartsWith("no change"));
  EXPECT_THAT(RunProgram({"init", name, "--reverse"}, options_).output, StartsWith("modified"));
}

INSTANTIATE_TEST_SUITE_P(Installed, Shells, ::testing::Values("bash", "zsh", "dash", "fish"),
                         [](const auto& tested) { return tested.param; });

class Run : public HomeWithEnvironments {
 protected:
  Finished In(const std::string& environment, const std::vector<std::string>& words) {
    return RunProgram(Join({"run", "-n", environment}, words), options_);
  }
};

TEST_F(Run, PassesEverythingOn) {
  EXPECT_EQ(In("b'b", {"tool", "-n", "x", "--help"}).output, "tool of b'b -n x --help\n");
  EXPECT_EQ(In("b'b", {"--no-capture-output", "--", "tool", "--"}).output, "tool of b'b --\n");
  EXPECT_EQ(In("b'b", {"sh", "-c", "exit 37"}).exit_code, 37);
  EXPECT_EQ(In("a", {"sh", "-c", "exit 37"}).exit_code, 37) << "after scripts";
  EXPECT_EQ(In("a", {"sh", "-c", "kill -TERM $$"}).signal, 15);
  EXPECT_EQ(In("b'b", {"sh", "-c", "kill -TERM $$"}).signal, 15);
  RunOptions options = options_;
  options.input = "words\n";
  EXPECT_EQ(RunProgram({"run", "-n", "a", "cat"}, options).output, "words\n");
}

TEST_F(Run, ActivatesInFull) {
  Write("a", "etc/conda/activate.d/2.sh", "export FROM_SCRIPT=yes\n");
  const Finished finished =
      In("a", {"sh", "-c", "echo $CONDA_DEFAULT_ENV $FROM_SCRIPT \"$A_VARIABLE\" $CONDA_PREFIX"});
  EXPECT_EQ(finished.output, "a yes it's $HOME\\q " + Prefix("a") + "\n") << finished.error;
  EXPECT_EQ(In("b'b", {"--cwd", "/", "pwd"}).output, "/\n");
}

TEST_F(Run, SaysWhatIsMissing) {
  EXPECT_EQ(In("b'b", {"no-such-program"}).exit_code, 127);
  EXPECT_THAT(In("b'b", {"no-such-program"}).error, HasSubstr("no-such-program: not found"));
  EXPECT_EQ(In("b'b", {"/"}).exit_code, 126);
  EXPECT_EQ(In("b'b", {}).exit_code, 2);
  EXPECT_EQ(In("none", {"true"}).exit_code, 4);
  EXPECT_EQ(In("a", {"--cwd", "/none", "true"}).exit_code, 4);
}

TEST_F(Run, ActivationWithoutTheFunctionSaysWhatToDo) {
  const Finished finished = RunProgram({"activate", "a"}, options_);
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.error, HasSubstr("satchel init"));
}

TEST_F(Run, InitShowsAndWritesThroughLinks) {
  home_.Write("dotfiles/bashrc", "alias x=y\n");
  std::filesystem::permissions(
      home_.path() + "/dotfiles/bashrc",
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::filesystem::create_symlink(home_.path() + "/dotfiles/bashrc", home_.path() + "/.bashrc");
  EXPECT_THAT(RunProgram({"init", "bash", "--dry-run"}, options_).output,
              HasSubstr(">>> satchel initialize >>>"));
  EXPECT_EQ(std::filesystem::file_size(home_.path() + "/dotfiles/bashrc"), 10U);
  EXPECT_EQ(RunProgram({"init", "bash", "fish"}, options_).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(home_.path() + "/.bashrc"));
  EXPECT_EQ(std::filesystem::status(home_.path() + "/dotfiles/bashrc").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_GT(std::filesystem::file_size(home_.path() + "/dotfiles/bashrc"), 10U);
  EXPECT_TRUE(std::filesystem::exists(home_.path() + "/.config/fish/config.fish"));
  EXPECT_EQ(RunProgram({"init", "bash", "--reverse"}, options_).exit_code, 0);
  EXPECT_EQ(std::filesystem::file_size(home_.path() + "/dotfiles/bashrc"), 10U);
}

}  // namespace
}  // namespace satchel::testing

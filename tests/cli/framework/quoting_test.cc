// Every special character, in names, paths and values, in real shells: it arrives as it is, and
// none of it is run.

#include <unistd.h>

#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/environment/shell.h"
#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// All of ASCII but what the place does not allow, and more.
std::string Special(std::string_view but) {
  std::string text = "-";
  for (char c = 1; c > 0; ++c) {
    if (but.find(c) == std::string_view::npos) {
      text += c;
    }
    if (c == 0x7f) {
      break;
    }
  }
  return text +
         "'' \"\" \\\\ $(touch run) `touch run` ${HOME} ~ %n !! \u00fc\u6f22\U0001f600\u2019\u202e";
}

class Quoting : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!IsThere(GetParam())) {
      GTEST_SKIP() << "no " << GetParam() << " here; tools/install-deps.sh --for-tests installs it";
    }
    Environment(Prefix());
    directory_.Write(Relative(Prefix()) + "/conda-meta/state",
                     nlohmann::json{{"env_vars", {{"VALUE", Special("")}}}}.dump());
    directory_.Write(Relative(Prefix()) + "/etc/conda/activate.d/a 'b'$c.sh", "SCRIPT=on\n");
    directory_.Write(Relative(Prefix()) + "/etc/conda/activate.d/a 'b'$c.fish",
                     "set -g SCRIPT on\n");
  }

  static bool IsThere(const std::string& program) {
    for (const char* directory : {"/bin/", "/usr/bin/", "/usr/local/bin/"}) {
      if (access((directory + program).c_str(), X_OK) == 0) {
        return true;
      }
    }
    return false;
  }

  bool fish() const { return GetParam() == "fish"; }
  Shell shell() const {
    return GetParam() == "dash" ? Shell::kPosix : ShellOf(GetParam()).value_or(Shell::kPosix);
  }
  // PATH has no way to write a colon.
  std::string Prefix() const { return directory_.path() + "/" + Special("/:"); }
  std::string Relative(const std::string& path) const {
    return path.substr(directory_.path().size() + 1);
  }
  void Environment(const std::string& prefix) const {
    directory_.Write(Relative(prefix) + "/conda-meta/history", "");
    const std::string tool =
        directory_.Write(Relative(prefix) + "/bin/tool", "#!/bin/sh\necho tool\n");
    fs::permissions(tool, fs::perms::owner_all);
  }

  Finished InShell(const std::string& script, const std::string& hook = "") const {
    RunOptions options;
    options.program = GetParam();
    options.variables = {{"HOME", directory_.path()},
                         {"SATCHEL_ROOT_PREFIX", directory_.path() + "/root"},
                         {"TERM", "dumb"},
                         {"P", Prefix()}};
    const std::string program = SATCHEL_PROGRAM;
    const std::string cd = "cd " + directory_.path() + "\n";
    if (fish()) {
      return RunProgram({"--no-config", "-c", cd + program + " hook fish | source\n" + script},
                        options);
    }
    const std::string load =
        cd + (hook.empty() ? "eval \"$(" + program + " hook posix)\"\n" : hook);
    if (GetParam() == "bash") {
      return RunProgram({"--noprofile", "--norc", "-c", load + script}, options);
    }
    return GetParam() == "zsh" ? RunProgram({"-f", "-c", load + script}, options)
                               : RunProgram({"-c", load + script}, options);
  }
  void ExpectNothingRan() const {
    EXPECT_FALSE(fs::exists(directory_.path() + "/run"));
    EXPECT_FALSE(fs::exists(Prefix() + "/run"));
  }

  TemporaryDirectory directory_;
};

TEST_P(Quoting, ASpecialCharacterIsItself) {
  const Finished finished = InShell(
      "satchel activate \"$P\"\nprintf '%s\\n' \"$VALUE\" \"$CONDA_PREFIX\" \"$SCRIPT\"\ntool\n"
      "satchel deactivate\nprintf '%s\\n' \"[$VALUE$CONDA_PREFIX]\"\n");
  EXPECT_EQ(finished.output, Special("") + "\n" + Prefix() + "\non\ntool\n[]\n") << finished.error;
  EXPECT_EQ(finished.error, "");
  ExpectNothingRan();
}

// As `satchel shell`, `satchel init` and the commands that are shown do.
TEST_P(Quoting, QuotedWordsComeBack) {
  std::string script;
  std::string expected;
  std::vector<std::string> texts = {Special(""), "-n", "'", "\\", "\\'", "''", "a\n\nb\n", "!x"};
  for (char c = 1; c > 0 && c < 0x7f; ++c) {
    texts.push_back("a" + std::string(2, c) + "b");
  }
  for (const std::string& text : texts) {
    script += "printf '%s|' " + QuoteFor(shell(), text) + "\n";
    expected += text + "|";
  }
  const Finished finished = InShell(script);
  EXPECT_EQ(finished.output, expected) << finished.error;
  ExpectNothingRan();
}

TEST_P(Quoting, ProgramsRunInAnyPrefix) {
  RunOptions options;
  options.variables = {{"HOME", directory_.path()}};
  for (const bool with_scripts : {true, false}) {
    if (!with_scripts) {
      fs::remove_all(Prefix() + "/etc");
    }
    const Finished finished =
        RunProgram({"run", "-p", Prefix(), "sh", "-c", "printf '%s|%s|' \"$VALUE\" \"$1\"; tool",
                    "x", Special("")},
                   options);
    EXPECT_EQ(finished.output, Special("") + "|" + Special("") + "|tool\n") << finished.error;
  }
  ExpectNothingRan();
}

// The prompt of each shell as it is shown, with all that the shell may expand in it.
TEST_P(Quoting, ANameIsOnlyTextInThePrompt) {
  const std::string name = "n'$(touch$IFS!run)`touch${IFS}run`$P\\$(touch${IFS}run)%n%{\\e[2J\\]\"";
  Environment(directory_.path() + "/root/envs/" + name);
  const std::string activate = "satchel activate " + QuoteFor(shell(), name) + "\n";
  std::string show = "eval \"cat <<X\n$PS1\nX\n\"\n";  // As dash expands it.
  if (GetParam() == "bash") {
    show = "printf '%s\\n' \"${PS1@P}\"\n";
  } else if (GetParam() == "zsh") {
    show = "setopt promptsubst; print -Pr -- \"$PS1\"\n";
  } else if (fish()) {
    show = "fish_prompt; echo\n";
  }
  const std::string start = fish() ? "function fish_prompt; echo -n '> '; end\n"
                                     "functions -e __satchel_fish_prompt\n" +
                                         std::string(SATCHEL_PROGRAM) + " hook fish | source\n"
                                   : "PS1='> '\n";
  const Finished finished = InShell(start + activate + show);
  std::string shown = finished.output;
  shown.erase(shown.find_last_not_of(" \n") + 1);
  EXPECT_EQ(shown, "(n'?(touch?IFS!run)?touch?{IFS}run??P??(touch?{IFS}run)?n?{?e[2J?]\") >")
      << finished.error;
  ExpectNothingRan();
}

TEST_P(Quoting, TheHookStandsOnOneLineToo) {
  if (fish()) {
    GTEST_SKIP() << "fish reads the hook from a pipe";
  }
  directory_.Write("file)", "");
  Environment(directory_.path() + "/root/envs/e");
  const Finished finished = InShell("satchel activate e\necho \"$CONDA_DEFAULT_ENV\"\n",
                                    "eval $(" + std::string(SATCHEL_PROGRAM) + " hook posix)\n");
  EXPECT_EQ(finished.output, "e\n") << finished.error;
}

INSTANTIATE_TEST_SUITE_P(Installed, Quoting, ::testing::Values("bash", "zsh", "dash", "fish"),
                         [](const auto& tested) { return tested.param; });

TEST(QuotingNames, ControlCharactersMakeNoName) {
  const TemporaryDirectory directory;
  RunOptions options;
  options.variables = {{"HOME", directory.path()}};
  for (const char c : {'\x01', '\n', '\t', '\x1b', '\x7f'}) {
    const std::string name = "a" + std::string(1, c) + "b";
    for (const auto& words :
         {std::vector<std::string>{"create", "-n", name, "-y"},
          std::vector<std::string>{"create", "-p", directory.path() + "/" + name, "-y"}}) {
      const Finished finished = RunProgram(words, options);
      EXPECT_EQ(finished.exit_code, 2);
      EXPECT_THAT(finished.error, HasSubstr("control characters"));
      EXPECT_EQ(std::count(finished.error.begin(), finished.error.end(), c), c == '\n' ? 1 : 0);
    }
  }
  EXPECT_FALSE(fs::exists(directory.path() + "/.satchel"));
}

}  // namespace
}  // namespace satchel::testing

#include "frontend/environment/shell.h"

#include <algorithm>

#include "absl/strings/str_replace.h"

#include "base/strings.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using StepKind = ShellStep::Kind;

std::string PosixStep(const ShellStep& step) {
  const std::string value = QuoteFor(Shell::kPosix, step.value);
  switch (step.kind) {
    case StepKind::kSet:
      return "export " + step.name + "=" + value;
    case StepKind::kUnset:
      return "unset " + step.name;
    case StepKind::kRun:
      return ". " + value;
    case StepKind::kPrompt:
      return "if [ -n \"${PS1+x}\" ]; then PS1=" + value +
             "\"${PS1#\"${CONDA_PROMPT_MODIFIER-}\"}\"; fi";
  }
  return {};
}

std::string FishStep(const ShellStep& step) {
  switch (step.kind) {
    case StepKind::kSet: {
      std::string text = "set -gx " + step.name;
      if (step.name == "PATH") {  // A list there.
        for (const std::string_view directory : Split(step.value, ':')) {
          text += " " + QuoteFor(Shell::kFish, directory);
        }
        return text;
      }
      return text + " " + QuoteFor(Shell::kFish, step.value);
    }
    case StepKind::kUnset:
      return "set -e " + step.name;
    case StepKind::kRun:
      return "source " + QuoteFor(Shell::kFish, step.value);
    case StepKind::kPrompt:
      return {};  // The hook's fish_prompt shows CONDA_PROMPT_MODIFIER.
  }
  return {};
}

std::string PowershellStep(const ShellStep& step) {
  const std::string value = QuoteFor(Shell::kPowershell, step.value);
  switch (step.kind) {
    case StepKind::kSet:
      return "$Env:" + step.name + " = " + value;
    case StepKind::kUnset:
      return "Remove-Item -ErrorAction SilentlyContinue Env:/" + step.name;
    case StepKind::kRun:
      return ". " + value;
    case StepKind::kPrompt:
      return {};  // The hook's prompt shows CONDA_PROMPT_MODIFIER.
  }
  return {};
}

// With semicolons, for eval joins the lines. In a condition's command, what is not set must stand
// in single quotes: csh looks for it whether the condition holds or not.
std::string CshStep(const ShellStep& step) {
  const std::string value = QuoteFor(Shell::kCsh, step.value);
  switch (step.kind) {
    case StepKind::kSet:
      return "setenv " + step.name + " " + value + ";";
    case StepKind::kUnset:
      return "unsetenv " + step.name + ";";
    case StepKind::kRun:
      return "source " + value + ";";
    case StepKind::kPrompt: {
      const std::string modifier = absl::StrReplaceAll(step.value, {{"!", "?"}});
      return "set _satchel_modifier=" + QuoteFor(Shell::kCsh, modifier) +
             "; if ( $?_satchel_prompt ) eval "
             "'set prompt=\"${_satchel_modifier:q}${_satchel_prompt:q}\"';";
    }
  }
  return {};
}

std::string XonshStep(const ShellStep& step) {
  const std::string value = QuoteFor(Shell::kXonsh, step.value);
  switch (step.kind) {
    case StepKind::kSet:
      return step.name == "PATH" ? "$PATH = " + value + ".split(':')"
                                 : "$" + step.name + " = " + value;
    case StepKind::kUnset:
      return "${...}.pop('" + step.name + "', None)";
    case StepKind::kRun:
      return "source-bash --suppress-skip-message -n " + value;
    case StepKind::kPrompt:
      return {};  // xonsh shows CONDA_DEFAULT_ENV by itself.
  }
  return {};
}

std::string CmdStep(const ShellStep& step) {
  switch (step.kind) {
    case StepKind::kSet:
      return "@SET " + QuoteFor(Shell::kCmd, step.name + "=" + step.value);
    case StepKind::kUnset:
      return "@SET " + step.name + "=";
    case StepKind::kRun:
      return "@CALL " + QuoteFor(Shell::kCmd, step.value);
    case StepKind::kPrompt:
      return "@SET " + QuoteFor(Shell::kCmd, "PROMPT=" + step.value + "$P$G");
  }
  return {};
}

std::string NuSteps(const std::vector<ShellStep>& steps) {
  nlohmann::json set = nlohmann::json::object();
  nlohmann::json unset = nlohmann::json::array();
  for (const ShellStep& step : steps) {
    if (step.kind == StepKind::kSet) {
      if (step.name == "PATH") {  // A list there.
        set["PATH"] = nlohmann::json::array();
        for (const std::string_view directory : Split(step.value, ':')) {
          set["PATH"].push_back(std::string(directory));
        }
      } else {
        set[step.name] = step.value;
      }
      unset.erase(std::remove(unset.begin(), unset.end(), nlohmann::json(step.name)), unset.end());
    } else if (step.kind == StepKind::kUnset) {
      set.erase(step.name);
      unset.push_back(step.name);
    }
  }
  return nlohmann::json{{"set", set}, {"unset", unset}}.dump(
             -1, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

std::string Line(Shell shell, const ShellStep& step) {
  switch (shell) {
    case Shell::kFish:
      return FishStep(step);
    case Shell::kPowershell:
      return PowershellStep(step);
    case Shell::kCsh:
      return CshStep(step);
    case Shell::kXonsh:
      return XonshStep(step);
    case Shell::kCmd:
      return CmdStep(step);
    case Shell::kPosix:
    case Shell::kBash:
    case Shell::kZsh:
    case Shell::kNu:
      break;
  }
  return PosixStep(step);
}

struct ShellName {
  std::string_view name;
  Shell shell;
};
constexpr ShellName kNames[] = {
    {"posix", Shell::kPosix},
    {"bash", Shell::kBash},
    {"zsh", Shell::kZsh},
    {"fish", Shell::kFish},
    {"powershell", Shell::kPowershell},
    {"csh", Shell::kCsh},
    {"tcsh", Shell::kCsh},
    {"xonsh", Shell::kXonsh},
    {"nu", Shell::kNu},
    {"nushell", Shell::kNu},
    {"cmd.exe", Shell::kCmd},
    {"dash", Shell::kPosix},
    {"sh", Shell::kPosix},
    {"pwsh", Shell::kPowershell},
};

}  // namespace

std::optional<Shell> ShellOf(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name, &ShellName::name);
  return found == std::end(kNames) ? std::nullopt : std::optional(found->shell);
}

Shell ShellOfProgram(std::string_view path) {
  return ShellOf(path.substr(path.rfind('/') + 1)).value_or(Shell::kPosix);
}

std::string ScriptExtension(Shell shell) {
  switch (shell) {
    case Shell::kFish:
      return ".fish";
    case Shell::kPowershell:
      return ".ps1";
    case Shell::kCsh:
      return ".csh";
    case Shell::kNu:
      return ".nu";
    case Shell::kCmd:
      return ".bat";
    case Shell::kPosix:
    case Shell::kBash:
    case Shell::kZsh:
    case Shell::kXonsh:
      break;
  }
  return ".sh";
}

std::string RenderSteps(Shell shell, const std::vector<ShellStep>& steps) {
  if (shell == Shell::kNu) {
    return NuSteps(steps);
  }
  std::string script;
  for (const ShellStep& step : steps) {
    const std::string line = Line(shell, step);
    script += line.empty() ? line : line + "\n";
  }
  return script;
}

}  // namespace satchel

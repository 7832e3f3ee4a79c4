#include "frontend/environment/shell.h"

#include <algorithm>

#include "absl/strings/str_replace.h"

#include "base/strings.h"

namespace satchel {
namespace {

using StepKind = ShellStep::Kind;

// `text` between single quotes, in which `from` is written as `to`.
std::string SingleQuoted(std::string_view text, std::string_view special,
                         const std::string& prefix_quote, const std::string& prefix_other) {
  std::string quoted = "'";
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) {
      quoted += c == '\'' ? prefix_quote : prefix_other;
    }
    quoted += c;
  }
  return quoted + "'";
}

// PowerShell takes typographic quotes (U+2018 to U+201B) for ', too; each stands for itself where
// it is doubled.
std::string PowershellQuoted(std::string_view text) {
  return "'" +
         absl::StrReplaceAll(ToAbsl(text), {{"'", "''"},
                                            {"\u2018", "\u2018\u2018"},
                                            {"\u2019", "\u2019\u2019"},
                                            {"\u201a", "\u201a\u201a"},
                                            {"\u201b", "\u201b\u201b"}}) +
         "'";
}

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

}  // namespace

std::optional<Shell> ShellOf(std::string_view name) {
  if (name == "posix") {
    return Shell::kPosix;
  }
  if (name == "bash") {
    return Shell::kBash;
  }
  if (name == "zsh") {
    return Shell::kZsh;
  }
  if (name == "fish") {
    return Shell::kFish;
  }
  return name == "powershell" ? std::optional(Shell::kPowershell) : std::nullopt;
}

Shell ShellOfProgram(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name == "pwsh") {
    return Shell::kPowershell;
  }
  return ShellOf(name).value_or(Shell::kPosix);
}

std::string ScriptExtension(Shell shell) {
  if (shell == Shell::kFish) {
    return ".fish";
  }
  return shell == Shell::kPowershell ? ".ps1" : ".sh";
}

std::string QuoteFor(Shell shell, std::string_view text) {
  switch (shell) {
    case Shell::kFish:
      return SingleQuoted(text, "'\\", "\\", "\\");
    case Shell::kPowershell:
      return PowershellQuoted(text);
    case Shell::kPosix:
    case Shell::kBash:
    case Shell::kZsh:
      break;
  }
  return SingleQuoted(text, "'", "'\\'", "");
}

std::string AsTyped(const std::string& word) {
  constexpr std::string_view kPlain = "-_./=:,+@%";
  const bool plain = !word.empty() && std::ranges::all_of(word, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kPlain.find(c) != std::string_view::npos;
  });
  return plain ? word : QuoteFor(Shell::kPosix, word);
}

std::string RenderSteps(Shell shell, const std::vector<ShellStep>& steps) {
  std::string script;
  for (const ShellStep& step : steps) {
    const std::string line = shell == Shell::kFish         ? FishStep(step)
                             : shell == Shell::kPowershell ? PowershellStep(step)
                                                           : PosixStep(step);
    script += line.empty() ? line : line + "\n";
  }
  return script;
}

}  // namespace satchel

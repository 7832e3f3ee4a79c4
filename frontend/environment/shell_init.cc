#include "frontend/environment/shell_init.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_format.h"

#include "base/home_directory.h"

namespace satchel {
namespace {

constexpr std::string_view kBegin = "# >>> satchel initialize >>>";
constexpr std::string_view kEnd = "# <<< satchel initialize <<<";
constexpr std::string_view kNote =
    "# 'satchel init' wrote this; 'satchel init --reverse' removes it.\n";

std::string LoadHook(Shell shell, const std::string& program) {
  const std::string quoted = QuoteFor(shell, program);
  switch (shell) {
    case Shell::kFish:
      return "if test -x " + quoted + "\n    " + quoted + " hook fish | source\nend\n";
    case Shell::kPowershell:
      return "if (Test-Path -LiteralPath " + quoted + ") {\n    (& " + quoted +
             " hook powershell) | Out-String | Where-Object { $_ } | Invoke-Expression\n}\n";
    case Shell::kPosix:
      return "if [ -x " + quoted + " ]; then eval \"$(" + quoted + " hook posix)\"; fi\n";
    case Shell::kBash:
      return "if [ -x " + quoted + " ]; then eval \"$(" + quoted + " hook bash)\"; fi\n";
    case Shell::kZsh:
      return "if [ -x " + quoted + " ]; then eval \"$(" + quoted + " hook zsh)\"; fi\n";
    case Shell::kCsh:
      return "if ( -x " + quoted + " ) then\n  eval \"`" + quoted + " hook csh`\"\nendif\n";
    case Shell::kXonsh:
      return "import os as _os, subprocess as _subprocess\nif _os.access(" + quoted +
             ", _os.X_OK):\n    execx(_subprocess.run([" + quoted +
             ", 'hook', 'xonsh'], stdout=_subprocess.PIPE, universal_newlines=True).stdout,\n"
             "          'exec', __xonsh__.ctx, filename='satchel')\n";
    case Shell::kNu:  // It reads no text that another program prints.
      return HookScript(shell, program);
    case Shell::kCmd:
      return HookScript(shell, program);
  }
  return {};
}

}  // namespace

std::string StartupFile(Shell shell, const EnvironmentLookup& lookup) {
  const std::string home = HomeDirectory();
  const std::string set = lookup("XDG_CONFIG_HOME").value_or("");
  const std::string config = set.empty() ? home + "/.config" : set;
  switch (shell) {
    case Shell::kPosix:
      return home + "/.profile";
    case Shell::kBash:
      return home + "/.bashrc";
    case Shell::kZsh:
      return lookup("ZDOTDIR").value_or(home) + "/.zshrc";
    case Shell::kFish:
      return config + "/fish/config.fish";
    case Shell::kPowershell:
      return config + "/powershell/profile.ps1";
    case Shell::kCsh: {  // tcsh reads the one, else the other.
      std::error_code error;
      const std::string own = home + "/.tcshrc";
      return std::filesystem::exists(own, error) ? own : home + "/.cshrc";
    }
    case Shell::kXonsh:
      return home + "/.xonshrc";
    case Shell::kNu:
      return config + "/nushell/config.nu";
    case Shell::kCmd:
      return {};  // In Windows's registry.
  }
  return {};
}

std::string SystemStartupFile(Shell shell) {
  switch (shell) {
    case Shell::kPosix:
    case Shell::kBash:
    case Shell::kZsh:
      return "/etc/profile.d/satchel.sh";
    case Shell::kCsh:
      return "/etc/profile.d/satchel.csh";
    case Shell::kFish:
      return "/etc/fish/conf.d/satchel.fish";
    case Shell::kXonsh:
      return "/etc/xonsh/rc.d/satchel.xsh";
    case Shell::kNu:
    case Shell::kPowershell:
    case Shell::kCmd:
      break;
  }
  return {};
}

std::string InitBlock(Shell shell, const std::string& program, const std::string& root_prefix) {
  std::string block = std::string(kBegin) + "\n" + std::string(kNote);
  if (!root_prefix.empty()) {
    block +=
        shell == Shell::kNu
            ? "$env.SATCHEL_ROOT_PREFIX = " + QuoteFor(shell, root_prefix) + "\n"
            : RenderSteps(shell, {{ShellStep::Kind::kSet, "SATCHEL_ROOT_PREFIX", root_prefix}});
  }
  return block + LoadHook(shell, program) + std::string(kEnd) + "\n";
}

std::string FindInitBlock(std::string_view text) {
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.find(kEnd, begin == std::string_view::npos ? text.size() : begin);
  if (end == std::string_view::npos) {
    return {};
  }
  const std::size_t line_end = text.find('\n', end);
  return std::string(
      text.substr(begin, line_end == std::string_view::npos ? line_end : line_end + 1 - begin));
}

absl::StatusOr<std::string> ReplaceInitBlock(const std::string& text, const std::string& block,
                                             const std::string& file) {
  const std::string old = FindInitBlock(text);
  std::string result = text;
  if (!old.empty()) {
    const std::size_t begin = text.find(old);
    // The empty line before the block came with it.
    const bool has_gap = begin >= 2 && text.compare(begin - 2, 2, "\n\n") == 0;
    return block.empty() ? result.erase(begin - (has_gap ? 1 : 0), old.size() + (has_gap ? 1 : 0))
                         : result.replace(begin, old.size(), block);
  }
  if (text.find(kBegin) != std::string::npos || text.find(kEnd) != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: one of the two lines 'satchel initialize' is missing; remove the other by hand",
        file));
  }
  if (block.empty()) {
    return result;
  }
  if (!result.empty()) {
    result += result.ends_with("\n") ? "\n" : "\n\n";
  }
  return result + block;
}

}  // namespace satchel

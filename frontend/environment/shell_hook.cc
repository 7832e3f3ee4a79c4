// The scripts of HookScript(): each defines the function `satchel`. `install` and the like are
// followed by a reactivation, for packages may bring activation scripts.

#include "frontend/environment/shell.h"

namespace satchel {
namespace {

// Works in dash, bash and zsh, with `set -eu` too, and also when `eval $(...)` without quotes has
// put it all on one line: hence the semicolons, and no pattern that could name files.
constexpr char kPosixHook[] = R"hook(
satchel() {
  _satchel_verb="${1-}";
  for _satchel_word in "$@"; do
    if [ "$_satchel_word" = -h ] || [ "$_satchel_word" = --help ]; then _satchel_verb=help; fi;
  done;
  case "$_satchel_verb" in
    activate|deactivate|reactivate)
      shift;
      _satchel_script=$("$SATCHEL_EXE" "$_satchel_verb" --shell posix "$@") || return;
      eval "$_satchel_script";
      unset _satchel_script;
      hash -r ;;
    install|update|upgrade|remove|uninstall)
      "$SATCHEL_EXE" "$@" || return;
      satchel reactivate ;;
    "$_satchel_verb")
      "$SATCHEL_EXE" "$@" ;;
  esac;
}
)hook";

constexpr char kFishHook[] = R"hook(
function satchel
    switch "$argv[1]"
        case activate deactivate reactivate
            if contains -- -h $argv; or contains -- --help $argv
                $SATCHEL_EXE $argv
                return
            end
            set -l script ($SATCHEL_EXE $argv[1] --shell fish $argv[2..-1])
            or return
            printf '%s\n' $script | source
        case install update upgrade remove uninstall
            $SATCHEL_EXE $argv
            or return
            satchel reactivate
        case '*'
            $SATCHEL_EXE $argv
    end
end
if not functions -q __satchel_fish_prompt; and not functions -q __conda_add_prompt
    if functions -q fish_prompt
        functions -c fish_prompt __satchel_fish_prompt
    else
        function __satchel_fish_prompt
        end
    end
    function __satchel_return
        return $argv[1]
    end
    function fish_prompt
        set -l last $status
        if set -q CONDA_PROMPT_MODIFIER
            printf '%s' $CONDA_PROMPT_MODIFIER
        end
        __satchel_return $last
        __satchel_fish_prompt
    end
end
)hook";

constexpr char kPowershellHook[] = R"hook(
function global:Invoke-Satchel {
    $command = if ($args.Count -gt 0) { $args[0] } else { '' }
    if (@('activate', 'deactivate', 'reactivate') -contains $command -and
        -not ($args -contains '-h' -or $args -contains '--help')) {
        $script = & $Env:SATCHEL_EXE @args --shell powershell | Out-String
        if ($LASTEXITCODE -eq 0 -and $script.Trim()) { Invoke-Expression -Command $script }
        return
    }
    & $Env:SATCHEL_EXE @args
    if ($LASTEXITCODE -eq 0 -and
        @('install', 'update', 'upgrade', 'remove', 'uninstall') -contains $command) {
        Invoke-Satchel reactivate
    }
}
Set-Alias -Scope Global -Name satchel -Value Invoke-Satchel
if (-not (Test-Path Function:/__satchel_prompt) -and -not (Test-Path Function:/CondaPromptBackup)) {
    Copy-Item Function:/prompt Function:/global:__satchel_prompt
    function global:prompt {
        if ($Env:CONDA_PROMPT_MODIFIER) { Write-Host -NoNewline $Env:CONDA_PROMPT_MODIFIER }
        __satchel_prompt
    }
}
)hook";

}  // namespace

std::string HookScript(Shell shell, const std::string& program) {
  const std::string set = RenderSteps(shell, {{ShellStep::Kind::kSet, "SATCHEL_EXE", program}});
  switch (shell) {
    case Shell::kFish:
      return set + (kFishHook + 1);
    case Shell::kPowershell:
      return set + (kPowershellHook + 1);
    case Shell::kPosix:
    case Shell::kBash:
    case Shell::kZsh:
      break;
  }
  return set.substr(0, set.size() - 1) + ";\n" + (kPosixHook + 1);
}

}  // namespace satchel

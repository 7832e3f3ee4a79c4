// The scripts of HookScript(): each defines the function `satchel`. `install` and the like are
// followed by a reactivation, for packages may bring activation scripts.

#include <algorithm>

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

// csh has no functions, and an alias no conditions: the program itself prints what is to be
// evaluated, whichever command it is.
constexpr char kCshHook[] = R"hook(
if ( $?prompt ) eval 'set _satchel_prompt="$prompt:q"';
alias satchel 'eval "`$SATCHEL_EXE hook csh satchel \!*:q`"';
)hook";

constexpr char kXonshHook[] = R"hook(
def _satchel_alias(args, stdin=None):
    import subprocess
    exe = ${...}['SATCHEL_EXE']
    verb = args[0] if args else ''
    environment = ${...}.detype()
    if verb in ('activate', 'deactivate', 'reactivate') and not {'-h', '--help'} & set(args):
        done = subprocess.run([exe, verb, '--shell', 'xonsh'] + args[1:], env=environment,
                              stdout=subprocess.PIPE, universal_newlines=True)
        if done.returncode == 0 and done.stdout:
            execx(done.stdout, 'exec', __xonsh__.ctx, filename='satchel')
        return done.returncode
    code = subprocess.run([exe] + list(args), env=environment).returncode
    if code == 0 and verb in ('install', 'update', 'upgrade', 'remove', 'uninstall'):
        return _satchel_alias(['reactivate'])
    return code

_satchel_alias.__xonsh_threadable__ = False
aliases['satchel'] = _satchel_alias
)hook";

constexpr char kNuHook[] = R"hook(
def --env --wrapped satchel [...words: string] {
  let verb = ($words.0? | default "")
  let asks = ($words | any {|word| $word in ["-h" "--help"]})
  if $verb in ["activate" "deactivate" "reactivate"] and not $asks {
    let steps = (^$env.SATCHEL_EXE ...$words --shell nu | from json)
    load-env $steps.set
    for name in $steps.unset { hide-env -i $name }
  } else {
    ^$env.SATCHEL_EXE ...$words
    if $verb in ["install" "update" "upgrade" "remove" "uninstall"] {
      let steps = (^$env.SATCHEL_EXE reactivate --shell nu | from json)
      load-env $steps.set
      for name in $steps.unset { hide-env -i $name }
    }
  }
}
)hook";

constexpr char kCmdHook[] = R"hook(
@DOSKEY satchel="%SATCHEL_EXE%" $*
)hook";

}  // namespace

std::string CshScript(const std::string& program, const std::vector<std::string>& words) {
  const std::string verb = words.empty() ? "" : words[0];
  const bool asks = std::ranges::any_of(
      words, [](const std::string& word) { return word == "-h" || word == "--help"; });
  std::string command = QuoteFor(Shell::kCsh, program);
  for (const std::string& word : words) {
    command += " " + QuoteFor(Shell::kCsh, word);
  }
  if (!asks && (verb == "activate" || verb == "deactivate" || verb == "reactivate")) {
    return "eval \"`" + command + " --shell csh`\"; rehash;\n";
  }
  return command + (!asks && ChangesEnvironment(verb) ? " && satchel reactivate;\n" : ";\n");
}

bool ChangesEnvironment(std::string_view command) {
  return command == "install" || command == "update" || command == "upgrade" ||
         command == "remove" || command == "uninstall";
}

std::string HookScript(Shell shell, const std::string& program) {
  if (shell == Shell::kNu) {
    return "$env.SATCHEL_EXE = " + QuoteFor(shell, program) + kNuHook;
  }
  const std::string set = RenderSteps(shell, {{ShellStep::Kind::kSet, "SATCHEL_EXE", program}});
  switch (shell) {
    case Shell::kCsh:
      return set + (kCshHook + 1);
    case Shell::kXonsh:
      return set + (kXonshHook + 1);
    case Shell::kCmd:
      return set + (kCmdHook + 1);
    case Shell::kFish:
      return set + (kFishHook + 1);
    case Shell::kPowershell:
      return set + (kPowershellHook + 1);
    case Shell::kPosix:
    case Shell::kBash:
    case Shell::kZsh:
    case Shell::kNu:
      break;
  }
  return set.substr(0, set.size() - 1) + ";\n" + (kPosixHook + 1);
}

}  // namespace satchel

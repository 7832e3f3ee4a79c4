// Completion scripts, made from the tables of commands.h.

#include <algorithm>

#include "base/strings.h"
#include "tools/cli/help.h"

namespace satchel {
namespace {

std::string Spaced(std::string_view values) {
  std::string words(values);
  std::ranges::replace(words, '|', ' ');
  return words;
}

std::string FirstWord(std::string_view name) {
  return std::string(name.substr(0, name.find(' ')));
}

// Within single quotes of any of the shells.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

// The words after the program's name that are commands; "corpus generate" counts as "corpus".
std::string CommandWords() {
  std::string words;
  for (const Command& command : Commands()) {
    if (!command.name.empty()) {
      words += (words.empty() ? "" : " ") + FirstWord(command.name);
    }
  }
  return words;
}

template <typename Visit>
void ForEachOption(const Command& command, Visit visit) {
  for (const OptionGroup& group : command.groups) {
    for (const Option& option : group.options) {
      visit(option);
    }
  }
}

std::string BashValues(const Option& option) {
  switch (option.completion) {
    case Completion::kFile:
      return "compopt -o default; COMPREPLY=()";
    case Completion::kDirectory:
      return "compopt -o dirnames; COMPREPLY=()";
    case Completion::kNothing:
      break;
  }
  return "COMPREPLY=($(compgen -W " + Quoted(Spaced(option.values)) + " -- \"$word\"))";
}

std::string BashCommand(const Command& command) {
  std::string options;
  std::string text = "    " + FirstWord(command.name) + ")\n      case \"$before\" in\n";
  ForEachOption(command, [&](const Option& option) {
    std::string pattern;
    for (const std::string& name : OptionNames(option)) {
      options += (options.empty() ? "" : " ") + name;
      pattern += (pattern.empty() ? "" : "|") + name;
    }
    if (!option.metavar.empty()) {
      text += "        " + pattern + ") " + BashValues(option) + "; return;;\n";
    }
  });
  const std::size_t space = command.name.find(' ');
  std::string words = Spaced(command.positional_values);
  if (space != std::string_view::npos) {
    words = command.name.substr(space + 1);
  }
  text += "      esac\n      if [[ $word == -* ]]; then\n        COMPREPLY=($(compgen -W " +
          Quoted(options) + " -- \"$word\"))\n";
  if (command.completion == Completion::kFile) {
    text += "      else\n        compopt -o default; COMPREPLY=()\n";
  } else if (!words.empty()) {
    text += "      else\n        COMPREPLY=($(compgen -W " + Quoted(words) + " -- \"$word\"))\n";
  }
  return text + "      fi;;\n";
}

std::string BashScript() {
  std::string text =
      "# bash completion for satchel\n"
      "_satchel() {\n"
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
      "  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then\n    COMPREPLY=($(compgen -W " +
      Quoted(CommandWords() + " --help --version") +
      " -- \"$word\"))\n    return\n  fi\n"
      "  case \"${COMP_WORDS[1]}\" in\n";
  for (const Command& command : Commands()) {
    if (!command.name.empty()) {
      text += BashCommand(command);
    }
  }
  return text + "  esac\n}\ncomplete -F _satchel satchel\n";
}

// A text within an _arguments specification: brackets and colons have a meaning there.
std::string ZshText(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') {
      escaped += '\\';
    }
    escaped += c;
  }
  return escaped;
}

std::string ZshOption(const Option& option) {
  const bool repeats = std::holds_alternative<std::vector<std::string> Arguments::*>(option.target);
  std::string text;
  for (const std::string& name : OptionNames(option)) {
    std::string spec = (repeats ? "*" : "") + name + "[" + ZshText(option.help) + "]";
    if (!option.metavar.empty()) {
      spec += ":" + ToLower(option.metavar) + ":";
      if (option.completion == Completion::kFile) {
        spec += "_files";
      } else if (option.completion == Completion::kDirectory) {
        spec += "_files -/";
      } else if (!option.values.empty()) {
        spec += "(" + Spaced(option.values) + ")";
      }
    }
    text += " \\\n        " + Quoted(spec);
  }
  return text;
}

std::string ZshScript() {
  std::string text =
      "#compdef satchel\n"
      "_satchel() {\n"
      "  if ((CURRENT == 2)); then\n    local -a commands=(\n";
  for (const Command& command : Commands()) {
    if (!command.name.empty()) {
      text +=
          "      " + Quoted(FirstWord(command.name) + ":" + std::string(command.summary)) + "\n";
    }
  }
  text += "    )\n    _describe command commands\n    return\n  fi\n  case \"${words[2]}\" in\n";
  for (const Command& command : Commands()) {
    if (command.name.empty()) {
      continue;
    }
    text += "    " + FirstWord(command.name) + ")\n      _arguments";
    ForEachOption(command, [&](const Option& option) { text += ZshOption(option); });
    if (const std::size_t space = command.name.find(' '); space != std::string_view::npos) {
      text += " \\\n        " +
              Quoted("2:command:(" + std::string(command.name.substr(space + 1)) + ")");
    } else if (!command.positional_values.empty()) {
      text += " \\\n        " + Quoted("2:word:(" + Spaced(command.positional_values) + ")");
    } else if (command.completion == Completion::kFile) {
      text += " \\\n        '*:file:_files'";
    }
    text += ";;\n";
  }
  return text + "  esac\n}\n_satchel \"$@\"\n";
}

std::string FishScript() {
  std::string text = "# fish completion for satchel\ncomplete -c satchel -f\n";
  for (const Command& command : Commands()) {
    if (command.name.empty()) {
      continue;
    }
    const std::string word = FirstWord(command.name);
    const std::string here = "complete -c satchel -n '__fish_seen_subcommand_from " + word + "'";
    text += "complete -c satchel -n __fish_use_subcommand -a " + word + " -d " +
            Quoted(command.summary) + "\n";
    std::string words = Spaced(command.positional_values);
    if (const std::size_t space = command.name.find(' '); space != std::string_view::npos) {
      words = command.name.substr(space + 1);
    }
    if (!words.empty()) {
      text += here + " -a " + Quoted(words) + "\n";
    }
    if (command.completion == Completion::kFile) {
      text += here + " -F\n";
    }
    ForEachOption(command, [&](const Option& option) {
      text += here;
      for (const std::string& name : OptionNames(option)) {
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (!option.metavar.empty()) {
        text += option.completion == Completion::kNothing ? " -x" : " -r -F";
      }
      if (!option.values.empty()) {
        text += " -a " + Quoted(Spaced(option.values));
      }
      text += " -d " + Quoted(option.help) + "\n";
    });
  }
  return text;
}

}  // namespace

std::string CompletionScriptFor(std::string_view shell) {
  if (shell == "bash") {
    return BashScript();
  }
  return shell == "zsh" ? ZshScript() : FishScript();
}

}  // namespace satchel

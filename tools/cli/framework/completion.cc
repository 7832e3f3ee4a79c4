// Completion scripts, made from the tables of commands.h.

#include <algorithm>
#include <map>
#include <vector>

#include "base/strings.h"
#include "tools/cli/framework/help.h"

namespace satchel {
namespace {

std::string Spaced(std::string_view values) {
  std::string words(values);
  std::ranges::replace(words, '|', ' ');
  return words;
}

// Within single quotes of any of the shells.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

// One word that may come next on the command line, and what it is.
struct NextWord {
  std::string word;
  std::string_view summary;
};

// By what has been said, every beginning of a command: "" (the program), "env", "env config",
// "env list". Of a beginning that is no command itself, the first command's summary stands for it.
std::map<std::string, std::vector<NextWord>> WordsByPath() {
  std::map<std::string, std::vector<NextWord>> words;
  for (const Command& command : Commands()) {
    std::string path;
    for (const std::string_view part : Split(command.name, ' ')) {
      std::vector<NextWord>& known = words[path];
      const std::string word(part);
      if (!word.empty() && std::ranges::count(known, word, &NextWord::word) == 0) {
        known.push_back({word, command.summary});
      }
      path += (path.empty() ? "" : " ") + word;
    }
    words[path];
  }
  return words;
}

std::string Joined(const std::vector<NextWord>& words) {
  std::string text;
  for (const NextWord& next : words) {
    text += (text.empty() ? "" : " ") + next.word;
  }
  return text;
}

// A pattern of a shell's `case` with every beginning of a command.
std::string PathPattern(const std::string& separator) {
  std::string pattern;
  for (const auto& [path, words] : WordsByPath()) {
    if (!path.empty()) {
      pattern += (pattern.empty() ? "" : separator) + Quoted(path);
    }
  }
  return pattern;
}

template <typename Visit>
void ForEachOption(const Command& command, Visit visit) {
  for (const OptionGroup& group : command.groups) {
    for (const Option& option : group.options) {
      visit(option);
    }
  }
}

// What completes words that are no options: the values that there are, or a kind of file.
std::string BashWords(const std::string& words, Completion completion) {
  if (completion == Completion::kFile) {
    return "compopt -o default; COMPREPLY=()";
  }
  if (completion == Completion::kDirectory) {
    return "compopt -o dirnames; COMPREPLY=()";
  }
  return "COMPREPLY=($(compgen -W " + Quoted(words) + " -- \"$word\"))";
}

std::string BashCase(const std::string& path, const std::vector<NextWord>& next) {
  std::string text = "    " + Quoted(path) + ")\n";
  const Command* const command = FindCommand(path);
  std::string options;
  std::string values;
  if (command != nullptr) {
    ForEachOption(*command, [&](const Option& option) {
      std::string pattern;
      for (const std::string& name : OptionNames(option)) {
        options += (options.empty() ? "" : " ") + name;
        pattern += (pattern.empty() ? "" : "|") + name;
      }
      if (!option.metavar.empty()) {
        values += "        " + pattern + ") " +
                  BashWords(Spaced(option.values), option.completion) + "; return;;\n";
      }
    });
  }
  if (!values.empty()) {
    text += "      case \"$before\" in\n" + values + "      esac\n";
  }
  std::string words = Joined(next);
  Completion completion = Completion::kNothing;
  if (command != nullptr && next.empty()) {
    words = Spaced(command->positional_values);
    completion = command->completion;
  }
  return text + "      if [[ $word == -* ]]; then\n        COMPREPLY=($(compgen -W " +
         Quoted(options) + " -- \"$word\"))\n      else\n        " + BashWords(words, completion) +
         "\n      fi;;\n";
}

std::string BashScript() {
  std::string text =
      "# bash completion for satchel\n"
      "_satchel() {\n"
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
      "  local said='' next i\n"
      "  COMPREPLY=()\n"
      "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
      "    next=\"${said:+$said }${COMP_WORDS[i]}\"\n"
      "    case \"$next\" in\n      " +
      PathPattern("|") +
      ") said=\"$next\";;\n    esac\n  done\n"
      "  case \"$said\" in\n";
  for (const auto& [path, next] : WordsByPath()) {
    text += BashCase(path, next);
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

// The commands that may follow, or the options and words of the command that it is.
std::string ZshCase(const std::string& path, const std::vector<NextWord>& next) {
  std::string text = "    " + Quoted(path) + ")\n";
  const Command* const command = FindCommand(path);
  if (!next.empty()) {
    text += "      local -a commands=(\n";
    for (const NextWord& word : next) {
      const std::string full = path.empty() ? word.word : path + " " + word.word;
      const std::string_view summary =
          FindCommand(full) == nullptr ? std::string_view("...") : word.summary;
      text += "        " + Quoted(word.word + ":" + ZshText(summary)) + "\n";
    }
    return text + "      )\n      _describe command commands;;\n";
  }
  text += "      _arguments";
  ForEachOption(*command, [&](const Option& option) { text += ZshOption(option); });
  if (!command->positional_values.empty()) {
    text += " \\\n        " + Quoted("*:word:(" + Spaced(command->positional_values) + ")");
  } else if (command->completion == Completion::kFile) {
    text += " \\\n        '*:file:_files'";
  } else if (command->completion == Completion::kDirectory) {
    text += " \\\n        '*:directory:_files -/'";
  }
  return text + ";;\n";
}

std::string ZshScript() {
  std::string text =
      "#compdef satchel\n"
      "_satchel() {\n"
      "  local said='' next i depth=1\n"
      "  for ((i = 2; i < CURRENT; ++i)); do\n"
      "    next=\"${said:+$said }${words[i]}\"\n"
      "    case \"$next\" in\n      " +
      PathPattern("|") +
      ") said=\"$next\"; depth=$i;;\n    esac\n  done\n"
      "  shift $((depth - 1)) words\n"
      "  ((CURRENT -= depth - 1))\n"
      "  case \"$said\" in\n";
  for (const auto& [path, next] : WordsByPath()) {
    text += ZshCase(path, next);
  }
  return text + "  esac\n}\n_satchel \"$@\"\n";
}

std::string FishOption(const Option& option) {
  std::string text;
  for (const std::string& name : OptionNames(option)) {
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.metavar.empty()) {
    text += option.completion == Completion::kNothing ? " -x" : " -r -F";
  }
  if (!option.values.empty()) {
    text += " -a " + Quoted(Spaced(option.values));
  }
  return text + " -d " + Quoted(option.help) + "\n";
}

std::string FishCase(const std::string& path, const std::vector<NextWord>& next) {
  const std::string here =
      "complete -c satchel -n " + Quoted("__satchel_said " + (path.empty() ? "\"\"" : path));
  std::string text;
  for (const NextWord& word : next) {
    text += here + " -a " + word.word + " -d " + Quoted(word.summary) + "\n";
  }
  const Command* const command = FindCommand(path);
  if (command == nullptr) {
    return text;
  }
  if (!command->positional_values.empty()) {
    text += here + " -a " + Quoted(Spaced(command->positional_values)) + "\n";
  }
  if (command->completion != Completion::kNothing) {
    text += here + " -F\n";
  }
  ForEachOption(*command, [&](const Option& option) { text += here + FishOption(option); });
  return text;
}

std::string FishScript() {
  std::string text =
      "# fish completion for satchel\n"
      "function __satchel_said\n"
      "  set -l said\n"
      "  set -l words (commandline -opc)\n"
      "  set -e words[1]\n"
      "  for word in $words\n"
      "    set -l next (string join -- ' ' $said $word)\n"
      "    switch \"$next\"\n      case " +
      PathPattern(" ") +
      "\n        set said $said $word\n    end\n  end\n"
      "  test \"$said\" = \"$argv\"\n"
      "end\n"
      "complete -c satchel -f\n";
  for (const auto& [path, next] : WordsByPath()) {
    text += FishCase(path, next);
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

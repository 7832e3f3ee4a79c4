// The only file that includes CLI11; its exceptions end here.

#include "tools/cli/framework/parse.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "base/suggest.h"

namespace satchel {
namespace {

class Parser final {
 public:
  // Options only of the program and of the command that `words` name, and where they name one, only
  // the commands that begin with the same word: to make all of them takes as long as an everyday
  // solve.
  explicit Parser(const std::vector<std::string>& words) : app_("satchel") {
    app_.set_help_flag();
    app_.require_subcommand(0, 1);
    const Command& program = Commands().front();
    const Command* const named = NamedBy(words);
    for (const Command& command : Commands()) {
      if (named != nullptr && &command != &program &&
          FirstWord(command.name) != FirstWord(named->name)) {
        continue;
      }
      apps_[AppOf(command.name)] = &command;
      if (&command == &program || &command == named) {
        AddOptions(command);
      }
    }
  }

  absl::StatusOr<ParsedCommand> Parse(const std::vector<std::string>& words) {
    if (std::string group = GroupToExplain(words); !group.empty()) {
      return ParsedCommand{&Commands().front(), arguments_, std::move(group)};
    }
    const std::size_t end = EndOfOwnWords(words);
    std::vector<std::string> reversed(words.rend() - static_cast<std::ptrdiff_t>(end),
                                      words.rend());
    try {
      app_.parse(reversed);
    } catch (const CLI::ExtrasError&) {
      return Unknown(words);
    } catch (const CLI::ParseError& error) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s ('satchel%s%s --help' lists the options)", error.what(),
                          Chosen().name.empty() ? "" : " ", std::string(Chosen().name)));
    }
    arguments_.positional.insert(arguments_.positional.end(),
                                 words.begin() + static_cast<std::ptrdiff_t>(end), words.end());
    arguments_.command = Chosen().name;
    ParsedCommand parsed{&Chosen(), arguments_, ""};
    parsed.arguments.typed = std::make_shared<const Arguments>(arguments_);
    if (!parsed.arguments.help) {
      RETURN_IF_ERROR(CheckValues(*parsed.command));
    }
    return parsed;
  }

 private:
  static std::string_view FirstWord(std::string_view name) {
    return name.substr(0, name.find(' '));
  }

  // "corpus generate" is a command of a command.
  CLI::App* AppOf(std::string_view name) {
    CLI::App* app = &app_;
    for (const std::string_view word : Split(name, ' ')) {
      if (!word.empty()) {
        CLI::App*& child = children_[{app, std::string(word)}];
        if (child == nullptr) {
          child = app->add_subcommand(std::string(word));
          child->set_help_flag();
        }
        app = child;
      }
    }
    return app;
  }

  // Where the words begin that a command such as `run` leaves as they are; else the end. A word
  // that is no option, and no option's value, begins them, or "--" does, which is dropped here by
  // being an option's end to CLI11.
  static std::size_t EndOfOwnWords(const std::vector<std::string>& words) {
    const Command* const command = words.empty() ? nullptr : FindCommand(words[0]);
    if (command == nullptr || !command->passes_on_words) {
      return words.size();
    }
    std::size_t at = 1;
    while (at < words.size() && words[at].starts_with("-")) {
      if (words[at] == "--") {
        return at + 1;
      }
      at += TakesNextWord(*command, words[at]) ? 2 : 1;
    }
    return std::min(at, words.size());
  }

  static bool TakesNextWord(const Command& command, const std::string& word) {
    for (const OptionGroup& group : command.groups) {
      for (const Option& option : group.options) {
        if (!option.metavar.empty() && std::ranges::count(OptionNames(option), word) > 0) {
          return true;
        }
      }
    }
    return false;
  }

  // By the first words that are no options of the program; null if they name none.
  static const Command* NamedBy(const std::vector<std::string>& words) {
    const auto first = std::ranges::find_if_not(
        words, [](const std::string& word) { return word.starts_with("-"); });
    if (first == words.end()) {
      return nullptr;
    }
    const Command* named = nullptr;
    std::string name;
    for (auto word = first; word != words.end() && !word->starts_with("-"); ++word) {
      name += (name.empty() ? "" : " ") + *word;
      const Command* const longer = FindCommand(name);
      named = longer == nullptr ? named : longer;
    }
    return named;
  }

  // "env" where the words are `env`, alone or with --help: no command, but the first words of some.
  static std::string GroupToExplain(const std::vector<std::string>& words) {
    std::string group;
    for (const std::string& word : words) {
      if (word != "-h" && word != "--help") {
        group += (group.empty() ? "" : " ") + word;
      }
    }
    return FindCommand(group) == nullptr && !CommandsOf(group).empty() ? group : "";
  }

  void AddOptions(const Command& command) {
    CLI::App* const app = AppOf(command.name);
    for (const OptionGroup& group : command.groups) {
      for (const Option& option : group.options) {
        std::visit([&](auto target) { AddOption(app, option, target); }, option.target);
      }
    }
    if (!command.positional.empty()) {
      app->add_option("positional", arguments_.positional);
    }
  }

  void AddOption(CLI::App* app, const Option& option, bool Arguments::*target) {
    app->add_flag(std::string(option.names), arguments_.*target);
  }
  void AddOption(CLI::App* app, const Option& option, std::string Arguments::*target) {
    app->add_option(std::string(option.names), arguments_.*target);
  }
  // As many values each time as it has, so that positional arguments may follow.
  void AddOption(CLI::App* app, const Option& option, std::vector<std::string> Arguments::*target) {
    CLI::Option* const added = app->add_option(std::string(option.names), arguments_.*target);
    if (option.num_values > 1) {
      added->type_size(option.num_values);
    }
    added->allow_extra_args(false);
  }

  // The innermost app that was named.
  const CLI::App* ChosenApp() const {
    const CLI::App* app = &app_;
    for (;;) {
      const std::vector<const CLI::App*> named =
          app->get_subcommands([](const CLI::App* sub) { return sub->parsed(); });
      if (named.empty()) {
        return app;
      }
      app = named.front();
    }
  }

  const Command& Chosen() const {
    const auto found = apps_.find(ChosenApp());
    return found == apps_.end() ? Commands().front() : *found->second;
  }

  static std::vector<std::string> NamesOfOptions(const Command& command) {
    std::vector<std::string> names;
    for (const OptionGroup& group : command.groups) {
      for (const Option& option : group.options) {
        for (std::string& name : OptionNames(option)) {
          names.push_back(std::move(name));
        }
      }
    }
    return names;
  }

  // Of an option before the command that is one of the command's; else OK.
  absl::Status TooEarly(const std::string& word, const std::vector<std::string>& words) const {
    const std::string option = word.substr(0, word.find('='));
    const auto has_it = [&](const Command& command) {
      return !command.name.empty() && std::ranges::count(NamesOfOptions(command), option) > 0;
    };
    if (words.empty() || words.front() != word || !std::ranges::any_of(Commands(), has_it)) {
      return absl::OkStatus();
    }
    const auto named = std::ranges::find_if(words, [&](const std::string& name) {
      const Command* const command = FindCommand(name);
      return command != nullptr && has_it(*command);
    });
    return absl::InvalidArgumentError(
        absl::StrFormat("option '%s' goes after the command, as in 'satchel %s %s'", option,
                        named == words.end() ? "COMMAND" : *named, option));
  }

  absl::Status Unknown(const std::vector<std::string>& words) const {
    const Command& command = Chosen();
    const std::vector<std::string> extras = app_.remaining(/*recurse=*/true);
    const std::string word = extras.empty() ? "" : extras.front();
    RETURN_IF_ERROR(TooEarly(word, words));
    std::vector<std::string> names;
    if (word.starts_with("-")) {
      names = NamesOfOptions(command);
    } else {
      for (const CLI::App* sub : ChosenApp()->get_subcommands({})) {
        names.push_back(sub->get_name());
      }
    }
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string nearest(Nearest(word.substr(0, word.find('=')), views));
    const char* const kind = word.starts_with("-") ? "option"
                             : names.empty()       ? "argument"
                                                   : "command";
    return absl::InvalidArgumentError(absl::StrFormat(
        "unknown %s '%s'%s%s", kind, word,
        nearest.empty()
            ? absl::StrFormat("; 'satchel%s%s --help' lists what there is",
                              command.name.empty() ? "" : " ", std::string(command.name))
            : absl::StrFormat("; did you mean '%s'?", nearest),
        ""));
  }

  absl::Status CheckWord(const std::string& what, const std::string& word,
                         std::string_view values) const {
    const std::vector<std::string_view> allowed = Split(values, '|');
    if (values.empty() || std::ranges::count(allowed, word) > 0) {
      return absl::OkStatus();
    }
    std::string list(values);
    std::ranges::replace(list, '|', ' ');
    const std::string nearest(Nearest(word, allowed));
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: '%s' is not one of: %s%s", what, word, list,
                        nearest.empty() ? "" : absl::StrFormat(" (did you mean '%s'?)", nearest)));
  }

  absl::Status CheckValues(const Command& command) const {
    for (const OptionGroup& group : command.groups) {
      for (const Option& option : group.options) {
        if (const auto* text = std::get_if<std::string Arguments::*>(&option.target);
            text != nullptr && !(arguments_.**text).empty()) {
          RETURN_IF_ERROR(CheckWord(OptionNames(option).back(), arguments_.**text, option.values));
        }
      }
    }
    for (const std::string& word : arguments_.positional) {
      RETURN_IF_ERROR(CheckWord(std::string(command.positional), word, command.positional_values));
    }
    return absl::OkStatus();
  }

  CLI::App app_;
  Arguments arguments_;
  std::map<const CLI::App*, const Command*> apps_;                   // Looked up only.
  std::map<std::pair<CLI::App*, std::string>, CLI::App*> children_;  // The same.
};

}  // namespace

absl::StatusOr<ParsedCommand> ParseCommandLine(const std::vector<std::string>& words) {
  return Parser(words).Parse(words);
}

}  // namespace satchel

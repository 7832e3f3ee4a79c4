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
#include "tools/cli/framework/foreign_options.h"
#include "tools/cli/framework/foreign_words.h"

namespace satchel {
namespace {

class Parser final {
 public:
  // Options only of the program and of the command that `words` name, and where they name one, only
  // the commands that begin with the same word: to make all of them takes as long as an everyday
  // solve.
  // With `foreign` also those of ForeignOptionsOf.
  Parser(const std::vector<std::string>& words, bool foreign) : app_("satchel"), foreign_(foreign) {
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
      return ParsedCommand{&Commands().front(), arguments_, std::move(group), {}};
    }
    const std::size_t end = EndOfOwnWords(words);
    std::vector<std::string> reversed(words.rend() - static_cast<std::ptrdiff_t>(end),
                                      words.rend());
    try {
      app_.parse(reversed);
    } catch (const CLI::ExtrasError&) {
      return Unknown();
    } catch (const CLI::ParseError& error) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s ('satchel%s%s --help' lists the options)", AsTyped(error.what(), words),
          Chosen().name.empty() ? "" : " ", std::string(Chosen().name)));
    }
    arguments_.positional.insert(arguments_.positional.end(),
                                 words.begin() + static_cast<std::ptrdiff_t>(end), words.end());
    arguments_.command = Chosen().name;
    ParsedCommand parsed{&Chosen(), arguments_, "", Ignored()};
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
  std::size_t EndOfOwnWords(const std::vector<std::string>& words) const {
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

  bool TakesNextWord(const Command& command, const std::string& word) const {
    for (const OptionGroup& group : command.groups) {
      for (const Option& option : group.options) {
        if (!option.metavar.empty() && std::ranges::count(OptionNames(option), word) > 0) {
          return true;
        }
      }
    }
    return foreign_ &&
           std::ranges::any_of(ForeignOptionsOf(command), [&word](const ForeignOption& option) {
             return option.takes_value && std::ranges::count(Split(option.names, ','), word) > 0;
           });
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
        std::visit([&](auto target) { AddOption(app, option.names, option.num_values, target); },
                   option.target);
      }
    }
    if (!command.positional.empty()) {
      app->add_option("positional", arguments_.positional);
    }
    if (!foreign_) {
      return;
    }
    for (const ForeignOption& option : ForeignOptionsOf(command)) {
      CLI::Option* const added = std::visit(
          [&](auto target) { return AddOption(app, option.names, 1, target); }, option.target);
      if (option.is_ignored()) {
        ignored_.push_back(added);
      }
    }
  }

  CLI::Option* AddOption(CLI::App* app, std::string_view names, int /*num_values*/,
                         bool Arguments::*target) {
    return app->add_flag(std::string(names), arguments_.*target);
  }
  CLI::Option* AddOption(CLI::App* app, std::string_view names, int /*num_values*/,
                         std::string Arguments::*target) {
    return app->add_option(std::string(names), arguments_.*target);
  }
  // As many values each time as it has, so that positional arguments may follow.
  CLI::Option* AddOption(CLI::App* app, std::string_view names, int num_values,
                         std::vector<std::string> Arguments::*target) {
    CLI::Option* const added = app->add_option(std::string(names), arguments_.*target);
    if (num_values > 1) {
      added->type_size(num_values);
    }
    return added->allow_extra_args(false);
  }

  // Names of the ignored options that were given.
  std::vector<std::string> Ignored() const {
    std::vector<std::string> names;
    for (const CLI::Option* const option : ignored_) {
      if (option->count() > 0) {
        names.push_back(option->get_name());
      }
    }
    return names;
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

  // CLI11 calls an option by one of its names, whichever was typed.
  std::string AsTyped(std::string message, const std::vector<std::string>& words) const {
    for (const OptionGroup& group : Chosen().groups) {
      for (const Option& option : group.options) {
        const std::vector<std::string> names = OptionNames(option);
        const auto typed = std::ranges::find_if(names, [&words](const std::string& name) {
          return std::ranges::count(words, name) > 0;
        });
        for (const std::string& name : names) {
          if (typed != names.end() && message.starts_with(name + ":")) {
            return *typed + message.substr(name.size());
          }
        }
      }
    }
    return message;
  }

  // "--no-pin" and "--pin": what somebody meant is never the opposite.
  static bool AreOpposites(std::string_view one, std::string_view other) {
    const auto is_no = [](std::string_view no, std::string_view yes) {
      return no.starts_with("--no-") && yes.starts_with("--") && no.substr(5) == yes.substr(2);
    };
    return is_no(one, other) || is_no(other, one);
  }

  absl::Status Unknown() const {
    const Command& command = Chosen();
    const std::vector<std::string> extras = app_.remaining(/*recurse=*/true);
    const std::string word = extras.empty() ? "" : extras.front();
    if (const std::string_view instead = InsteadOfVerb(word);
        command.name.empty() && !instead.empty()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("satchel has no '%s': %s", word, std::string(instead)));
    }
    std::vector<std::string> names;
    if (word.starts_with("-")) {
      names = NamesOfOptions(command);
    } else {
      for (const CLI::App* sub : ChosenApp()->get_subcommands({})) {
        names.push_back(sub->get_name());
      }
    }
    const std::string typed = word.substr(0, word.find('='));
    std::erase_if(names, [&typed](const std::string& name) { return AreOpposites(name, typed); });
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string nearest(Nearest(typed, views));
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
      if (command.passes_on_words) {
        break;  // The others are somebody else's.
      }
    }
    return absl::OkStatus();
  }

  CLI::App app_;
  bool foreign_;
  Arguments arguments_;
  std::vector<const CLI::Option*> ignored_;
  std::map<const CLI::App*, const Command*> apps_;                   // Looked up only.
  std::map<std::pair<CLI::App*, std::string>, CLI::App*> children_;  // The same.
};

}  // namespace

absl::StatusOr<ParsedCommand> ParseCommandLine(const std::vector<std::string>& words) {
  const std::vector<std::string> own = OwnWords(words);
  absl::StatusOr<ParsedCommand> parsed = Parser(own, /*foreign=*/false).Parse(own);
  // A second time, since to know all foreign options takes longer than to know our own.
  return parsed.ok() ? parsed : Parser(own, /*foreign=*/true).Parse(own);
}

}  // namespace satchel

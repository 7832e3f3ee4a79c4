#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

#include "tools/cli/framework/arguments.h"
#include "tools/cli/framework/exit_code.h"

namespace satchel {

// The command line's only definition: these tables produce the parser, --help, the completion
// scripts and the manual page.

enum class Completion { kNothing, kFile, kDirectory };

struct Option {
  std::string_view names;    // "-c,--channel".
  std::string_view metavar;  // Empty for a flag.
  std::string_view help;
  std::variant<bool Arguments::*, std::string Arguments::*, std::vector<std::string> Arguments::*>
      target;
  std::string_view values = {};  // The allowed words, separated by |; empty for any text.
  Completion completion = Completion::kNothing;
  int num_values = 1;  // The number of values after each occurrence: 2 only with a list as target.
};

struct OptionGroup {
  std::string_view title;
  std::vector<Option> options;
};

struct Command {
  std::string_view name;        // "solve", "corpus generate"; empty for the program itself.
  std::string_view positional;  // "SPEC..."; empty if it takes none.
  std::string_view summary;     // One line.
  std::string_view details;     // Paragraphs after the summary.
  std::string_view examples;
  std::vector<OptionGroup> groups;
  Completion completion = Completion::kNothing;  // Of the positional arguments.
  std::string_view positional_values;            // As Option::values.
  bool passes_on_words = false;  // Passes on the first word that is not an option, and all words
                                 // after it, unchanged.
  // Runs the command. A returned error has not been printed yet.
  absl::StatusOr<ExitCode> (*run)(const Arguments& arguments) = nullptr;
};

// The program first, then its commands in the order of the help.
const std::vector<Command>& Commands();

// The commands of `satchel corpus` and `satchel bench`.
std::vector<Command> CorpusCommands();
std::vector<Command> BenchCommands();

// The command of that name; null if there is none.
const Command* FindCommand(std::string_view name);

// The commands of a group: for "env", those whose names begin with "env ".
std::vector<const Command*> CommandsOf(std::string_view group);

// All long and short names of an option: {"-c", "--channel"}.
std::vector<std::string> OptionNames(const Option& option);

}  // namespace satchel

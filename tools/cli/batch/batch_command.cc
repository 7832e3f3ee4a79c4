// The options of `satchel batch`.

#include "tools/cli/framework/command_lists.h"
#include "tools/cli/framework/option_groups.h"
#include "tools/cli/shell/run.h"

namespace satchel {

using enum Completion;

Command BatchCommand() {
  Command command;
  command.run = &RunBatch;
  command.name = "batch";
  command.positional = "FILE";
  command.summary = "Solve many requests, a line of JSON each, in one process.";
  command.details =
      "Reads lines such as {\"id\": 1, \"specs\": [\"numpy\"], \"platform\": \"osx-arm64\"} from "
      "FILE, or from\n"
      "standard input if it is -, and writes a line of JSON for each (docs/batch.md). Channels "
      "stay "
      "open.\n"
      "A line that is wrong has an answer that says so, and ends nothing. Exit code 0 whatever the "
      "answers are.";
  command.examples =
      "satchel batch requests.jsonl -c conda-forge -o answers.jsonl\n"
      "satchel batch requests.jsonl -o answers.jsonl --resume\n"
      "some-program | satchel batch - --unordered";
  command.groups = {
      {"Batch",
       {{"-o,--output", "FILE", "where the answers go (default: standard output)",
         &Arguments::output, "", kFile},
        {"--resume", "", "go on where --output ends: answer only what has no answer there yet",
         &Arguments::resume},
        {"--unordered", "", "write answers as they come, not in the order of the requests",
         &Arguments::unordered},
        {"--jobs", "N", "how many to solve at once (default: one for each processor)",
         &Arguments::jobs}}},
      SourceOptions(),
      GeneralOptions()};
  return command;
}

}  // namespace satchel

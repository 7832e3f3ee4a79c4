#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "corpora/generator.h"
#include "tools/cli/framework/numbers.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

namespace satchel {
absl::StatusOr<ExitCode> RunCorpusGenerate(const Arguments& arguments) {
  GeneratorOptions options;
  RETURN_IF_ERROR(ParseNumber("--records", arguments.records, &options.num_records));
  RETURN_IF_ERROR(ParseNumber("--seed", arguments.seed, &options.seed));
  RETURN_IF_ERROR(ParseNumber("--v3", arguments.v3_percent, &options.revision3_percent));
  if (options.revision3_percent < 0 || options.revision3_percent > 100) {
    return absl::InvalidArgumentError("--v3: a percentage is from 0 to 100");
  }
  if (arguments.output.empty()) {
    return absl::InvalidArgumentError("where to write the channel? give -o DIR");
  }
  ASSIGN_OR_RETURN(const GeneratedChannel channel, GenerateChannel(options, arguments.output));
  RETURN_IF_ERROR(Print(absl::StrFormat("%s: %d records of %d names, %d of them noarch; %d bytes\n",
                                        arguments.output, channel.num_records, channel.num_names,
                                        channel.num_noarch_records, channel.num_bytes)));
  return kExitOk;
}

}  // namespace satchel

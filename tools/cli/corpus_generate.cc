#include <charconv>
#include <string>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "tools/cli/prepare.h"
#include "tools/cli/run.h"

namespace satchel {

absl::StatusOr<ExitCode> RunCorpusGenerate(const Arguments& /*arguments*/) {
  return absl::UnimplementedError("corpus generate: not built in");
}

}  // namespace satchel

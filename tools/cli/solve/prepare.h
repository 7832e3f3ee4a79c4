#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "frontend/config/configuration.h"
#include "frontend/fetch/channel_source.h"
#include "frontend/request/request_file.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// A request with all that it looks at.
struct PreparedRequest {
  Configuration configuration;
  std::string platform;
  std::string prefix;            // Absolute; empty if there is none.
  std::string environment_name;  // As a --file says.
  LoadedChannels channels;
  Request request;  // Points into `channels`.
  // Those of request.specs that nobody asked for by name: the configuration wants them.
  std::vector<std::string> of_configuration;
  std::vector<std::string> not_found;  // Requested names that nothing has, sorted.
  std::vector<std::string> warnings;
};

// Reads everything that the options name: files, channels, the environment, the machine. Of
// channels on servers only what the request may need is read, and all that `also` names.
// Errors: kInvalidArgument names the option, file and line, or argument that is wrong; the others
// are those of reading.
[[nodiscard]] absl::StatusOr<std::unique_ptr<PreparedRequest>> Prepare(
    const Arguments& arguments, const std::vector<std::string>& specs);

// Prepares, and calls `answer` with the result. If an index that was kept on disk turns out damaged
// by then, all indexes are made anew, a warning says so, and `answer` is called again: so it must
// have no effect but on its result. Errors: as above, or those of `answer`.
[[nodiscard]] absl::StatusOr<std::unique_ptr<PreparedRequest>> PrepareAndAnswer(
    const Arguments& arguments, const std::vector<std::string>& specs,
    const std::vector<std::string>& also,
    const std::function<absl::Status(PreparedRequest&)>& answer);

// Where indexes are kept; empty if they are not to be (--no-index-cache, SATCHEL_NO_INDEX_CACHE).
std::string IndexDirectoryOf(const ChannelArguments& arguments);

// The packages of a plan to verify: an @EXPLICIT file or our JSON; - is standard input.
[[nodiscard]] absl::StatusOr<std::vector<ExplicitPackage>> ReadPlan(const std::string& path);

}  // namespace satchel

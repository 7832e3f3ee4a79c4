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

// A request with everything that it refers to.
struct PreparedRequest {
  Configuration configuration;
  std::string platform;
  std::string prefix;            // Absolute; empty if there is none.
  std::string environment_name;  // From a --file.
  LoadedChannels channels;
  Request request;  // Points into `channels`.
  // Names in request.specs that the configuration added, not the user.
  std::vector<std::string> of_configuration;
  std::vector<std::string> not_found;  // Requested names that exist nowhere, sorted.
  std::vector<std::string> warnings;
};

// Reads everything that the options name: files, channels, the environment, the machine. From
// channels on servers it reads only what the request may need, and everything that `also` names.
// Errors: kInvalidArgument names the wrong option, file and line, or argument; the others are those
// of reading.
[[nodiscard]] absl::StatusOr<std::unique_ptr<PreparedRequest>> Prepare(
    const Arguments& arguments, const std::vector<std::string>& specs);

// Prepares, and calls `answer` with the result. If a kept index turns out to be damaged by then,
// rebuilds all indexes, prints a warning and calls `answer` again: so `answer` must have no effect
// other than its result. Errors: as above, or those of `answer`.
[[nodiscard]] absl::StatusOr<std::unique_ptr<PreparedRequest>> PrepareAndAnswer(
    const Arguments& arguments, const std::vector<std::string>& specs,
    const std::vector<std::string>& also,
    const std::function<absl::Status(PreparedRequest&)>& answer);

// Where indexes are kept; empty if they are not to be (--no-index-cache, SATCHEL_NO_INDEX_CACHE).
std::string IndexDirectoryOf(const ChannelArguments& arguments);

// The packages of a plan to verify: an @EXPLICIT file or satchel's JSON; - is standard input.
[[nodiscard]] absl::StatusOr<std::vector<ExplicitPackage>> ReadPlan(const std::string& path);

}  // namespace satchel

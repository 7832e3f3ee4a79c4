#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "frontend/request/request_file.h"

namespace satchel {

// An environment on disk (CEP 32).
struct Prefix {
  std::string path;                         // Absolute.
  std::vector<InstalledPackage> installed;  // By name.
  std::vector<SpecText> pins;               // conda-meta/pinned.
  std::optional<std::string> frozen;        // CEP 22: it must not be changed; the message, if any.
};

// Reads conda-meta/*.json, history, pinned and frozen. First undoes or finishes an interrupted
// change, or waits for a change in progress. Errors: kNotFound if the prefix is not an environment;
// kInvalidArgument for a damaged record or two with one name.
[[nodiscard]] absl::StatusOr<Prefix> ReadPrefix(const std::string& path);

// The message in a conda-meta/frozen file: that of its JSON, or its text; may be empty.
std::string FrozenMessage(const std::string& text);

}  // namespace satchel

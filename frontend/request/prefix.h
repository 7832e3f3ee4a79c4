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
  std::optional<std::string> frozen;        // CEP 22: may not be changed; the message, if any.
};

// Reads conda-meta/*.json, history, pinned and frozen. What an interrupted change left is undone or
// finished first, and a change under way is waited for.
// Errors: kNotFound if the prefix is no environment; kInvalidArgument for a damaged record or two
// of one name.
[[nodiscard]] absl::StatusOr<Prefix> ReadPrefix(const std::string& path);

// What a conda-meta/frozen file tells the user: the message of its JSON, or its text; may be empty.
std::string FrozenMessage(const std::string& text);

}  // namespace satchel

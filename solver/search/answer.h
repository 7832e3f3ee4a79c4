#pragma once

#include <optional>

#include "absl/status/statusor.h"

namespace satchel {

// Whether something is possible. An error says that the search was stopped (WasStopped) before
// that was known, or that something is wrong with it: neither can be taken for "no", only handed on
// or handled.
using Answer = absl::StatusOr<bool>;

// The same of a method that may give up: nothing then, and another one has to tell.
using QuickAnswer = absl::StatusOr<std::optional<bool>>;

}  // namespace satchel

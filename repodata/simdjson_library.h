#pragma once

// The only file that includes simdjson, for json_walk.h and simdjson_library.cc: simdjson's inline
// code is compiled for the flags of the file that includes it, so files with other flags would see
// different types of the same names.

#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>  // NOLINT(portability-restrict-system-includes): the one place.

#include "absl/status/status.h"

namespace satchel {

// Loads simdjson, the first time; before that nothing of it may be used. What its inline code
// calls, and debug builds keep of the rest, is defined in simdjson_library.cc. Thread-safe. Errors:
// kUnavailable, with what to install.
[[nodiscard]] absl::Status LoadSimdjson();

// simdjson's own words.
const char* Message(simdjson::error_code error);

}  // namespace satchel

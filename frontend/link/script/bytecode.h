#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "frontend/link/layout/python_layout.h"

namespace satchel {

// Compiles Python sources (relative to `prefix`) with the environment's own python, on all
// processors. A file that does not compile, such as a template or one for another version, is no
// error, as in conda. Errors: kUnavailable if the python could not run, kCancelled.
[[nodiscard]] absl::Status CompileBytecode(const std::string& prefix, const PythonLayout& python,
                                           const std::vector<std::string>& sources,
                                           const std::atomic<bool>* cancel);

}  // namespace satchel

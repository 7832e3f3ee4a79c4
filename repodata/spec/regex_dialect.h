#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace satchel {

// Translates a regular expression of Python's `re` to one of PCRE2 that matches the same texts. The
// two languages are nearly the same; this handles the constructs that one of them has and the other
// rejects or reads differently: \Z, \v, {,n}, repeated repetitions, the contents of [...], and
// PCRE2's extensions, (*VERB), (?R) and the like, which Python rejects.
//
// Errors: kInvalidArgument if Python rejects it too, unless PCRE2 will anyway; kUnimplemented for
// what Python knows and this does not (conditional groups, the flags x and L, \u, \N).
[[nodiscard]] absl::StatusOr<std::string> PythonToPcre(std::string_view pattern);

}  // namespace satchel

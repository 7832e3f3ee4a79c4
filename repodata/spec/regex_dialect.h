#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace satchel {

// A regular expression of Python's `re` as one of PCRE2 that matches the same texts. The two
// languages are nearly the same; what this is about are the constructs that one of them has and
// the other refuses or reads in another way: \Z, \v, {,n}, repeated repetitions, what may be in
// [...], and all that PCRE2 adds, (*VERB), (?R) and the like, which Python refuses.
//
// Errors: kInvalidArgument if Python refuses it too, unless PCRE2 will anyway; kUnimplemented for
// what Python knows and this does not (conditional groups, the flags x and L, \u, \N).
[[nodiscard]] absl::StatusOr<std::string> PythonToPcre(std::string_view pattern);

}  // namespace satchel

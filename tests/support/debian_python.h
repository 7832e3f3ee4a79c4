#pragma once

#include <optional>
#include <string>

#include "tests/support/package_builder.h"

namespace satchel::testing {

// A working python package, made from the files of Debian's python3.11; none if those are not
// installed. It is self-contained: imports come from the environment's own directories.
std::optional<BuiltPackage> DebianPython();

}  // namespace satchel::testing

#pragma once

#include <optional>
#include <string>

#include "tests/support/package_builder.h"

namespace satchel::testing {

// A python package that runs, made of the files of Debian's python3.11; none where those are not
// installed. It stands by itself: what is imported lies in the environment's own directories.
std::optional<BuiltPackage> DebianPython();

}  // namespace satchel::testing

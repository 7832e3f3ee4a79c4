#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "tests/oracle/universe.h"

namespace satchel::oracle {

// A universe in lines, to be read and written by people:
//
//   channel main
//     app 1.0 py1_0 #3 noarch .tar.bz2 @1600000000000 features=x,y | depends: lib >=2; py 1.*
//     lib 2.0 0 | constrains: app >=1
//   installed from main: lib 1.0 0 | requested as: lib
//   virtual __glibc 2.17 0
//   request app
//   pin lib <3
//   remove old
//   priority strict, objective ordered, exclude-newer 1600000000000, update-all, prune, no-deps
//
// Of a record all but name and version may be missing (the build is "0" then), and so may any line.
[[nodiscard]] std::string ToText(const Universe& universe);

// Errors: kInvalidArgument with the line. ParseUniverse(ToText(u)) is u.
[[nodiscard]] absl::StatusOr<Universe> ParseUniverse(std::string_view text);

}  // namespace satchel::oracle

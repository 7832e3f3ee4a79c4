#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

#include "base/shared_library.h"

namespace satchel {

// Where a file of ours is that is installed beside the program, in the directory of modules or in
// the program's own.
std::string ModuleFile(std::string_view name);

// A module is a part of satchel in a file of its own, `name`.so, linked with a library of C++ that
// the program does not want at every start. It has one function, satchel_<name>, of the type
//   extern "C" const Functions*()
// and Functions is a struct of a version and functions of C; no exception and no object of C++
// passes between the two, since each side has a C++ library of its own. `linked` is that function
// where the module is linked after all (in libsatchel.so), else null.
// Errors: kUnavailable if it is not there or of another version.
template <typename Functions>
absl::StatusOr<const Functions*> LoadModule(const std::string& name, const Functions* (*linked)()) {
  const Functions* (*get)() = linked;
  if (get == nullptr) {
    SharedLibrary library(ModuleFile(name + ".so"),
                          "it belongs to satchel: install all of it (cmake --install)");
    library.Find(("satchel_" + name).c_str(), &get);
    if (!library.status().ok()) {
      return library.status();
    }
  }
  const Functions* const functions = get();
  if (functions->version != Functions::kVersion) {
    return absl::UnavailableError(
        absl::StrFormat("%s is of version %d where %d is needed; install all of satchel anew",
                        ModuleFile(name + ".so"), functions->version, Functions::kVersion));
  }
  return functions;
}

}  // namespace satchel

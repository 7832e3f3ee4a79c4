#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

#include "base/shared_library.h"

namespace satchel {

// The path of one of satchel's own files that is installed beside the program: in the directory of
// modules or in the program's directory.
std::string ModuleFile(std::string_view name);

// A module is a part of satchel in its own file, `name`.so, linked with a C++ library that the
// program should not load at every start. It has one function, module_of_<name>, of the type
//   extern "C" const Functions*()
// where Functions is a struct of a version and C functions. No exception and no C++ object crosses
// this interface, since each side has its own C++ library. `linked` is that function if the module
// is linked directly (in libsatchel.so), else null. Errors: kUnavailable if the module is missing
// or of another version.
template <typename Functions>
absl::StatusOr<const Functions*> LoadModule(const std::string& name, const Functions* (*linked)()) {
  const Functions* (*get)() = linked;
  if (get == nullptr) {
    SharedLibrary library(ModuleFile(name + ".so"),
                          "it belongs to satchel: install all of it (cmake --install)");
    library.Find(("module_of_" + name).c_str(), &get);
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

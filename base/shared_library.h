#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"

#include "base/check.h"

namespace satchel {

// A library that is loaded when it is first needed and not linked, because the dynamic linker's
// work for it would cost each start of the program, also where nothing of it is called
// (ARCHITECTURE.md, "Where the time goes"). It stays loaded until the process ends.
//
// For each there is a struct of pointers to the functions that we call (LibraryFunctions).
class SharedLibrary final {
 public:
  // `file` is looked for as the dynamic linker does; `advice` ends the message if that fails.
  SharedLibrary(const std::string& file, std::string advice);

  // The type of `*function` is not checked, unless the name is a C++ function's, which says it.
  template <typename Function>
  void Find(const char* name, Function** function) {
    *function = reinterpret_cast<Function*>(Address(name));
  }
  // Of a function or of data; null if the library or the name is not there.
  void* Address(const char* name);

  // OK if all was found until now. Errors: kUnavailable, "<what is missing>; <advice>".
  [[nodiscard]] absl::Status status() const;

  // For callers that have no way to go on: a library that is missing is told in one line on
  // standard error, and the process ends with the exit code 4, as by the dynamic linker if it had
  // been linked.
  void EndProcessIfMissing() const;

 private:
  void* handle_;
  std::string advice_;
  std::string missing_;
};

// The functions of one library, found when the first of it is asked for:
//   const LibraryFunctions<Nettle>& Library() {
//     static const LibraryFunctions<Nettle> library(
//         "libnettle.so.8", "install nettle", [](SharedLibrary& library, Nettle& nettle) {
//           library.Find("nettle_md5_init", &nettle.md5_init);
//           return library.status();
//         });
//     return library;
//   }
template <typename Functions>
class LibraryFunctions final {
 public:
  // `find` fills in the functions, and says whether they may be used.
  template <typename Find>
  LibraryFunctions(const std::string& file, std::string advice, Find find) {
    SharedLibrary library(file, std::move(advice));
    status_ = find(library, functions_);
  }

  const absl::Status& status() const { return status_; }
  // Only if that is OK.
  const Functions& functions() const {
    SATCHEL_CHECK(status_.ok());
    return functions_;
  }

 private:
  Functions functions_ = {};
  absl::Status status_;
};

}  // namespace satchel

#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"

#include "base/check.h"

namespace satchel {

// A library that is loaded on demand instead of linked: linking it would cost time at every start
// of the program, even if nothing calls it (ARCHITECTURE.md, "Where the time goes"). It stays
// loaded until the process ends. For C functions only: the name of any other function says nothing
// about its types.
//
// Each library has a struct of pointers to the functions that satchel calls (LibraryFunctions).
class SharedLibrary final {
 public:
  // Searches for `file` as the dynamic linker does; `advice` ends the message if that fails.
  SharedLibrary(const std::string& file, std::string advice);

  // Does not check the type of `*function`.
  template <typename Function>
  void Find(const char* name, Function** function) {
    *function = reinterpret_cast<Function*>(Address(name));
  }
  // The address of a function or of data; null if the library or the name is missing.
  void* Address(const char* name);

  // OK if everything was found so far. Errors: kUnavailable, "<what is missing>; <advice>".
  [[nodiscard]] absl::Status status() const;

 private:
  void* handle_;
  std::string advice_;
  std::string missing_;
};

// The functions of one library, found at the first request:
//   const LibraryFunctions<Curl>& Library() {
//     static const LibraryFunctions<Curl> library(
//         "libcurl.so.4", "install curl", [](SharedLibrary& library, Curl& curl) {
//           library.Find("curl_easy_init", &curl.easy_init);
//           return library.status();
//         });
//     return library;
//   }
template <typename Functions>
class LibraryFunctions final {
 public:
  // `find` fills in the functions and returns whether they may be used.
  template <typename Find>
  LibraryFunctions(const std::string& file, std::string advice, Find find) {
    SharedLibrary library(file, std::move(advice));
    status_ = find(library, functions_);
  }

  const absl::Status& status() const { return status_; }
  // Requires: status() is OK.
  const Functions& functions() const {
    SATCHEL_CHECK(status_.ok());
    return functions_;
  }

 private:
  Functions functions_ = {};
  absl::Status status_;
};

}  // namespace satchel

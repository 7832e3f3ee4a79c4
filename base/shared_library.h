#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"

#include "base/check.h"

namespace satchel {

// A library that is loaded when it is first needed and not linked, because the dynamic linker's
// work for it would cost each start of the program, also where nothing of it is called
// (ARCHITECTURE.md, "Where the time goes"). It stays loaded until the process ends. Only for
// functions of C: the name of another says nothing about its types.
//
// For each there is a struct of pointers to the functions that we call (LibraryFunctions).
class SharedLibrary final {
 public:
  // `file` is looked for as the dynamic linker does; `advice` ends the message if that fails.
  SharedLibrary(const std::string& file, std::string advice);

  // The type of `*function` is not checked.
  template <typename Function>
  void Find(const char* name, Function** function) {
    *function = reinterpret_cast<Function*>(Address(name));
  }
  // Of a function or of data; null if the library or the name is not there.
  void* Address(const char* name);

  // OK if all was found until now. Errors: kUnavailable, "<what is missing>; <advice>".
  [[nodiscard]] absl::Status status() const;

 private:
  void* handle_;
  std::string advice_;
  std::string missing_;
};

// The functions of one library, found when the first of it is asked for:
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

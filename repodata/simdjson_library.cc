#include "repodata/simdjson_library.h"

#include "base/shared_library.h"

namespace satchel {
namespace {

struct Functions {
  decltype(&simdjson::get_active_implementation) get_active_implementation;
  double (*from_chars)(const char* first);
  double (*from_chars_until)(const char* first, const char* end);
  const simdjson::internal::error_code_info* error_codes;
};

const LibraryFunctions<Functions>& Library() {
  static const LibraryFunctions<Functions> loaded(
      SATCHEL_SIMDJSON_SONAME,
      "repodata is read with simdjson: install it (in Debian: apt install "
      "libsimdjson14)",
      [](SharedLibrary& library, Functions& functions) {
        library.Find("_ZN8simdjson25get_active_implementationEv",
                     &functions.get_active_implementation);
        library.Find("_ZN8simdjson8internal10from_charsEPKc", &functions.from_chars);
        library.Find("_ZN8simdjson8internal10from_charsEPKcS2_", &functions.from_chars_until);
        library.Find("_ZN8simdjson8internal11error_codesE", &functions.error_codes);
        return library.status();
      });
  return loaded;
}

const Functions& Simdjson() {
  return Library().functions();
}

}  // namespace

absl::Status LoadSimdjson() {
  return Library().status();
}

const char* Message(simdjson::error_code error) {
  return Simdjson().error_codes[error].message;
}

}  // namespace satchel

namespace simdjson {

internal::atomic_ptr<const implementation>& get_active_implementation() {
  return satchel::Simdjson().get_active_implementation();
}

namespace internal {

double from_chars(const char* first) noexcept {
  return satchel::Simdjson().from_chars(first);
}

double from_chars(const char* first, const char* end) noexcept {
  return satchel::Simdjson().from_chars_until(first, end);
}

}  // namespace internal
}  // namespace simdjson

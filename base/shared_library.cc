#include "base/shared_library.h"

#include <dlfcn.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace satchel {

SharedLibrary::SharedLibrary(const std::string& file, std::string advice)
    : handle_(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)), advice_(std::move(advice)) {
  if (handle_ == nullptr) {
    missing_ = dlerror();
  }
}

void* SharedLibrary::Address(const char* name) {
  void* const address = handle_ != nullptr ? dlsym(handle_, name) : nullptr;
  if (address == nullptr && missing_.empty()) {
    missing_ = dlerror();
  }
  return address;
}

absl::Status SharedLibrary::status() const {
  return missing_.empty() ? absl::OkStatus()
                          : absl::UnavailableError(absl::StrCat(missing_, "; ", advice_));
}

}  // namespace satchel

#include "frontend/fetch/curl_library.h"

#include <dlfcn.h>

#include <string>

#include "base/check.h"

namespace satchel {
namespace {

// The interface that the header describes, since 2006.
constexpr char kFileName[] = "libcurl.so.4";

struct Loaded {
  CurlLibrary functions = {};
  absl::Status status;
};

template <typename Function>
bool Find(void* library, const char* name, Function* function) {
  *function = reinterpret_cast<Function>(dlsym(library, name));
  return *function != nullptr;
}

bool FindAll(void* library, CurlLibrary* curl) {
  return Find(library, "curl_global_init", &curl->global_init) &&
         Find(library, "curl_slist_append", &curl->slist_append) &&
         Find(library, "curl_slist_free_all", &curl->slist_free_all) &&
         Find(library, "curl_easy_init", &curl->easy_init) &&
         Find(library, "curl_easy_cleanup", &curl->easy_cleanup) &&
         Find(library, "curl_easy_setopt", &curl->easy_setopt) &&
         Find(library, "curl_easy_getinfo", &curl->easy_getinfo) &&
         Find(library, "curl_easy_strerror", &curl->easy_strerror) &&
         Find(library, "curl_multi_init", &curl->multi_init) &&
         Find(library, "curl_multi_cleanup", &curl->multi_cleanup) &&
         Find(library, "curl_multi_setopt", &curl->multi_setopt) &&
         Find(library, "curl_multi_add_handle", &curl->multi_add_handle) &&
         Find(library, "curl_multi_remove_handle", &curl->multi_remove_handle) &&
         Find(library, "curl_multi_perform", &curl->multi_perform) &&
         Find(library, "curl_multi_poll", &curl->multi_poll) &&
         Find(library, "curl_multi_info_read", &curl->multi_info_read);
}

Loaded Load() {
  Loaded loaded;
  void* const library = dlopen(kFileName, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr || !FindAll(library, &loaded.functions)) {
    const char* const why = dlerror();
    loaded.status = absl::UnavailableError(std::string(why != nullptr ? why : kFileName) +
                                           "; files are fetched with libcurl 7.88 or later: "
                                           "install it (in Debian: apt install libcurl4)");
  } else if (loaded.functions.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    loaded.status = absl::UnavailableError("libcurl cannot be initialised");
  }
  return loaded;
}

const Loaded& LoadOnce() {
  static const Loaded loaded = Load();
  return loaded;
}

}  // namespace

absl::Status LoadCurl() {
  return LoadOnce().status;
}

const CurlLibrary& Curl() {
  SATCHEL_CHECK(LoadOnce().status.ok());
  return LoadOnce().functions;
}

}  // namespace satchel

#include "frontend/fetch/curl_library.h"

#include "base/shared_library.h"

namespace satchel {
namespace {

// The interface that the header describes, since 2006.
constexpr char kFileName[] = "libcurl.so.4";

const LibraryFunctions<CurlLibrary>& CurlFunctions() {
  static const LibraryFunctions<CurlLibrary> loaded(
      kFileName,
      "files are fetched with libcurl 7.66 or later: install it (in Debian: "
      "apt install libcurl4)",
      [](SharedLibrary& library, CurlLibrary& curl) {
        library.Find("curl_global_init", &curl.global_init);
        library.Find("curl_slist_append", &curl.slist_append);
        library.Find("curl_slist_free_all", &curl.slist_free_all);
        library.Find("curl_easy_init", &curl.easy_init);
        library.Find("curl_easy_cleanup", &curl.easy_cleanup);
        library.Find("curl_easy_setopt", &curl.easy_setopt);
        library.Find("curl_easy_getinfo", &curl.easy_getinfo);
        library.Find("curl_easy_strerror", &curl.easy_strerror);
        library.Find("curl_multi_init", &curl.multi_init);
        library.Find("curl_multi_cleanup", &curl.multi_cleanup);
        library.Find("curl_multi_setopt", &curl.multi_setopt);
        library.Find("curl_multi_add_handle", &curl.multi_add_handle);
        library.Find("curl_multi_remove_handle", &curl.multi_remove_handle);
        library.Find("curl_multi_perform", &curl.multi_perform);
        library.Find("curl_multi_poll", &curl.multi_poll);
        library.Find("curl_multi_info_read", &curl.multi_info_read);
        return library.status().ok() && curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK
                   ? absl::UnavailableError("libcurl cannot be initialised")
                   : library.status();
      });
  return loaded;
}

}  // namespace

absl::Status LoadCurl() {
  return CurlFunctions().status();
}

const CurlLibrary& Curl() {
  return CurlFunctions().functions();
}

}  // namespace satchel

#pragma once

#include <curl/curl.h>

#include "absl/status/statusor.h"

namespace satchel {

// The functions of libcurl that satchel calls. The first transfer loads it; the program does not
// link it: with the thirty libraries behind it, it would cost each start of the program more than
// an everyday solve takes, even if nothing is fetched.
struct CurlLibrary {
  decltype(&curl_global_init) global_init;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_multi_init) multi_init;
  decltype(&curl_multi_cleanup) multi_cleanup;
  decltype(&curl_multi_setopt) multi_setopt;
  decltype(&curl_multi_add_handle) multi_add_handle;
  decltype(&curl_multi_remove_handle) multi_remove_handle;
  decltype(&curl_multi_perform) multi_perform;
  decltype(&curl_multi_poll) multi_poll;
  decltype(&curl_multi_info_read) multi_info_read;
};

// Loads and initialises libcurl at the first call; it stays until the process ends. Thread-safe.
// Errors: kUnavailable, with what to install.
[[nodiscard]] absl::Status LoadCurl();

// Requires: LoadCurl() was successful.
const CurlLibrary& Curl();

}  // namespace satchel

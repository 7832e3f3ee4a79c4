#pragma once

#include <curl/curl.h>

#include "absl/status/statusor.h"

namespace satchel {

// What we call of libcurl. It is loaded when the first transfer needs it and not linked: with the
// thirty libraries behind it, it would cost each start of the program more than an everyday solve
// takes, also where nothing is fetched.
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

// Loads libcurl, the first time, and initialises it; it stays until the process ends. Thread-safe.
// Errors: kUnavailable, with what to install.
[[nodiscard]] absl::Status LoadCurl();

// Only after LoadCurl() was successful.
const CurlLibrary& Curl();

}  // namespace satchel

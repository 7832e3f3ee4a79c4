#pragma once

// libcurl's side of one request. Only downloader.cc and easy_handle.cc include this.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "frontend/fetch/downloader.h"
#include "frontend/fetch/network_options.h"

namespace satchel {

struct HttpResponse {
  int status = 0;                 // 0 before a response, and for file://.
  std::uint64_t range_start = 0;  // For a 206.
  std::uint64_t range_total = 0;  // The size of the whole file in bytes; 0 if unknown.
  std::string etag;
  std::string last_modified;
  std::string cache_control;
};

// One request, from its options to its last byte.
class EasyHandle final {
 public:
  struct Request {
    std::string url;
    std::uint64_t resume_from = 0;
    std::string if_range;  // Only together with resume_from.
    const Download* download = nullptr;
  };
  // Receives the body of a success; returning false ends the transfer.
  using Sink = std::function<bool(const HttpResponse& response, std::string_view bytes)>;

  // Requires: LoadCurl() was successful.
  EasyHandle(const NetworkOptions& options, Request request, Sink sink);
  ~EasyHandle();
  EasyHandle(const EasyHandle&) = delete;
  EasyHandle& operator=(const EasyHandle&) = delete;

  CURL* curl() const { return curl_; }
  const HttpResponse& response() const { return response_; }
  const absl::Status& status() const { return status_; }  // Of the construction.
  const char* error_text() const { return error_; }
  std::uint64_t content_length() const;  // 0 if unknown.
  double retry_after_s() const;          // 0 if the server sent none.
  bool was_sent() const;                 // Whether a server could be reached.

 private:
  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self);
  template <typename Value>
  void Set(CURL* curl, CURLoption option, Value value);
  void SetProtocols(CURLoption option, CURLoption before, const char* names, long bits);
  void SetTarget(const NetworkOptions& options, const Request& request);
  void SetSecurity(const NetworkOptions& options);
  void SetCredentials(const NetworkOptions& options, const std::string& url);
  void SetHeaders(const Request& request);
  void ReadHeader(std::string_view line);

  CURL* curl_;
  absl::Status status_;
  Sink sink_;
  HttpResponse response_;
  curl_slist* headers_ = nullptr;
  std::uint64_t ignored_bytes_ = 0;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace satchel

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "frontend/fetch/network_options.h"

namespace satchel {

// One file to fetch.
struct Download {
  // Its URLs (http, https, file), the most preferred first; not empty. If one fails, the next is
  // tried. Credentials in a URL, "user:password@" or "/t/<token>/", are sent and never shown.
  std::vector<std::string> urls;
  // The file gets this name when it is complete and verified against what is known about it; this
  // replaces an existing file in one step. Its directory must exist. Until then the bytes are in
  // <destination>.part, and a later download of the same file, by this process or another,
  // continues there.
  std::string destination;

  // The expected properties. 0 and empty: not known.
  std::uint64_t size_bytes = 0;
  std::string sha256;  // Hex digits.
  std::string md5;     // Used only if there is no sha256.

  // For a file of which an older version exists: if the server still has that version, the result
  // is `not_modified` and nothing is written.
  std::string if_none_match;
  std::string if_modified_since;
  // Let the server compress the transfer (the plain text is written). Such a transfer cannot be
  // resumed.
  bool accept_compressed = false;
  std::uint64_t max_bytes = std::uint64_t{16} << 30;  // A larger file is refused.
};

struct DownloadResult {
  // kUnavailable: the network or the server fails, or --offline; kNotFound: no mirror has it;
  // kPermissionDenied: it requires (other) credentials; kDataLoss: not the expected file (size or
  // hash); kCancelled; or a disk error. The message names the URL, without credentials.
  absl::Status status;
  std::string url;  // The URL that it came from, as in Download::urls.
  bool not_modified = false;
  bool was_reached = false;  // A server received the request; a failure happened after that.
  std::uint64_t received_bytes = 0;  // Over the network, in all attempts.
  // From the server; empty if absent.
  std::string etag;
  std::string last_modified;
  std::string cache_control;
};

// Callbacks during the fetch; each may be empty. Called by the thread in Fetch().
struct DownloadWatch {
  // The number of bytes of downloads[item] so far; `total_bytes` is 0 if unknown. May decrease when
  // a transfer restarts.
  std::function<void(std::size_t item, std::uint64_t bytes, std::uint64_t total_bytes)> progress;
  // The item is finished, successfully or not; the others continue.
  std::function<void(std::size_t item, const DownloadResult& result)> done;
  // A temporary failure: the URL, what happened, and when the next attempt is.
  std::function<void(const std::string& what)> retrying;
  const std::atomic<bool>* cancel = nullptr;  // May be set from anywhere, even a signal handler.
};

// Fetches files in parallel over shared connections (HTTP/2 where the server has it), with retries.
//
// A failure that may be temporary (no connection, a stall, a broken transfer, HTTP 408, 429, 5xx)
// is retried up to NetworkOptions::max_retries times, after a delay that doubles, with jitter, and
// not before the server's Retry-After. Other failures of a mirror are final for it. The last answer
// of a mirror counts. A web page in place of the file, with "200 OK", is a failure.
//
// Two processes may fetch the same file at the same time: one continues the partial file, the other
// fetches its own. Not thread-safe: one Fetch() at a time; connections stay open in between.
class Downloader final {
 public:
  explicit Downloader(NetworkOptions options);
  ~Downloader();
  Downloader(const Downloader&) = delete;
  Downloader& operator=(const Downloader&) = delete;

  // Results in the order of `downloads`. Returns when all are finished.
  [[nodiscard]] std::vector<DownloadResult> Fetch(const std::vector<Download>& downloads,
                                                  const DownloadWatch& watch = {});

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace satchel

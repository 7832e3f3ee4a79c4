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
  // Where it can be had (http, https, file), the most preferred first; not empty. The next is tried
  // when one fails. Credentials within a URL, "user:password@" or "/t/<token>/", are sent and never
  // shown.
  std::vector<std::string> urls;
  // The file gets this name when it is complete and what is known of it is verified; one that is
  // there already is replaced in one step. Its directory must exist. Until then the bytes are in
  // <destination>.part, which a later download of the same file, of this process or another,
  // goes on with.
  std::string destination;

  // What the file must be. 0 and empty: not known.
  std::uint64_t size_bytes = 0;
  std::string sha256;  // Hex digits.
  std::string md5;     // Looked at only where there is no sha256.

  // For a file of which an older version is there: if the server still has that version the answer
  // is `not_modified` and nothing is written.
  std::string if_none_match;
  std::string if_modified_since;
  // Let the server compress the transfer (it is the plain text that is written). Such a transfer
  // cannot be resumed.
  bool accept_compressed = false;
  std::uint64_t max_bytes = std::uint64_t{16} << 30;  // More than this is refused.
};

struct DownloadResult {
  // kUnavailable: the network or the server fails, or --offline; kNotFound: no mirror has it;
  // kPermissionDenied: it wants (other) credentials; kDataLoss: not the file that was meant (size
  // or hash); kCancelled; or what the disk said. The message names the URL, without credentials.
  absl::Status status;
  std::string url;  // The one that it came from, as in Download::urls.
  bool not_modified = false;
  bool was_reached = false;  // A server got the request; a failure is what became of that.
  std::uint64_t received_bytes = 0;  // Over the network, all attempts together.
  // The server's words; empty if it said nothing.
  std::string etag;
  std::string last_modified;
  std::string cache_control;
};

// What a caller may want to hear meanwhile; each may be empty. Called by the thread that is in
// Fetch().
struct DownloadWatch {
  // Bytes of downloads[item] that are there; `total_bytes` is 0 if not known. May fall, when a
  // transfer starts again.
  std::function<void(std::size_t item, std::uint64_t bytes, std::uint64_t total_bytes)> progress;
  // The item is finished, for good or not: the others still go on.
  std::function<void(std::size_t item, const DownloadResult& result)> done;
  // A failure that may pass: the URL, what happened, and when it is tried again.
  std::function<void(const std::string& what)> retrying;
  const std::atomic<bool>* cancel = nullptr;  // Set it from anywhere, even a signal handler.
};

// Fetches files in parallel over shared connections (HTTP/2 where the server has it), with retries.
//
// A failure that may pass (no connection, a stall, a broken transfer, HTTP 408, 429, 5xx) is tried
// again up to NetworkOptions::max_retries times, after a time that doubles, with jitter, and not
// before the server's Retry-After. Other failures of a mirror are final for it. What a mirror said
// last is its answer. A web page in the place of the file, with "200 OK", is a failure.
//
// Two processes may fetch the same file at the same time: one goes on with the partial file, the
// other fetches on its own. Not thread-safe: one Fetch() at a time; connections stay open between.
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

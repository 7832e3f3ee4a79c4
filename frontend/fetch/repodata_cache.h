#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "frontend/fetch/downloader.h"
#include "frontend/fetch/wanted.h"

namespace satchel {

// How long a repodata file is valid without asking the server.
struct RepodataCacheOptions {
  std::string directory;  // Created at the first write.
  // conda's local_repodata_ttl: 1: as long as the server says (Cache-Control); else seconds.
  std::int64_t ttl_s = 1;
  bool offline = false;  // Every existing copy is valid, however old.
};

// A file of a channel that changes at its URL, such as repodata.json.zst.
struct RemoteFile {
  std::vector<std::string> urls;  // Mirrors, the most preferred first.
  bool accept_compressed = false;
  // There is another form of it. A server's lack of this form is remembered for a day.
  bool is_optional = false;
};

struct RemoteFileResult {
  // kNotFound: the server does not have it, or --offline and it was never fetched.
  absl::Status status;
  bool is_refused = false;  // An optional file that the server did not send.
  std::string path;         // The path of the copy.
  std::string url;          // Its origin, without credentials.
  std::string stamp;        // Changes when the copy does.
};

// Copies of repodata with their HTTP metadata. A copy that may be outdated causes a conditional
// request (ETag, Last-Modified). <copy>.state.json lies beside each copy; a process killed at any
// point leaves a complete copy, or none.
//
// Several processes may use a directory. Not thread-safe.
class RepodataCache final {
 public:
  // `downloader` and `report` outlive this.
  RepodataCache(RepodataCacheOptions options, Downloader* downloader, FetchReport* report)
      : options_(std::move(options)), downloader_(downloader), report_(report) {}

  // Fetches all at once. Results in the order of `files`. `revalidate`: asks the server even if a
  // copy is valid.
  [[nodiscard]] std::vector<RemoteFileResult> Get(const std::vector<RemoteFile>& files,
                                                  const DownloadWatch& watch, bool revalidate);

 private:
  struct State;
  State ReadState(const std::string& path) const;
  bool IsFresh(const State& state) const;

  RepodataCacheOptions options_;
  Downloader* downloader_;
  FetchReport* report_;
};

// Marks a copy that turned out to be wrong: next time it is not valid, and the request is not
// conditional.
void DistrustCopy(const std::string& path);

// "max-age=N" in a Cache-Control header, in seconds; 0 if it is absent or caching is not allowed.
std::int64_t MaxAgeSeconds(std::string_view cache_control);

}  // namespace satchel

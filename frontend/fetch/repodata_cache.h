#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "frontend/fetch/downloader.h"
#include "frontend/fetch/wanted.h"

namespace satchel {

// How long a file of repodata is good without asking the server.
struct RepodataCacheOptions {
  std::string directory;  // Made when something is first written.
  // conda's local_repodata_ttl: 1: as long as the server says (Cache-Control); else seconds.
  std::int64_t ttl_s = 1;
  bool offline = false;  // What is there is good, however old.
};

// A file of a channel that changes at its URL, such as repodata.json.zst.
struct RemoteFile {
  std::vector<std::string> urls;  // Mirrors, the most preferred first.
  bool accept_compressed = false;
  // There is another form of it. That the server does not have this one is remembered for a day.
  bool is_optional = false;
};

struct RemoteFileResult {
  // kNotFound: the server does not have it, or --offline and it was never fetched.
  absl::Status status;
  bool is_refused = false;  // An optional file that a server was asked for and did not send.
  std::string path;         // Of the copy.
  std::string url;          // Where it came from, without credentials.
  std::string stamp;        // Changes when the copy does.
};

// Copies of repodata with what the server said of them. A copy that may be old is asked for again
// on condition that it has changed (ETag, Last-Modified). Beside each copy lies <copy>.state.json;
// a process that is killed anywhere leaves a copy that is whole, or none.
//
// Several processes may use one directory. Not thread-safe.
class RepodataCache final {
 public:
  // `downloader` and `report` outlive this.
  RepodataCache(RepodataCacheOptions options, Downloader* downloader, FetchReport* report)
      : options_(std::move(options)), downloader_(downloader), report_(report) {}

  // All at once. Results in the order of `files`. `revalidate`: asks even if a copy is good.
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

// A copy that turned out not to be what it should is not to be taken for good, nor asked for on
// condition, the next time.
void DistrustCopy(const std::string& path);

// "max-age=N" of a Cache-Control header, in seconds; 0 if there is none or it may not be kept.
std::int64_t MaxAgeSeconds(std::string_view cache_control);

}  // namespace satchel

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "frontend/fetch/wanted.h"
#include "repodata/index/index.h"
#include "repodata/io/ingest.h"

namespace satchel {

// Where the repodata of one subdir of a channel lies.
struct SubdirLocation {
  std::string subdir;
  std::string repodata;  // Path; before Fetch() the URL of a remote subdir.
  // Of a remote subdir, after Fetch():
  std::string label = {};                    // Where it came from, for messages; empty: the path.
  std::vector<std::string> plain_urls = {};  // Of its repodata.json, where this is another form.
  bool is_temporary = false;                 // Gone at the end: no index of it is worth keeping.
};

struct ChannelLocation {
  std::string name;                     // Canonical: what stands before "::" in a spec.
  std::string url;                      // Packages are at <url>/<subdir>/<fn>.
  std::vector<std::string> mirrors;     // Other URLs of the same; of packages too.
  std::vector<SubdirLocation> subdirs;  // The platform's first, then noarch; not empty.
  std::vector<std::string> warnings;
};

struct LoadedSubdir {
  SubdirLocation location;
  std::unique_ptr<const Index> index;
  IngestReport report;
  std::string index_file;       // Where the index is kept; empty if it is not.
  bool index_was_kept = false;  // It comes from there.
  std::vector<std::string> warnings = {};
};

// A place that channels come from: the local disk, a server, a cache before a server.
class ChannelSource {
 public:
  virtual ~ChannelSource() = default;

  // The channels that `typed` (as on a command line) stands for: one, or several if it is a name
  // for a group of channels. Errors: kNotFound, kPermissionDenied; kUnimplemented for a channel
  // that this source cannot serve.
  [[nodiscard]] virtual absl::StatusOr<std::vector<ChannelLocation>> Locate(
      const std::string& typed, const std::string& platform) const = 0;

  // One subdir that Locate gave as an earlier time left it, if that is current and takes next to no
  // time; else none. Thread-safe.
  virtual std::optional<LoadedSubdir> LoadKept(const SubdirLocation& location) const;

  // Brings what is remote of the channels to this disk, at least the records of `wanted` and of all
  // that they may need, and sets SubdirLocation::repodata to where it is. Subdirs that the channel
  // does not have are taken out. What was noteworthy goes to ChannelLocation::warnings.
  // Errors: those of Downloader; kNotFound if a channel has none of its subdirs.
  [[nodiscard]] virtual absl::Status Fetch(const WantedNames& wanted,
                                           std::vector<ChannelLocation>* locations,
                                           FetchReport* report) const;

  // Reads one subdir that Locate and Fetch gave. Thread-safe.
  [[nodiscard]] virtual absl::StatusOr<LoadedSubdir> Load(const SubdirLocation& location) const = 0;
};

struct LoadedChannel {
  std::string name;
  std::string url;
  std::vector<LoadedSubdir> subdirs;
  std::vector<std::string> mirrors = {};
};

// Wall time of the steps of LoadChannels, one after the other.
struct LoadTimes {
  double fetch_ms = 0;   // To locate the channels, and to bring what is remote to this disk.
  double open_ms = 0;    // To map the indexes that were kept.
  double ingest_ms = 0;  // To read what has no index yet; two subdirs at a time.
};

struct LoadedChannels {
  std::vector<LoadedChannel> channels;  // In the order typed, each once.
  std::vector<std::string> warnings;
  FetchReport fetch;
  LoadTimes times;

  // For a Request; the views live as long as this object, which may be moved.
  std::vector<Channel> Views() const;

  // Removes the kept indexes that turned out damaged when they were read, and returns their names:
  // if there are any, what was concluded from these channels may be wrong.
  std::vector<std::string> DropDamaged() const;
};

// Locates, fetches and loads all channels, subdirs in parallel. Two channels of one name in
// different places are both called by their URLs. Errors: the first, in the order typed.
[[nodiscard]] absl::StatusOr<LoadedChannels> LoadChannels(const ChannelSource& source,
                                                          const std::vector<std::string>& typed,
                                                          const std::string& platform,
                                                          const WantedNames& wanted = {});

}  // namespace satchel

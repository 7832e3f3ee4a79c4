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

// The location of the repodata of one subdir of a channel.
struct SubdirLocation {
  std::string subdir;
  std::string repodata;  // Path; before Fetch() the URL of a remote subdir.
  // For a remote subdir, after Fetch():
  std::string label = {};                    // Its origin, for messages; empty: the path.
  std::vector<std::string> plain_urls = {};  // The URLs of its repodata.json, if this is another
                                             // form.
  bool is_temporary = false;                 // Deleted at the end: an index of it is not worth
                                             // keeping.
};

struct ChannelLocation {
  std::string name;                     // Canonical: the part before "::" in a spec.
  std::string url;                      // Packages are at <url>/<subdir>/<fn>.
  std::vector<std::string> mirrors;     // Other URLs of the same channel, also for packages.
  std::vector<SubdirLocation> subdirs;  // The platform's first, then noarch; not empty.
  std::vector<std::string> warnings;
};

struct LoadedSubdir {
  SubdirLocation location;
  std::unique_ptr<const Index> index;
  IngestReport report;
  std::string index_file;       // The file of the index; empty if it is not kept.
  bool index_was_kept = false;  // The index comes from that file.
  std::vector<std::string> warnings = {};
};

// A source of channels: the local disk, a server, a cache in front of a server.
class ChannelSource {
 public:
  virtual ~ChannelSource() = default;

  // The channels that `typed` (as on a command line) stands for: one, or several if it is the name
  // of a group of channels. Errors: kNotFound, kPermissionDenied; kUnimplemented for a channel that
  // this source cannot serve.
  [[nodiscard]] virtual absl::StatusOr<std::vector<ChannelLocation>> Locate(
      const std::string& typed, const std::string& platform) const = 0;

  // A subdir from Locate as an earlier run left it, if that is current and takes next to no time;
  // else none. Thread-safe.
  virtual std::optional<LoadedSubdir> LoadKept(const SubdirLocation& location) const;

  // Downloads the remote parts of the channels, at least the records of `wanted` and everything
  // that they may need, and sets SubdirLocation::repodata to the local path. Removes subdirs that
  // the channel does not have. Warnings go to ChannelLocation::warnings. Errors: those of
  // Downloader; kNotFound if a channel has none of its subdirs.
  [[nodiscard]] virtual absl::Status Fetch(const WantedNames& wanted,
                                           std::vector<ChannelLocation>* locations,
                                           FetchReport* report) const;

  // Reads a subdir from Locate and Fetch. Thread-safe.
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
  double fetch_ms = 0;   // Locating the channels and downloading the remote ones.
  double open_ms = 0;    // Mapping the kept indexes.
  double ingest_ms = 0;  // Reading repodata without an index; two subdirs at a time.
};

struct LoadedChannels {
  std::vector<LoadedChannel> channels;  // By priority: as typed, relations considered.
  std::vector<std::string> warnings;
  FetchReport fetch;
  LoadTimes times;

  // For a Request; the views live as long as this object, which may be moved.
  std::vector<Channel> Views() const;

  // Removes the kept indexes that turned out to be damaged, and returns their names: if there are
  // any, conclusions from these channels may be wrong.
  std::vector<std::string> DropDamaged() const;
};

// Whether the channels that the typed ones name as their base or as overridden (CEP 42) are used
// too, and over how many steps; more are an error. 0: not at all.
struct RelationOptions {
  std::size_t max_depth = 10;
};

// Locates, fetches and loads all channels, subdirs in parallel. Two channels of the same name in
// different places are both called by their URLs. Those that relations bring in are told in the
// warnings, as are those of them that cannot be found. Errors: the first, in the order typed; a
// relation that makes no sense, a cycle of them.
[[nodiscard]] absl::StatusOr<LoadedChannels> LoadChannels(const ChannelSource& source,
                                                          const std::vector<std::string>& typed,
                                                          const std::string& platform,
                                                          const WantedNames& wanted = {},
                                                          const RelationOptions& relations = {});

}  // namespace satchel

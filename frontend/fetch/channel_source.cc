#include "frontend/fetch/channel_source.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/stopwatch.h"
#include "frontend/fetch/index_directory.h"
#include "repodata/io/url.h"

namespace satchel {
namespace {

constexpr unsigned kMaxThreads = 2;  // A channel has two subdirs; more only thrash the memory bus.

void NameAmbiguousByUrl(std::vector<ChannelLocation>& locations) {
  std::vector<std::string> names;
  for (const ChannelLocation& location : locations) {
    names.push_back(location.name);
  }
  for (ChannelLocation& location : locations) {
    if (std::ranges::count(names, location.name) > 1) {
      location.name = location.url;
    }
  }
}

absl::StatusOr<std::vector<ChannelLocation>> LocateAll(const ChannelSource& source,
                                                       const std::vector<std::string>& typed,
                                                       const std::string& platform) {
  std::vector<ChannelLocation> all;
  for (const std::string& channel : typed) {
    ASSIGN_OR_RETURN(std::vector<ChannelLocation> found, source.Locate(channel, platform));
    for (ChannelLocation& location : found) {
      const auto same_place = [&location](const ChannelLocation& other) {
        return other.url == location.url &&
               other.subdirs[0].repodata == location.subdirs[0].repodata;
      };
      if (std::ranges::none_of(all, same_place)) {
        all.push_back(std::move(location));
      }
    }
  }
  NameAmbiguousByUrl(all);
  return all;
}

// Loads every subdir of every channel; results in the same order. A thread is started only if two
// must be read: to map what is kept takes less time than to start one.
std::vector<absl::StatusOr<LoadedSubdir>> LoadAll(const ChannelSource& source,
                                                  const std::vector<const SubdirLocation*>& subdirs,
                                                  LoadTimes* times) {
  Stopwatch watch;
  std::vector<absl::StatusOr<LoadedSubdir>> results(subdirs.size());
  std::vector<std::size_t> to_read;
  for (std::size_t i = 0; i < subdirs.size(); ++i) {
    if (std::optional<LoadedSubdir> kept = source.LoadKept(*subdirs[i]); kept.has_value()) {
      results[i] = *std::move(kept);
    } else {
      to_read.push_back(i);
    }
  }
  times->open_ms = watch.Lap();
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < to_read.size(); i = next++) {
      try {
        results[to_read[i]] = source.Load(*subdirs[to_read[i]]);
      } catch (const std::bad_alloc&) {  // Would end the process where it is not the main thread.
        results[to_read[i]] = absl::ResourceExhaustedError("out of memory");
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min<std::size_t>(kMaxThreads, to_read.size()); ++i) {
      try {
        helpers.emplace_back(work);
      } catch (const std::system_error&) {
        break;  // No thread is to be had: this one does it alone.
      }
    }
    work();
  }
  times->ingest_ms = watch.Lap();
  return results;
}

absl::Status CheckBaseUrl(const ChannelLocation& channel, const LoadedSubdir& subdir) {
  const std::string why =
      WhyBadBaseUrl("the base_url of its repodata", JoinUrl(channel.url, subdir.location.subdir),
                    subdir.index->base_url());
  return why.empty() ? absl::OkStatus()
                     : absl::InvalidArgumentError(absl::StrFormat(
                           "channel '%s', %s: %s", channel.name, subdir.location.subdir, why));
}

}  // namespace

std::optional<LoadedSubdir> ChannelSource::LoadKept(const SubdirLocation&) const {
  return std::nullopt;
}

absl::Status ChannelSource::Fetch(const WantedNames& /*wanted*/,
                                  std::vector<ChannelLocation>* /*locations*/,
                                  FetchReport* /*report*/) const {
  return absl::OkStatus();  // All is on this disk.
}

std::vector<Channel> LoadedChannels::Views() const {
  std::vector<Channel> views;
  for (const LoadedChannel& channel : channels) {
    Channel view;
    view.name = channel.name;
    view.url = channel.url;
    for (const LoadedSubdir& subdir : channel.subdirs) {
      view.subdirs.push_back(subdir.index.get());
    }
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<std::string> LoadedChannels::DropDamaged() const {
  std::vector<std::string> dropped;
  for (const LoadedChannel& channel : channels) {
    for (const LoadedSubdir& subdir : channel.subdirs) {
      if (subdir.index->damaged()) {
        // Where it cannot be removed, it is written over or not read (IndexCacheOptions::rebuild).
        static_cast<void>(RemoveIndex(subdir.index_file));
        dropped.push_back(subdir.index_file);
      }
    }
  }
  return dropped;
}

absl::StatusOr<LoadedChannels> LoadChannels(const ChannelSource& source,
                                            const std::vector<std::string>& typed,
                                            const std::string& platform,
                                            const WantedNames& wanted) {
  LoadedChannels loaded;
  Stopwatch watch;
  ASSIGN_OR_RETURN(std::vector<ChannelLocation> locations, LocateAll(source, typed, platform));
  RETURN_IF_ERROR(source.Fetch(wanted, &locations, &loaded.fetch));
  loaded.times.fetch_ms = watch.Lap();
  std::vector<const SubdirLocation*> subdirs;
  for (const ChannelLocation& location : locations) {
    for (const SubdirLocation& subdir : location.subdirs) {
      subdirs.push_back(&subdir);
    }
  }
  auto results = LoadAll(source, subdirs, &loaded.times);
  std::size_t next = 0;
  for (const ChannelLocation& location : locations) {
    LoadedChannel channel{location.name, location.url, {}, location.mirrors};
    loaded.warnings.insert(loaded.warnings.end(), location.warnings.begin(),
                           location.warnings.end());
    for (std::size_t i = 0; i < location.subdirs.size(); ++i) {
      absl::StatusOr<LoadedSubdir>& subdir = results[next++];
      RETURN_IF_ERROR(subdir.status());
      loaded.warnings.insert(loaded.warnings.end(), subdir->warnings.begin(),
                             subdir->warnings.end());
      RETURN_IF_ERROR(CheckBaseUrl(location, *subdir));
      channel.subdirs.push_back(*std::move(subdir));
    }
    loaded.channels.push_back(std::move(channel));
  }
  return loaded;
}

}  // namespace satchel

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
#include "base/strings.h"
#include "frontend/fetch/channel_relations.h"
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

namespace {

absl::StatusOr<LoadedChannels> LoadOnce(const ChannelSource& source,
                                        const std::vector<std::string>& typed,
                                        const std::string& platform, const WantedNames& wanted) {
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

// Follows the relations of channels, step by step: what a channel names is known only when its
// repodata is there.
class Relating final {
 public:
  Relating(const ChannelSource& source, const std::vector<std::string>& typed,
           const std::string& platform, const WantedNames& wanted, std::size_t max_depth)
      : source_(source),
        platform_(platform),
        wanted_(wanted),
        max_depth_(max_depth),
        names_(typed) {}

  absl::StatusOr<LoadedChannels> Run() {
    ASSIGN_OR_RETURN(loaded_, LoadOnce(source_, names_, platform_, wanted_));
    num_typed_ = loaded_.channels.size();
    for (std::size_t depth = 0; max_depth_ > 0; ++depth) {
      RETURN_IF_ERROR(ReadRelations());
      if (missing_.empty()) {
        break;
      }
      if (depth == max_depth_) {
        return absl::InvalidArgumentError(
            absl::StrFormat("the relations of the channels go over more than %d steps, to %s; "
                            "--no-channel-relations goes without them",
                            max_depth_, missing_.front()));
      }
      RETURN_IF_ERROR(LoadMissing());
    }
    RETURN_IF_ERROR(Order());
    loaded_.warnings.insert(loaded_.warnings.end(), told_.begin(), told_.end());
    return std::move(loaded_);
  }

 private:
  static std::string PlaceOf(std::string_view url) {
    while (url.ends_with('/')) {
      url.remove_suffix(1);
    }
    return std::string(url);
  }

  std::optional<std::size_t> Find(const std::string& url) const {
    for (std::size_t i = 0; i < loaded_.channels.size(); ++i) {
      if (PlaceOf(loaded_.channels[i].url) == url) {
        return i;
      }
    }
    return std::nullopt;
  }

  // Of what is loaded: graph_, and what it names that is not.
  absl::Status ReadRelations() {
    graph_.assign(loaded_.channels.size(), {});
    missing_.clear();
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      graph_[i].name = loaded_.channels[i].name;
      graph_[i].is_typed = i < num_typed_;
      for (const LoadedSubdir& subdir : loaded_.channels[i].subdirs) {
        const absl::Status read = ReadRelation(i, *subdir.index);
        if (!read.ok()) {
          return absl::InvalidArgumentError(
              absl::StrFormat("channel '%s', %s: %s; --no-channel-relations goes without it",
                              graph_[i].name, subdir.location.subdir, ToStd(read.message())));
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadRelation(std::size_t channel, const Index& index) {
    std::string base;
    for (const bool is_base : {true, false}) {
      const std::string_view reference =
          is_base ? index.base_channel() : index.overridden_channel();
      if (reference.empty()) {
        continue;
      }
      ASSIGN_OR_RETURN(const std::string url,
                       ResolveRelation(loaded_.channels[channel].url, reference));
      if (!is_base && url == base) {
        return absl::InvalidArgumentError("it names one channel as its base and as overridden");
      }
      base = is_base ? url : base;
      std::vector<std::size_t>& others =
          is_base ? graph_[channel].bases : graph_[channel].overridden;
      if (const std::optional<std::size_t> known = Find(url); known.has_value()) {
        if (std::ranges::count(others, *known) == 0) {
          others.push_back(*known);
        }
      } else if (std::ranges::count(unreachable_, url) == 0 &&
                 std::ranges::count(missing_, url) == 0) {
        missing_.push_back(url);
        told_.push_back(absl::StrFormat("channel %s is searched %s %s, which names it as %s", url,
                                        is_base ? "before" : "after", graph_[channel].name,
                                        is_base ? "its base" : "overridden"));
      }
    }
    return absl::OkStatus();
  }

  // All at once; one by one if some cannot be found.
  absl::Status LoadMissing() {
    std::vector<std::string> names = names_;
    names.insert(names.end(), missing_.begin(), missing_.end());
    absl::StatusOr<LoadedChannels> all = LoadOnce(source_, names, platform_, wanted_);
    if (absl::IsNotFound(all.status())) {
      names = names_;
      for (const std::string& url : missing_) {
        const absl::Status found =
            LoadOnce(source_, {url}, platform_, {false, false, {}, {}}).status();
        if (!absl::IsNotFound(found)) {
          RETURN_IF_ERROR(found);
          names.push_back(url);
          continue;
        }
        unreachable_.push_back(url);
        std::erase_if(told_, [&](const std::string& text) {
          return text.starts_with("channel " + url + " is searched");
        });
        told_.push_back(
            absl::StrFormat("channel %s, which another channel names as related, "
                            "cannot be found: nothing of it is considered",
                            url));
      }
      all = LoadOnce(source_, names, platform_, wanted_);
    }
    RETURN_IF_ERROR(all.status());
    const FetchReport before = loaded_.fetch;
    const LoadTimes times = loaded_.times;
    loaded_ = *std::move(all);
    loaded_.fetch.received_bytes += before.received_bytes;
    loaded_.fetch.num_requests += before.num_requests;
    loaded_.fetch.num_rounds += before.num_rounds;
    loaded_.times.fetch_ms += times.fetch_ms;
    loaded_.times.open_ms += times.open_ms;
    loaded_.times.ingest_ms += times.ingest_ms;
    names_ = std::move(names);
    return absl::OkStatus();
  }

  absl::Status Order() {
    if (graph_.empty()) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const std::vector<std::size_t> order, OrderRelated(graph_));
    std::vector<LoadedChannel> sorted;
    for (const std::size_t channel : order) {
      sorted.push_back(std::move(loaded_.channels[channel]));
    }
    loaded_.channels = std::move(sorted);
    return absl::OkStatus();
  }

  const ChannelSource& source_;
  const std::string& platform_;
  const WantedNames& wanted_;
  const std::size_t max_depth_;
  std::vector<std::string> names_;
  LoadedChannels loaded_;
  std::size_t num_typed_ = 0;
  std::vector<RelatedChannel> graph_;
  std::vector<std::string> missing_;
  std::vector<std::string> unreachable_;
  std::vector<std::string> told_;
};

}  // namespace

absl::StatusOr<LoadedChannels> LoadChannels(const ChannelSource& source,
                                            const std::vector<std::string>& typed,
                                            const std::string& platform, const WantedNames& wanted,
                                            const RelationOptions& relations) {
  return Relating(source, typed, platform, wanted, relations.max_depth).Run();
}

}  // namespace satchel

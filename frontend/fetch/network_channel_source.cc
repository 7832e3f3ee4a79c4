#include "frontend/fetch/network_channel_source.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "repodata/io/url.h"

namespace satchel {

NetworkChannelSource::NetworkChannelSource(LocalChannelSource local, ChannelNames names,
                                           NetworkOptions network, NetworkSourceOptions options)
    : local_(std::move(local)), names_(std::move(names)) {
  options.repodata.offline = network.offline;
  const bool verify_tls = network.verify_tls;
  downloader_ = std::make_unique<Downloader>(std::move(network));
  fetcher_ = std::make_unique<RepodataFetcher>(
      std::move(options), verify_tls, downloader_.get(),
      [this](const SubdirLocation& location) { return LoadCopy(location); });
}

absl::StatusOr<std::vector<ChannelLocation>> NetworkChannelSource::Locate(
    const std::string& typed, const std::string& platform) const {
  if (typed.empty() || local_.Serves(typed)) {
    ASSIGN_OR_RETURN(std::vector<ChannelLocation> local, local_.Locate(typed, platform));
    for (const ChannelLocation& location : local) {
      RETURN_IF_ERROR(names_.CheckAllowed(location.name, location.url));
    }
    return local;
  }
  ASSIGN_OR_RETURN(const std::vector<ConfiguredChannel> channels, names_.Resolve(typed));
  std::vector<ChannelLocation> locations;
  for (const ConfiguredChannel& channel : channels) {
    const auto is_remote = [](const std::string& url) { return FileUrlToPath(url).empty(); };
    auto first = channel.urls.begin();
    absl::StatusOr<ChannelLocation> local = absl::NotFoundError("");
    for (; first != channel.urls.end() && !is_remote(*first) && !local.ok(); ++first) {
      local = LocateLocal(channel, *first, platform);
    }
    if (local.ok() || first == channel.urls.end()) {
      RETURN_IF_ERROR(local.status());
      locations.push_back(*std::move(local));
      continue;
    }
    ChannelLocation location;
    location.name = channel.name;
    location.url = *first;
    std::copy_if(first + 1, channel.urls.end(), std::back_inserter(location.mirrors), is_remote);
    const std::vector<std::string> subdirs = channel.subdir.empty()
                                                 ? std::vector<std::string>{platform, "noarch"}
                                                 : std::vector<std::string>{channel.subdir};
    for (const std::string& subdir : subdirs) {
      location.subdirs.push_back({subdir, JoinUrl(location.url, subdir)});
    }
    locations.push_back(std::move(location));
  }
  return locations;
}

absl::StatusOr<ChannelLocation> NetworkChannelSource::LocateLocal(
    const ConfiguredChannel& channel, const std::string& url, const std::string& platform) const {
  const std::string subdir = channel.subdir.empty() ? "" : "/" + channel.subdir;
  ASSIGN_OR_RETURN(std::vector<ChannelLocation> local, local_.Locate(url + subdir, platform));
  local[0].name = channel.name;
  return std::move(local[0]);
}

std::optional<LoadedSubdir> NetworkChannelSource::LoadKept(const SubdirLocation& location) const {
  return local_.LoadKept(location);
}

// With what another form of the repodata has, if this one cannot be read.
absl::StatusOr<LoadedSubdir> NetworkChannelSource::Load(const SubdirLocation& location) const {
  absl::StatusOr<LoadedSubdir> loaded = LoadCopy(location);
  if (loaded.ok() || location.plain_urls.empty()) {
    return loaded;
  }
  const std::lock_guard lock(fetcher_mutex_);
  const absl::StatusOr<SubdirLocation> plain = fetcher_->FetchPlain(location);
  absl::StatusOr<LoadedSubdir> instead = plain.ok() ? LoadCopy(*plain) : plain.status();
  if (!instead.ok()) {
    return instead;
  }
  instead->warnings.push_back(
      absl::StrFormat("using %s, because %s", plain->label, ToStd(loaded.status().message())));
  return instead;
}

absl::StatusOr<LoadedSubdir> NetworkChannelSource::LoadCopy(const SubdirLocation& location) const {
  absl::StatusOr<LoadedSubdir> loaded = local_.Load(location);
  if (loaded.ok() || location.label.empty()) {
    return loaded;
  }
  DistrustCopy(location.repodata);
  // Not the user's input that is wrong, but what a server sent.
  if (!absl::IsInvalidArgument(loaded.status())) {
    return loaded;
  }
  return absl::DataLossError(
      absl::StrFormat("%s; the server does not send repodata: is that the channel's URL?",
                      ToStd(loaded.status().message())));
}

absl::Status NetworkChannelSource::Fetch(const WantedNames& wanted,
                                         std::vector<ChannelLocation>* locations,
                                         FetchReport* report) const {
  const std::lock_guard lock(fetcher_mutex_);
  return fetcher_->Fetch(wanted, locations, report);
}

}  // namespace satchel

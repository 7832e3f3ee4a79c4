#include "frontend/fetch/network_channel_source.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/fetch/assembled.h"
#include "frontend/fetch/url.h"
#include "frontend/files.h"
#include "repodata/channel_name.h"
#include "repodata/url.h"

namespace satchel {
namespace {

// A subdir that lies on a server, on its way to this disk.
struct Remote {
  ChannelLocation* channel = nullptr;
  SubdirLocation* subdir = nullptr;
  std::vector<std::string> urls;
  enum class Form { kUnknown, kMissing, kWhole, kSharded } form = Form::kUnknown;
  RemoteFileResult copy;  // Of the repodata, or of the index of the shards.
};

}  // namespace

class NetworkChannelSource::Fetcher final {
 public:
  Fetcher(const NetworkChannelSource& source, const WantedNames& wanted,
          std::vector<ChannelLocation>* locations, FetchReport* report)
      : source_(source),
        wanted_(wanted),
        locations_(*locations),
        report_(report),
        cache_(source.options_.repodata, source.downloader_.get(), report) {
    for (ChannelLocation& channel : locations_) {
      for (SubdirLocation& subdir : channel.subdirs) {
        if (!HasScheme(subdir.repodata)) {
          continue;
        }
        Remote remote;
        remote.channel = &channel;
        remote.subdir = &subdir;
        remote.urls = {JoinUrl(channel.url, subdir.subdir)};
        for (const std::string& mirror : channel.mirrors) {
          remote.urls.push_back(JoinUrl(mirror, subdir.subdir));
        }
        remotes_.push_back(std::move(remote));
      }
    }
  }

  absl::Status Fetch() {
    if (remotes_.empty()) {
      return absl::OkStatus();
    }
    if (source_.options_.cache_directory.empty()) {
      return absl::FailedPreconditionError(
          "no directory for what is fetched; set SATCHEL_CACHE_DIR (or HOME)");
    }
    WarnOfNoVerification();
    RETURN_IF_ERROR(FetchFiles(/*revalidate=*/false));
    absl::Status assembled = AssembleShards();
    if (absl::IsNotFound(assembled) && !source_.offline_) {
      // Shards go a while after the index stops to speak of them: the copy of the index is too old.
      RETURN_IF_ERROR(FetchFiles(/*revalidate=*/true));
      assembled = AssembleShards();
    }
    RETURN_IF_ERROR(assembled);
    return DropMissing();
  }

 private:
  using Form = Remote::Form;

  absl::Status FetchFiles(bool revalidate) {
    for (Remote& remote : remotes_) {
      remote.form = Form::kUnknown;
    }
    const NetworkSourceOptions& options = source_.options_;
    if (options.use_shards && !wanted_.everything) {
      RETURN_IF_ERROR(FetchForm("repodata_shards.msgpack.zst", Form::kSharded, revalidate));
    }
    if (options.use_zst) {
      RETURN_IF_ERROR(FetchForm("repodata.json.zst", Form::kWhole, revalidate));
    }
    RETURN_IF_ERROR(FetchForm("repodata.json", Form::kWhole, revalidate));
    for (Remote& remote : remotes_) {
      remote.form = remote.form == Form::kUnknown ? Form::kMissing : remote.form;
    }
    return absl::OkStatus();
  }

  void WarnOfNoVerification() {
    const auto is_https = [](const Remote& remote) { return UrlScheme(remote.urls[0]) == "https"; };
    if (!source_.verify_tls_ && std::ranges::any_of(remotes_, is_https)) {
      locations_[0].warnings.push_back(
          "servers' certificates are not checked (--insecure, or ssl_verify: false): anybody on "
          "the "
          "way could send other packages");
    }
  }

  // For all of which no form was found yet.
  absl::Status FetchForm(const std::string& name, Form form, bool revalidate) {
    std::vector<RemoteFile> files;
    std::vector<Remote*> asked;
    const bool is_plain = name.ends_with(".json");
    for (Remote& remote : remotes_) {
      if (remote.form != Form::kUnknown) {
        continue;
      }
      RemoteFile file;
      for (const std::string& url : remote.urls) {
        file.urls.push_back(url + "/" + name);
      }
      file.accept_compressed = is_plain;
      file.is_optional = !is_plain;
      files.push_back(std::move(file));
      asked.push_back(&remote);
    }
    std::vector<RemoteFileResult> results = cache_.Get(files, source_.options_.watch, revalidate);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].status.ok()) {
        asked[i]->form = form;
        asked[i]->subdir->repodata = results[i].path;
        asked[i]->copy = std::move(results[i]);
      } else if (!absl::IsNotFound(results[i].status)) {
        return WithHint(results[i]);
      } else {
        asked[i]->copy = std::move(results[i]);
      }
    }
    return absl::OkStatus();
  }

  // What is there already may do.
  absl::Status WithHint(const RemoteFileResult& result) const {
    std::error_code error;
    if (!absl::IsUnavailable(result.status) || !std::filesystem::exists(result.path, error)) {
      return result.status;
    }
    return absl::UnavailableError(absl::StrFormat(
        "%s; with --offline the copy of an earlier time is used", ToStd(result.status.message())));
  }

  absl::Status AssembleShards() {
    std::vector<Remote*> sharded;
    for (Remote& remote : remotes_) {
      if (remote.form == Form::kSharded) {
        sharded.push_back(&remote);
      }
    }
    if (sharded.empty()) {
      return absl::OkStatus();
    }
    AssembledFiles assembled(source_.options_.cache_directory + "/assembled", Key());
    if (!assembled.AllThere(sharded.size())) {
      RETURN_IF_ERROR(Assemble(sharded, assembled));
    }
    for (std::size_t i = 0; i < sharded.size(); ++i) {
      sharded[i]->subdir->repodata = assembled.Path(i);
    }
    return absl::OkStatus();
  }

  // All that the assembled repodata depends on.
  std::string Key() const {
    std::string all = wanted_.with_dependencies ? "1\n" : "1 alone\n";
    for (const ChannelLocation& channel : locations_) {
      for (const SubdirLocation& subdir : channel.subdirs) {
        all += subdir.repodata + "\n" + StampText(subdir.repodata) + "\n";
      }
    }
    std::vector<std::string> names = wanted_.names;
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    all += absl::StrJoin(names, " ") + "\n" + absl::StrJoin(wanted_.patterns, "\n");
    return Sha256Hex(all);
  }

  absl::Status Assemble(const std::vector<Remote*>& sharded, const AssembledFiles& assembled) {
    std::vector<ShardedSubdir> subdirs;
    absl::Status bad;
    for (const Remote* remote : sharded) {
      ShardedSubdir subdir;
      subdir.label = remote->urls[0];
      subdir.urls = remote->urls;
      ASSIGN_OR_RETURN(const std::string bytes, ReadFile(remote->copy.path));
      absl::StatusOr<ShardIndex> index = ReadShardIndex(bytes, remote->copy.path);
      if (index.ok()) {
        subdir.index = *std::move(index);
        if (const std::string why =
                WhyBadBaseUrl("shards_base_url", remote->urls[0], subdir.index.shards_base_url);
            !why.empty()) {
          DistrustCopy(remote->copy.path);
          bad.Update(absl::InvalidArgumentError(absl::StrFormat("%s: %s", remote->urls[0], why)));
        }
      } else {
        DistrustCopy(remote->copy.path);
        bad.Update(index.status());
      }
      subdirs.push_back(std::move(subdir));
    }
    RETURN_IF_ERROR(bad);
    std::vector<LoadedSubdir> whole;
    std::vector<const Index*> indexes;
    for (const ChannelLocation& channel : locations_) {
      for (const SubdirLocation& subdir : channel.subdirs) {
        const auto is_it = [&](const Remote& remote) {
          return remote.subdir == &subdir && remote.form != Form::kWhole;
        };
        if (std::ranges::none_of(remotes_, is_it)) {
          ASSIGN_OR_RETURN(LoadedSubdir loaded, source_.Load(subdir));
          whole.push_back(std::move(loaded));
          indexes.push_back(whole.back().index.get());
        }
      }
    }
    ShardClosure closure(source_.options_.cache_directory + "/shards", source_.offline_,
                         source_.downloader_.get(), report_);
    RETURN_IF_ERROR(closure.Run(wanted_, indexes, &subdirs, source_.options_.watch));
    for (std::size_t i = 0; i < subdirs.size(); ++i) {
      RETURN_IF_ERROR(assembled.Write(
          i, subdirs[i].records.ToRepodata(sharded[i]->subdir->subdir, subdirs[i].index.base_url)));
    }
    return absl::OkStatus();
  }

  absl::Status DropMissing() {
    for (ChannelLocation& channel : locations_) {
      std::vector<SubdirLocation> present;
      std::vector<std::string> missing;
      std::string why;
      for (SubdirLocation& subdir : channel.subdirs) {
        const auto found = std::ranges::find(remotes_, &subdir, &Remote::subdir);
        if (found != remotes_.end() && found->form == Form::kMissing) {
          missing.push_back(subdir.subdir);
          why = why.empty() ? std::string(ToStd(found->copy.status.message())) : why;
        } else {
          present.push_back(std::move(subdir));
        }
      }
      channel.subdirs = std::move(present);
      if (channel.subdirs.empty()) {
        return absl::NotFoundError(absl::StrFormat("channel '%s' has no repodata of %s: %s",
                                                   channel.name, absl::StrJoin(missing, " nor of "),
                                                   why));
      }
      for (const std::string& subdir : missing) {
        channel.warnings.push_back(absl::StrFormat("channel '%s' has no %s", channel.name, subdir));
      }
    }
    return absl::OkStatus();
  }

  const NetworkChannelSource& source_;
  const WantedNames& wanted_;
  std::vector<ChannelLocation>& locations_;
  FetchReport* report_;
  RepodataCache cache_;
  std::vector<Remote> remotes_;
};

NetworkChannelSource::NetworkChannelSource(LocalChannelSource local, ChannelNames names,
                                           NetworkOptions network, NetworkSourceOptions options)
    : local_(std::move(local)),
      names_(std::move(names)),
      options_(std::move(options)),
      offline_(network.offline),
      verify_tls_(network.verify_tls),
      downloader_(std::make_unique<Downloader>(std::move(network))) {
  options_.repodata.directory = options_.cache_directory + "/repodata";
  options_.repodata.offline = offline_;
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

absl::StatusOr<LoadedSubdir> NetworkChannelSource::Load(const SubdirLocation& location) const {
  absl::StatusOr<LoadedSubdir> loaded = local_.Load(location);
  if (!loaded.ok()) {
    DistrustCopy(location.repodata);  // Does nothing to a file that is no copy.
  }
  return loaded;
}

absl::Status NetworkChannelSource::Fetch(const WantedNames& wanted,
                                         std::vector<ChannelLocation>* locations,
                                         FetchReport* report) const {
  return Fetcher(*this, wanted, locations, report).Fetch();
}

}  // namespace satchel

#include "frontend/fetch/repodata_fetcher.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/fetch/assembled.h"
#include "frontend/fetch/shard_closure.h"
#include "frontend/fetch/url.h"
#include "frontend/files.h"
#include "repodata/io/url.h"
#include "repodata/spec/channel_name.h"

namespace satchel {
namespace {

constexpr char kShardsName[] = "repodata_shards.msgpack.zst";
constexpr char kZstName[] = "repodata.json.zst";
constexpr char kPlainName[] = "repodata.json";

// A subdir that lies on a server, on its way to this disk.
struct Remote {
  ChannelLocation* channel = nullptr;
  SubdirLocation* subdir = nullptr;
  std::vector<std::string> urls;
  enum class Form { kUnknown, kMissing, kWhole, kSharded } form = Form::kUnknown;
  RemoteFileResult copy;  // Of the repodata, or of the index of the shards.
  bool use_shards = true;
};

RemoteFile FileOf(const std::vector<std::string>& urls, const std::string& name) {
  RemoteFile file;
  for (const std::string& url : urls) {
    file.urls.push_back(url + "/" + name);
  }
  file.is_optional = name != kPlainName;
  file.accept_compressed = !file.is_optional;
  return file;
}

bool IsEmptyFile(const std::string& path) {
  std::error_code error;
  return std::filesystem::file_size(path, error) == 0 && !error;
}

// What the user can do about a failure of repodata.json.
absl::Status WithHint(const RemoteFileResult& result) {
  if (!absl::IsUnavailable(result.status)) {
    return result.status;
  }
  std::error_code error;
  const bool has_copy = std::filesystem::exists(result.path, error);
  return absl::UnavailableError(absl::StrFormat(
      "%s; %s", ToStd(result.status.message()),
      has_copy ? "with --offline, satchel uses the cached copy"
               : "is that the channel's URL? If so, check the network and try again later"));
}

}  // namespace

// One Fetch().
class RepodataFetcher::Run final {
 public:
  Run(const RepodataFetcher& fetcher, const WantedNames& wanted,
      std::vector<ChannelLocation>* locations, FetchReport* report)
      : fetcher_(fetcher),
        wanted_(wanted),
        locations_(*locations),
        report_(report),
        cache_(fetcher.options_.repodata, fetcher.downloader_, report) {
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
    WarnOfNoVerification();
    RETURN_IF_ERROR(FetchFiles(/*revalidate=*/false));
    absl::Status assembled = AssembleShards();
    if (absl::IsNotFound(assembled) && !IsOffline()) {
      // Shards go a while after the index stops to speak of them: the copy of the index is too old.
      RETURN_IF_ERROR(FetchFiles(/*revalidate=*/true));
      assembled = AssembleShards();
    }
    if (!assembled.ok()) {
      RETURN_IF_ERROR(DoWithoutShards(assembled));
    }
    return DropMissing();
  }

 private:
  using Form = Remote::Form;

  bool IsOffline() const { return fetcher_.options_.repodata.offline; }

  absl::Status FetchFiles(bool revalidate) {
    for (Remote& remote : remotes_) {
      remote.form = Form::kUnknown;
    }
    RETURN_IF_ERROR(FetchForm(kShardsName, Form::kSharded, revalidate));
    RETURN_IF_ERROR(FetchForm(kZstName, Form::kWhole, revalidate));
    RETURN_IF_ERROR(FetchForm(kPlainName, Form::kWhole, revalidate));
    for (Remote& remote : remotes_) {
      remote.form = remote.form == Form::kUnknown ? Form::kMissing : remote.form;
    }
    return absl::OkStatus();
  }

  void WarnOfNoVerification() {
    const auto is_https = [](const Remote& remote) { return UrlScheme(remote.urls[0]) == "https"; };
    if (!fetcher_.verify_tls_ && std::ranges::any_of(remotes_, is_https)) {
      locations_[0].warnings.push_back(
          "servers' certificates are not checked (--insecure, or ssl_verify: false): an attacker "
          "in between could send other packages");
    }
  }

  bool IsWanted(const std::string& name, const Remote& remote) const {
    if (remote.form != Form::kUnknown) {
      return false;  // There in another form.
    }
    if (name == kShardsName) {
      return fetcher_.options_.use_shards && !wanted_.everything && remote.use_shards;
    }
    return name != kZstName || fetcher_.options_.use_zst;
  }

  // For all of which no form was found yet.
  absl::Status FetchForm(const std::string& name, Form form, bool revalidate) {
    std::vector<RemoteFile> files;
    std::vector<Remote*> asked;
    for (Remote& remote : remotes_) {
      if (IsWanted(name, remote)) {
        files.push_back(FileOf(remote.urls, name));
        asked.push_back(&remote);
      }
    }
    std::vector<RemoteFileResult> results = cache_.Get(files, fetcher_.options_.watch, revalidate);
    for (std::size_t i = 0; i < results.size(); ++i) {
      Remote& remote = *asked[i];
      const RemoteFileResult& result = results[i];
      if (result.status.ok() && name != kPlainName && IsEmptyFile(result.path)) {
        DistrustCopy(result.path);  // A repodata.json alone may be empty (CEP 36).
        continue;
      }
      if (!result.status.ok() && !result.is_refused && !absl::IsNotFound(result.status)) {
        return WithHint(result);
      }
      if (result.status.ok()) {
        remote.form = form;
        remote.subdir->repodata = result.path;
        remote.subdir->label = result.url;
        remote.subdir->is_temporary = fetcher_.is_temporary_;
        remote.subdir->plain_urls =
            name == kZstName ? FileOf(remote.urls, kPlainName).urls : std::vector<std::string>();
      }
      remote.copy = std::move(results[i]);
    }
    return absl::OkStatus();
  }

  // `why`: the server has an index of shards, but they are of no use.
  absl::Status DoWithoutShards(const absl::Status& why) {
    if (absl::IsCancelled(why)) {
      return why;
    }
    std::vector<Remote*> sharded;
    for (Remote& remote : remotes_) {
      if (remote.form == Form::kSharded) {
        remote.use_shards = false;
        sharded.push_back(&remote);
      }
    }
    const absl::Status fetched = FetchFiles(/*revalidate=*/false);
    const auto is_missing = [](const Remote* remote) { return remote->form == Form::kMissing; };
    if (!fetched.ok() || std::ranges::any_of(sharded, is_missing)) {
      return why;
    }
    locations_[0].warnings.push_back(
        absl::StrFormat("all of the repodata was fetched, because its shards cannot be used (%s)",
                        ToStd(why.message())));
    return absl::OkStatus();
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
    AssembledFiles assembled(fetcher_.assembled_, Key());
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

  absl::StatusOr<std::vector<ShardedSubdir>> ReadIndexes(
      const std::vector<Remote*>& sharded) const {
    std::vector<ShardedSubdir> subdirs;
    absl::Status bad;
    for (const Remote* remote : sharded) {
      ShardedSubdir subdir;
      subdir.label = remote->urls[0];
      subdir.urls = remote->urls;
      ASSIGN_OR_RETURN(const std::string bytes, ReadFile(remote->copy.path));
      absl::StatusOr<ShardIndex> index = ReadShardIndex(bytes, remote->copy.url);
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
    return subdirs;
  }

  absl::Status Assemble(const std::vector<Remote*>& sharded, const AssembledFiles& assembled) {
    ASSIGN_OR_RETURN(std::vector<ShardedSubdir> subdirs, ReadIndexes(sharded));
    std::vector<LoadedSubdir> whole;
    std::vector<const Index*> indexes;
    for (const ChannelLocation& channel : locations_) {
      for (const SubdirLocation& subdir : channel.subdirs) {
        const auto is_it = [&](const Remote& remote) {
          return remote.subdir == &subdir && remote.form != Form::kWhole;
        };
        if (std::ranges::none_of(remotes_, is_it)) {
          ASSIGN_OR_RETURN(LoadedSubdir loaded, fetcher_.load_(subdir));
          whole.push_back(std::move(loaded));
          indexes.push_back(whole.back().index.get());
        }
      }
    }
    ShardClosure closure(fetcher_.shards_, IsOffline(), fetcher_.downloader_, report_);
    RETURN_IF_ERROR(closure.Run(wanted_, indexes, &subdirs, fetcher_.options_.watch));
    for (std::size_t i = 0; i < subdirs.size(); ++i) {
      RETURN_IF_ERROR(assembled.Write(
          i, subdirs[i].records.ToRepodata(sharded[i]->subdir->subdir, subdirs[i].index)));
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

  const RepodataFetcher& fetcher_;
  const WantedNames& wanted_;
  std::vector<ChannelLocation>& locations_;
  FetchReport* report_;
  RepodataCache cache_;
  std::vector<Remote> remotes_;
};

RepodataFetcher::RepodataFetcher(NetworkSourceOptions options, bool verify_tls,
                                 Downloader* downloader, Load load)
    : options_(std::move(options)),
      verify_tls_(verify_tls),
      downloader_(downloader),
      load_(std::move(load)) {}

absl::Status RepodataFetcher::Fetch(const WantedNames& wanted,
                                    std::vector<ChannelLocation>* locations, FetchReport* report) {
  for (const ChannelLocation& channel : *locations) {
    for (const SubdirLocation& subdir : channel.subdirs) {
      if (HasScheme(subdir.repodata)) {
        RETURN_IF_ERROR(ChooseDirectories(&locations->front().warnings));
        return Run(*this, wanted, locations, report).Fetch();
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<SubdirLocation> RepodataFetcher::FetchPlain(const SubdirLocation& location) {
  RemoteFile file;
  file.urls = location.plain_urls;
  file.accept_compressed = true;
  DownloadWatch watch;  // Nobody looks any more.
  watch.cancel = options_.watch.cancel;
  FetchReport report;
  RepodataCache cache(options_.repodata, downloader_, &report);
  const RemoteFileResult result = cache.Get({file}, watch, /*revalidate=*/false)[0];
  RETURN_IF_ERROR(result.status);
  SubdirLocation plain = location;
  plain.repodata = result.path;
  plain.label = result.url;
  plain.plain_urls.clear();
  return plain;
}

// A part of the cache may be another user's, left by a command with sudo, and the rest may not.
absl::Status RepodataFetcher::ChooseDirectories(std::vector<std::string>* warnings) {
  if (std::exchange(chosen_, true)) {
    return absl::OkStatus();
  }
  std::string bad;
  const auto choose = [&](const char* name, bool is_only_read) -> absl::StatusOr<std::string> {
    const std::string usual = options_.cache_directory + name;
    if (!options_.cache_directory.empty() && (is_only_read || CanWriteInto(usual))) {
      return usual;
    }
    if (!scratch_.has_value()) {
      ASSIGN_OR_RETURN(ScratchDirectory scratch, ScratchDirectory::Make());
      scratch_.emplace(std::move(scratch));
    }
    bad = bad.empty() ? usual : bad;
    std::string own = scratch_->path() + name;
    if (!CanWriteInto(own)) {
      return absl::UnavailableError(own + ": cannot be written; set SATCHEL_CACHE_DIR or TMPDIR");
    }
    return own;
  };
  const bool offline = options_.repodata.offline;
  ASSIGN_OR_RETURN(options_.repodata.directory, choose("/repodata", offline));
  is_temporary_ = !bad.empty();
  ASSIGN_OR_RETURN(shards_, choose("/shards", offline));
  ASSIGN_OR_RETURN(assembled_, choose("/assembled", /*is_only_read=*/false));
  if (options_.cache_directory.empty()) {
    warnings->push_back(
        "there is no cache directory, so everything is fetched every time; set SATCHEL_CACHE_DIR "
        "(or HOME)");
  } else if (!bad.empty()) {
    warnings->push_back(absl::StrFormat(
        "%s cannot be written, so nothing is cached; set SATCHEL_CACHE_DIR to another directory",
        bad));
  }
  return absl::OkStatus();
}

}  // namespace satchel

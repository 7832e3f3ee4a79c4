#include "frontend/fetch/repodata_cache.h"

#include <charconv>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/digest.h"
#include "base/strings.h"
#include "frontend/fetch/url.h"
#include "frontend/files.h"
#include "frontend/json.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

constexpr std::int64_t kMissingSeconds = 24LL * 3600;

std::int64_t NowSeconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Readable, and as long as all file systems allow; the hash tells apart what looks alike.
std::string CopyName(const std::string& url) {
  const std::string shown = WithoutCredentials(url);
  std::string name = Sha256Hex(shown).substr(0, 16) + "-";
  name += shown.substr(shown.rfind('/') + 1);
  return name;
}

}  // namespace

// What is remembered of a copy, or of the server's not having it.
struct RepodataCache::State {
  std::string url;
  std::string etag;
  std::string last_modified;
  std::string cache_control;
  std::int64_t checked_s = 0;  // When the server last said that this is current.
  std::string stamp;           // Of the copy that all this is about.
  bool is_missing = false;
};

RepodataCache::State RepodataCache::ReadState(const std::string& path) const {
  State state;
  const absl::StatusOr<std::string> text = ReadFile(path + ".state.json");
  if (!text.ok()) {
    return state;
  }
  const absl::StatusOr<nlohmann::json> json = ParseJsonObject(*text, path);
  if (!json.ok()) {
    return state;
  }
  const auto read = [&json](const char* name, auto* value) {
    const auto found = json->find(name);
    if (found != json->end()) {
      if constexpr (std::is_same_v<decltype(value), std::string*>) {
        *value = found->is_string() ? found->get<std::string>() : "";
      } else {
        *value = found->is_number_integer() ? found->get<std::int64_t>() : 0;
      }
    }
  };
  std::int64_t is_missing = 0;
  read("url", &state.url);
  read("etag", &state.etag);
  read("last_modified", &state.last_modified);
  read("cache_control", &state.cache_control);
  read("checked", &state.checked_s);
  read("stamp", &state.stamp);
  read("is_missing", &is_missing);
  state.is_missing = is_missing != 0;
  // A state of another copy, as a process leaves it that is killed between the two files.
  return state.is_missing || (!state.stamp.empty() && state.stamp == StampText(path)) ? state
                                                                                      : State();
}

bool RepodataCache::IsFresh(const State& state) const {
  if (state.checked_s == 0) {
    return false;
  }
  if (options_.offline) {
    return true;
  }
  const std::int64_t age = NowSeconds() - state.checked_s;
  const std::int64_t limit = state.is_missing      ? kMissingSeconds
                             : options_.ttl_s == 1 ? MaxAgeSeconds(state.cache_control)
                                                   : options_.ttl_s;
  return age >= 0 && age < limit;  // A clock that was set back proves nothing.
}

std::vector<RemoteFileResult> RepodataCache::Get(const std::vector<RemoteFile>& files,
                                                 const DownloadWatch& watch, bool revalidate) {
  std::vector<RemoteFileResult> results(files.size());
  std::vector<Download> downloads;
  std::vector<std::size_t> asked;  // Of each download, whose it is.
  for (std::size_t i = 0; i < files.size(); ++i) {
    RemoteFileResult& result = results[i];
    result.path = options_.directory + "/" + CopyName(files[i].urls[0]);
    const State state = ReadState(result.path);
    result.url = state.url;
    if (IsFresh(state) && !revalidate) {
      result.stamp = state.stamp;
      if (state.is_missing) {
        result.status = absl::NotFoundError(WithoutCredentials(files[i].urls[0]) + ": not there");
      }
      continue;
    }
    if (options_.offline) {
      result.status = absl::NotFoundError(absl::StrFormat(
          "%s: not in the cache, and satchel is offline", WithoutCredentials(files[i].urls[0])));
      continue;
    }
    Download download;
    download.urls = files[i].urls;
    download.destination = result.path;
    download.accept_compressed = files[i].accept_compressed;
    download.if_none_match = state.etag;
    download.if_modified_since = state.etag.empty() ? state.last_modified : "";
    downloads.push_back(std::move(download));
    asked.push_back(i);
  }
  if (downloads.empty()) {
    return results;
  }
  report_->num_rounds += 1;
  report_->num_requests += downloads.size();
  const std::vector<DownloadResult> fetched = downloader_->Fetch(downloads, watch);
  for (std::size_t i = 0; i < fetched.size(); ++i) {
    RemoteFileResult& result = results[asked[i]];
    report_->received_bytes += fetched[i].received_bytes;
    result.status = fetched[i].status;
    result.is_refused = !result.status.ok() && fetched[i].was_reached && files[asked[i]].is_optional &&
                        !absl::IsCancelled(result.status);
    State state;
    state.is_missing = absl::IsNotFound(result.status) && files[asked[i]].is_optional;
    if (!result.status.ok() && !state.is_missing) {
      continue;
    }
    result.url = WithoutCredentials(fetched[i].url);
    result.stamp = state.is_missing ? "" : StampText(result.path);
    const State before = fetched[i].not_modified ? ReadState(result.path) : State();
    const auto newer = [](const std::string& said, const std::string& kept) {
      return said.empty() ? kept : said;
    };
    // A copy that cannot be remembered is fetched again the next time: no reason to fail.
    static_cast<void>(WriteFile(
        result.path + ".state.json",
        nlohmann::json{{"url", result.url},
                       {"etag", newer(fetched[i].etag, before.etag)},
                       {"last_modified", newer(fetched[i].last_modified, before.last_modified)},
                       {"cache_control", newer(fetched[i].cache_control, before.cache_control)},
                       {"checked", NowSeconds()},
                       {"stamp", result.stamp},
                       {"is_missing", state.is_missing ? 1 : 0}}
            .dump(2, ' ', false, nlohmann::json::error_handler_t::replace)));
  }
  return results;
}

void DistrustCopy(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path + ".state.json", ignored);
}

std::int64_t MaxAgeSeconds(std::string_view cache_control) {
  std::int64_t seconds = 0;
  for (const std::string_view piece : Split(cache_control, ',')) {
    const std::string directive = ToLower(StripSpace(piece));
    if (directive == "no-cache" || directive == "no-store") {
      return 0;
    }
    constexpr std::string_view kMaxAge = "max-age=";
    if (directive.starts_with(kMaxAge)) {
      std::from_chars(directive.data() + kMaxAge.size(), directive.data() + directive.size(),
                      seconds);
    }
  }
  return seconds;
}

}  // namespace satchel

// A queue of files over curl's multi interface, in one thread. Each file is a Task that goes from
// mirror to mirror and from attempt to attempt; at any time it is active, waits for its next
// attempt, or is done.

#include "frontend/fetch/downloader.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/allocated.h"
#include "base/check.h"
#include "base/sigpipe_guard.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/fetch/curl_library.h"
#include "frontend/fetch/easy_handle.h"
#include "frontend/fetch/partial_file.h"
#include "frontend/fetch/transfer_outcome.h"
#include "frontend/fetch/url.h"

namespace satchel {
namespace {

using Clock = std::chrono::steady_clock;

// More than the connections: HTTP/2 runs many over one.
constexpr std::size_t kMaxActive = 64;
constexpr std::size_t kMaxUrlBytes = 64 << 10;
constexpr int kPollMs = 100;  // How long a cancellation may go unnoticed.

Clock::duration Seconds(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

// A place that the file can be had from.
struct Mirror {
  std::string url;
  absl::Status failure;   // What came of the last attempt.
  bool is_final = false;  // No use to ask again.
};

struct Task {
  const Download* download = nullptr;
  std::vector<Mirror> mirrors;
  std::size_t item = 0;
  DownloadResult result;
  std::optional<PartialFile> file;
  std::unique_ptr<EasyHandle> handle;  // While active.
  std::size_t mirror = 0;
  int round = 0;
  bool body_begun = false;
  bool resumed = false;
  absl::Status sink_error;
  Clock::time_point not_before;
  Clock::time_point last_byte;

  const std::string& url() const { return mirrors[mirror].url; }
};

absl::Status WithUrl(const absl::Status& status, const Task& task) {
  return absl::Status(status.code(), absl::StrFormat("%s: %s", WithoutCredentials(task.url()),
                                                     ToStd(status.message())));
}

// What a mirror said last counts. Of several mirrors, one that has a wrong file, needs other
// credentials or fails says more than one that does not have it.
absl::Status MostTelling(const std::vector<Mirror>& mirrors) {
  absl::Status most;
  for (const Mirror& mirror : mirrors) {
    if (most.ok() || absl::IsNotFound(most)) {
      most = mirror.failure.ok() ? most : mirror.failure;
    }
  }
  return most;
}

// The page of a portal, a proxy or a server's own error, which comes with "200 OK" in the place of
// a file. No file that is fetched here begins like that.
bool IsWebPage(std::string_view begin) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (begin.starts_with(kByteOrderMark)) {
    begin.remove_prefix(kByteOrderMark.size());
  }
  return StripSpace(begin).starts_with("<");
}

absl::Status WebPageError() {
  return absl::DataLossError(
      "the server answers with a web page (HTML) instead of the file; the network may want you to "
      "log in first, or the URL is not that of a channel");
}

}  // namespace

class Downloader::Engine final {
 public:
  explicit Engine(NetworkOptions options) : options_(std::move(options)) {}
  ~Engine() {
    if (multi_ != nullptr) {
      Curl().multi_cleanup(multi_);
    }
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  std::vector<DownloadResult> Fetch(const std::vector<Download>& downloads,
                                    const DownloadWatch& watch);

 private:
  absl::Status Open();
  // Its own URLs and their mirrors.
  std::vector<Mirror> MirrorsOf(const Download& download) const {
    std::vector<Mirror> all;
    const auto add = [&all](const std::string& url) {
      if (std::ranges::count(all, url, &Mirror::url) == 0) {
        all.push_back({.url = url, .failure = absl::OkStatus(), .is_final = false});
      }
    };
    std::ranges::for_each(download.urls, add);
    for (const std::string& url : download.urls) {
      if (options_.mirrors) {
        std::ranges::for_each(options_.mirrors(url), add);
      }
    }
    return all;
  }
  bool IsCancelled() const { return watch_->cancel != nullptr && watch_->cancel->load(); }
  void StartTasks();
  void Start(Task* task);
  absl::Status BeginBody(Task* task, const HttpResponse& response, std::string_view bytes);
  bool Receive(Task* task, const HttpResponse& response, std::string_view bytes);
  void CollectFinished();
  void EndStalled();
  void Finish(Task* task, CURLcode code);
  void Succeed(Task* task);
  void TryAgain(Task* task, TransferFailure failure);
  void TellOfRetry(const Task& task, double wait_s);
  bool NextMirror(Task* task) const;
  void Conclude(Task* task, absl::Status status);
  void Detach(Task* task);
  void CancelAll(const absl::Status& why);
  int WaitMs() const;
  double BackOff(int round);

  NetworkOptions options_;
  CURLM* multi_ = nullptr;  // Until something is fetched.
  std::minstd_rand dice_{std::random_device()()};
  const DownloadWatch* watch_ = nullptr;
  std::vector<Task> tasks_;
  std::vector<Task*> waiting_;  // In the order of the items.
  std::size_t num_active_ = 0;
  std::set<std::string> told_;  // Of retries.
};

absl::Status Downloader::Engine::Open() {
  if (multi_ != nullptr) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(LoadCurl());
  multi_ = Allocated(Curl().multi_init());
  Curl().multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS,
                      static_cast<long>(options_.max_connections));
  return absl::OkStatus();
}

std::vector<DownloadResult> Downloader::Engine::Fetch(const std::vector<Download>& downloads,
                                                      const DownloadWatch& watch) {
  const SigpipeGuard no_sigpipe;  // libcurl leaves it to us (CURLOPT_NOSIGNAL).
  watch_ = &watch;
  tasks_ = std::vector<Task>(downloads.size());
  waiting_.clear();
  for (std::size_t i = 0; i < downloads.size(); ++i) {
    SATCHEL_CHECK(!downloads[i].urls.empty());
    tasks_[i].download = &downloads[i];
    tasks_[i].item = i;
    tasks_[i].mirrors = MirrorsOf(downloads[i]);
    waiting_.push_back(&tasks_[i]);
  }
  const absl::Status opened = Open();
  while (num_active_ > 0 || !waiting_.empty()) {
    if (!opened.ok() || IsCancelled()) {
      CancelAll(opened.ok() ? absl::CancelledError("interrupted") : opened);
      break;
    }
    StartTasks();
    int running = 0;
    SATCHEL_CHECK(Curl().multi_perform(multi_, &running) == CURLM_OK);
    CollectFinished();
    EndStalled();
    if (num_active_ > 0 || !waiting_.empty()) {
      Curl().multi_poll(multi_, nullptr, 0, WaitMs(), nullptr);
    }
  }
  std::vector<DownloadResult> results;
  for (Task& task : tasks_) {
    results.push_back(std::move(task.result));
  }
  tasks_.clear();
  return results;
}

int Downloader::Engine::WaitMs() const {
  auto wait = std::chrono::milliseconds(kPollMs);
  for (const Task* task : waiting_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(task->not_before - Clock::now());
    wait = std::clamp(left, std::chrono::milliseconds(0), wait);
  }
  return num_active_ >= kMaxActive ? kPollMs : static_cast<int>(wait.count());
}

void Downloader::Engine::StartTasks() {
  const auto now = Clock::now();
  std::vector<Task*> ready;
  std::erase_if(waiting_, [&](Task* task) {
    const bool is_ready = task->not_before <= now && num_active_ + ready.size() < kMaxActive;
    if (is_ready) {
      ready.push_back(task);
    }
    return is_ready;
  });
  for (Task* task : ready) {
    Start(task);
  }
}

void Downloader::Engine::Start(Task* task) {
  const Download& download = *task->download;
  if (options_.offline && UrlScheme(task->url()) != "file") {
    TryAgain(task, {absl::UnavailableError("not fetched: satchel is offline")});
    return;
  }
  if (task->url().size() > kMaxUrlBytes) {
    Conclude(task, absl::InvalidArgumentError(absl::StrFormat(
                       "%s...: a URL of %d bytes, more than any server accepts",
                       WithoutCredentials(task->url()).substr(0, 100), task->url().size())));
    return;
  }
  if (!task->file.has_value()) {
    absl::StatusOr<PartialFile> file = PartialFile::Open(
        download.destination, {download.size_bytes, download.sha256, download.md5});
    if (!file.ok()) {
      // That there is no such directory here says nothing of the server.
      Conclude(task, absl::IsNotFound(file.status())
                         ? absl::UnavailableError(file.status().message())
                         : file.status());
      return;
    }
    task->file.emplace(*std::move(file));
  }
  if (download.size_bytes != 0 && task->file->size() == download.size_bytes &&
      !(download.sha256.empty() && download.md5.empty())) {
    task->resumed = true;
    Succeed(task);  // An earlier process got this far.
    return;
  }
  EasyHandle::Request request;
  request.url = task->url();
  request.download = &download;
  if (!download.accept_compressed && task->file->CanBeContinued()) {
    request.resume_from = task->file->size();
    request.if_range = task->file->validator();
  }
  task->body_begun = false;
  task->resumed = request.resume_from > 0;
  task->sink_error = absl::OkStatus();
  task->handle = std::make_unique<EasyHandle>(
      options_, std::move(request),
      [this, task](const HttpResponse& response, std::string_view bytes) {
        return Receive(task, response, bytes);
      });
  if (const absl::Status settings = task->handle->status(); !settings.ok()) {
    task->handle.reset();
    Conclude(task, WithUrl(settings, *task));
    return;
  }
  SATCHEL_CHECK(Curl().easy_setopt(task->handle->curl(), CURLOPT_PRIVATE, task) == CURLE_OK);
  SATCHEL_CHECK(Curl().multi_add_handle(multi_, task->handle->curl()) == CURLM_OK);
  ++num_active_;
}

// Whether what comes is the rest of what is there, or the file from its beginning.
absl::Status Downloader::Engine::BeginBody(Task* task, const HttpResponse& response,
                                           std::string_view bytes) {
  PartialFile& file = *task->file;
  const bool is_part = response.status == 206;
  if (is_part && (!task->resumed || response.range_start != file.size())) {
    return absl::DataLossError(absl::StrFormat("the server sends bytes from %d on, not from %d",
                                               response.range_start,
                                               task->resumed ? file.size() : 0));
  }
  const bool is_file_url = response.status == 0;
  if (task->resumed && (is_part || is_file_url)) {
    return absl::OkStatus();
  }
  task->resumed = false;
  if (IsWebPage(bytes) && !is_file_url) {
    return WebPageError();
  }
  // Only a strong validator says that the bytes are the same.
  return file.Restart(response.etag.starts_with("W/") ? "" : response.etag);
}

// False, with sink_error, if the transfer has no point any more.
bool Downloader::Engine::Receive(Task* task, const HttpResponse& response, std::string_view bytes) {
  PartialFile& file = *task->file;
  if (!task->body_begun) {
    task->body_begun = true;
    task->last_byte = Clock::now();
    task->sink_error = BeginBody(task, response, bytes);
  }
  if (task->sink_error.ok() && file.size() + bytes.size() > task->download->max_bytes) {
    task->sink_error = absl::DataLossError(
        absl::StrFormat("more than %d bytes, the limit", task->download->max_bytes));
  }
  if (task->sink_error.ok()) {
    task->sink_error = file.Append(bytes);
  }
  if (!task->sink_error.ok()) {
    return false;
  }
  task->result.received_bytes += bytes.size();
  task->last_byte = Clock::now();
  if (watch_->progress) {
    const std::uint64_t length = task->handle->content_length();
    const std::uint64_t total = task->download->size_bytes != 0 ? task->download->size_bytes
                                : task->download->accept_compressed || task->resumed ? 0
                                                                                     : length;
    watch_->progress(task->item, file.size(), total);
  }
  return true;
}

void Downloader::Engine::CollectFinished() {
  int left = 0;
  while (const CURLMsg* message = Curl().multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) {
      continue;
    }
    const CURLcode code = message->data.result;
    Task* task = nullptr;
    Curl().easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &task);
    Finish(task, code);
  }
}

// libcurl's limit is on the speed over the last seconds, which is high for a while after a burst.
void Downloader::Engine::EndStalled() {
  const auto limit = Clock::now() - Seconds(options_.read_timeout_s);
  for (Task& task : tasks_) {
    if (task.handle != nullptr && task.body_begun && task.last_byte < limit) {
      Finish(&task, CURLE_OPERATION_TIMEDOUT);
    }
  }
}

void Downloader::Engine::Finish(Task* task, CURLcode code) {
  TransferFailure failure = JudgeTransfer(code, *task->handle);
  const HttpResponse response = task->handle->response();
  task->result.was_reached = task->result.was_reached || task->handle->was_sent();
  Detach(task);
  if (!task->sink_error.ok()) {
    if (!absl::IsDataLoss(task->sink_error)) {
      task->result.was_reached = false;
      Conclude(task, task->sink_error);  // The disk's fault: another server does not help.
      return;
    }
    failure = {task->sink_error, /*may_pass=*/task->resumed, /*restart=*/true};
  }
  if (!failure.status.ok()) {
    TryAgain(task, failure);
    return;
  }
  task->result.etag = response.etag;
  task->result.last_modified = response.last_modified;
  task->result.cache_control = response.cache_control;
  if (response.status == 304) {
    if (task->download->if_none_match.empty() && task->download->if_modified_since.empty()) {
      TryAgain(task,
               {absl::UnavailableError("the server answers HTTP 304 to an unconditional request")});
      return;
    }
    task->result.not_modified = true;
    Conclude(task, absl::OkStatus());
    return;
  }
  if (task->resumed && response.range_total != 0 && task->file->size() != response.range_total) {
    TryAgain(task, {absl::UnavailableError("the server sends fewer bytes than it announces"),
                    /*may_pass=*/true, /*restart=*/false});
    return;
  }
  if (!task->body_begun) {  // An empty file.
    if (const absl::Status begun = task->file->Restart(""); !begun.ok()) {
      Conclude(task, begun);
      return;
    }
  }
  Succeed(task);
}

void Downloader::Engine::Succeed(Task* task) {
  const absl::Status committed = task->file->Commit();
  if (committed.ok() || !absl::IsDataLoss(committed)) {
    Conclude(task, committed);
    return;
  }
  // What was resumed may have begun with the bytes of another file: once more from nothing.
  TryAgain(task, {committed, /*may_pass=*/task->resumed, /*restart=*/true});
}

void Downloader::Engine::TryAgain(Task* task, TransferFailure failure) {
  if (failure.restart && task->file.has_value()) {
    if (const absl::Status restarted = task->file->Restart(""); !restarted.ok()) {
      Conclude(task, restarted);
      return;
    }
    // Not the server's fault: what was here did not fit. Once more from nothing, at once.
    if (std::exchange(task->resumed, false)) {
      task->not_before = Clock::now();
      waiting_.push_back(task);
      return;
    }
  }
  if (failure.retry_after_s > options_.max_wait_s) {
    failure.status = absl::UnavailableError(absl::StrFormat("%s and asks to wait for %.0f seconds",
                                                            ToStd(failure.status.message()),
                                                            failure.retry_after_s));
    failure.may_pass = false;
  }
  task->mirrors[task->mirror].failure = WithUrl(failure.status, *task);
  task->mirrors[task->mirror].is_final = !failure.may_pass;
  const int round = task->round;
  if (!NextMirror(task)) {
    Conclude(task, MostTelling(task->mirrors));
    return;
  }
  task->not_before = Clock::now();
  if (task->round != round) {
    const double wait_s = std::max(BackOff(task->round), failure.retry_after_s);
    task->not_before += Seconds(wait_s);
    TellOfRetry(*task, wait_s);
  }
  waiting_.push_back(task);
}

// Once for all files that a server fails to send for the same reason.
void Downloader::Engine::TellOfRetry(const Task& task, double wait_s) {
  if (!watch_->retrying) {
    return;
  }
  const std::string why(ToStd(task.mirrors[task.mirror].failure.message()));
  const std::string reason = why.substr(WithoutCredentials(task.url()).size());
  if (told_.insert(UrlHost(task.url()) + reason + std::to_string(task.round)).second) {
    watch_->retrying(absl::StrFormat("%s; trying again in %.0f s (%d of %d)", why,
                                     std::ceil(wait_s), task.round, options_.max_retries));
  }
}

// The next mirror that may have it, in this round or the one after it; false if there is none.
bool Downloader::Engine::NextMirror(Task* task) const {
  const std::size_t count = task->mirrors.size();
  for (std::size_t step = 0; step < count; ++step) {
    if (++task->mirror == count) {
      task->mirror = 0;
      if (++task->round > options_.max_retries) {
        return false;
      }
    }
    if (!task->mirrors[task->mirror].is_final) {
      return true;
    }
  }
  return false;
}

double Downloader::Engine::BackOff(int round) {
  std::uniform_real_distribution<double> jitter(0.75, 1.25);
  const int doublings = std::min(round - 1, 10);
  return std::min(options_.backoff_s * (1 << doublings) * jitter(dice_), options_.max_wait_s);
}

void Downloader::Engine::Conclude(Task* task, absl::Status status) {
  task->result.status = std::move(status);
  task->result.url = task->url();
  task->file.reset();
  if (watch_->done) {
    watch_->done(task->item, task->result);
  }
}

void Downloader::Engine::Detach(Task* task) {
  Curl().multi_remove_handle(multi_, task->handle->curl());
  task->handle.reset();
  --num_active_;
}

void Downloader::Engine::CancelAll(const absl::Status& why) {
  waiting_.clear();
  for (Task& task : tasks_) {
    const bool is_active = task.handle != nullptr;
    if (is_active) {
      Detach(&task);
    }
    if (task.result.url.empty()) {
      Conclude(&task, why);
    }
  }
}

Downloader::Downloader(NetworkOptions options)
    : engine_(std::make_unique<Engine>(std::move(options))) {}

Downloader::~Downloader() = default;

std::vector<DownloadResult> Downloader::Fetch(const std::vector<Download>& downloads,
                                              const DownloadWatch& watch) {
  return engine_->Fetch(downloads, watch);
}

}  // namespace satchel

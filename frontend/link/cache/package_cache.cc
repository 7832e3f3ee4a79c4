#include "frontend/link/cache/package_cache.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <climits>

#include "absl/strings/str_format.h"

#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/fetch/url.h"
#include "frontend/link/cache/cache_entry.h"
#include "frontend/link/cache/cache_home.h"
#include "frontend/link/parallel.h"
#include "frontend/request/explicit_package.h"
#include "repodata/spec/record_rules.h"

namespace satchel {
namespace {

bool IsFile(const std::string& path) {
  struct stat status = {};
  return lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// A record may come from a file that somebody else wrote.
absl::Status CheckNames(const std::vector<PackageRecord>& records) {
  for (const PackageRecord& record : records) {
    const std::string name = ArchiveName(record);
    if (name.ends_with(".whl")) {
      return absl::UnimplementedError(absl::StrFormat(
          "%s %s is a wheel (%s), which satchel can plan with but not install; exclude it, or "
          "install it with pip",
          record.name, record.version, name));
    }
    if (name.size() > NAME_MAX || !IsPackageFileName(name) || !WhyBadFilePart("", name).empty()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: '%s' is not the name of a package file", record.name, name));
    }
  }
  return absl::OkStatus();
}

// Fetches and extracts, at the same time, into one cache.
class Provider final {
 public:
  Provider(const PackageCache& cache, std::string directory,
           const std::vector<PackageRecord>& records, std::vector<std::size_t> missing,
           const ProvideWatch& watch, std::vector<CachedPackage>* packages)
      : cache_(cache),
        directory_(std::move(directory)),
        records_(records),
        missing_(std::move(missing)),
        watch_(watch),
        packages_(*packages) {}

  absl::Status Provide(Downloader* downloader) {
    ASSIGN_OR_RETURN(home_, CacheHome::Enter(directory_, {watch_.waiting, watch_.cancel}));
    RETURN_IF_ERROR(Lock());
    SortOut();
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
      try {
        threads.emplace_back([this] { ExtractAll(); });
      } catch (const std::system_error&) {
        break;  // No more threads are to be had.
      }
    }
    FetchAll(downloader);
    {
      const std::lock_guard lock(mutex_);
      no_more_ = true;
    }
    changed_.notify_all();
    if (threads.empty()) {
      ExtractAll();
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    RETURN_IF_ERROR(failure_);
    return NoteUrls();
  }

 private:
  // In the order of names, so that two processes never wait for each other.
  absl::Status Lock() {
    std::ranges::sort(missing_, {}, [this](std::size_t i) { return ExtractedName(records_[i]); });
    for (const std::size_t i : missing_) {
      ASSIGN_OR_RETURN(FileDescriptor lock, home_.LockPackage(ExtractedName(records_[i]),
                                                              {watch_.waiting, watch_.cancel}));
      locks_.push_back(std::move(lock));
    }
    return absl::OkStatus();
  }

  // What another process has made ready meanwhile; what needs to be extracted only; the rest.
  void SortOut() {
    for (const std::size_t i : missing_) {
      if (std::optional<CachedPackage> found = cache_.Find(records_[i]); found.has_value()) {
        packages_[i] = *std::move(found);
        continue;
      }
      const std::string archive = directory_ + "/" + ArchiveName(records_[i]);
      const bool has_hash = !records_[i].sha256.empty() || !records_[i].md5.empty();
      packages_[i].archive = archive;
      ++to_extract_;
      if (has_hash && VerifyPackageFile(archive, DownloadOf(records_[i], archive)).ok()) {
        ready_.push_back(i);
      } else {
        to_fetch_.push_back(i);
      }
    }
  }

  void FetchAll(Downloader* downloader) {
    std::vector<Download> downloads;
    for (const std::size_t i : to_fetch_) {
      downloads.push_back(DownloadOf(records_[i], packages_[i].archive));
    }
    if (downloads.empty()) {
      return;
    }
    DownloadWatch watch;
    watch.cancel = watch_.cancel;
    watch.retrying = watch_.retrying;
    watch.progress = [this](std::size_t item, std::uint64_t bytes, std::uint64_t /*total*/) {
      Tell(watch_.fetching, records_[to_fetch_[item]], bytes);
    };
    watch.done = [this](std::size_t item, const DownloadResult& result) {
      if (result.status.ok()) {
        Tell(watch_.fetched, records_[to_fetch_[item]]);
        const std::lock_guard lock(mutex_);
        ready_.push_back(to_fetch_[item]);
      } else {
        Fail(WithWhatIsThere(records_[to_fetch_[item]], result.status));
      }
      changed_.notify_one();
    };
    for (const DownloadResult& result : downloader->Fetch(downloads, watch)) {
      if (!result.status.ok()) {
        Fail(result.status);
      }
    }
  }

  void ExtractAll() {
    for (;;) {
      std::size_t i = 0;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return no_more_ || !ready_.empty() || !failure_.ok(); });
        if (!failure_.ok() || ready_.empty()) {
          return;
        }
        i = ready_.front();
        ready_.pop_front();
      }
      if (watch_.cancel != nullptr && watch_.cancel->load()) {
        Fail(absl::CancelledError("interrupted"));
        return;
      }
      absl::StatusOr<PackageContents> contents =
          ExtractIntoCache(packages_[i].archive, home_, records_[i]);
      if (!contents.ok()) {
        Fail(contents.status());
        return;
      }
      packages_[i].contents = *std::move(contents);
      Tell(watch_.extracted, ++extracted_, to_extract_);
    }
  }

  // Of a package that has its name: why it does not do.
  absl::Status WithWhatIsThere(const PackageRecord& record, const absl::Status& status) const {
    const std::string directory = directory_ + "/" + ExtractedName(record);
    if (!IsFile(directory + "/info/index.json")) {
      return status;
    }
    const char* const what = !record.sha256.empty() ? "have the requested sha256"
                             : !record.md5.empty()  ? "have the requested md5"
                                                    : "come from there";
    return absl::Status(status.code(), absl::StrFormat("%s; %s is not known to %s",
                                                       ToStd(status.message()), directory, what));
  }

  void Fail(const absl::Status& status) {
    {
      const std::lock_guard lock(mutex_);
      if (failure_.ok()) {
        failure_ = status;
      }
    }
    changed_.notify_all();
  }

  template <typename... Parameters, typename... Values>
  void Tell(const std::function<void(Parameters...)>& listener, Values&&... values) {
    const std::lock_guard lock(tell_mutex_);
    if (listener) {
      listener(values...);
    }
  }

  absl::Status NoteUrls() const {
    std::string lines;
    for (const std::size_t i : to_fetch_) {
      lines += UrlToKeep(records_[i].url) + "\n";
    }
    return home_.NoteUrls(lines);
  }

  const PackageCache& cache_;
  const std::string directory_;
  CacheHome home_;
  const std::vector<PackageRecord>& records_;
  std::vector<std::size_t> missing_;
  const ProvideWatch& watch_;
  std::vector<CachedPackage>& packages_;
  std::vector<FileDescriptor> locks_;
  std::vector<std::size_t> to_fetch_;
  std::size_t to_extract_ = 0;
  std::atomic<std::size_t> extracted_ = 0;

  std::mutex mutex_;  // For what follows.
  std::condition_variable changed_;
  std::deque<std::size_t> ready_;  // Fetched, not extracted.
  bool no_more_ = false;
  absl::Status failure_;
  std::mutex tell_mutex_;
};

}  // namespace

std::optional<CachedPackage> PackageCache::Find(const PackageRecord& record) const {
  for (const std::string& cache : directories_) {
    const std::string directory = cache + "/" + ExtractedName(record);
    if (!IsFile(directory + "/info/index.json") || !IsOfRecord(cache, record)) {
      continue;
    }
    if (absl::StatusOr<PackageContents> contents = ReadWholePackage(directory); contents.ok()) {
      const std::string archive = cache + "/" + ArchiveName(record);
      return CachedPackage{*std::move(contents), IsFile(archive) ? archive : std::string()};
    }
  }
  return std::nullopt;
}

std::vector<PackageRecord> PackageCache::Missing(const std::vector<PackageRecord>& records) const {
  std::vector<PackageRecord> missing;
  for (const PackageRecord& record : records) {
    const bool is_here = std::ranges::any_of(directories_, [&](const std::string& cache) {
      const std::string directory = cache + "/" + ExtractedName(record);
      return IsFile(cache + "/" + ArchiveName(record)) ||
             (IsFile(directory + "/info/index.json") && IsOfRecord(cache, record));
    });
    if (!is_here) {
      missing.push_back(record);
    }
  }
  return missing;
}

absl::StatusOr<std::string> PackageCache::WritableDirectory() const {
  absl::Status first = absl::PermissionDeniedError("no package cache is configured (pkgs_dirs)");
  for (const std::string& cache : directories_) {
    std::error_code error;
    std::filesystem::create_directories(cache, error);
    const std::string home = cache + "/.satchel";
    const bool has_home = mkdir(home.c_str(), 0777) == 0 || errno == EEXIST;
    if (has_home && access(cache.c_str(), W_OK) == 0) {
      return cache;
    }
    if (&cache == &directories_.front()) {
      first = absl::PermissionDeniedError(
          absl::StrFormat("%s: the package cache cannot be written", cache));
    }
  }
  return first;
}

absl::StatusOr<std::vector<CachedPackage>> PackageCache::Provide(
    const std::vector<PackageRecord>& records, Downloader* downloader,
    const ProvideWatch& watch) const {
  RETURN_IF_ERROR(CheckNames(records));
  std::vector<CachedPackage> packages(records.size());
  std::vector<char> found(records.size());  // Not vector<bool>: threads write it.
  RETURN_IF_ERROR(ParallelFor(records.size(), [&](std::size_t i) {
    if (std::optional<CachedPackage> package = Find(records[i]); package.has_value()) {
      packages[i] = *std::move(package);
      found[i] = 1;
    }
    return absl::OkStatus();
  }));
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (found[i] == 0) {
      missing.push_back(i);
    }
  }
  if (!missing.empty()) {
    ASSIGN_OR_RETURN(std::string directory, WritableDirectory());
    Provider provider(*this, std::move(directory), records, std::move(missing), watch, &packages);
    RETURN_IF_ERROR(provider.Provide(downloader));
  }
  // Also where a killed process had all but done the work.
  std::ranges::for_each(directories_, &CacheHome::Tidy);
  return packages;
}

}  // namespace satchel

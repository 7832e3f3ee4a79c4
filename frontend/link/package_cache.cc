#include "frontend/link/package_cache.h"

#include <fcntl.h>
#include <sys/file.h>
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

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/fetch/url.h"
#include "frontend/link/cache_entry.h"
#include "frontend/link/file_handle.h"
#include "frontend/link/parallel.h"

namespace satchel {
namespace {

bool IsFile(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// A lock for one package of a cache: two processes do not fetch the same one twice.
absl::StatusOr<FileHandle> LockPackage(const std::string& cache, const std::string& name,
                                       const LockWatch& watch) {
  const std::string path = cache + "/.satchel/" + name + ".lock";
  FileHandle file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file.ok()) {
    return absl::ErrnoToStatus(errno, path);
  }
  RETURN_IF_ERROR(LockDescriptor(file.get(), /*exclusive=*/true, path, watch));
  return file;
}

// The right to work in a cache. Whoever finds nobody else there removes what killed processes left.
absl::StatusOr<FileHandle> EnterCache(const std::string& cache, const LockWatch& watch) {
  const std::string home = cache + "/.satchel";
  FileHandle directory(open(home.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok()) {
    return absl::ErrnoToStatus(errno, home);
  }
  if (flock(directory.get(), LOCK_EX | LOCK_NB) == 0) {
    std::error_code ignored;
    std::vector<std::filesystem::path> leftovers;
    for (std::filesystem::directory_iterator files(home, ignored), end; !ignored && files != end;
         files.increment(ignored)) {
      leftovers.push_back(files->path());
    }
    for (const std::filesystem::path& path : leftovers) {
      std::filesystem::remove_all(path, ignored);
    }
  }
  RETURN_IF_ERROR(LockDescriptor(directory.get(), /*exclusive=*/false, home, watch));
  return directory;
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
    ASSIGN_OR_RETURN(const FileHandle entered,
                     EnterCache(directory_, {watch_.waiting, watch_.cancel}));
    RETURN_IF_ERROR(Lock());
    SortOut();
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
      threads.emplace_back([this] { ExtractAll(); });
    }
    FetchAll(downloader);
    {
      const std::lock_guard lock(mutex_);
      no_more_ = true;
    }
    changed_.notify_all();
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
      ASSIGN_OR_RETURN(FileHandle lock, LockPackage(directory_, ExtractedName(records_[i]),
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
    watch.progress = [this](std::size_t item, std::uint64_t bytes, std::uint64_t /*total*/) {
      Tell(watch_.fetching, records_[to_fetch_[item]], bytes);
    };
    watch.done = [this](std::size_t item, const DownloadResult& result) {
      if (result.status.ok()) {
        Tell(watch_.fetched, records_[to_fetch_[item]]);
        const std::lock_guard lock(mutex_);
        ready_.push_back(to_fetch_[item]);
      } else {
        Fail(result.status);
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
          ExtractIntoCache(packages_[i].archive, directory_, records_[i]);
      if (!contents.ok()) {
        Fail(contents.status());
        return;
      }
      packages_[i].contents = *std::move(contents);
      Tell(watch_.extracted, ++extracted_, to_extract_);
    }
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
    const std::string path = directory_ + "/urls.txt";
    const FileHandle file(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
    // One write: those of two processes do not mix.
    if (!file.ok() || write(file.get(), lines.data(), lines.size()) < 0) {
      return absl::ErrnoToStatus(errno, path);
    }
    return absl::OkStatus();
  }

  const PackageCache& cache_;
  const std::string directory_;
  const std::vector<PackageRecord>& records_;
  std::vector<std::size_t> missing_;
  const ProvideWatch& watch_;
  std::vector<CachedPackage>& packages_;
  std::vector<FileHandle> locks_;
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
    if (!IsFile(directory + "/info/index.json") || !IsOfRecord(directory, record)) {
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
             (IsFile(directory + "/info/index.json") && IsOfRecord(directory, record));
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
    std::filesystem::create_directories(cache + "/.satchel", error);
    if (!error && access(cache.c_str(), W_OK) == 0) {
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
  return packages;
}

}  // namespace satchel

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "base/file_descriptor.h"
#include "frontend/link/change/environment_lock.h"

namespace satchel {

// A directory for a package during extraction: nobody else can write into it. Removed at the end.
class CacheTemporary final {
 public:
  ~CacheTemporary();
  CacheTemporary(CacheTemporary&&) = default;
  CacheTemporary& operator=(CacheTemporary&&) = delete;

  int fd() const { return directory_.get(); }
  const std::string& path() const { return path_; }

 private:
  friend class CacheHome;
  CacheTemporary() = default;

  int home_ = -1;  // It outlives this.
  std::string name_;
  std::string path_;
  FileDescriptor directory_;
};

// The right to work in a package cache, in its directory .satchel: packages during extraction, and
// locks. Others may be able to write there too; this never follows anything that they put in the
// way, such as symbolic links, and changes nothing outside the cache.
class CacheHome final {
 public:
  // Waits for exclusive work of others. If nobody else is there, removes what killed processes
  // left. Errors: system errors; kFailedPrecondition if .satchel is not a directory.
  [[nodiscard]] static absl::StatusOr<CacheHome> Enter(const std::string& cache,
                                                       const LockWatch& watch);

  // Removes what killed processes left, if nobody is working there.
  static void Tidy(const std::string& cache);

  // A lock for one package, so that two processes do not fetch it twice.
  [[nodiscard]] absl::StatusOr<FileDescriptor> LockPackage(const std::string& name,
                                                           const LockWatch& watch) const;
  [[nodiscard]] absl::StatusOr<CacheTemporary> MakeTemporary() const;
  // Appends to urls.txt.
  [[nodiscard]] absl::Status NoteUrls(std::string_view lines) const;

  int cache_fd() const { return cache_.get(); }
  const std::string& cache() const { return path_; }

 private:
  void Sweep() const;

  std::string path_;
  FileDescriptor cache_;
  FileDescriptor home_;
};

}  // namespace satchel

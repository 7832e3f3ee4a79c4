#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "base/file_descriptor.h"
#include "frontend/link/environment_lock.h"

namespace satchel {

// A place for a package while it is extracted: nobody else can write into it. Removed at the end.
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

  int home_ = -1;  // Which outlives this.
  std::string name_;
  std::string path_;
  FileDescriptor directory_;
};

// The right to work in a package cache, in its directory .satchel: packages being extracted, and
// locks. Others may be able to write there too; what they put in the way, as symbolic links, is
// never followed, and nothing outside of the cache is changed.
class CacheHome final {
 public:
  // Waits for others' exclusive work. Whoever finds nobody else there removes what killed processes
  // left. Errors: those of the system; kFailedPrecondition if .satchel is no directory.
  [[nodiscard]] static absl::StatusOr<CacheHome> Enter(const std::string& cache,
                                                       const LockWatch& watch);

  // Removes what killed processes left, if nobody is at work there.
  static void Tidy(const std::string& cache);

  // A lock for one package: two processes do not fetch the same one twice.
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

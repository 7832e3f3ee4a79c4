#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "base/file_descriptor.h"
#include "frontend/link/journal/journal.h"

namespace satchel {

// Callbacks while another process has the lock.
struct LockWatch {
  std::function<void(const std::string& path)> waiting;  // Called once; may be empty.
  const std::atomic<bool>* cancel = nullptr;
};

// Locks an open file or directory against other processes; waits for them. The lock ends with the
// descriptor, also when the process dies. Errors: kCancelled; system errors.
[[nodiscard]] absl::Status LockDescriptor(int fd, bool exclusive, const std::string& path,
                                          const LockWatch& watch);

// The right to change an environment: a lock on its conda-meta. Acquiring it undoes or finishes an
// interrupted change first.
class EnvironmentLock final {
 public:
  // Errors: kNotFound if there is no environment; kCancelled; those of the recovery.
  [[nodiscard]] static absl::StatusOr<EnvironmentLock> Open(const std::string& prefix,
                                                            const LockWatch& watch);
  // The same for an environment that need not exist yet: creates the directories, and removes them
  // again if no change is committed while the lock is held.
  [[nodiscard]] static absl::StatusOr<EnvironmentLock> Create(const std::string& prefix,
                                                              const LockWatch& watch);
  ~EnvironmentLock();
  EnvironmentLock(EnvironmentLock&&) = default;
  EnvironmentLock& operator=(EnvironmentLock&&) = delete;

  const std::string& prefix() const { return prefix_; }
  OpenEnvironment open_environment() const { return {prefix_, root_.get(), meta_.get()}; }
  // There is no environment yet: no history, no packages. The user's files may exist.
  bool is_new() const;
  // The directories that Create() made, parents first; the last one is conda-meta.
  const std::vector<MadePath>& made() const { return made_; }
  Recovery recovery() const { return recovered_.recovery; }
  const std::vector<std::string>& notes() const { return recovered_.notes; }

 private:
  EnvironmentLock() = default;

  std::string prefix_;
  FileDescriptor root_;
  FileDescriptor meta_;
  std::vector<MadePath> made_;
  Recovered recovered_;
};

}  // namespace satchel

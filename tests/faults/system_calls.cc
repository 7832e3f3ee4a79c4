#include "tests/faults/system_calls.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include <climits>

#include "absl/strings/str_format.h"

namespace satchel::testing {
namespace {

constexpr unsigned kMake = kChange | kSpace | kPath;
constexpr unsigned kWrite = kChange | kSpace | kBytes;

constexpr SystemCall OfFile(long number, const char* name, unsigned traits, int descriptor) {
  return {.number = number, .name = name, .traits = traits, .descriptor = descriptor};
}
constexpr SystemCall OfPath(long number, const char* name, unsigned traits, int path = -1,
                            int directory = -1, int second_path = -1, int second_directory = -1) {
  return {number, name, traits, path, directory, second_path, second_directory};
}

// How an open changes something depends on its flags: SeeOpen().
constexpr auto kCalls = std::to_array<SystemCall>({
    OfPath(SYS_openat, "open", kDescriptor | kPath, 1, 0),
    OfPath(SYS_openat2, "open", kDescriptor | kPath, 1, 0),
    OfPath(SYS_mkdirat, "mkdir", kMake, 1, 0),
    OfPath(SYS_symlinkat, "symlink", kMake, 2, 1),
    OfPath(SYS_linkat, "link", kMake, 3, 2, 1, 0),
    OfPath(SYS_renameat2, "rename", kChange | kPath, 3, 2, 1, 0),
    OfPath(SYS_unlinkat, "unlink", kChange | kPath, 1, 0),
    OfPath(SYS_fchmodat, "chmod", kChange | kPath, 1, 0),
    OfPath(SYS_fchownat, "chown", kChange | kPath, 1, 0),
    OfPath(SYS_utimensat, "utimes", kChange | kPath, 1, 0),
    OfPath(SYS_truncate, "truncate", kMake, 0),
    OfFile(SYS_fchmod, "chmod", kChange, 0),
    OfFile(SYS_fchown, "chown", kChange, 0),
    OfFile(SYS_ftruncate, "truncate", kChange | kSpace, 0),
    OfFile(SYS_fallocate, "allocate", kChange | kSpace, 0),
    OfFile(SYS_write, "write", kWrite, 0),
    OfFile(SYS_pwrite64, "write", kWrite, 0),
    OfFile(SYS_writev, "write", kChange | kSpace, 0),
    OfFile(SYS_pwritev, "write", kChange | kSpace, 0),
    OfFile(SYS_copy_file_range, "copy", kChange | kSpace, 2),
    OfFile(SYS_sendfile, "copy", kChange | kSpace, 0),
    OfFile(SYS_ioctl, "clone", kChange | kSpace, 0),
    OfFile(SYS_fsync, "sync", kSync, 0),
    OfFile(SYS_fdatasync, "sync", kSync, 0),
    OfFile(SYS_syncfs, "sync", kSync, 0),
    OfFile(SYS_flock, "lock", kLook, 0),
    OfFile(SYS_read, "read", kLook, 0),
    OfFile(SYS_pread64, "read", kLook, 0),
    OfFile(SYS_readv, "read", kLook, 0),
    OfFile(SYS_mmap, "map", kLook, 4),
    OfFile(SYS_getdents64, "list", kLook, 0),
    OfFile(SYS_fstat, "stat", kLook, 0),
    OfPath(SYS_newfstatat, "stat", kLook | kPath, 1, 0),
    OfPath(SYS_statx, "stat", kLook | kPath, 1, 0),
    OfPath(SYS_statfs, "statfs", kLook | kPath, 0),
    OfFile(SYS_fstatfs, "statfs", kLook, 0),
    OfPath(SYS_readlinkat, "readlink", kLook | kPath, 1, 0),
    OfPath(SYS_faccessat, "access", kLook | kPath, 1, 0),
    OfPath(SYS_faccessat2, "access", kLook | kPath, 1, 0),
    OfPath(SYS_pipe2, "pipe", kDescriptor),
    OfPath(SYS_clone, "fork", kProcess),
    OfPath(SYS_clone3, "fork", kProcess),
#ifdef SYS_open  // The old calls, where there are such.
    OfPath(SYS_open, "open", kDescriptor | kPath, 0),
    OfPath(SYS_creat, "open", kMake | kDescriptor, 0),
    OfPath(SYS_mkdir, "mkdir", kMake, 0),
    OfPath(SYS_symlink, "symlink", kMake, 1),
    OfPath(SYS_link, "link", kMake, 1, -1, 0),
    OfPath(SYS_rename, "rename", kChange | kPath, 1, -1, 0),
    OfPath(SYS_renameat, "rename", kChange | kPath, 3, 2, 1, 0),
    OfPath(SYS_unlink, "unlink", kChange | kPath, 0),
    OfPath(SYS_rmdir, "unlink", kChange | kPath, 0),
    OfPath(SYS_chmod, "chmod", kChange | kPath, 0),
    OfPath(SYS_stat, "stat", kLook | kPath, 0),
    OfPath(SYS_lstat, "stat", kLook | kPath, 0),
    OfPath(SYS_readlink, "readlink", kLook | kPath, 0),
    OfPath(SYS_access, "access", kLook | kPath, 0),
    OfPath(SYS_fork, "fork", kProcess),
    OfPath(SYS_vfork, "fork", kProcess),
#endif
});

std::string ReadLink(const std::string& link) {
  std::array<char, PATH_MAX> target;
  const ssize_t size = readlink(link.c_str(), target.data(), target.size());
  return {target.data(), size < 0 ? 0 : static_cast<std::size_t>(size)};
}

std::string PathOfDescriptor(int process, int descriptor) {
  return ReadLink(descriptor == AT_FDCWD ? absl::StrFormat("/proc/%d/cwd", process)
                                         : absl::StrFormat("/proc/%d/fd/%d", process, descriptor));
}

std::string PathOf(const seccomp_notif& notification, int path, int directory) {
  if (path < 0) {
    return {};
  }
  const auto process = static_cast<int>(notification.pid);
  std::string text = ReadMemory(process, notification.data.args[path], PATH_MAX);
  text.resize(std::min(text.size(), std::strlen(text.c_str())));
  if (text.starts_with("/")) {
    return text;
  }
  const int base = directory < 0 ? AT_FDCWD : static_cast<int>(notification.data.args[directory]);
  return PathOfDescriptor(process, base) + (text.empty() ? "" : "/" + text);
}

bool IsBelow(const std::string& path, const std::string& directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

unsigned OpenTraits(const seccomp_notif& notification) {
  const seccomp_data& data = notification.data;
  std::uint64_t flags = data.args[2];
  if (data.nr == SYS_openat2) {
    open_how how = {};
    const std::string bytes =
        ReadMemory(static_cast<int>(notification.pid), data.args[2], sizeof how);
    std::memcpy(&how, bytes.data(), std::min(bytes.size(), sizeof how));
    flags = how.flags;
  }
#ifdef SYS_open
  flags = data.nr == SYS_open ? data.args[1] : flags;
#endif
  if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) {
    return kChange | kSpace;
  }
  return (flags & O_TRUNC) != 0 ? kChange : kLook;
}

bool MakesThread(const seccomp_notif& notification) {
  const seccomp_data& data = notification.data;
  std::uint64_t flags = data.nr == SYS_clone ? data.args[0] : 0;
  if (data.nr == SYS_clone3) {
    const std::string bytes =
        ReadMemory(static_cast<int>(notification.pid), data.args[0], sizeof flags);
    std::memcpy(&flags, bytes.data(), bytes.size());
  }
  return (flags & CLONE_THREAD) != 0;
}

}  // namespace

std::span<const SystemCall> SystemCalls() {
  return kCalls;
}

void NotPermitted(const char* what) {
  std::perror(what);
  _exit(kNotPermitted);
}

std::string ReadMemory(int process, std::uint64_t address, std::size_t size) {
  constexpr std::uint64_t kPage = 4096;  // One call does not fail for a page that it need not read.
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const std::size_t piece = std::min<std::size_t>(size - done, kPage - (address + done) % kPage);
    const iovec here = {bytes.data() + done, piece};
    const iovec there = {reinterpret_cast<void*>(address + done), piece};  // NOLINT
    const ssize_t size_read = process_vm_readv(process, &here, 1, &there, 1, 0);
    if (size_read < 0 && (errno == EPERM || errno == ENOSYS)) {
      NotPermitted("process_vm_readv");
    }
    if (size_read != static_cast<ssize_t>(piece)) {
      break;
    }
    done += piece;
    if (size == PATH_MAX && std::memchr(bytes.data(), '\0', done) != nullptr) {
      break;
    }
  }
  bytes.resize(done);
  return bytes;
}

SeenCall See(const seccomp_notif& notification, const std::string& below) {
  const auto found = std::ranges::find(kCalls, notification.data.nr, &SystemCall::number);
  if (found == kCalls.end()) {
    return {};
  }
  SeenCall call = {found->name, found->traits, {}};
  if (call.name == "fork" || call.name == "pipe") {
    return MakesThread(notification) ? SeenCall() : call;
  }
  if (found->descriptor >= 0) {
    call.path = PathOfDescriptor(static_cast<int>(notification.pid),
                                 static_cast<int>(notification.data.args[found->descriptor]));
  } else {
    call.path = PathOf(notification, found->path, found->directory);
  }
  if (!IsBelow(call.path, below)) {
    call.path = PathOf(notification, found->second_path, found->second_directory);
  }
  if (!IsBelow(call.path, below)) {
    return {};
  }
  if (call.name == "open") {
    call.traits |= OpenTraits(notification);
  }
  return call;
}

}  // namespace satchel::testing

#pragma once

#include <linux/seccomp.h>

#include <span>
#include <string>

namespace satchel::testing {

// The properties of a system call that determine how it can fail.
enum Trait : unsigned {
  kChange = 1U << 0,      // Changes what is on the disk.
  kSpace = 1U << 1,       // Needs disk space.
  kPath = 1U << 2,        // Looks up a path.
  kDescriptor = 1U << 3,  // Creates a descriptor.
  kBytes = 1U << 4,       // Writes bytes, possibly only a part of them.
  kSync = 1U << 5,        // Only waits for earlier changes to reach the disk.
  kLook = 1U << 6,        // Only reads.
  kProcess = 1U << 7,     // Creates a process.
};

// Which arguments of a call identify its object: -1 is none.
struct SystemCall {
  long number;
  const char* name;
  unsigned traits;
  int path = -1;
  int directory = -1;  // The directory that `path` is relative to; -1: the working directory.
  int second_path = -1;
  int second_directory = -1;
  int descriptor = -1;
};

// All calls of this machine that deal with files.
std::span<const SystemCall> SystemCalls();

// A call that a process is about to make.
struct SeenCall {
  std::string name;  // Empty: not about anything below the directory.
  unsigned traits = 0;
  std::string path;
};

SeenCall See(const seccomp_notif& notification, const std::string& below);

// The exit code where the system does not let one process watch the calls of another.
constexpr int kNotPermitted = 77;
[[noreturn]] void NotPermitted(const char* what);  // Says why.

// For what is not in the structure: copies bytes of another process's memory; less at its end.
std::string ReadMemory(int process, std::uint64_t address, std::size_t size);

}  // namespace satchel::testing

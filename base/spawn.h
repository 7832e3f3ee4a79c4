#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "base/file_descriptor.h"

namespace satchel {

struct SpawnOptions {
  enum class Errors { kInherited, kToOutput, kToNowhere };

  std::vector<std::string> argv;  // argv[0] is searched along PATH. Not empty.
  // "NAME=VALUE" replaces or adds a variable of this process; "NAME" alone removes one.
  std::vector<std::string> variables;
  std::string directory;  // Where it runs; empty: here.
  Errors errors = Errors::kInherited;
};

// A program that runs, with our ends of the pipes to its standard input and output. Whoever has it
// waits for it.
struct Spawned {
  pid_t pid = -1;
  FileDescriptor input;
  FileDescriptor output;
};

// Starts a program in a process group of its own: Ctrl-C is ours to handle, and it can be ended
// with its children. It is spawned without copying this process, so that the cost does not depend
// on our size, and SIGPIPE does in it what it does by default. Errors: "<argv[0]>: <the system's
// words>", kNotFound if there is no such program.
[[nodiscard]] absl::StatusOr<Spawned> Spawn(const SpawnOptions& options);

}  // namespace satchel

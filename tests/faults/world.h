#pragma once

#include <sys/stat.h>

#include <map>
#include <string>
#include <vector>

namespace satchel::testing {

// The state of a path.
struct PathState {
  mode_t mode = 0;      // Including the kind: a file, a directory, a link, a pipe.
  std::string content;  // Of a file; for a link, its target.
  ino_t inode = 0;
};

// Everything below a directory, by relative path.
using Tree = std::map<std::string, PathState>;

Tree ReadTree(const std::string& directory);

// Recreates the directory; hard links are hard links again. The inodes are new.
void WriteTree(const std::string& directory, Tree* tree);

struct TreeComparison {
  bool inodes = false;  // The same files, not only equal ones.
  // Paths to ignore.
  bool (*ignores)(const std::string& path) = nullptr;
};

// As text, one line each; empty if there are none. Ignores dates in histories.
std::string Differences(const Tree& actual, const Tree& expected, const TreeComparison& how);

}  // namespace satchel::testing

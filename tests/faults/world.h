#pragma once

#include <sys/stat.h>

#include <map>
#include <string>
#include <vector>

namespace satchel::testing {

// What is at a path.
struct PathState {
  mode_t mode = 0;      // With the kind: a file, a directory, a link, a pipe.
  std::string content;  // Of a file; of a link, where it leads.
  ino_t inode = 0;
};

// All that is below a directory, by its path in it.
using Tree = std::map<std::string, PathState>;

Tree ReadTree(const std::string& directory);

// Makes the directory that again; files that were one are one again. The inodes are new ones.
void WriteTree(const std::string& directory, Tree* tree);

struct TreeComparison {
  bool inodes = false;  // The same files, not only equal ones.
  // Paths that are left out.
  bool (*ignores)(const std::string& path) = nullptr;
};

// In words, a line each; empty if there are none. Dates in histories are not looked at.
std::string Differences(const Tree& actual, const Tree& expected, const TreeComparison& how);

}  // namespace satchel::testing

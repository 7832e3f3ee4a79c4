#include "tests/faults/world.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_format.h"

#include "frontend/files.h"

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;

// The lines of a history that say when are always new ones.
std::string WithoutDates(const std::string& history) {
  std::string text;
  for (std::size_t begin = 0; begin < history.size();) {
    const std::size_t end = std::min(history.find('\n', begin), history.size() - 1) + 1;
    const std::string line = history.substr(begin, end - begin);
    text += line.starts_with("==> ") ? "==>\n" : line;
    begin = end;
  }
  return text;
}

bool IsSame(const std::string& path, const PathState& a, const PathState& b) {
  return a.mode == b.mode &&
         (a.content == b.content || (path.ends_with("conda-meta/history") &&
                                     WithoutDates(a.content) == WithoutDates(b.content)));
}

void Make(const std::string& path, const PathState& state) {
  const mode_t bits = state.mode & 07777;
  if (S_ISDIR(state.mode)) {
    mkdir(path.c_str(), 0700);
    chmod(path.c_str(), bits);
  } else if (S_ISLNK(state.mode)) {
    fs::create_symlink(state.content, path);
  } else if (S_ISREG(state.mode)) {
    std::ofstream(path, std::ios::binary) << state.content;
    chmod(path.c_str(), bits);
  } else {
    mknod(path.c_str(), state.mode, 0);
  }
}

}  // namespace

Tree ReadTree(const std::string& directory) {
  Tree tree;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory)) {
    const std::string path = entry.path().string();
    PathState state;
    struct stat status = {};
    lstat(path.c_str(), &status);
    state.mode = status.st_mode;
    state.inode = status.st_ino;
    if (S_ISREG(status.st_mode)) {
      state.content = ReadFile(path).value_or("(not readable)");
    } else if (S_ISLNK(status.st_mode)) {
      state.content = fs::read_symlink(path).string();
    }
    tree.emplace(path.substr(directory.size() + 1), std::move(state));
  }
  return tree;
}

void WriteTree(const std::string& directory, Tree* tree) {
  fs::remove_all(directory);
  fs::create_directory(directory);
  std::map<ino_t, std::string> written;
  for (auto& [name, state] : *tree) {
    const std::string path = directory + "/" + name;
    const auto [first, is_first] = written.try_emplace(state.inode, path);
    if (is_first) {
      Make(path, state);
    } else {
      link(first->second.c_str(), path.c_str());
    }
    struct stat status = {};
    lstat(path.c_str(), &status);
    state.inode = status.st_ino;
  }
}

std::string Differences(const Tree& actual, const Tree& expected, const TreeComparison& how) {
  std::string text;
  const auto say = [&text, how](const std::string& path, const char* what) {
    if (how.ignores == nullptr || !how.ignores(path)) {
      text += absl::StrFormat("  %s %s\n", path, what);
    }
  };
  for (const auto& [path, state] : expected) {
    const auto found = actual.find(path);
    if (found == actual.end()) {
      say(path, "is gone");
    } else if (!IsSame(path, found->second, state)) {
      say(path, "is another");
    } else if (how.inodes && found->second.inode != state.inode) {
      say(path, "is a copy");
    }
  }
  for (const auto& [path, state] : actual) {
    if (!expected.contains(path)) {
      say(path, "is new");
    }
  }
  return text;
}

}  // namespace satchel::testing

#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace satchel {

// One change of an environment in its conda-meta/history. Packages are written as
// "channel/subdir::name-version-build"; old versions of conda omitted the part before "::".
struct Revision {
  std::string date;                   // As written: "2024-05-31 12:00:00".
  std::string command;                // "conda install numpy"; empty if absent.
  std::vector<std::string> specs;     // "update ['numpy']": the lines of specs, as written.
  std::vector<std::string> unlinked;  // Sorted.
  std::vector<std::string> linked;    // Sorted.
  std::set<std::string> packages;     // All packages of the environment after it.
};

// The revisions in a history's text, oldest first: the first is revision 0. Skips unknown lines, as
// conda does.
std::vector<Revision> ParseRevisions(std::string_view history);

// The parts of a package in a history line.
struct HistoryPackage {
  std::string channel;  // "conda-forge"; empty if absent.
  std::string subdir;
  std::string name;
  std::string version;
  std::string build;
};
HistoryPackage ParseHistoryPackage(std::string_view text);

}  // namespace satchel

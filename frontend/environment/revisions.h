#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace satchel {

// One change of an environment, as its conda-meta/history tells it. Packages are written
// "channel/subdir::name-version-build", by old versions of conda without what is before "::".
struct Revision {
  std::string date;                   // As written: "2024-05-31 12:00:00".
  std::string command;                // "conda install numpy"; empty if not said.
  std::vector<std::string> specs;     // "update ['numpy']": the lines of specs, as written.
  std::vector<std::string> unlinked;  // Sorted.
  std::vector<std::string> linked;    // Sorted.
  std::set<std::string> packages;     // All of the environment after it.
};

// The revisions of a history's text, oldest first: the first is revision 0. Lines that are not
// understood are skipped, as conda does.
std::vector<Revision> ParseRevisions(std::string_view history);

// A package of a history line, taken apart.
struct HistoryPackage {
  std::string channel;  // "conda-forge"; empty if not said.
  std::string subdir;
  std::string name;
  std::string version;
  std::string build;
};
HistoryPackage ParseHistoryPackage(std::string_view text);

}  // namespace satchel

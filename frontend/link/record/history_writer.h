#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "repodata/spec/record.h"

namespace satchel {

// One change of an environment in conda-meta/history.
struct HistoryEntry {
  std::int64_t time_seconds = 0;  // Since 1970; written as local time, as conda does.
  std::string command;            // "satchel install numpy".
  std::string version;            // Of this program.
  std::vector<PackageRecord> unlinked;
  std::vector<PackageRecord> linked;
  std::string verb = "update";  // For the specs: "update", "remove", "neutered".
  std::vector<std::string> specs;
};

// The lines to append, with a newline at the end. "channel/subdir::name-version-build", sorted.
std::string HistoryText(const HistoryEntry& entry);

}  // namespace satchel

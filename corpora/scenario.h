#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/record.h"

namespace satchel {

// The records of one subdir of one channel of a scenario.
struct ScenarioSubdir {
  std::string channel;
  std::string subdir;
  std::vector<PackageRecord> records;
};

struct ScenarioInstalled {
  PackageRecord record;
  std::string requested;  // The spec that the user once requested; empty for a dependency.
};

// A problem small enough to solve by hand, with its answer. Specs remain text: the reader of the
// scenario parses them.
struct Scenario {
  std::string name;  // The file's name without its extension.
  std::string about;
  std::vector<std::string> channels;  // Highest priority first: the order of first mention.
  std::vector<ScenarioSubdir> subdirs;
  std::string platform = "linux-64";
  std::vector<PackageRecord> virtual_packages;
  std::vector<ScenarioInstalled> installed;
  std::vector<std::string> request;
  std::vector<std::string> pins;
  std::vector<std::string> remove;
  std::string priority = "flexible";  // strict, flexible or disabled.
  std::string objective = "newest";   // newest, ordered, lowest, lowest-direct or fewest-changes.
  std::optional<std::int64_t> exclude_newer_ms;
  bool update_all = false;
  bool prune = false;
  bool ignore_dependencies = false;

  bool satisfiable = true;
  // If satisfiable, the whole new environment, "channel/subdir::name-version-build", sorted;
  // otherwise the requested specs and pins of a minimal conflict, all of them, as written.
  std::vector<std::string> expected;
  std::vector<std::string> mentioned;  // Words that an explanation of the conflict must also
                                       // contain.
};

// Reads the format described in corpora/README.md.
//
// Ensures: what `expected` and `installed` name exists, with at most one record per name; every
//   version and spec is well-formed; every record has md5, sha256, size and fn.
// Errors: kInvalidArgument, "<label>:<line>: what is wrong".
[[nodiscard]] absl::StatusOr<Scenario> ParseScenario(std::string_view text, std::string_view label);

// ParseScenario for a file; the scenario takes the file's name. Errors also: kNotFound.
[[nodiscard]] absl::StatusOr<Scenario> ReadScenarioFile(const std::string& path);

// A record's name in a plan: "channel/subdir::name-version-build".
[[nodiscard]] std::string ScenarioDistName(const PackageRecord& record);

}  // namespace satchel

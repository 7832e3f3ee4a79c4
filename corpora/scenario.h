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
  std::string requested;  // The spec the user once asked for it with; empty if a dependency.
};

// A solving problem small enough to be thought through by hand, with its answer.
// The specs are kept as text: what they mean is for the reader of the scenario to parse.
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
  // If satisfiable the whole new environment, "channel/subdir::name-version-build", sorted;
  // otherwise the requested specs and pins of a minimal conflict, all of them, as written.
  std::vector<std::string> expected;
  std::vector<std::string> mentioned;  // What an explanation of the conflict must name besides.
};

// Reads the format described in corpora/README.md.
//
// Ensures: what `expected` and `installed` name is there, with at most one record a name; every
//   version and spec is well-formed; every record has md5, sha256, size and fn.
// Errors: kInvalidArgument, "<label>:<line>: what is wrong".
[[nodiscard]] absl::StatusOr<Scenario> ParseScenario(std::string_view text, std::string_view label);

// ParseScenario of a file; its name becomes the scenario's. Errors also: kNotFound.
[[nodiscard]] absl::StatusOr<Scenario> ReadScenarioFile(const std::string& path);

// How a plan names a record: "channel/subdir::name-version-build".
[[nodiscard]] std::string ScenarioDistName(const PackageRecord& record);

}  // namespace satchel

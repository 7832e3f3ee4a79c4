#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "bench/harness/problem.h"

namespace satchel {

// A channel in a manifest.
struct ManifestChannel {
  BenchChannel channel;
  std::string where;             // "everyday.yaml:7", for messages.
  std::string source_directory;  // The directory that the hashes are of: the channel itself, unless
                                 // it is a copy.
  // The URL from which `satchel corpus fetch` gets a subdir's repodata; {subdir} stands for the
  // subdir.
  std::string fetch;
  std::map<std::string, std::string> sha256;  // Of repodata.json, by subdir; an absent hash is not
                                              // checked.
  // If not 0, the channel is generated (corpora/generator.h).
  std::int64_t generate_records = 0;
  std::uint64_t generate_seed = 1;
  std::int64_t generate_revision3 = 0;  // Percent of its .conda records.
};

// Problems to generate.
struct RandomProblems {
  std::string where;
  int count = 0;
  std::uint64_t seed = 1;
  Problem model;  // Everything except the id and the specs.
};

// A corpus: channels and the problems over them, from a manifest. docs/bench.md has the schema.
struct Manifest {
  std::string path;
  std::string name;
  std::string about;
  std::vector<ManifestChannel> channels;  // By name.
  std::vector<Problem> problems;          // Listed ones, and those from files and scenarios.
  std::vector<RandomProblems> random;
};

struct ManifestOptions {
  // The directory for channels that must be made: generated ones and those of scenarios.
  std::string work_directory;
};

// Reads a manifest and the environment files and scenarios that it names, but no repodata. Paths in
// it may use $VARIABLES; others are relative to the manifest. Errors: kInvalidArgument, "file:line:
// what is wrong", also for an unknown key; kNotFound if a variable is not set or a file does not
// exist.
[[nodiscard]] absl::StatusOr<Manifest> ReadManifest(const std::string& path,
                                                    const ManifestOptions& options);

// Generates and copies channels, and checks that each channel exists and has its hashes. Errors:
// kNotFound, with the channel and its expected location; kFailedPrecondition for a different hash.
[[nodiscard]] absl::Status PrepareChannels(const Manifest& manifest);

// All problems, including random ones: reads the repodata of their channels.
[[nodiscard]] absl::StatusOr<std::vector<Problem>> AllProblems(const Manifest& manifest);

}  // namespace satchel

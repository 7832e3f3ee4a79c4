#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "bench/harness/problem.h"

namespace satchel {

// A channel as a manifest pins it.
struct ManifestChannel {
  BenchChannel channel;
  std::string where;             // "everyday.yaml:7", for messages.
  std::string source_directory;  // What the hashes are of: the channel itself, unless it is a copy.
  // Where `satchel corpus fetch` gets a subdir's repodata from; {subdir} stands for the subdir.
  std::string fetch;
  std::map<std::string, std::string> sha256;  // Of repodata.json, by subdir; what is not said may
                                              // be anything.
  // If not 0 the channel is made up (corpora/generator.h) instead of found somewhere.
  std::int64_t generate_records = 0;
  std::uint64_t generate_seed = 1;
};

// Problems to be made rather than listed.
struct RandomProblems {
  std::string where;
  int count = 0;
  std::uint64_t seed = 1;
  Problem model;  // All but the id and the specs.
};

// A corpus: channels in place and the problems over them, as a manifest lists them. docs/bench.md
// has the schema.
struct Manifest {
  std::string path;
  std::string name;
  std::string about;
  std::vector<ManifestChannel> channels;  // By name.
  std::vector<Problem> problems;          // Listed ones, and those of files and scenarios.
  std::vector<RandomProblems> random;
};

struct ManifestOptions {
  // Where channels are made that are not there yet: generated ones and those of scenarios.
  std::string work_directory;
};

// Reads a manifest, the environment files and scenarios that it names, but no repodata. Paths in it
// may use $VARIABLES; others are relative to the manifest.
// Errors: kInvalidArgument, "file:line: what is wrong", also for a key it does not know; kNotFound
// if a variable is not set, or a file not there.
[[nodiscard]] absl::StatusOr<Manifest> ReadManifest(const std::string& path,
                                                    const ManifestOptions& options);

// Generates what is to be generated, copies what is to be copied, and checks that each channel is
// there and what it should be. Errors: kNotFound, with the channel and where it should be;
// kFailedPrecondition if it has another hash.
[[nodiscard]] absl::Status PrepareChannels(const Manifest& manifest);

// All problems, those that are made at random included: reads the repodata of their channels.
[[nodiscard]] absl::StatusOr<std::vector<Problem>> AllProblems(const Manifest& manifest);

}  // namespace satchel

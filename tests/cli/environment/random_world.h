#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/package_builder.h"

namespace satchel::testing {

// Counts of events over all worlds: a test in which nothing collides proves nothing.
struct WorldCounts {
  int commands = 0;
  int refused = 0;
  int undone = 0;                   // Refused, after something had been touched.
  int collisions = 0;               // Warnings of a path with two owners.
  int replaced = 0;                 // The user's files in the way, with a warning.
  int led_out = 0;                  // Paths behind a link that leads out of the environment.
  int through_links = 0;            // Files whose path and place differ.
  int own_files = 0;                // The user's files that were checked afterwards.
  std::map<std::string, int> done;  // By command, the successful ones.
};

// A channel of tiny packages that share paths, environments, and the user's files in and beside
// them. After each command, compares everything on the disk with the expected state.
class RandomWorld final {
 public:
  explicit RandomWorld(std::uint64_t seed);

  // Runs a random command, or creates a few of the user's files. Returns what is wrong; empty if
  // nothing is.
  std::string Step(WorldCounts* counts);

 private:
  struct Content {
    std::string text;  // With the prefix in it, or the target of the link.
    unsigned mode = 0;
  };
  struct OwnFile {
    std::string text;
    unsigned mode = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const OwnFile&, const OwnFile&) = default;
  };
  using OwnFiles = std::map<std::string, OwnFile>;  // By path within the environment.

  std::uint64_t Below(std::uint64_t end) { return random_() % end; }
  bool OneIn(std::uint64_t n) { return Below(n) == 0; }

  BuiltFile RandomFile(const std::string& version);
  void MakeChannel();
  void AddOwnFile();
  std::vector<std::string> RandomCommand();
  std::string RandomSpec();
  Finished Run(const std::vector<std::string>& arguments) const;

  std::string Prefix(const std::string& name) const { return root_ + "/envs/" + name; }
  static bool IsThere(const std::string& prefix);

  // What is wrong after a successful command, and after a failed one.
  std::string CheckAfter(const std::vector<std::string>& command, const Finished& run,
                         WorldCounts* counts);
  std::string CheckEnvironment(const std::string& name, const Finished& run, WorldCounts* counts);
  std::string CheckPackages(const std::string& prefix, std::map<std::string, bool>* explained,
                            WorldCounts* counts) const;
  // Every path with everything known about it, including inodes.
  static std::map<std::string, std::string> Everything(const std::string& directory);
  static OwnFile Look(const std::string& path);

  std::mt19937_64 random_;
  TemporaryDirectory directory_;
  const std::string root_;
  const std::string outside_;
  ChannelBuilder channel_;
  std::map<std::string, std::vector<BuiltFile>> packages_;  // By "name-version-build".
  std::map<std::string, OwnFiles> own_;                     // By the environment's name.
};

}  // namespace satchel::testing

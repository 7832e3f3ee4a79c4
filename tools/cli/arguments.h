#pragma once

#include <string>
#include <vector>

namespace satchel {

// What the command line said, word by word, of whichever command: checked only where it is used.
struct Arguments {
  std::vector<std::string> positional;  // Specs; the file to verify; the shell to complete for.

  // What is wanted.
  std::vector<std::string> files;
  std::vector<std::string> remove;
  std::vector<std::string> pins;
  bool update_all = false;
  bool prune = false;
  bool no_deps = false;
  bool only_deps = false;

  // From where.
  std::vector<std::string> channels;
  bool override_channels = false;
  std::string channel_alias;
  std::string channel_priority;
  std::string platform;
  std::string exclude_newer;
  bool no_index_cache = false;

  // Into what.
  std::string name;
  std::string prefix;
  std::string installed;

  // How.
  std::string objective;
  std::string timeout;
  bool certify = false;
  std::string proof;

  // Output.
  bool json = false;
  std::string html;
  std::string fixes;        // How many.
  bool all_chains = false;  // why
  bool explicit_file = false;
  std::string export_file;
  bool quiet = false;
  bool verbose = false;

  // index
  bool force = false;

  // clean
  bool all = false;
  bool index_cache = false;
  bool dry_run = false;
  bool yes = false;
  // Activation.
  std::string shell;
  bool stack = false;
  std::string cwd;
  bool no_capture_output = false;
  bool reverse = false;

  // corpus generate
  std::string records;
  std::string seed;
  std::string output;

  bool help = false;
  bool version = false;
};

}  // namespace satchel

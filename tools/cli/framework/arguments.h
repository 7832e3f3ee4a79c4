#pragma once

#include <memory>
#include <string>
#include <vector>

namespace satchel {

// The words on the command line, for any command; checked only where they are used.
struct Arguments {
  std::string command;  // Its name.
  // The arguments as typed; null in these.
  std::shared_ptr<const Arguments> typed;
  std::vector<std::string> positional;  // Specs; the file to verify; the shell to complete for.

  // The request.
  std::vector<std::string> files;
  std::vector<std::string> remove;
  std::vector<std::string> pins;
  bool update_all = false;
  bool without_channels = false;  // Set by a command: the question is only about the environment.
  bool prune = false;
  bool no_deps = false;
  bool only_deps = false;

  // The sources.
  std::vector<std::string> channels;
  bool override_channels = false;
  std::string channel_alias;
  std::string channel_priority;
  std::string platform;
  std::string exclude_newer;
  bool no_index_cache = false;
  bool offline = false;
  bool insecure = false;
  bool no_rc = false;

  // The target.
  std::string name;
  std::string prefix;
  std::string installed;

  // The action.
  bool yes = false;
  bool dry_run = false;
  bool download_only = false;
  bool no_default_packages = false;
  bool all = false;
  bool keep_env = false;
  bool force_reinstall = false;
  bool freeze_installed = false;
  bool no_pin = false;
  bool override_frozen = false;
  std::string clone;
  bool copy = false;
  bool no_pyc = false;
  bool skip_scripts = false;
  std::string revision;
  std::string pip_with;

  // The method.
  std::string objective;
  std::string timeout;
  bool certify = false;
  bool best = false;
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

  // config
  bool show = false;
  bool show_sources = false;
  bool get = false;
  bool describe = false;
  bool validate = false;
  std::vector<std::string> set_values;  // Key, value, key, value, ...; the next three too.
  std::vector<std::string> append_values;
  std::vector<std::string> prepend_values;
  std::vector<std::string> remove_values;
  std::vector<std::string> remove_keys;
  bool system = false;
  bool env = false;
  std::string rc_file;

  // search, repoquery
  bool info = false;
  bool tree = false;

  // clean
  bool index_cache = false;
  bool packages = false;
  bool tarballs = false;

  // Activation.
  std::string shell;
  bool stack = false;
  std::string cwd;
  bool no_capture_output = false;
  bool reverse = false;

  // The contents of an environment.
  bool full_name = false;
  bool md5 = false;
  bool sha256 = false;
  bool export_list = false;
  bool revisions = false;
  bool no_pip = false;
  std::string format;
  bool no_builds = false;
  bool from_history = false;
  bool envs = false;

  // corpus generate
  std::string records;
  std::string seed;
  std::string output;

  // bench, and the other commands of corpus
  std::vector<std::string> solvers;
  std::vector<std::string> picks;
  std::string repetitions;
  std::string warm_ups;
  std::string mode;
  std::string cache;
  std::string cpu;
  std::string instructions;
  std::string shard;
  std::string shards;
  std::string engine;
  bool resume = false;
  bool no_judge = false;
  std::string work;
  std::string program;
  std::string ours;
  bool every_problem = false;
  std::string base_solver;
  std::string new_solver;
  std::string metric;
  std::string threshold;
  std::string status;
  std::string slower;

  bool help = false;
  bool version = false;
};

}  // namespace satchel

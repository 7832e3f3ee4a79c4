#pragma once

#include <memory>
#include <string>
#include <vector>

namespace satchel {

// What the command line said, word by word, checked only where it is used. Options that belong
// together are one group, which the commands that have them share (option_groups.h); a function
// takes the groups that it looks at.

// What is requested.
struct RequestArguments {
  std::vector<std::string> files;
  std::string file_environment;         // Of those files; the default one if empty.
  std::vector<std::string> categories;  // Of those files, besides main.
  bool reads_as_conda_lock = false;     // Set by a command: all categories, selectors in comments.
  std::vector<std::string> remove;
  std::vector<std::string> pins;
  bool update_all = false;
  bool prune = false;
  bool no_deps = false;
  bool only_deps = false;
  bool update_deps = false;
  bool satisfied_skip_solve = false;
  bool no_pin = false;
  bool freeze_installed = false;
  bool without_channels = false;  // Set by a command: the question is about the environment alone.
};

// Where packages come from.
struct ChannelArguments {
  std::vector<std::string> channels;
  bool override_channels = false;
  std::string channel_alias;
  std::string channel_priority;
  std::string platform;
  std::string exclude_newer;
  bool strict_channel_priority = false;
  bool no_channel_priority = false;
  bool no_channel_relations = false;
  bool no_index_cache = false;
  bool use_index_cache = false;
  bool offline = false;
  bool insecure = false;
  std::string ssl_verify;
  std::string repodata_ttl;
  bool no_rc = false;
  bool no_env = false;
};

// Which environment.
struct TargetArguments {
  std::string name;
  std::string prefix;
  std::string installed;
};

// How it is changed.
struct ChangeArguments {
  bool yes = false;
  bool dry_run = false;
  bool download_only = false;
  bool no_default_packages = false;
  bool all = false;
  bool keep_env = false;
  bool force_reinstall = false;
  bool fix = false;
  bool override_frozen = false;
  std::string clone;
  bool copy = false;
  bool no_pyc = false;
  bool skip_scripts = false;
  std::string revision;
  std::string pip_with;
  bool no_pip = false;
};

// How a request is solved.
struct SolverArguments {
  std::string objective;
  std::string engine;
  std::string timeout;
  bool certify = false;
  bool best = false;
  std::string proof;
  std::string certificate;
  std::string fixes;  // How many.
};

struct OutputArguments {
  bool json = false;
  std::string html;
  bool all_chains = false;
  bool explicit_file = false;
  std::string export_file;
  bool quiet = false;
  bool verbose = false;
};

struct ConfigArguments {
  bool show = false;
  bool show_sources = false;
  bool list_settings = false;
  bool list_files = false;
  bool with_sources = false;
  bool get = false;
  bool describe = false;
  bool validate = false;
  std::vector<std::string> set_values;  // Key, value, key, value, ...; the next three too.
  std::vector<std::string> append_values;
  std::vector<std::string> prepend_values;
  std::vector<std::string> remove_values;
  std::vector<std::string> remove_keys;
  std::vector<std::string> clear_keys;
  bool from_stdin = false;
  bool write_default = false;
  bool system = false;
  bool env = false;
  std::string rc_file;
};

// search, repoquery, index, clean.
struct QueryArguments {
  bool info = false;
  bool in_environments = false;
  bool names_only = false;
  bool reverse_dependency = false;
  bool outdated = false;
  bool tree = false;
  bool local = false;
  bool remote = false;
  bool force = false;
  bool index_cache = false;
  bool packages = false;
  bool tarballs = false;
  bool force_pkgs_dirs = false;
  bool log_files = false;
  bool locks = false;
  bool trash = false;
  std::vector<std::string> temporary_files;  // Environments to look in.
};

// activate, run, shell, init.
struct ShellArguments {
  std::string shell;
  bool stack = false;
  std::string cwd;
  bool no_capture_output = false;
  std::vector<std::string> variables;
  bool clean_env = false;
  bool detach = false;
  std::vector<std::string> attach;  // Those of stdin, stdout and stderr that the program gets.
  bool reverse = false;
};

// list, export, info.
struct ListArguments {
  bool full_name = false;
  bool md5 = false;
  bool sha256 = false;
  bool export_list = false;
  bool revisions = false;
  std::string format;
  std::string fields;
  bool reverse_order = false;
  bool canonical = false;
  bool sizes = false;
  bool show_channel_urls = false;
  bool no_builds = false;
  bool from_history = false;
  bool no_md5 = false;
  bool channel_subdir = false;
  bool ignore_channels = false;
  std::vector<std::string> platforms;
  bool envs = false;
  bool base = false;
  bool licenses = false;
};

// lock.
struct LockArguments {
  std::vector<std::string> updates;  // Packages.
  std::string virtual_packages;
  std::string convert;
  std::vector<std::string> diff;  // Two files.
  bool check = false;
  bool same_versions = false;
  bool markdown = false;
};

// batch.
struct BatchArguments {
  std::string jobs;
  bool unordered = false;
};

// audit.
struct AuditArguments {
  std::string only;
  std::vector<std::string> with;
  std::vector<std::string> virtual_package;
  bool newest = false;
  bool csv = false;
  std::vector<std::string> without;
  std::vector<std::string> beside;
  std::string patch;
  std::string before;
  std::string after;
};

// corpus generate.
struct GenerateArguments {
  std::string records;
  std::string seed;
  std::string v3_percent;
  std::string output;
};

// bench, and the other verbs of corpus.
struct BenchArguments {
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
};

// What programs alike have for themselves; taken and not looked at, so that scripts written for
// them run.
struct IgnoredArguments {
  bool ignored_flag = false;
  std::vector<std::string> ignored_values;
};

// Of every command.
struct GlobalArguments {
  std::string root_prefix;
  std::string condarc;
};

// Of whichever command: the parser fills in what its options say.
struct Arguments : RequestArguments,
                   ChannelArguments,
                   TargetArguments,
                   ChangeArguments,
                   SolverArguments,
                   OutputArguments,
                   ConfigArguments,
                   QueryArguments,
                   ShellArguments,
                   ListArguments,
                   LockArguments,
                   BatchArguments,
                   AuditArguments,
                   GenerateArguments,
                   BenchArguments,
                   IgnoredArguments,
                   GlobalArguments {
  std::string command;                     // Its name.
  std::shared_ptr<const Arguments> typed;  // What was typed; of those made of it null.
  std::vector<std::string> positional;     // Specs; the file to verify; the shell to complete for.
  bool help = false;
  bool version = false;
};

}  // namespace satchel

#include "tests/cli/environment/random_world.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "frontend/files.h"
#include "frontend/link/record/conda_meta.h"

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kBuilt[] =
    "/built/placehold_placehold_placehold_placehold_placehold_placehold_placehold_placehold";

// Few, so that packages and the user meet: files where others have directories, links of
// directories and what lies behind them, two that differ in case.
constexpr const char* kPaths[] = {"bin/tool",    "bin/Tool",      "lib/x",      "lib/deep/y",
                                  "lib64/x",     "lib64/z",       "lib",        "share/doc",
                                  "share/doc/a", "share/Doc",     "etc/conf",   "out/file",
                                  "out",         "alias/deep/er", "etc/conf.d", "share/deep/own"};
constexpr const char* kNames[] = {"ant", "bee", "cat", "dog", "eel"};
constexpr const char* kEnvironments[] = {"one", "two", "three"};

template <typename T, std::size_t N>
const T& Pick(const T (&all)[N], std::uint64_t random) {
  return all[random % N];
}

bool IsFile(const std::string& path) {
  struct stat status = {};
  return lstat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode);
}

int Count(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// The content of a package's file in an environment.
std::string InPrefix(const BuiltFile& file, const std::string& prefix) {
  if (file.placeholder.empty()) {
    return file.content;
  }
  std::string text = file.content;
  const std::size_t at = text.find(kBuilt);
  text.replace(at, std::string(kBuilt).size(), prefix);
  if (file.binary) {
    const std::size_t end = text.find('\0', at);
    text.insert(end, std::string(kBuilt).size() - prefix.size(), '\0');
  }
  return text;
}

}  // namespace

RandomWorld::RandomWorld(std::uint64_t seed)
    : random_(seed),
      root_(directory_.path() + "/root"),
      outside_(directory_.path() + "/outside"),
      channel_(directory_.path() + "/channel") {
  directory_.Write("outside/file", "precious");
  directory_.Write("outside/deep/er", "precious too");
  directory_.Write("outside/x", "also");
  MakeChannel();
}

BuiltFile RandomWorld::RandomFile(const std::string& version) {
  BuiltFile file;
  file.path = Pick(kPaths, random_());
  file.mode = OneIn(3) ? 0755 : 0644;
  file.content = absl::StrFormat("%s of %s, %d\n", file.path, version, Below(1000));
  switch (Below(8)) {
    case 0:
      file.link = OneIn(2) ? outside_ : "../" + file.path;
      break;
    case 1:
      file.path = OneIn(2) ? "lib64" : "alias";
      file.link = "lib";
      break;
    case 2:
      file.placeholder = kBuilt;
      file.content += std::string("at ") + kBuilt + "/share\n";
      break;
    case 3:
      file.placeholder = kBuilt;
      file.binary = true;
      file.content += std::string("\0\1", 2) + kBuilt + std::string("/lib\0end", 8);
      break;
    case 4:
      file.no_link = true;
      break;
    default:
      break;
  }
  return file;
}

void RandomWorld::MakeChannel() {
  for (const std::string name : kNames) {
    for (const std::string version : {"1", "2", "3"}) {
      BuiltPackage package = {.name = name, .version = version};
      if (OneIn(3)) {
        package.depends = {Pick(kNames, Below(2))};
        std::erase(package.depends, name);
      }
      const std::uint64_t num_files = 1 + Below(4);
      std::map<std::string, BuiltFile> files;
      for (std::uint64_t i = 0; i < num_files; ++i) {
        BuiltFile file = RandomFile(name + " " + version);
        // Within one package no file is below another one.
        const bool clashes = std::ranges::any_of(files, [&file](const auto& other) {
          return absl::StartsWith(other.first, file.path + "/") ||
                 absl::StartsWith(file.path, other.first + "/");
        });
        if (!clashes) {
          files[file.path] = file;
        }
      }
      if (OneIn(8)) {
        const std::string script = "bin/." + name + "-post-link.sh";
        files[script] = {.path = script,
                         .content = "echo no room > \"$PREFIX/.messages.txt\"; exit 3\n"};
      }
      files["share/" + name + "/" + version] = {.path = "share/" + name + "/" + version,
                                                .content = name};
      for (auto& [path, file] : files) {
        package.files.push_back(file);
      }
      packages_[name + "-" + version + "-0"] = package.files;
      channel_.Add(package);
    }
  }
  channel_.Write();
}

bool RandomWorld::IsThere(const std::string& prefix) {
  return fs::exists(prefix + "/conda-meta/history");
}

RandomWorld::OwnFile RandomWorld::Look(const std::string& path) {
  struct stat status = {};
  OwnFile file;
  if (lstat(path.c_str(), &status) == 0) {
    file.mode = status.st_mode;
    file.inode = status.st_ino;
    file.text = S_ISLNK(status.st_mode)   ? fs::read_symlink(path).string()
                : S_ISREG(status.st_mode) ? ReadFile(path).value_or("?")
                                          : "";
  }
  return file;
}

std::map<std::string, std::string> RandomWorld::Everything(const std::string& directory) {
  std::map<std::string, std::string> all;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(directory, error)) {
    const OwnFile file = Look(entry.path().string());
    all[entry.path().string()] = absl::StrFormat("%o %d %s", file.mode, file.inode, file.text);
  }
  return all;
}

// Where nothing is yet.
void RandomWorld::AddOwnFile() {
  const std::string name = Pick(kEnvironments, random_());
  const std::string path =
      OneIn(3) ? absl::StrFormat("share/mine-%d", Below(9)) : std::string(Pick(kPaths, random_()));
  const fs::path full = Prefix(name) + "/" + path;
  std::error_code error;
  const fs::path real = fs::weakly_canonical(full.parent_path(), error);
  if (error || !absl::StartsWith(real.string() + "/", Prefix(name) + "/") ||
      fs::exists(fs::symlink_status(full, error)) || real != full.parent_path()) {
    return;
  }
  fs::create_directories(full.parent_path(), error);
  if (error) {
    return;
  }
  if (OneIn(4)) {
    fs::create_symlink(OneIn(2) ? outside_ + "/file" : "nowhere", full);
  } else {
    directory_.Write(full.string().substr(directory_.path().size() + 1),
                     absl::StrFormat("mine %d in %s\n", Below(1000), OneIn(2) ? Prefix(name) : ""));
    fs::permissions(full, OneIn(2) ? fs::perms::owner_read : fs::perms::owner_all);
  }
  own_[name][path] = Look(full.string());
}

std::string RandomWorld::RandomSpec() {
  const std::string name = Pick(kNames, random_());
  return OneIn(2) ? name : absl::StrFormat("%s=%d", name, 1 + Below(3));
}

std::vector<std::string> RandomWorld::RandomCommand() {
  const std::string name = Pick(kEnvironments, random_());
  const std::string other = Pick(kEnvironments, random_());
  if (!IsThere(Prefix(name))) {
    if (OneIn(4)) {
      return {"create", "-n", name, "--clone", other};
    }
    return {"create", "-n", name, RandomSpec(), RandomSpec()};
  }
  switch (Below(12)) {
    case 0:
      return {"rename", "-n", name, other};
    case 1:
      return {"env", "remove", "-n", name};
    case 2:
      return {"clean", "--all"};
    case 3:
      return {"install", "-n", name, "--revision", std::to_string(Below(3))};
    case 4:
      directory_.Write("environment.yml", "dependencies:\n  - " + RandomSpec() + "\n");
      return {"env", "update", "-n", name, "-f", directory_.path() + "/environment.yml"};
    case 5:
      return {"update", "-n", name, "--all"};
    case 6:
    case 7:
      return {"remove", "-n", name, Pick(kNames, random_())};
    case 8:
      return {"create", "-n", name, RandomSpec()};
    default:
      return {"install", "-n", name, RandomSpec(), RandomSpec()};
  }
}

Finished RandomWorld::Run(const std::vector<std::string>& arguments) const {
  RunOptions options;
  options.variables = {{"HOME", directory_.path()},
                       {"SATCHEL_NO_SYNC", "1"},
                       {"SATCHEL_ROOT_PREFIX", root_},
                       {"CONDA_PKGS_DIRS", directory_.path() + "/pkgs"},
                       {"CONDA_CHANNELS", channel_.directory()},
                       {"CONDA_SUBDIR", "linux-64"}};
  return RunProgram(Join(arguments, {"--yes"}), options);
}

std::string RandomWorld::Step(WorldCounts* counts) {
  if (OneIn(3)) {
    AddOwnFile();
  }
  const std::vector<std::string> command = RandomCommand();
  const auto before = Everything(root_);
  const auto outside_before = Everything(outside_);
  const Finished run = Run(command);
  ++counts->commands;
  const std::string said = run.output + run.error;
  counts->collisions += Count(said, "; the latter is used");
  counts->led_out += Count(said, "leads out of the environment");
  std::string wrong;
  if (Everything(outside_) != outside_before) {
    wrong = "something outside of the environments was changed";
  } else if (run.exit_code < 0 || run.exit_code > 4) {
    wrong = absl::StrFormat("exit code %d, signal %d", run.exit_code, run.signal);
  } else if (run.exit_code != 0) {
    ++counts->refused;
    counts->undone += Count(said, "the environment is as it was") > 0 ? 1 : 0;
    wrong = Everything(root_) == before ? "" : "it was refused, and something was changed";
  } else {
    const std::string verb = command[0] == "env" ? "env " + command[1] : command[0];
    ++counts->done[command.size() > 3 && command[3].starts_with("--") ? verb + " " + command[3]
                                                                      : verb];
    wrong = CheckAfter(command, run, counts);
  }
  return wrong.empty() ? wrong : absl::StrJoin(command, " ") + ": " + wrong + "\n" + said;
}

std::string RandomWorld::CheckAfter(const std::vector<std::string>& command, const Finished& run,
                                    WorldCounts* counts) {
  const auto follow = [this](const std::string& from, const std::string& to) {
    for (const auto& [path, file] : own_[from]) {
      OwnFile copy = Look(Prefix(to) + "/" + path);
      OwnFile wanted = file;
      wanted.text = absl::StrReplaceAll(file.text, {{Prefix(from), Prefix(to)}});
      wanted.inode = copy.inode;
      // Not where the other one has something of its own.
      if (!own_[to].contains(path) && copy == wanted) {
        own_[to][path] = copy;
      } else if (!own_[to].contains(path) && copy.inode == 0) {
        return absl::StrFormat("'%s' of the user's has not come along", path);
      }
    }
    return std::string();
  };
  std::string wrong;
  if (command[0] == "rename") {
    wrong = follow(command[2], command[3]);
    own_.erase(command[2]);
    wrong += fs::exists(Prefix(command[2])) ? "the old one is still there" : "";
  } else if (command.size() > 3 && command[3] == "--clone") {
    wrong = follow(command[4], command[2]);
  } else if (command[1] == "remove") {
    own_.erase(command[3]);
    wrong = fs::exists(Prefix(command[3])) ? "it is still there" : "";
  }
  for (const std::string name : kEnvironments) {
    if (wrong.empty() && IsThere(Prefix(name))) {
      wrong = CheckEnvironment(name, run, counts);
    }
  }
  return wrong;
}

std::string RandomWorld::CheckEnvironment(const std::string& name, const Finished& run,
                                          WorldCounts* counts) {
  const std::string prefix = Prefix(name);
  std::map<std::string, bool> explained;  // Paths of files, whether they are there or not.
  for (auto own = own_[name].begin(); own != own_[name].end();) {
    const std::string& path = own->first;
    // Of this environment: others may have a file of the same name.
    if (absl::StrContains(run.output, "Environment: " + prefix + "\n") &&
        absl::StrContains(run.error,
                          absl::StrFormat("'%s' exists already and belongs to no package", path))) {
      ++counts->replaced;
      own = own_[name].erase(own);
      continue;
    }
    ++counts->own_files;
    if (Look(prefix + "/" + path) != own->second) {
      return absl::StrFormat("'%s' of the user's in %s is gone or changed", path, name);
    }
    explained[path] = true;
    ++own;
  }
  if (std::string wrong = CheckPackages(prefix, &explained, counts); !wrong.empty()) {
    return wrong;
  }
  for (const auto& entry : fs::recursive_directory_iterator(prefix)) {
    const std::string path = entry.path().string().substr(prefix.size() + 1);
    if (absl::StartsWith(path, "conda-meta/")) {
      if (!path.ends_with(".json") && path != "conda-meta/history") {
        return absl::StrFormat("'%s' is left in %s", path, name);
      }
    } else if (IsFile(entry.path().string()) && !explained.contains(path)) {
      return absl::StrFormat("'%s' in %s is of nobody", path, name);
    }
  }
  return {};
}

std::string RandomWorld::CheckPackages(const std::string& prefix,
                                       std::map<std::string, bool>* explained,
                                       WorldCounts* counts) const {
  std::map<std::string, std::vector<BuiltFile>> owned;  // By place.
  for (const auto& entry : fs::directory_iterator(prefix + "/conda-meta")) {
    if (entry.path().extension() != ".json") {
      continue;
    }
    for (const BuiltFile& file : packages_.at(entry.path().stem().string())) {
      const fs::path full = prefix + "/" + file.path;
      const fs::path place = fs::weakly_canonical(full.parent_path()) / full.filename();
      if (!absl::StartsWith(place.string(), prefix + "/")) {
        return absl::StrFormat("'%s' leads out of %s", file.path, prefix);
      }
      counts->through_links += place == full ? 0 : 1;
      owned[place.string().substr(prefix.size() + 1)].push_back(file);
    }
  }
  for (const auto& [usual, files] : owned) {
    // A link to a directory that went with its package leaves what others have beyond it where it
    // is.
    std::string place = usual;
    for (const std::string link : {"lib64/", "alias/"}) {
      if (absl::StartsWith(place, link) && !IsFile(prefix + "/" + place)) {
        place.replace(0, link.size(), "lib/");
      }
    }
    const OwnFile there = Look(prefix + "/" + place);
    const bool fits = std::ranges::any_of(files, [&](const BuiltFile& file) {
      return file.link.empty() ? S_ISREG(there.mode) && there.text == InPrefix(file, prefix) &&
                                     (there.mode & 0777) == static_cast<unsigned>(file.mode)
                               : S_ISLNK(there.mode) && there.text == file.link;
    });
    if (!fits) {
      return absl::StrFormat("'%s' in %s is not that of any of its %d owners: %o, %s", place,
                             prefix, files.size(), there.mode, there.text);
    }
    (*explained)[place] = true;
  }
  return {};
}

}  // namespace satchel::testing

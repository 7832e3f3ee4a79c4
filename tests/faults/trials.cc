#include "tests/faults/trials.h"

#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"

#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/link/change/environment_lock.h"
#include "tests/faults/system_calls.h"

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kJournal = "/conda-meta/.satchel";

// What is kept only to save time may hold more or less than it would have.
bool IsCache(const std::string& path) {
  return path.starts_with("pkgs/") || path.starts_with("cache/");
}

// The paths of which the content, or whether they are there, depends on the order of events.
bool IsOfTheMoment(const std::string& path) {
  return path == "pkgs/urls.txt" || path.ends_with(".index") ||
         (path.starts_with("pkgs/.satchel/") && path.ends_with(".lock"));
}

bool IsOfTheMomentOrHistory(const std::string& path) {
  return IsOfTheMoment(path) || path.ends_with("conda-meta/history");
}

// The list of environments.
bool IsList(const std::string& path) {
  return path == "home/.conda" || path.starts_with("home/.conda/");
}

bool HasNoFiles(const std::string& directory, const Tree& tree) {
  const auto is_directory = [](const auto& path) { return S_ISDIR(path.second.mode); };
  const std::string below = directory + "/";
  auto end = tree.lower_bound(below);
  while (end != tree.end() && end->first.starts_with(below) && is_directory(*end)) {
    ++end;
  }
  const bool has_files = end != tree.end() && end->first.starts_with(below);
  return !has_files && is_directory(*tree.find(directory));
}

bool IsInEnvironment(const std::string& path, const Tree& tree) {
  for (std::size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    if (tree.contains(path.substr(0, slash) + "/conda-meta")) {
      return true;
    }
  }
  return false;
}

// One line for the error; else warnings, and what the command says anyway.
bool IsClear(const Finished& run, const std::string& usual) {
  if (run.error == usual) {
    return true;
  }
  int errors = 0;
  for (const std::string_view line : Split(run.error, '\n')) {
    errors += line.starts_with("satchel: error: ") ? 1 : 0;
    if (!line.starts_with("satchel: ") && usual.find(line) == std::string::npos) {
      return false;
    }
  }
  return errors == (run.exit_code == 0 ? 0 : 1);
}

// Whether a command that is made of two changes says that it has made the first.
bool SaysPart(const Finished& run) {
  return run.error.find("is complete, and") != std::string::npos;
}

// Of differences: nothing is gone, or is another.
bool HasOnlyNew(const std::string& differences) {
  const std::vector<std::string_view> lines = Split(differences, '\n');
  return std::ranges::all_of(
      lines, [](std::string_view line) { return line.empty() || line.ends_with(" is new"); });
}

// Where the first directory for environments cannot be looked at, the next one is taken.
bool ChoosesDirectory(std::string_view call) {
  return call.ends_with("/world/root") || call.ends_with("/world/root/envs");
}

// A record says where the archive of its package is, if it is found.
bool IsOfArchive(std::string_view call) {
  return call.find("/pkgs/") != std::string_view::npos &&
         (call.ends_with(".conda") || call.ends_with(".tar.bz2"));
}

bool WantsAll() {
  const char* const wanted = std::getenv("SATCHEL_FAULTS");
  return wanted != nullptr && std::string_view(wanted) == "all";
}

// Everything once: any error that all calls can have, and the end of the process.
bool IsTried(const Fault& fault) {
  return fault.traits != 0 && (WantsAll() || fault.name == "EIO" || fault.name == "kill");
}

std::string Fingerprint(const Tree& tree) {
  std::string text;
  for (const auto& [path, state] : tree) {
    absl::StrAppendFormat(&text, "%s %o %s\n", path, state.mode, state.content);
  }
  return text;
}

}  // namespace

Trials::Trials(const Scenario& scenario, const std::string& channel)
    : scenario_(scenario), channel_(channel) {
  for (const char* name : {"", "/home", "/root", "/pkgs", "/cache", "/outside"}) {
    fs::create_directory(world_ + name);
  }
  for (const Command& command : scenario.setup) {
    const Finished run = Execute(command, nullptr, 0);
    EXPECT_EQ(run.exit_code, 0) << run.error;
  }
  if (scenario.place) {
    scenario.place(world_);
  }
  before_ = ReadTree(world_);
  if (!scenario.killed_before.empty()) {
    kill_number_ = NumberOf(scenario.killed_before);
  }
  Start();
  const Finished run = Execute(scenario.command, nullptr, 0);
  EXPECT_EQ(run.exit_code, scenario.exit_code) << run.error;
  EXPECT_NE(run.error.find(scenario.says), std::string::npos) << run.error;
  usual_error_ = run.error;
  after_ = ReadTree(world_);
  for (const auto& [path, state] : after_) {
    if (const auto found = before_.find(path);
        found != before_.end() && found->second.inode == state.inode) {
      same_.insert(path);
    }
  }
}

Finished Trials::Execute(const Command& command, const Fault* fault, std::size_t number) const {
  RunOptions options;
  options.variables = {{"HOME", world_ + "/home"},
                       {"SATCHEL_ROOT_PREFIX", world_ + "/root"},
                       {"SATCHEL_CACHE_DIR", world_ + "/cache"},
                       {"CONDA_PKGS_DIRS", world_ + "/pkgs"},
                       {"CONDA_SUBDIR", "linux-64"},
                       {"CONDA_CHANNELS", channel_}};
  if (!scenario_.keeps_index) {
    options.variables.emplace_back("SATCHEL_NO_INDEX_CACHE", "1");
  }
  Command words;
  for (std::string word : command) {
    if (word == "$CHANNEL") {
      word = channel_;
    } else if (word.starts_with("$WORLD")) {
      word.replace(0, 6, world_);
    }
    words.push_back(std::move(word));
  }
  if (fault == nullptr) {
    return RunProgram(words, options);
  }
  options.program = SATCHEL_SUPERVISOR;
  return RunProgram(Join({world_, std::to_string(number), std::string(fault->name),
                          directory_.path() + "/log", SATCHEL_PROGRAM},
                         words),
                    options);
}

TrialCount Trials::Run() {
  const std::vector<Point> points = Points(*FindFault("count"));
  count_.calls = static_cast<int>(points.size());
  for (const Fault& fault : Faults()) {
    if (!IsTried(fault)) {
      continue;
    }
    const std::vector<Point> of_fault = fault.looks ? Points(*FindFault("count-looks")) : points;
    for (std::size_t i = 0; i < of_fault.size(); ++i) {
      const Point& point = of_fault[i];
      if ((point.traits & fault.traits) != 0 && !(fault.looks && ChoosesDirectory(point.call))) {
        Try(fault, point, i + 1);
      }
    }
  }
  return count_;
}

std::size_t Trials::NumberOf(const std::string& call) {
  const std::vector<Point> points = Points(*FindFault("count"));
  const auto found = std::ranges::find_if(
      points, [&call](const Point& point) { return point.call.find(call) != std::string::npos; });
  EXPECT_NE(found, points.end()) << call;
  return static_cast<std::size_t>(found - points.begin()) + 1;
}

// Makes the world in which a trial begins. An earlier run is interrupted anew each time: how it is
// undone depends on inodes, which a copy of its world would not have.
void Trials::Start() {
  WriteTree(world_, &before_);
  if (kill_number_ > 0) {
    EXPECT_EQ(Execute(scenario_.command, FindFault("kill"), kill_number_).signal, SIGKILL);
  }
  fs::remove(directory_.path() + "/log");
}

// The calls of the command, in their order.
std::vector<Trials::Point> Trials::Points(const Fault& counting) {
  Start();
  const Finished run = Execute(scenario_.command, &counting, 0);
  EXPECT_EQ(run.exit_code, scenario_.exit_code) << run.error;
  std::vector<Point> points;
  std::ifstream log(directory_.path() + "/log");
  for (Point point; log >> point.traits && std::getline(log, point.call);) {
    points.push_back(point);
  }
  return points;
}

void Trials::Try(const Fault& fault, const Point& point, std::size_t number) {
  Start();
  const Finished run = Execute(scenario_.command, &fault, number);
  ++count_.trials;
  if (const std::string wrong = Judge(fault, point, run); !wrong.empty()) {
    ADD_FAILURE() << scenario_.name << ", " << fault.name << " at " << number << ":" << point.call
                  << "\n"
                  << wrong << "exit code " << run.exit_code << ", signal " << run.signal << "\n"
                  << run.error;
  }
}

// Undoes or finishes what was interrupted, as the next command on the environment does.
void Trials::Settle(const Tree& tree) const {
  for (const auto& [path, state] : tree) {
    if (path.ends_with(kJournal)) {
      const std::string prefix = world_ + "/" + path.substr(0, path.size() - kJournal.size());
      EnvironmentLock::Open(prefix, {}).status().IgnoreError();
    }
  }
}

Trials::State Trials::StateOf(const Tree& tree, const Leeway& leeway) const {
  Tree known;
  for (const auto& [path, state] : tree) {
    const bool is_known = before_.contains(path) || after_.contains(path);
    const bool is_leftover =
        (!is_known && !IsInEnvironment(path, before_) && !IsInEnvironment(path, after_)) ||
        (!before_.contains(path) && HasNoFiles(path, tree));
    if (!leeway.leftovers || !is_leftover) {
      known.emplace(path, state);
    }
  }
  Tree before = before_;
  Tree after = after_;
  if (leeway.unlisted) {
    const auto is_list = [](const auto& path) { return IsList(path.first); };
    for (Tree* each : {&known, &before, &after}) {
      std::erase_if(*each, is_list);
    }
  }
  if (leeway.copied) {  // A record says how its files were linked.
    const auto is_record = [](const auto& path) {
      return path.first.find("/conda-meta/") != std::string::npos && path.first.ends_with(".json");
    };
    for (Tree* each : {&known, &before, &after}) {
      std::erase_if(*each, is_record);
    }
  }
  if (leeway.leftovers) {  // Left out above, be they known or not.
    std::erase_if(after, [&](const auto& path) {
      return !before_.contains(path.first) && HasNoFiles(path.first, after_);
    });
  }
  State state;
  state.from_before = Differences(known, before, {true, &IsCache});
  if (leeway.emptied) {
    const Tree all = known;
    std::erase_if(known, [&](const auto& path) {
      return !after_.contains(path.first) && HasNoFiles(path.first, all);
    });
  }
  state.from_after = Differences(known, after, {false, &IsCache});
  for (const std::string& path : same_) {
    const auto found = tree.find(path);
    if (!IsCache(path) && found != tree.end() && found->second.inode != before_.at(path).inode) {
      state.from_after += "  " + path + " is a copy\n";
    }
  }
  return state;
}

// What is wrong with the world that a run with a fault has left; empty if nothing is.
std::string Trials::Judge(const Fault& fault, const Point& point, const Finished& run) {
  Tree tree = ReadTree(world_);
  Leeway leeway;
  // What could not be removed is removed by the next command.
  leeway.leftovers =
      fault.kills || !scenario_.killed_before.empty() || fault.name == "broken" ||
      point.call.starts_with(" unlink") ||
      run.error.find("the next change beside it removes the rest") != std::string::npos;
  leeway.emptied = run.exit_code == 0;
  leeway.unlisted = fault.kills || run.error.find("cannot be listed") != std::string::npos ||
                    run.error.find("cannot be removed from the list") != std::string::npos ||
                    SaysPart(run);
  // Where the trial of a hard link is refused, files are copied.
  leeway.copied = (!fault.kills && point.call.find("/.satchel/.link-") != std::string::npos) ||
                  (fault.looks && IsOfArchive(point.call));
  const bool tries_again = run.error.find("tries again") != std::string::npos;
  // Without a journal, what is left in its directory has no meaning; it could not be removed.
  const bool is_rest = point.call.find(kJournal) != std::string::npos &&
                       std::ranges::none_of(tree, [](const auto& path) {
                         return path.first.ends_with("/conda-meta/.satchel/journal");
                       });
  if (leeway.leftovers || tries_again || is_rest || run.exit_code == 0) {
    Settle(tree);
    tree = ReadTree(world_);
  }
  const State state = StateOf(tree, leeway);
  count_.before += state.is_before() ? 1 : 0;
  count_.after += state.is_after() ? 1 : 0;
  if (const std::string wrong = JudgeWords(fault, run, state); !wrong.empty()) {
    return wrong + "from before:\n" + state.from_before + "from after:\n" + state.from_after;
  }
  return tried_.insert(Fingerprint(tree)).second ? JudgeAgain(state, tree) : "";
}

// Whether the command said what it did.
std::string Trials::JudgeWords(const Fault& fault, const Finished& run, const State& state) const {
  if (fault.kills) {
    return run.signal != SIGKILL ? "it was not killed\n"
           : state.is_before() || state.is_after() || scenario_.has_parts
               ? ""
               : "it is neither as before nor as after\n";
  }
  // It could not even note what there is to undo: as if it had been killed.
  if (scenario_.has_parts && fault.name == "broken" && run.exit_code == 4 &&
      run.error.find("tries again") != std::string::npos) {
    return "";
  }
  if (!IsClear(run, usual_error_)) {
    return "its words are not clear\n";
  }
  if (run.exit_code != 0 && run.exit_code != 4 && run.exit_code != scenario_.exit_code) {
    return "this is not the exit code for it\n";
  }
  if (run.exit_code == 0) {
    return state.is_after() ? "" : "it says that all is well\n";
  }
  if (scenario_.has_parts && SaysPart(run)) {
    return HasOnlyNew(state.from_after) ? "" : "something is missing\n";
  }
  return state.is_before() ? "" : "it is not as before\n";
}

// What is wrong after the next command, which also removes what is left over.
std::string Trials::JudgeAgain(const State& state, const Tree& tree) {
  const bool is_tidy = std::ranges::all_of(tree, [this](const auto& path) {
    return before_.contains(path.first) || after_.contains(path.first);
  });
  if (state.is_after() && is_tidy) {
    return {};
  }
  const Finished run = Execute(scenario_.command, nullptr, 0);
  if (run.exit_code != scenario_.exit_code && !state.is_after()) {
    return absl::StrFormat("the next run ends with %d: %s\n", run.exit_code, run.error);
  }
  const std::string differences =
      Differences(ReadTree(world_), after_,
                  {false, state.is_before() ? &IsOfTheMoment : &IsOfTheMomentOrHistory});
  return differences.empty() ? "" : "after the next run:\n" + differences;
}

}  // namespace satchel::testing

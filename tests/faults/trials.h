#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/cli/framework/run_program.h"
#include "tests/faults/fault.h"
#include "tests/faults/world.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel::testing {

using Command = std::vector<std::string>;

// A command, and the world in which to test it: a directory with home/, root/, pkgs/ and cache/,
// and a channel beside it.
struct Scenario {
  std::string name;
  Command command;
  std::vector<Command> setup = {};                           // Creates the world.
  std::function<void(const std::string& world)> place = {};  // The user's own files.
  int exit_code = 0;      // Of the command, where nothing goes wrong,
  std::string says = {};  // and a part of what it says on standard error.
  bool keeps_index = false;
  // It is made of two changes: killed between them, or in the user's own files, it has done a part,
  // and the next run does the rest. If it fails between them, it says so, and nothing is missing.
  bool has_parts = false;
  // An earlier run of the command was killed before the call that begins with this: the test checks
  // how that is undone. "As before" means before that run.
  std::string killed_before = {};
};

struct TrialCount {
  int calls = 0;   // The calls that the command makes.
  int trials = 0;  // Calls, times the faults that can befall each.
  int before = 0;  // How many of these ended in the unchanged world,
  int after = 0;   // and how many in the final one.
};

// Tries the command with every fault at every one of its calls. Afterwards:
//   - the world is as before, or as after the command; a file that the command does not change is
//     still the same file;
//   - the exit code and the text on standard error match that;
//   - the same command, now without a fault, has the same result, and leaves nothing else.
// Reports errors as failures of the test.
class Trials final {
 public:
  // `channel`: the path of the channel that commands name.
  Trials(const Scenario& scenario, const std::string& channel);

  TrialCount Run();

 private:
  struct Point {
    unsigned traits = 0;
    std::string call;  // "rename /path".
  };
  // Differences of the world that the fault allows.
  struct Leeway {
    bool unlisted = false;   // The list of environments lacks the environment.
    bool copied = false;     // Files are copies where they would be hard links.
    bool leftovers = false;  // Files beside the environment, empty directories.
    bool emptied = false;    // Directories that should be gone exist, but are empty.
  };
  struct State {
    std::string from_before;  // The differences.
    std::string from_after;
    bool is_before() const { return from_before.empty(); }
    bool is_after() const { return from_after.empty(); }
  };

  Finished Execute(const Command& command, const Fault* fault, std::size_t number) const;
  void Settle(const Tree& tree) const;
  std::vector<Point> Points(const Fault& counting);
  std::size_t NumberOf(const std::string& call);
  void Start();
  void Try(const Fault& fault, const Point& point, std::size_t number);
  std::string Judge(const Fault& fault, const Point& point, const Finished& run);
  std::string JudgeWords(const Fault& fault, const Finished& run, const State& state) const;
  std::string JudgeAgain(const State& state, const Tree& tree);
  State StateOf(const Tree& tree, const Leeway& leeway) const;

  const Scenario& scenario_;
  TemporaryDirectory directory_;
  const std::string world_ = directory_.path() + "/world";
  const std::string channel_;
  Tree before_;
  std::size_t kill_number_ = 0;  // Of killed_before; 0: nothing is killed beforehand.
  Tree after_;
  std::string usual_error_;      // The error output of the command without a fault.
  std::set<std::string> same_;   // Paths at which the command keeps the same file.
  std::set<std::string> tried_;  // Worlds in which the command was run again.
  TrialCount count_;
};

}  // namespace satchel::testing

#pragma once

#include <string>
#include <utility>
#include <vector>

namespace satchel::testing {

struct RunOptions {
  std::string program;  // A program other than satchel, searched for on PATH.
  std::vector<std::pair<std::string, std::string>> variables;  // Added to the environment.
  std::string input;                                           // Standard input.
  std::string directory;                                       // Working directory; empty: the
                                                               // current one.
  std::string output_path;          // The file for standard output; empty: Finished::output.
  bool close_output_early = false;  // Nobody reads standard output.
  int interrupt_after_ms = 0;       // Sends SIGINT after this time; 0: never.
  int kill_after_us = 0;            // The same with SIGKILL.
};

struct Finished {
  int exit_code = -1;  // -1 if a signal ended it.
  int signal = 0;
  std::string output;
  std::string error;
};

// Runs the satchel program to its end.
Finished RunProgram(const std::vector<std::string>& arguments, const RunOptions& options = {});

// The demo channels that the build makes, as options: -c conda-forge -c lab --channel-alias ...
std::vector<std::string> DemoChannels();

// The channel that the build makes from a scenario's conda-forge.
std::string ScenarioChannel(const std::string& scenario);

// `first` followed by `second`.
std::vector<std::string> Join(std::vector<std::string> first,
                              const std::vector<std::string>& second);

}  // namespace satchel::testing

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "tests/conformance/suite_channels.h"

namespace satchel::testing {

// One case of the solver-tests, as written; absent fields have the default.
struct SuiteCase {
  std::string id;  // "B001"; the key of the deviations.
  std::string name;
  std::string kind;  // "solve", "solve_for_diff", "unsatisfiable", "determine_constricting_specs".

  std::vector<std::string> channels;
  std::vector<std::string> specs_to_add;
  std::vector<std::string> prefix;  // Labels.
  std::vector<std::string> history_specs;
  std::vector<std::string> aggressive_updates;
  std::string channel_priority = "flexible";
  std::string update_modifier;
  std::string deps_modifier;
  std::optional<std::string> override_cuda;
  std::optional<std::string> override_glibc;
  bool add_pip = false;
  bool auto_update_conda = false;
  bool set_sys_prefix = false;
  std::vector<PackageRecord> solution_records;  // Of determine_constricting_specs.

  std::vector<std::string> final_state;  // Labels.
  std::vector<std::string> unlink_precs;
  std::vector<std::string> link_precs;
  std::vector<std::string> constrictions;  // Names of packages.
};

// A case in which the published objective leads to a different result than conda's classic solver.
struct Deviation {
  std::string id;
  std::string reason;
  std::vector<std::string> final_state;
  std::vector<std::string> unlink_precs;
  std::vector<std::string> link_precs;
};

// All cases, by file; empty if there is no suite. Throws what yaml-cpp throws on a malformed file.
std::vector<SuiteCase> ReadSolverSuite();
std::vector<Deviation> ReadDeviations(const std::string& path);

// The case's input as a request, with conda's options translated into satchel's: an aggressive or
// automatic update is one more requested name.
absl::StatusOr<Request> ToRequest(const SuiteCase& test, SuiteChannels& channels);

// The virtual packages of the suite's machine: linux-64, and CUDA only if the case says so.
std::vector<PackageRecord> SuiteVirtualPackages(const SuiteCase& test);

}  // namespace satchel::testing

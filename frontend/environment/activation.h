#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/environment/location.h"

namespace satchel {

// What has to be done, in this order, to a process (a shell, or a program to be run) so that an
// environment is active in it. The variables and their meaning are conda's, so that environments
// activated by one can be deactivated by the other:
//
// CONDA_PREFIX, CONDA_DEFAULT_ENV, CONDA_PROMPT_MODIFIER of the active environment; CONDA_SHLVL,
// how many are active; CONDA_PREFIX_N, the one that comes back at level N; CONDA_STACKED_N, that
// level N was put before the one below it rather than in its place; __CONDA_SHLVL_N_NAME, what NAME
// was at level N before an environment's own variables took its place.
struct ShellStep {
  enum class Kind {
    kSet,     // Export `name` as `value`.
    kUnset,   // Unset `name`.
    kRun,     // Source the script `value`.
    kPrompt,  // `value` becomes what stands before the prompt (CONDA_PROMPT_MODIFIER follows).
  };
  Kind kind;
  std::string name;
  std::string value;

  friend bool operator==(const ShellStep&, const ShellStep&) = default;
};

struct ActivationContext {
  EnvironmentPaths paths;
  EnvironmentLookup lookup;              // The process's variables.
  std::string script_extension = ".sh";  // Of the activate.d and deactivate.d to source.
  bool change_prompt = true;
  // What stands before it. {default_env}, {name} and {prefix} are the environment's; as it may have
  // been named by others, nothing in them means anything to a shell's prompt.
  std::string prompt = "({default_env}) ";
};

// Makes `prefix`, an absolute path of an environment, the active one: in place of what is active,
// or with `stack` before it, so that the programs of both are found. Activating what is active does
// it anew; activating the one below goes back to it, as in conda.
// Errors: those of ActivationVariables.
[[nodiscard]] absl::StatusOr<std::vector<ShellStep>> ActivateSteps(const ActivationContext& context,
                                                                   const std::string& prefix,
                                                                   bool stack);

// Goes back to what was active before; no steps if nothing is.
[[nodiscard]] absl::StatusOr<std::vector<ShellStep>> DeactivateSteps(
    const ActivationContext& context);

// Runs the scripts of the active environment again: packages may have brought new ones.
[[nodiscard]] absl::StatusOr<std::vector<ShellStep>> ReactivateSteps(
    const ActivationContext& context);

}  // namespace satchel

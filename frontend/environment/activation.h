#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/environment/location.h"

namespace satchel {

// The steps, in this order, that activate an environment in a process (a shell, or a program to
// run). The variables and their meaning are conda's, so that each program can deactivate
// environments that the other activated:
//
// CONDA_PREFIX, CONDA_DEFAULT_ENV, CONDA_PROMPT_MODIFIER: the active environment; CONDA_SHLVL: the
// number of active environments; CONDA_PREFIX_N: the environment to restore at level N;
// CONDA_STACKED_N: level N was stacked on the one below it instead of replacing it;
// __CONDA_SHLVL_N_NAME: the value of NAME at level N before an environment's own variables replaced
// it.
struct ShellStep {
  enum class Kind {
    kSet,     // Export `name` as `value`.
    kUnset,   // Unset `name`.
    kRun,     // Source the script `value`.
    kPrompt,  // `value` becomes the text before the prompt (CONDA_PROMPT_MODIFIER follows).
  };
  Kind kind;
  std::string name;
  std::string value;

  friend bool operator==(const ShellStep&, const ShellStep&) = default;
};

struct ActivationContext {
  EnvironmentPaths paths;
  EnvironmentLookup lookup;              // The process's variables.
  std::string script_extension = ".sh";  // Of the activate.d and deactivate.d scripts to source.
  bool change_prompt = true;
  // The text before the prompt. {default_env}, {name} and {prefix} are the environment's. Others
  // may have chosen them, so nothing in them has a meaning in a shell's prompt.
  std::string prompt = "({default_env}) ";
};

// Activates `prefix`, the absolute path of an environment: instead of the active one, or with
// `stack` on top of it, so that the programs of both are found. Activating the active environment
// activates it again; activating the one below is one level more, as in conda. Errors: those of
// ActivationVariables.
[[nodiscard]] absl::StatusOr<std::vector<ShellStep>> ActivateSteps(const ActivationContext& context,
                                                                   const std::string& prefix,
                                                                   bool stack);

// Returns to the environment that was active before; no steps if none is active.
[[nodiscard]] absl::StatusOr<std::vector<ShellStep>> DeactivateSteps(
    const ActivationContext& context);

// Runs the scripts of the active environment again: packages may have added new ones.
[[nodiscard]] absl::StatusOr<std::vector<ShellStep>> ReactivateSteps(
    const ActivationContext& context);

}  // namespace satchel

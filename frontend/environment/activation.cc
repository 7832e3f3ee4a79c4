#include "frontend/environment/activation.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_replace.h"

#include "base/printable.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/environment/variables.h"

namespace satchel {
namespace {

using StepKind = ShellStep::Kind;

// The scripts of etc/conda/activate.d or deactivate.d, by name.
std::vector<std::string> Scripts(const std::string& prefix, const char* directory,
                                 const std::string& extension) {
  namespace fs = std::filesystem;
  std::vector<std::string> scripts;
  std::error_code error;
  for (fs::directory_iterator entries(prefix + "/etc/conda/" + directory, error), end;
       !error && entries != end; entries.increment(error)) {
    if (entries->path().extension() == extension) {
      scripts.push_back(entries->path().string());
    }
  }
  std::ranges::sort(scripts);
  return scripts;
}

// Harmless in the prompt of any shell: bash, zsh and dash expand $ and ` in it, bash \\, zsh %.
std::string ForPrompt(const std::string& text) {
  std::string harmless = PrintableLine(text);
  std::ranges::replace_if(
      harmless, [](char c) { return std::string_view("$`\\%").find(c) != std::string_view::npos; },
      '?');
  return harmless;
}

// Builds the steps from one state of the process's variables.
class Activator final {
 public:
  explicit Activator(const ActivationContext& context)
      : context_(context), prefix_(Get("CONDA_PREFIX")), level_(prefix_.empty() ? 0 : Level()) {
    const std::string path = context_.lookup("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
    for (const std::string_view directory : Split(path, ':')) {
      path_.emplace_back(directory);
    }
  }

  absl::StatusOr<std::vector<ShellStep>> Activate(const std::string& prefix, bool stack) && {
    if (IsActive() && prefix_ == prefix) {
      return std::move(*this).Reactivate();
    }
    const bool replaces = IsActive() && !stack;
    ASSIGN_OR_RETURN(const VariableMap variables, ActivationVariables(prefix));
    ChangePath(replaces ? prefix_ : "", prefix);
    if (replaces) {
      RunScripts(prefix_, "deactivate.d");
      RETURN_IF_ERROR(HideVariables(variables));
    }
    if (IsActive()) {
      Set(Numbered("CONDA_PREFIX_", level_), prefix_);
    }
    if (IsActive() && stack) {
      Set(Numbered("CONDA_STACKED_", level_ + 1), "true");
    }
    for (const auto& [name, value] : variables) {
      if (const auto before = context_.lookup(name); before.has_value() && *before != value) {
        Set(Saved(level_, name), *before);
      }
    }
    Enter(prefix, level_ + 1, variables);
    RunScripts(prefix, "activate.d");
    return std::move(steps_);
  }

  absl::StatusOr<std::vector<ShellStep>> Deactivate() && {
    if (!IsActive()) {
      return std::vector<ShellStep>();
    }
    const int below = level_ - 1;
    const std::string previous = below > 0 ? Get(Numbered("CONDA_PREFIX_", below)) : "";
    const std::string stacked = Numbered("CONDA_STACKED_", level_);
    const bool was_stacked = context_.lookup(stacked).has_value();
    ChangePath(prefix_, was_stacked ? "" : previous);
    RunScripts(prefix_, "deactivate.d");
    RETURN_IF_ERROR(RestoreVariables(below));
    if (previous.empty()) {
      Leave();
      return std::move(steps_);
    }
    Unset(Numbered("CONDA_PREFIX_", below));
    if (was_stacked) {
      Unset(stacked);
    }
    ASSIGN_OR_RETURN(const VariableMap variables, ActivationVariables(previous));
    Enter(previous, below, variables);
    // As in conda, also where it was stacked upon, and never left.
    RunScripts(previous, "activate.d");
    return std::move(steps_);
  }

  absl::StatusOr<std::vector<ShellStep>> Reactivate() && {
    if (!IsActive()) {
      return std::vector<ShellStep>();
    }
    ASSIGN_OR_RETURN(const VariableMap variables, ActivationVariables(prefix_));
    ChangePath(prefix_, prefix_);
    RunScripts(prefix_, "deactivate.d");
    Enter(prefix_, level_, variables);
    RunScripts(prefix_, "activate.d");
    return std::move(steps_);
  }

 private:
  std::string Get(const std::string& name) const { return context_.lookup(name).value_or(""); }

  int Level() const {
    const std::string text = Get("CONDA_SHLVL");
    int level = 0;
    std::from_chars(text.data(), text.data() + text.size(), level);
    return std::max(level, 0);
  }

  bool IsActive() const { return level_ > 0; }

  static std::string Numbered(const char* stem, int level) { return stem + std::to_string(level); }
  static std::string Saved(int level, const std::string& name) {
    return Numbered("__CONDA_SHLVL_", level) + "_" + name;
  }

  void Set(std::string name, std::string value) {
    steps_.push_back({StepKind::kSet, std::move(name), std::move(value)});
  }
  void Unset(std::string name) { steps_.push_back({StepKind::kUnset, std::move(name), ""}); }

  // The programs of `prefix` where those of `old_prefix` were, else first; either may be empty.
  // This comes before any script, which may change PATH too.
  void ChangePath(const std::string& old_prefix, const std::string& prefix) {
    auto place = path_.begin();
    if (!old_prefix.empty()) {
      const auto found = std::ranges::find(path_, old_prefix + "/bin");
      place = found == path_.end() ? path_.begin() : path_.erase(found);
    }
    if (!prefix.empty()) {
      path_.insert(place, prefix + "/bin");
    }
    std::string joined;
    for (const std::string& directory : path_) {
      joined.append(&directory == &path_.front() ? "" : ":").append(directory);
    }
    Set("PATH", std::move(joined));
  }

  // Deactivation goes through the scripts the other way round.
  void RunScripts(const std::string& prefix, const char* directory) {
    std::vector<std::string> scripts = Scripts(prefix, directory, context_.script_extension);
    if (std::string_view(directory) == "deactivate.d") {
      std::ranges::reverse(scripts);
    }
    for (std::string& script : scripts) {
      steps_.push_back({StepKind::kRun, "", std::move(script)});
    }
  }

  // What every state with an active environment has.
  void Enter(const std::string& prefix, int level, const VariableMap& variables) {
    const std::string name = EnvironmentName(context_.paths, prefix);
    const std::string shown = name.empty() ? prefix : name;
    const std::string modifier = context_.change_prompt ? Modifier(prefix, shown) : "";
    if (context_.change_prompt) {
      steps_.push_back({StepKind::kPrompt, "", modifier});
    }
    Set("CONDA_PREFIX", prefix);
    Set("CONDA_SHLVL", std::to_string(level));
    Set("CONDA_DEFAULT_ENV", shown);
    Set("CONDA_PROMPT_MODIFIER", modifier);
    for (const auto& [variable, value] : variables) {
      if (value == kUnsetMark) {
        Unset(variable);
      } else {
        Set(variable, value);
      }
    }
  }

  std::string Modifier(const std::string& prefix, const std::string& shown) const {
    return absl::StrReplaceAll(
        context_.prompt, {{"{default_env}", ForPrompt(shown)},
                          {"{name}", ForPrompt(std::filesystem::path(prefix).filename().string())},
                          {"{prefix}", ForPrompt(prefix)},
                          {"{stacked_env}", ""}});
  }

  void Leave() {
    if (context_.change_prompt) {
      steps_.push_back({StepKind::kPrompt, "", ""});
    }
    for (const char* name : {"CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_PROMPT_MODIFIER"}) {
      Unset(name);
    }
    Set("CONDA_SHLVL", "0");
  }

  // The environment that is replaced sets nothing in the next one. What was before it is kept for
  // the day that it, in turn, is left.
  absl::Status HideVariables(const VariableMap& next) {
    ASSIGN_OR_RETURN(const VariableMap variables, ActivationVariables(prefix_));
    for (const auto& [name, value] : variables) {
      if (next.contains(name)) {
        continue;
      }
      if (const auto before = context_.lookup(Saved(level_ - 1, name)); before.has_value()) {
        Set(name, *before);
      } else {
        Unset(name);
      }
    }
    return absl::OkStatus();
  }

  absl::Status RestoreVariables(int level) {
    ASSIGN_OR_RETURN(const VariableMap variables, ActivationVariables(prefix_));
    for (const auto& [name, value] : variables) {
      if (const auto before = context_.lookup(Saved(level, name)); before.has_value()) {
        Set(name, *before);
        Unset(Saved(level, name));
      } else {
        Unset(name);
      }
    }
    return absl::OkStatus();
  }

  const ActivationContext& context_;
  std::string prefix_;  // What is active.
  int level_;           // 0 if nothing is.
  std::vector<std::string> path_;
  std::vector<ShellStep> steps_;
};

}  // namespace

absl::StatusOr<std::vector<ShellStep>> ActivateSteps(const ActivationContext& context,
                                                     const std::string& prefix, bool stack) {
  return Activator(context).Activate(prefix, stack);
}

absl::StatusOr<std::vector<ShellStep>> DeactivateSteps(const ActivationContext& context) {
  return Activator(context).Deactivate();
}

absl::StatusOr<std::vector<ShellStep>> ReactivateSteps(const ActivationContext& context) {
  return Activator(context).Reactivate();
}

}  // namespace satchel

#include "frontend/environment/variables.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/files.h"
#include "frontend/json.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;

// The name ends up in a script that a shell evaluates.
bool IsVariableName(const std::string& name) {
  const auto is_word = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::ranges::all_of(name, is_word);
}

absl::Status AddVariables(const Json& map, const std::string& file, VariableMap* variables) {
  if (!map.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: expected a map of environment variables", file));
  }
  for (const auto& [name, value] : map.items()) {
    if (!IsVariableName(name)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: '%s' cannot be the name of a variable", file, name));
    }
    if (value.is_null()) {
      (*variables)[name] = kUnsetMark;
    } else {
      std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      if (text.find('\0') != std::string::npos) {
        return absl::InvalidArgumentError(
            absl::StrFormat("%s: the value of '%s' has a NUL character", file, name));
      }
      (*variables)[name] = std::move(text);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Json> ReadJson(const std::string& file) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  return ParseJsonObject(text, file);
}

std::string StateFile(const std::string& prefix) {
  return prefix + "/conda-meta/state";
}

// An empty object if there is no such file.
absl::StatusOr<Json> ReadState(const std::string& prefix) {
  absl::StatusOr<Json> state = ReadJson(StateFile(prefix));
  if (absl::IsNotFound(state.status())) {
    return Json::object();
  }
  return state;
}

absl::Status AddUserVariables(const std::string& prefix, VariableMap* variables) {
  ASSIGN_OR_RETURN(const Json state, ReadState(prefix));
  const auto found = state.find("env_vars");
  return found == state.end() ? absl::OkStatus()
                              : AddVariables(*found, StateFile(prefix), variables);
}

}  // namespace

absl::StatusOr<VariableMap> ActivationVariables(const std::string& prefix) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entries(prefix + "/etc/conda/env_vars.d", error), end;
       !error && entries != end; entries.increment(error)) {
    if (entries->path().extension() == ".json") {
      files.push_back(entries->path().string());
    }
  }
  std::ranges::sort(files);
  VariableMap variables;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const Json map, ReadJson(file));
    RETURN_IF_ERROR(AddVariables(map, file, &variables));
  }
  RETURN_IF_ERROR(AddUserVariables(prefix, &variables));
  return variables;
}

absl::StatusOr<VariableMap> UserVariables(const std::string& prefix) {
  VariableMap variables;
  RETURN_IF_ERROR(AddUserVariables(prefix, &variables));
  return variables;
}

absl::Status WriteUserVariables(const std::string& prefix, const VariableMap& variables) {
  for (const auto& [name, value] : variables) {
    if (!IsVariableName(name)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("'%s' cannot be the name of a variable", name));
    }
  }
  // What is written must be in the environment.
  for (const std::string& path : {prefix + "/conda-meta", StateFile(prefix)}) {
    if (std::error_code error; std::filesystem::is_symlink(path, error)) {
      return absl::FailedPreconditionError(
          path + " is a symbolic link; satchel does not write through it");
    }
  }
  ASSIGN_OR_RETURN(Json state, ReadState(prefix));
  if (!state.contains("version")) {
    state["version"] = 1;
  }
  state["env_vars"] = variables;
  // What is left there by a killed process goes with the next change.
  const std::string aside = prefix + "/conda-meta/.satchel";
  if (mkdir(aside.c_str(), 0777) != 0 && errno != EEXIST) {
    return absl::ErrnoToStatus(errno, aside);
  }
  const absl::Status written =
      EditFile(StateFile(prefix), state.dump(-1, ' ', false, Json::error_handler_t::replace),
               /*private_if_new=*/false, aside);
  rmdir(aside.c_str());  // Unless a change is under way there.
  return written;
}

}  // namespace satchel

// env config vars: the variables that an environment sets when it is activated.

#include "absl/strings/str_format.h"

#include "base/printable.h"
#include "base/status_macros.h"
#include "frontend/environment/variables.h"
#include "tools/cli/environment/carry_out.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

void TellToReactivate(const OutputArguments& arguments, const std::string& prefix) {
  if (!arguments.quiet && prefix == ActivePrefix(&LookUpEnvironment)) {
    PrintNote("They take effect at the next activation: satchel reactivate\n");
  }
}

}  // namespace

absl::StatusOr<ExitCode> RunVariablesList(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  ASSIGN_OR_RETURN(const VariableMap variables, UserVariables(prefix));
  std::string text;
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [name, value] : variables) {
    if (value != kUnsetMark) {
      text += name + " = " + value + "\n";
      json[name] = value;
    }
  }
  if (arguments.json) {
    text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  // A secret among them is what the user asks to see.
  RETURN_IF_ERROR(PrintExactly(Printable(text)));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunVariablesSet(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  ASSIGN_OR_RETURN(const EnvironmentLock lock, LockEnvironment(prefix, /*create=*/false));
  ASSIGN_OR_RETURN(VariableMap variables, UserVariables(prefix));
  if (arguments.positional.empty()) {
    return absl::InvalidArgumentError("set what? give NAME=VALUE");
  }
  for (const std::string& word : arguments.positional) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError(absl::StrFormat("'%s': give NAME=VALUE", word));
    }
    variables[word.substr(0, equals)] = word.substr(equals + 1);
  }
  RETURN_IF_ERROR(WriteUserVariables(prefix, variables));
  TellToReactivate(arguments, prefix);
  return kExitOk;
}

absl::StatusOr<ExitCode> RunVariablesUnset(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  ASSIGN_OR_RETURN(const EnvironmentLock lock, LockEnvironment(prefix, /*create=*/false));
  ASSIGN_OR_RETURN(VariableMap variables, UserVariables(prefix));
  for (const std::string& name : arguments.positional) {
    if (variables.erase(name) == 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "'%s' is not set; 'satchel env config vars list' shows those that are", name));
    }
  }
  RETURN_IF_ERROR(WriteUserVariables(prefix, variables));
  TellToReactivate(arguments, prefix);
  return kExitOk;
}

}  // namespace satchel

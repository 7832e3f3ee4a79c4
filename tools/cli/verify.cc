#include "solver/verify.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/request/explicit_package.h"
#include "tools/cli/prepare.h"
#include "tools/cli/run.h"
#include "tools/cli/terminal.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

// An installed record stands for itself: its channel may be gone.
const PackageRecord* FindInstalled(const Request& request, const ExplicitPackage& package) {
  for (const InstalledPackage& installed : request.installed) {
    const PackageRecord& record = installed.record;
    if (record.fn == package.fn && (package.subdir.empty() || record.subdir == package.subdir)) {
      return &record;
    }
  }
  return nullptr;
}

FoundPackages Records(const PreparedRequest& prepared,
                      const std::vector<ExplicitPackage>& packages) {
  FoundPackages found;
  for (const ExplicitPackage& package : packages) {
    if (const PackageRecord* record = FindInstalled(prepared.request, package); record != nullptr) {
      found.records.push_back(*record);
      continue;
    }
    FoundPackages one = FindPackages(prepared.channels, {package});
    found.records.push_back(std::move(one.records[0]));
    found.warnings.insert(found.warnings.end(), one.warnings.begin(), one.warnings.end());
  }
  return found;
}

std::string ToJson(const std::vector<std::string>& violations,
                   const std::vector<std::string>& warnings) {
  const nlohmann::json json = {
      {"success", violations.empty()},
      {"satchel", {{"schema", 1}, {"violations", violations}, {"warnings", warnings}}}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

absl::StatusOr<ExitCode> RunVerify(const Arguments& arguments) {
  if (arguments.positional.empty()) {
    return absl::InvalidArgumentError(
        "no plan to verify; give an @EXPLICIT file or the output of 'satchel solve --json'");
  }
  ASSIGN_OR_RETURN(const std::vector<ExplicitPackage> packages,
                   ReadPlan(arguments.positional.front()));
  const std::vector<std::string> specs(arguments.positional.begin() + 1,
                                       arguments.positional.end());
  std::vector<std::string> names;
  names.reserve(packages.size());
  for (const ExplicitPackage& package : packages) {
    names.push_back(package.name);
  }
  FoundPackages found;
  std::vector<std::string> violations;
  const auto verify = [&](PreparedRequest& prepared) {
    found = Records(prepared, packages);
    violations = VerifyPlan(prepared.request, found.records);
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const std::unique_ptr<PreparedRequest> prepared,
                   PrepareAndAnswer(arguments, specs, names, verify));
  found.warnings.insert(found.warnings.begin(), prepared->warnings.begin(),
                        prepared->warnings.end());
  if (arguments.json) {
    RETURN_IF_ERROR(Print(ToJson(violations, found.warnings)));
  } else {
    if (!arguments.quiet) {
      std::ranges::for_each(found.warnings, PrintWarning);
    }
    std::string text;
    for (const std::string& violation : violations) {
      text += violation + "\n";
    }
    if (violations.empty() && !arguments.quiet) {
      text = absl::StrFormat("valid: %d packages\n", packages.size());
    }
    RETURN_IF_ERROR(Print(text));
  }
  return violations.empty() ? kExitOk : kExitUnsatisfiable;
}

}  // namespace satchel

#include "tools/cli/environment/planned_change.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/request/request_file.h"
#include "solver/objective/preference.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/solve/solving.h"

namespace satchel {
namespace {

bool IsNamed(const std::vector<MatchSpec>& specs, const std::string& name) {
  return std::ranges::any_of(specs, [&](const MatchSpec& spec) { return spec.name() == name; });
}

// What was once asked for, then what is asked for now.
void SetRequested(const PreparedRequest& prepared, PlannedChange* planned) {
  const Request& request = prepared.request;
  for (const InstalledPackage& package : request.installed) {
    if (package.requested.has_value()) {
      planned->requested[package.record.name] = package.requested->ToString();
    }
  }
  for (const MatchSpec& spec : request.specs) {
    if (std::ranges::count(prepared.of_configuration, spec.name()) > 0) {
      continue;
    }
    const std::string text = spec.ToString();
    std::string& known = planned->requested[spec.name()];
    if (known != text) {
      known = text;
      planned->specs.push_back(text);
    }
  }
}

// What is to be said before python moves to another minor version that nobody asked for; "" if it
// stays, which it does wherever it can.
std::string PythonMoves(const Request& request, const Plan& plan) {
  const bool is_asked =
      std::ranges::any_of(request.specs, [](const auto& spec) { return spec.name() == "python"; });
  const auto before = std::ranges::find(plan.unlink, "python", &PackageRecord::name);
  const auto after = std::ranges::find(plan.link, "python", &PackageRecord::name);
  if (is_asked || before == plan.unlink.end() || after == plan.link.end() ||
      MinorOf(before->version) == MinorOf(after->version)) {
    return "";
  }
  return absl::StrFormat(
      "python %s becomes %s, as nothing else works: all that was built for it is replaced",
      before->version, after->version);
}

}  // namespace

absl::StatusOr<std::optional<PlannedChange>> SolveChange(const Arguments& arguments,
                                                         const std::vector<std::string>& specs) {
  ASSIGN_OR_RETURN(FileExtras extras, ReadFileExtras(arguments));
  std::vector<std::string> all_specs = specs;
  if (!extras.pip.empty() && !extras.names_pip && arguments.pip_with != "uv") {
    PrintWarning(extras.pip[0].file +
                 ": there is a 'pip:' section, but no pip among the dependencies; it is added");
    all_specs.emplace_back("pip");
  }
  ASSIGN_OR_RETURN(Solved solved, SolveRequest(arguments, all_specs));
  if (const Conflict* conflict = std::get_if<Conflict>(&solved.outcome); conflict != nullptr) {
    RETURN_IF_ERROR(PrintConflict(arguments, solved));
    return std::nullopt;
  }
  const Request& request = solved.prepared->request;
  PlannedChange planned;
  planned.plan = std::move(std::get<Plan>(solved.outcome));
  planned.context = std::move(solved.context);
  planned.change = ChangeOf(planned.plan, request.installed);
  if (std::string move = PythonMoves(request, planned.plan); !move.empty()) {
    if (!arguments.json && !arguments.quiet) {
      PrintWarning(move);
    }
    planned.context.warnings.push_back(std::move(move));
  }
  planned.extras = std::move(extras);
  SetRequested(*solved.prepared, &planned);
  if (arguments.force_reinstall) {
    std::vector<std::string> names;
    for (const PackageRecord& record : planned.change.kept) {
      if (IsNamed(request.specs, record.name)) {
        names.push_back(record.name);
      }
    }
    Relink(names, &planned.change);
  }
  return planned;
}

namespace {

// "./numpy-2.0-0.conda", or a URL of one; a hash may follow.
bool IsPackageFile(const std::string& word) {
  const std::string path = word.substr(0, word.find('#'));
  return (path.ends_with(".conda") || path.ends_with(".tar.bz2")) &&
         IsPackageFileName(path.substr(path.rfind('/') + 1));
}

// Of files among the words; none if there is none. Errors: kInvalidArgument if there are specs too.
absl::StatusOr<std::vector<PackageRecord>> NamedFiles(const std::vector<std::string>& words) {
  std::vector<PackageRecord> records;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (IsPackageFile(words[i])) {
      ASSIGN_OR_RETURN(const ExplicitPackage package,
                       ParseExplicitPackage(words[i], absl::StrFormat("argument %d", i + 1)));
      records.push_back(ToRecord(package));
    }
  }
  if (!records.empty() && records.size() < words.size()) {
    return absl::InvalidArgumentError(
        "package files are installed as they are, without solving: give them in a command of "
        "their own");
  }
  return records;
}

}  // namespace

absl::StatusOr<std::optional<CompletePackages>> ExplicitPackages(const Arguments& arguments) {
  ASSIGN_OR_RETURN(std::vector<PackageRecord> records, NamedFiles(arguments.positional));
  if (!records.empty() && arguments.files.empty()) {
    ASSIGN_OR_RETURN(CompletePackages named, CompleteRecords(arguments, std::move(records)));
    return named;
  }
  if (arguments.files.empty() || !arguments.positional.empty()) {
    return std::nullopt;
  }
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  ASSIGN_OR_RETURN(const std::string platform, PlatformOf(configuration));
  for (const std::string& path : arguments.files) {
    ASSIGN_OR_RETURN(const RequestFile file, ReadRequestFile(path, platform, PartsOf(arguments)));
    if (!file.is_explicit) {
      return std::nullopt;
    }
    for (const ExplicitPackage& package : file.packages) {
      records.push_back(ToRecord(package));
    }
  }
  ASSIGN_OR_RETURN(CompletePackages complete, CompleteRecords(arguments, std::move(records)));
  return complete;
}

std::string ExactSpec(const PackageRecord& record) {
  return record.name + "==" + record.version + "=" + record.build;
}

PlannedChange ExactChange(const std::vector<PackageRecord>& records,
                          const std::vector<InstalledPackage>& installed, bool keep_others) {
  PlannedChange planned;
  planned.solved = false;
  std::vector<PackageRecord> all = records;
  for (const InstalledPackage& package : installed) {
    if (keep_others &&
        std::ranges::find(records, package.record.name, &PackageRecord::name) == records.end()) {
      all.push_back(package.record);
    }
    if (package.requested.has_value()) {
      planned.requested[package.record.name] = package.requested->ToString();
    }
  }
  planned.change = ChangeTo(std::move(all), installed);
  for (const PackageRecord& record : records) {
    PlanPackage package;
    package.record = record;
    planned.plan.packages.push_back(std::move(package));
  }
  return planned;
}

}  // namespace satchel

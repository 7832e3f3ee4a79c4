#include "solver/proof/verify.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/request/explicit_package.h"
#include "solver/objective/comparison.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"
#include "tools/cli/solve/answer.h"
#include "tools/cli/solve/prepare.h"

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

const char* RankWord(PlanComparison::Rank rank) {
  switch (rank) {
    case PlanComparison::Rank::kSame:
      return "best";
    case PlanComparison::Rank::kWorse:
      return "worse";
    case PlanComparison::Rank::kBetter:
      return "better";
    case PlanComparison::Rank::kUnknown:
      break;
  }
  return "unknown";
}

// `proven`: that the best plan is; if not, the levels to which the time sufficed are.
std::string Sentence(const PlanComparison& standing, bool proven) {
  switch (standing.rank) {
    case PlanComparison::Rank::kSame:
      return proven ? "it is the best plan there is\n"
                    : "it is the best plan found in the given time\n";
    case PlanComparison::Rank::kUnknown:
      if (!proven) {
        return "the given time was too short to compare it with the best plan\n";
      }
      return "it cannot be compared with the best plan: it has a record that is not a candidate\n";
    case PlanComparison::Rank::kWorse:
    case PlanComparison::Rank::kBetter:
      break;
  }
  return absl::StrFormat("%s than the best plan at '%s': %d instead of %d (%s)\n",
                         RankWord(standing.rank), standing.level, standing.value, standing.best,
                         standing.package);
}

// What there is to say of a plan.
struct Judgement {
  std::vector<std::string> violations;
  std::optional<PlanComparison> standing;  // With --best, of a valid plan.
  bool proven = true;                      // That the best plan is.
};

std::string ToJson(const Judgement& judgement, const std::vector<std::string>& warnings) {
  nlohmann::json own = {
      {"schema", 2}, {"violations", judgement.violations}, {"warnings", warnings}};
  if (const std::optional<PlanComparison>& standing = judgement.standing; standing.has_value()) {
    own["standing"] = {{"rank", RankWord(standing->rank)}, {"level", standing->level},
                       {"value", standing->value},         {"best", standing->best},
                       {"package", standing->package},     {"proven", judgement.proven}};
  }
  const nlohmann::json json = {{"success", judgement.violations.empty()},
                               {"satchel", std::move(own)}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// Errors: kInternal if the request has no plan, which a valid plan disproves.
absl::Status CompareIfAsked(const Arguments& arguments, const Request& request,
                            const std::vector<PackageRecord>& records, Judgement* judgement) {
  if (!arguments.best || !judgement->violations.empty()) {
    return absl::OkStatus();
  }
  ProgressLine progress(!arguments.quiet && !arguments.json);
  ASSIGN_OR_RETURN(const Attempt attempt, SolveInterruptibly(arguments, request, progress));
  const Plan* const best = std::get_if<Plan>(&attempt.outcome);
  if (best == nullptr) {
    return absl::InternalError("no plan was found where there is one, please report it");
  }
  judgement->proven = best->proven;
  ASSIGN_OR_RETURN(judgement->standing,
                   CompareWithBest(request, ObjectiveOf(arguments.objective), *best, records));
  return absl::OkStatus();
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
  Judgement judgement;
  const auto verify = [&](PreparedRequest& prepared) {
    found = Records(prepared, packages);
    judgement.violations = VerifyPlan(prepared.request, found.records);
    return CompareIfAsked(arguments, prepared.request, found.records, &judgement);
  };
  ASSIGN_OR_RETURN(const std::unique_ptr<PreparedRequest> prepared,
                   PrepareAndAnswer(arguments, specs, names, verify));
  found.warnings.insert(found.warnings.begin(), prepared->warnings.begin(),
                        prepared->warnings.end());
  if (arguments.json) {
    RETURN_IF_ERROR(Print(ToJson(judgement, found.warnings)));
  } else {
    if (!arguments.quiet) {
      std::ranges::for_each(found.warnings, PrintWarning);
    }
    std::string text;
    for (const std::string& violation : judgement.violations) {
      text += violation + "\n";
    }
    if (judgement.violations.empty() && !arguments.quiet) {
      text = absl::StrFormat("valid: %d packages\n", packages.size());
    }
    if (judgement.standing.has_value()) {
      text += Sentence(*judgement.standing, judgement.proven);
    }
    RETURN_IF_ERROR(Print(text));
  }
  return judgement.violations.empty() ? kExitOk : kExitUnsatisfiable;
}

}  // namespace satchel

#include "frontend/request/solve_configured.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "repodata/index/index.h"

namespace satchel {
namespace {

bool Has(const Plan& plan, std::string_view name) {
  return std::ranges::any_of(
      plan.packages, [name](const PlanPackage& package) { return package.record.name == name; });
}

bool OffersPip(const Channel& channel) {
  return std::ranges::any_of(channel.subdirs,
                             [](const Index* index) { return index->FindName("pip").ok(); });
}

bool LacksPip(const Configuration& configuration, const Request& request,
              const SolveOutcome& outcome) {
  const Plan* const plan = std::get_if<Plan>(&outcome);
  return plan != nullptr && configuration.Bool("add_pip_as_python_dependency") &&
         Has(*plan, "python") && !Has(*plan, "pip") &&
         std::ranges::any_of(request.channels, OffersPip);
}

}  // namespace

absl::StatusOr<SolveOutcome> SolveConfigured(
    const Configuration& configuration,
    const std::function<absl::StatusOr<SolveOutcome>(const Request&)>& solve, Request* request,
    std::vector<std::string>* of_configuration, std::vector<std::string>* warnings) {
  ASSIGN_OR_RETURN(SolveOutcome outcome, solve(*request));
  if (LacksPip(configuration, *request, outcome)) {
    ASSIGN_OR_RETURN(MatchSpec pip, MatchSpec::Parse("pip"));
    request->specs.push_back(std::move(pip));
    ASSIGN_OR_RETURN(SolveOutcome with_pip, solve(*request));
    if (std::holds_alternative<Plan>(with_pip)) {
      outcome = std::move(with_pip);
      of_configuration->emplace_back("pip");
    } else {
      request->specs.pop_back();
      warnings->emplace_back("no pip fits this python, as add_pip_as_python_dependency requires");
    }
  }
  if (Plan* const plan = std::get_if<Plan>(&outcome); plan != nullptr) {
    for (PlanPackage& package : plan->packages) {
      if (std::ranges::count(*of_configuration, package.record.name) > 0) {
        package.requested = false;
      }
    }
  }
  return outcome;
}

}  // namespace satchel

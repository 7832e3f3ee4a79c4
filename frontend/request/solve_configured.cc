#include "frontend/request/solve_configured.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"

#include "base/status_macros.h"
#include "frontend/fetch/shard.h"
#include "repodata/index/index.h"
#include "solver/objective/preference.h"

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

// --no-deps: the packages named are those that a plan with their dependencies has, as in conda, so
// that their builds fit what is installed; whatever dependencies it would change stays. Where there
// is no such plan, the best ones by themselves.
absl::StatusOr<Request> WithFittingBuilds(
    const Request& request,
    const std::function<absl::StatusOr<SolveOutcome>(const Request&)>& solve) {
  Request exact = request;
  if (request.specs.empty()) {
    return exact;
  }
  exact.ignore_dependencies = false;
  ASSIGN_OR_RETURN(const SolveOutcome outcome, solve(exact));
  exact.ignore_dependencies = true;
  const Plan* const plan = std::get_if<Plan>(&outcome);
  for (MatchSpec& spec : exact.specs) {
    if (plan == nullptr || spec.name_is_glob()) {
      continue;
    }
    const auto package = std::ranges::find_if(
        plan->packages,
        [&spec](const PlanPackage& candidate) { return candidate.record.name == spec.name(); });
    if (package != plan->packages.end()) {
      const PackageRecord& record = package->record;
      const absl::StatusOr<MatchSpec> its_own =
          MatchSpec::Parse(record.name + " ==" + record.version + " " + record.build);
      spec = its_own.ok() ? *its_own : spec;
    }
  }
  return exact;
}

// The installed packages that the requested ones need. Not python: whoever names it may move it to
// another minor version.
std::vector<std::string> KeptDependencies(const Plan& plan) {
  std::vector<std::string> requested;
  for (const PlanPackage& package : plan.packages) {
    if (package.requested) {
      requested.push_back(package.record.name);
    }
  }
  const std::set<std::string> needed = NeededNames(std::move(requested), RecordsOf(plan));
  std::vector<std::string> kept;
  for (const PlanPackage& package : plan.packages) {
    const std::string& name = package.record.name;
    if (package.installed && !package.requested && name != "python" && needed.contains(name)) {
      kept.push_back(name);
    }
  }
  return kept;
}

// Where all is updated and nobody names python, it keeps its minor version, as in conda.
absl::StatusOr<std::optional<MatchSpec>> MinorOfPython(const Request& request) {
  const auto names_python = [](const MatchSpec& spec) { return spec.name() == "python"; };
  const auto python = std::ranges::find_if(request.installed, [](const InstalledPackage& package) {
    return package.record.name == "python";
  });
  if (!request.update_all || python == request.installed.end() ||
      std::ranges::any_of(request.specs, names_python) ||
      std::ranges::any_of(request.pins, names_python)) {
    return std::nullopt;
  }
  return MatchSpec::Parse("python=" + std::string(MinorOf(python->record.version)));
}

absl::StatusOr<SolveOutcome> SolveKeepingMinor(
    const std::function<absl::StatusOr<SolveOutcome>(const Request&)>& solve, Request* request) {
  ASSIGN_OR_RETURN(std::optional<MatchSpec> minor, MinorOfPython(*request));
  if (minor.has_value()) {
    request->pins.push_back(*std::move(minor));
    ASSIGN_OR_RETURN(SolveOutcome kept, solve(*request));
    if (std::holds_alternative<Plan>(kept)) {
      return kept;
    }
    request->pins.pop_back();
  }
  return solve(*request);
}

}  // namespace

std::set<std::string> NeededNames(std::vector<std::string> names,
                                  const std::vector<const PackageRecord*>& records) {
  absl::flat_hash_map<std::string_view, const PackageRecord*> by_name;
  for (const PackageRecord* record : records) {
    by_name.emplace(record->name, record);
  }
  std::set<std::string> needed;
  while (!names.empty()) {
    const std::string name = std::move(names.back());
    names.pop_back();
    const auto found = by_name.find(name);
    if (found == by_name.end() || !needed.insert(name).second) {
      continue;
    }
    std::ranges::transform(found->second->depends, std::back_inserter(names), DependencyName);
    for (const auto& [group, texts] : found->second->extra_depends) {
      std::ranges::transform(texts, std::back_inserter(names), DependencyName);
    }
  }
  return needed;
}

std::vector<const PackageRecord*> RecordsOf(const Plan& plan) {
  std::vector<const PackageRecord*> records;
  for (const PlanPackage& package : plan.packages) {
    records.push_back(&package.record);
  }
  return records;
}

absl::StatusOr<SolveOutcome> SolveConfigured(
    const Configuration& configuration,
    const std::function<absl::StatusOr<SolveOutcome>(const Request&)>& solve, Request* request,
    std::vector<std::string>* of_configuration, std::vector<std::string>* warnings,
    bool update_deps) {
  SolveOutcome outcome;
  if (request->ignore_dependencies) {
    ASSIGN_OR_RETURN(const Request fitting, WithFittingBuilds(*request, solve));
    ASSIGN_OR_RETURN(outcome, solve(fitting));
  } else {
    ASSIGN_OR_RETURN(outcome, SolveKeepingMinor(solve, request));
  }
  if (const Plan* const plan = std::get_if<Plan>(&outcome); plan != nullptr && update_deps) {
    for (const std::string& name : KeptDependencies(*plan)) {
      ASSIGN_OR_RETURN(MatchSpec spec, MatchSpec::Parse(name));
      request->specs.push_back(std::move(spec));
      of_configuration->push_back(name);
    }
    ASSIGN_OR_RETURN(outcome, solve(*request));
  }
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

// Questions about what is there: why, why not, whether it is valid.

#include <algorithm>
#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/export/conflict_text.h"
#include "frontend/export/json_writer.h"
#include "frontend/request/explicit_package.h"
#include "frontend/request/record_json.h"
#include "frontend/request/request_file.h"
#include "solver/explain/why.h"
#include "solver/proof/verify.h"

#include "api/prepared.h"

namespace satchel {
namespace {

using ResultPointer = std::unique_ptr<satchel_result>;

absl::StatusOr<ResultPointer> Why(const satchel_request& handle, const char* name, bool all) {
  ASSIGN_OR_RETURN(const MatchSpec spec, MatchSpec::Parse(name));
  if (spec.name().empty() || spec.name_is_glob()) {
    return absl::InvalidArgumentError("'" + std::string(name) +
                                      "' names no single package; give the package's name");
  }
  std::vector<PresentPackage> present;
  bool found = false;
  for (const InstalledPackage& package : handle.request.installed) {
    present.push_back({package.record, package.requested.has_value()});
    found = found || package.record.name == spec.name();
  }
  if (!found) {
    return absl::InvalidArgumentError("no package '" + spec.name() + "' is there");
  }
  const std::vector<Reason> reasons = WhyThere(present, spec.name(), all);
  auto result = std::make_unique<satchel_result>();
  result->json = ReasonsToJson(reasons);
  result->text = ToText(reasons, ConflictTextOptions());
  return result;
}

// The plan with `wanted` that changes the fewest of the installed packages, none of which has to
// stay.
absl::StatusOr<SolveOutcome> SolveWith(PreparedHandle& prepared, const MatchSpec& wanted) {
  Request& request = prepared.request();
  request.specs.push_back(wanted);
  request.update_all = false;
  for (InstalledPackage& package : request.installed) {
    package.requested.reset();
  }
  SolveOptions options = prepared.Options();
  options.objective = Objective::kFewestChanges;
  return Solve(request, options);
}

absl::StatusOr<ResultPointer> AnswerWhyNot(const satchel_request& handle,
                                           const satchel_channels* opened, const char* spec) {
  ASSIGN_OR_RETURN(const MatchSpec wanted, MatchSpec::Parse(spec));
  if (wanted.name().empty() || wanted.name_is_glob()) {
    return absl::InvalidArgumentError("'" + std::string(spec) +
                                      "' names no single package; give the package's name");
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<PreparedHandle> prepared,
                   PreparedHandle::Make(handle, opened, {wanted.name()}));
  const SolveOptions options = prepared->Options();
  std::vector<PackageRecord> present;
  for (const InstalledPackage& package : prepared->request().installed) {
    present.push_back(package.record);
  }
  ASSIGN_OR_RETURN(std::optional<Conflict> stops,
                   WhyNot(prepared->request(), present, wanted,
                          StopSignal(options.timeout_seconds, options.cancel)));
  ASSIGN_OR_RETURN(SolveOutcome outcome, SolveWith(*prepared, wanted));
  RETURN_IF_ERROR(prepared->CheckIndexes());
  auto result = std::make_unique<satchel_result>();
  const AnswerContext context = prepared->Context(Objective::kFewestChanges);
  const bool has_plan = std::holds_alternative<Plan>(outcome);
  if (!has_plan) {  // Where nothing can give way, that is the reason.
    stops = std::get<Conflict>(outcome);
  }
  SetOutcome(std::move(outcome), FixList(), context, prepared->channels(), result.get());
  if (stops.has_value()) {
    result->json = ToJson(*stops, FixList(), context);
    result->text = ToText(stops->reasons, ConflictTextOptions());
  }
  return result;
}

absl::StatusOr<std::vector<ExplicitPackage>> ParsePlan(std::string_view text) {
  if (StripSpace(text).starts_with("{")) {
    return ParsePlanJson(text, "the plan");
  }
  ASSIGN_OR_RETURN(RequestFile file, ParseSpecsText(text, "the plan"));
  if (!file.is_explicit) {
    return absl::InvalidArgumentError("the plan is neither an @EXPLICIT file nor a result's JSON");
  }
  return std::move(file.packages);
}

// An installed record stands for itself: its channel may be gone.
FoundPackages FindRecords(PreparedHandle& prepared, const std::vector<ExplicitPackage>& packages) {
  FoundPackages found;
  for (const ExplicitPackage& package : packages) {
    const std::vector<InstalledPackage>& installed = prepared.request().installed;
    const auto same = std::ranges::find_if(installed, [&package](const InstalledPackage& it) {
      return it.record.fn == package.fn &&
             (package.subdir.empty() || it.record.subdir == package.subdir);
    });
    if (same != installed.end()) {
      found.records.push_back(same->record);
      continue;
    }
    FoundPackages one = FindPackages(prepared.channels(), {package});
    found.records.push_back(std::move(one.records[0]));
    found.warnings.insert(found.warnings.end(), one.warnings.begin(), one.warnings.end());
  }
  return found;
}

absl::StatusOr<ResultPointer> Verify(const satchel_request& handle, const satchel_channels* opened,
                                     const char* plan) {
  ASSIGN_OR_RETURN(const std::vector<ExplicitPackage> packages, ParsePlan(plan));
  std::vector<std::string> names;
  for (const ExplicitPackage& package : packages) {
    names.push_back(package.name);
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<PreparedHandle> prepared,
                   PreparedHandle::Make(handle, opened, names));
  FoundPackages found = FindRecords(*prepared, packages);
  const std::vector<std::string> violations = VerifyPlan(prepared->request(), found.records);
  RETURN_IF_ERROR(prepared->CheckIndexes());
  found.warnings.insert(found.warnings.begin(), prepared->warnings().begin(),
                        prepared->warnings().end());
  auto result = std::make_unique<satchel_result>();
  result->has_plan = violations.empty();
  JsonWriter out;
  out.BeginObject();
  out.Key("satchel");
  out.BeginObject();
  out.Member("schema", 2);
  out.Member("violations", violations);
  out.Member("warnings", found.warnings);
  out.EndObject();
  out.Member("success", violations.empty());
  out.EndObject();
  result->json = std::move(out).Take();
  for (const std::string& violation : violations) {
    result->text += violation + "\n";
  }
  return result;
}

// Work that makes a result of a request and a text.
template <typename Work>
satchel_code Ask(const satchel_request* request, const char* text, const char* what,
                 satchel_result** result, char** error, Work work) noexcept {
  return Guarded(error, [&]() -> absl::Status {
    RETURN_IF_ERROR(CheckGiven(request, "the request"));
    RETURN_IF_ERROR(CheckGiven(text, what));
    RETURN_IF_ERROR(CheckGiven(result, "the place for the result"));
    *result = nullptr;
    ASSIGN_OR_RETURN(ResultPointer made, work());
    *result = made.release();
    return absl::OkStatus();
  });
}

}  // namespace
}  // namespace satchel

extern "C" {

satchel_code satchel_why(const satchel_request* request, const char* name, int all,
                         satchel_result** result, char** error) {
  return satchel::Ask(request, name, "the name", result, error,
                      [&] { return satchel::Why(*request, name, all != 0); });
}

satchel_code satchel_why_not(const satchel_request* request, const satchel_channels* channels,
                             const char* spec, satchel_result** result, char** error) {
  return satchel::Ask(request, spec, "the spec", result, error,
                      [&] { return satchel::AnswerWhyNot(*request, channels, spec); });
}

satchel_code satchel_verify(const satchel_request* request, const satchel_channels* channels,
                            const char* plan, satchel_result** result, char** error) {
  return satchel::Ask(request, plan, "the plan", result, error,
                      [&] { return satchel::Verify(*request, channels, plan); });
}

}  // extern "C"

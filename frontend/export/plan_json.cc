#include "frontend/export/plan_json.h"

#include <algorithm>

#include "absl/strings/str_join.h"

#include "base/strings.h"
#include "frontend/export/package_url.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;  // Sorts its keys, as conda does.

// Bytes that are not UTF-8 (they come from repodata) become replacement characters.
std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void SetIfKnown(Json& json, const char* key, const std::string& value) {
  if (!value.empty()) {
    json[key] = value;
  }
}

// What conda's `--dry-run --json` prints of a record: the short form of LINK and the long form of
// FETCH together.
Json ToJsonRecord(const PackageRecord& record) {
  Json json = {
      {"base_url", BaseUrl(record)},
      {"build", record.build},
      {"build_number", record.build_number},
      {"build_string", record.build},
      {"channel", record.channel},
      {"constrains", record.constrains},
      {"depends", record.depends},
      {"dist_name", DistName(record)},
      {"fn", record.fn},
      {"name", record.name},
      {"platform", record.subdir},
      {"subdir", record.subdir},
      {"url", record.url},
      {"version", record.version},
  };
  SetIfKnown(json, "license", record.license);
  SetIfKnown(json, "license_family", record.license_family);
  SetIfKnown(json, "md5", record.md5);
  SetIfKnown(json, "python_site_packages_path", record.python_site_packages_path);
  SetIfKnown(json, "sha256", record.sha256);
  SetIfKnown(json, "track_features", record.track_features);
  if (record.noarch != NoarchKind::kNone) {
    json["noarch"] = record.noarch == NoarchKind::kPython ? "python" : "generic";
  }
  if (record.size_bytes > 0) {
    json["size"] = record.size_bytes;
  }
  if (record.timestamp_ms > 0) {
    json["timestamp"] = record.timestamp_ms;
  }
  return json;
}

Json ToJsonRecords(const std::vector<PackageRecord>& records) {
  Json json = Json::array();
  for (const PackageRecord& record : records) {
    json.push_back(ToJsonRecord(record));
  }
  return json;
}

// The environment's packages with what the solver says of each; the rest is in LINK.
Json PackagesJson(const Plan& plan) {
  Json json = Json::array();
  for (const PlanPackage& package : plan.packages) {
    Json one = {
        {"build", package.record.build},
        {"channel", package.record.channel},
        {"held_by", package.held_by},
        {"installed", package.installed},
        {"lag", package.lag},
        {"name", package.record.name},
        {"requested", package.requested},
        {"subdir", package.record.subdir},
        {"url", package.record.url},
        {"version", package.record.version},
        {"versions_behind", package.versions_behind},
    };
    SetIfKnown(one, "md5", package.record.md5);
    SetIfKnown(one, "sha256", package.record.sha256);
    json.push_back(std::move(one));
  }
  return json;
}

Json LevelsJson(const Plan& plan) {
  Json json = Json::array();
  for (const LevelValue& level : plan.levels) {
    json.push_back({{"certified", level.certified},
                    {"level", level.level},
                    {"proven", level.proven},
                    {"value", level.value}});
  }
  return json;
}

Json StatisticsJson(const SolveStatistics& statistics) {
  return {{"candidates", statistics.candidates}, {"clauses", statistics.clauses},
          {"conflicts", statistics.conflicts},   {"dives", statistics.dives},
          {"names", statistics.names},           {"sat_calls", statistics.sat_calls},
          {"variables", statistics.variables}};
}

// What every answer has in common.
Json OurPart(const AnswerContext& context, const SolveStatistics& statistics, const char* status) {
  return {{"objective", context.objective},
          {"platform", context.platform},
          {"schema", 1},
          {"statistics", StatisticsJson(statistics)},
          {"status", status},
          {"timings_ms",
           {{"encode", statistics.encode_ms},
            {"load", context.load_ms},
            {"reach", statistics.reach_ms},
            {"search", statistics.search_ms},
            {"solve", context.solve_ms}}},
          {"warnings", context.warnings}};
}

Json ErrorJson(const std::string& exception, const std::string& message) {
  return {{"caused_by", nullptr},
          {"error", exception + ": " + message},
          {"exception_name", exception},
          {"exception_type", "<class 'conda.exceptions." + exception + "'>"},
          {"message", message},
          {"success", false}};
}

Json ReasonsJson(const std::vector<Reason>& reasons) {
  Json json = Json::array();
  for (const Reason& reason : reasons) {
    Json one = {{"because", reason.because}, {"kind", WordFor(reason.kind)}, {"text", reason.text}};
    one["told_by_parent"] = reason.told_by_parent;
    one["parent"] = reason.parent == Reason::kRoot ? Json() : Json(reason.parent);
    if (!reason.subject.empty()) {
      one["subject"] = {{"name", reason.subject},
                        {"records", reason.subject_records},
                        {"versions", reason.subject_versions}};
    }
    if (!reason.target.empty()) {
      one["target"] = {{"name", reason.target},
                       {"records", reason.target_records},
                       {"spec", reason.target_text}};
    }
    json.push_back(std::move(one));
  }
  return json;
}

Json FixesJson(const FixList& list) {
  Json json = Json::array();
  for (const Fix& fix : list.fixes) {
    Json changes = Json::array();
    for (const Change& change : fix.changes) {
      changes.push_back({{"after", change.after},
                         {"before", change.before},
                         {"name", change.name},
                         {"text", change.text}});
    }
    Json packages = Json::array();
    for (const PlanPackage& package : fix.plan.packages) {
      packages.push_back({{"build", package.record.build},
                          {"name", package.record.name},
                          {"requested", package.requested},
                          {"version", package.record.version}});
    }
    json.push_back({{"changes", changes},
                    {"command", fix.command},
                    {"cost", fix.cost},
                    {"packages", packages}});
  }
  return json;
}

// The exception that conda would raise.
const char* ExceptionName(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kUnimplemented:
      return "CondaValueError";
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kInternal:
      return "CondaError";
    default:
      return "CondaIOError";
  }
}

const char* StatusWord(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kUnimplemented:
      return "bad input";
    case absl::StatusCode::kDeadlineExceeded:
      return "timeout";
    case absl::StatusCode::kCancelled:
      return "cancelled";
    case absl::StatusCode::kInternal:
      return "internal";
    default:
      return "io";
  }
}

}  // namespace

std::string ToJson(const Plan& plan, const AnswerContext& context) {
  Json json;
  json["success"] = true;
  json["dry_run"] = context.dry_run;
  json["prefix"] = context.prefix;
  // One by one: a list in braces would copy all of it twice more.
  Json& actions = json["actions"];
  actions["LINK"] = ToJsonRecords(plan.link);
  actions["FETCH"] = context.fetch.has_value() ? ToJsonRecords(*context.fetch) : actions["LINK"];
  actions["PREFIX"] = context.prefix;
  actions["UNLINK"] = ToJsonRecords(plan.unlink);
  Json ours = OurPart(context, plan.statistics, "solved");
  ours["levels"] = LevelsJson(plan);
  ours["packages"] = PackagesJson(plan);
  ours["proven"] = plan.proven;
  ours["certified"] =
      !plan.levels.empty() && std::ranges::all_of(plan.levels, &LevelValue::certified);
  json["satchel"] = std::move(ours);
  return Dump(json);
}

const char* WordFor(ReasonKind kind) {
  switch (kind) {
    case ReasonKind::kRequested:
      return "requested";
    case ReasonKind::kPinned:
      return "pinned";
    case ReasonKind::kKept:
      return "kept";
    case ReasonKind::kNeeds:
      return "needs";
    case ReasonKind::kConstrains:
      return "constrains";
    case ReasonKind::kPriority:
      return "hidden by priority";
    case ReasonKind::kTooNew:
      return "too new";
    case ReasonKind::kRemoval:
      return "to be removed";
    case ReasonKind::kVirtual:
      break;
  }
  return "machine";
}

std::string ReasonsToJson(const std::vector<Reason>& reasons) {
  return Dump({{"satchel", {{"reasons", ReasonsJson(reasons)}, {"schema", 1}}}});
}

std::string ToJson(const Conflict& conflict, const FixList& fixes, const AnswerContext& context) {
  const bool missing = !context.not_found.empty();
  std::string message = missing
                            ? "No channel has: " + absl::StrJoin(context.not_found, ", ")
                            : "These cannot hold together: " + absl::StrJoin(conflict.blamed, "; ");
  Json json = ErrorJson(missing ? "PackagesNotFoundError" : "UnsatisfiableError", message);
  if (missing) {
    json["packages"] = context.not_found;
  }
  Json ours = OurPart(context, conflict.statistics, "unsatisfiable");
  ours["blamed"] = conflict.blamed;
  ours["fixes"] = FixesJson(fixes);
  ours["fixes_complete"] = fixes.complete;
  ours["minimal"] = conflict.minimal;
  ours["reasons"] = ReasonsJson(conflict.reasons);
  json["satchel"] = std::move(ours);
  return Dump(json);
}

std::string ToJson(const absl::Status& error) {
  Json json = ErrorJson(ExceptionName(error.code()), std::string(ToStd(error.message())));
  json["satchel"] = {{"schema", 1}, {"status", StatusWord(error.code())}};
  return Dump(json);
}

}  // namespace satchel

#include "frontend/export/plan_json.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_join.h"

#include "base/strings.h"
#include "frontend/environment/location.h"
#include "frontend/export/json_writer.h"
#include "frontend/export/write_record.h"

namespace satchel {
namespace {

// About as much as one takes, in both of its lists together.
constexpr std::size_t kBytesOfPackage = 4000;

// Keys in alphabetical order throughout, as conda writes them.

void WriteRecords(const std::vector<PackageRecord>& records, JsonWriter& out) {
  out.BeginArray();
  for (const PackageRecord& record : records) {
    WriteRecord(record, {record.channel, record.url, /*of_transaction=*/true}, out);
  }
  out.EndArray();
}

void WriteActions(const Plan& plan, const AnswerContext& context, JsonWriter& out) {
  out.Key("actions");
  out.BeginObject();
  out.Key("FETCH");
  const std::size_t fetch = out.size();
  WriteRecords(context.fetch.has_value() ? *context.fetch : plan.link, out);
  const std::size_t fetch_end = out.size();
  out.Key("LINK");
  if (context.fetch.has_value()) {
    WriteRecords(plan.link, out);
  } else {
    out.WriteAgain(fetch, fetch_end);
  }
  out.Member("PREFIX", context.prefix);
  out.Key("UNLINK");
  WriteRecords(plan.unlink, out);
  out.EndObject();
}

// The environment's packages with what the solver says of each; the rest is in LINK.
void WritePackages(const Plan& plan, JsonWriter& out) {
  out.Key("packages");
  out.BeginArray();
  for (const PlanPackage& package : plan.packages) {
    const PackageRecord& record = package.record;
    out.BeginObject();
    out.Member("build", record.build);
    out.Member("channel", record.channel);
    out.Member("days_behind", package.days_behind);
    out.Member("held_by", package.limited_by);
    out.Member("installed", package.installed);
    out.Member("lag", package.lag);
    out.MemberIfKnown("md5", record.md5);
    out.Member("name", record.name);
    out.Member("requested", package.requested);
    out.MemberIfKnown("sha256", record.sha256);
    out.Member("subdir", record.subdir);
    out.Member("url", record.url);
    out.Member("version", record.version);
    out.Member("versions_behind", package.versions_behind);
    out.EndObject();
  }
  out.EndArray();
}

void WriteLevels(const Plan& plan, JsonWriter& out) {
  out.Key("levels");
  out.BeginArray();
  for (const LevelValue& level : plan.levels) {
    out.BeginObject();
    out.Member("certified", level.certified);
    out.Member("level", level.level);
    out.Member("proven", level.proven);
    out.Member("unit", level.unit == LevelValue::Unit::kDays ? "days" : "packages");
    out.Member("value", level.value);
    out.EndObject();
  }
  out.EndArray();
}

void WriteStatistics(const SolveStatistics& statistics, JsonWriter& out) {
  out.Key("statistics");
  out.BeginObject();
  out.Member("candidates", statistics.candidates);
  out.Member("clauses", statistics.clauses);
  out.Member("conflicts", statistics.conflicts);
  out.Member("dives", statistics.dives);
  out.Member("names", statistics.names);
  out.Member("sat_calls", statistics.sat_calls);
  out.Member("variables", statistics.variables);
  out.EndObject();
}

// The end of every answer's part of ours.
void WriteCommon(const AnswerContext& context, const SolveStatistics& statistics,
                 const char* status, JsonWriter& out) {
  out.Member("schema", 2);
  WriteStatistics(statistics, out);
  out.Member("status", status);
  out.Key("timings_ms");
  out.BeginObject();
  out.Member("encode", statistics.encode_ms);
  out.Member("explain", statistics.explain_ms);
  out.Member("fetch", context.load_times.fetch_ms);
  out.Member("ingest", context.load_times.ingest_ms);
  out.Member("load", context.load_ms);
  out.Member("open", context.load_times.open_ms);
  out.Member("optimise", statistics.optimise_ms);
  out.Member("reach", statistics.reach_ms);
  out.Member("search", statistics.search_ms);
  out.Member("solve", context.solve_ms);
  out.Member("verify", statistics.verify_ms);
  out.EndObject();
  out.Member("warnings", context.warnings);
}

// The members of conda's error form up to where ours come.
void WriteError(const std::string& exception, const std::string& message,
                const AnswerContext& context, const std::string& location, JsonWriter& out) {
  out.Member("caused_by", "None");
  out.Member("error", exception + ": " + message);
  out.Member("exception_name", exception);
  out.Member("exception_type", "<class 'conda.exceptions." + exception + "'>");
  if (!location.empty()) {
    out.Member("location", location);
  }
  out.Member("message", message);
  if (!context.not_found.empty()) {
    out.Member("channel_urls", context.channel_urls);
    out.Member("channels_formatted", Bulleted(context.channel_urls));
    out.Member("packages", context.not_found);
    out.Member("packages_formatted", Bulleted(context.not_found));
  }
}

void WriteReasons(const std::vector<Reason>& reasons, JsonWriter& out) {
  out.Key("reasons");
  out.BeginArray();
  for (const Reason& reason : reasons) {
    out.BeginObject();
    out.Member("because", reason.because);
    out.Member("kind", WordFor(reason.kind));
    out.Key("parent");
    if (reason.parent == Reason::kRoot) {
      out.WriteNull();
    } else {
      out.Write(reason.parent);
    }
    if (!reason.subject.empty()) {
      out.Key("subject");
      out.BeginObject();
      out.Member("name", reason.subject);
      out.Member("records", reason.subject_records);
      out.Member("versions", reason.subject_versions);
      out.EndObject();
    }
    if (!reason.target.empty()) {
      out.Key("target");
      out.BeginObject();
      out.Member("name", reason.target);
      out.Member("records", reason.target_records);
      out.Member("spec", reason.target_text);
      out.EndObject();
    }
    out.Member("text", reason.text);
    out.Member("told_by_parent", reason.told_by_parent);
    out.EndObject();
  }
  out.EndArray();
}

void WriteFix(const Fix& fix, JsonWriter& out) {
  out.BeginObject();
  out.Key("changes");
  out.BeginArray();
  for (const Change& change : fix.changes) {
    out.BeginObject();
    out.Member("after", change.after);
    out.Member("before", change.before);
    out.Member("name", change.name);
    out.Member("text", change.text);
    out.EndObject();
  }
  out.EndArray();
  out.Member("command", fix.command);
  out.Member("cost", fix.cost);
  if (!fix.file.empty()) {
    out.Member("file", fix.file);
  }
  out.Key("packages");
  out.BeginArray();
  for (const PlanPackage& package : fix.plan.packages) {
    out.BeginObject();
    out.Member("build", package.record.build);
    out.Member("name", package.record.name);
    out.Member("requested", package.requested);
    out.Member("version", package.record.version);
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
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
  JsonWriter out;
  out.Reserve(kBytesOfPackage * (plan.packages.size() + 1));
  out.BeginObject();
  WriteActions(plan, context, out);
  out.Member("dry_run", context.dry_run);
  if (plan.link.empty() && plan.unlink.empty()) {
    out.Member("message", "All requested packages already installed.");  // conda's words.
  }
  out.Member("prefix", context.prefix);
  out.Key("satchel");
  out.BeginObject();
  out.Member("certified",
             !plan.levels.empty() && std::ranges::all_of(plan.levels, &LevelValue::certified));
  out.Member("engine", context.engine);
  WriteLevels(plan, out);
  out.Member("objective", context.objective);
  WritePackages(plan, out);
  out.Member("platform", context.platform);
  out.Member("proven", plan.proven);
  WriteCommon(context, plan.statistics, "solved", out);
  out.EndObject();
  out.Member("success", true);
  out.EndObject();
  return std::move(out).Take();
}

const char* WordFor(ReasonKind kind) {
  switch (kind) {
    case ReasonKind::kRequested:
      return "requested";
    case ReasonKind::kPinned:
      return "pinned";
    case ReasonKind::kStays:
      return "stays";
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

std::string Bulleted(const std::vector<std::string>& texts) {
  std::string lines;
  for (const std::string& text : texts) {
    lines += "\n  - " + text;
  }
  return lines;
}

std::string ReasonsToJson(const std::vector<Reason>& reasons) {
  JsonWriter out;
  out.BeginObject();
  out.Key("satchel");
  out.BeginObject();
  WriteReasons(reasons, out);
  out.Member("schema", 2);
  out.EndObject();
  out.EndObject();
  return std::move(out).Take();
}

std::string ToJson(const Conflict& conflict, const FixList& fixes, const AnswerContext& context) {
  const bool missing = !context.not_found.empty();
  const std::string message = missing ? "No channel has: " + absl::StrJoin(context.not_found, ", ")
                                      : "These conflict: " + absl::StrJoin(conflict.blamed, "; ");
  JsonWriter out;
  out.BeginObject();
  WriteError(missing ? "PackagesNotFoundError" : "UnsatisfiableError", message, context, "", out);
  out.Key("satchel");
  out.BeginObject();
  out.Member("blamed", conflict.blamed);
  out.Member("blamed_minimal", conflict.blamed_minimal);
  out.Member("engine", context.engine);
  out.Key("fixes");
  out.BeginArray();
  for (const Fix& fix : fixes.fixes) {
    WriteFix(fix, out);
  }
  out.EndArray();
  out.Member("fixes_complete", fixes.complete);
  out.Member("minimal", conflict.minimal);
  out.Member("objective", context.objective);
  out.Member("platform", context.platform);
  WriteReasons(conflict.reasons, out);
  WriteCommon(context, conflict.statistics, "unsatisfiable", out);
  out.EndObject();
  out.Member("success", false);
  out.EndObject();
  return std::move(out).Take();
}

std::string ToJson(const absl::Status& error) {
  JsonWriter out;
  out.BeginObject();
  const auto location = error.GetPayload(kLocationPayload);
  WriteError(location.has_value() ? "EnvironmentLocationNotFound" : ExceptionName(error.code()),
             std::string(ToStd(error.message())), {}, std::string(location.value_or(absl::Cord())),
             out);
  out.Key("satchel");
  out.BeginObject();
  out.Member("schema", 2);
  out.Member("status", StatusWord(error.code()));
  out.EndObject();
  out.Member("success", false);
  out.EndObject();
  return std::move(out).Take();
}

}  // namespace satchel

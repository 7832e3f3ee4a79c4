#include "tools/cli/batch/batch_solver.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/stopwatch.h"
#include "base/strings.h"
#include "frontend/config/platform.h"
#include "frontend/export/conflict_text.h"
#include "frontend/export/package_url.h"
#include "frontend/request/request_names.h"
#include "frontend/request/solve_configured.h"
#include "frontend/request/solve_settings.h"
#include "solver/explain/fixes.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/whole_channels.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t kMostOpened = 8;
constexpr std::size_t kFixesOfBatch = 1;
constexpr double kSecondsForFixesOfBatch = 0.5;

std::string Line(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

// `id` is JSON already.
OrderedJson Head(const std::string& id, const char* status) {
  OrderedJson json;
  json["id"] = OrderedJson::parse(id);
  json["status"] = status;
  return json;
}

const char* StatusWord(const absl::Status& status) {
  if (absl::IsDeadlineExceeded(status)) {
    return "timeout";
  }
  return absl::IsInvalidArgument(status) ? "invalid" : "failed";
}

std::string ErrorLine(const std::string& id, const absl::Status& status) {
  OrderedJson json = Head(id, StatusWord(status));
  json["error"] = std::string(ToStd(status.message()));
  return Line(json);
}

OrderedJson PackagesOf(const Plan& plan) {
  OrderedJson packages = OrderedJson::array();
  for (const PlanPackage& package : plan.packages) {
    const PackageRecord& record = package.record;
    packages.push_back({{"name", record.name},
                        {"version", record.version},
                        {"build", record.build},
                        {"channel", record.channel},
                        {"subdir", record.subdir},
                        {"url", record.url},
                        {"sha256", record.sha256},
                        {"md5", record.md5},
                        {"requested", package.requested}});
  }
  return packages;
}

std::vector<std::string> DistNames(const std::vector<PackageRecord>& records) {
  std::vector<std::string> names;
  for (const PackageRecord& record : records) {
    names.push_back(absl::StrFormat("%s-%s-%s", record.name, record.version, record.build));
  }
  return names;
}

}  // namespace

absl::StatusOr<std::string> BatchSolver::Answer(std::string_view line, std::size_t number) {
  absl::StatusOr<BatchRequest> request = ParseBatchRequest(line, number);
  if (!request.ok()) {
    return ErrorLine(BatchIdOf(line, number), request.status());
  }
  const std::string id = request->id;
  absl::StatusOr<std::string> answer = AnswerRequest(*request);
  if (!opened_.empty() && !opened_.front().channels.DropDamaged().empty()) {
    opened_.pop_front();  // The answer may be wrong; the index is made anew.
    answer = AnswerRequest(*std::move(request));
  }
  if (absl::IsCancelled(answer.status())) {
    return answer.status();
  }
  return answer.ok() ? *std::move(answer) : ErrorLine(id, answer.status());
}

absl::StatusOr<std::string> BatchSolver::AnswerRequest(BatchRequest request) {
  Stopwatch watch;
  std::string platform = request.platform;
  if (platform.empty()) {
    ASSIGN_OR_RETURN(platform, PlatformOf(configuration_));
  }
  RETURN_IF_ERROR(CheckPlatform(platform));
  ASSIGN_OR_RETURN(AssembledRequest assembled,
                   AssembleRequest(std::move(request.words), configuration_, platform));
  Request& asked = assembled.request;
  if (!request.channel_priority.empty()) {
    ASSIGN_OR_RETURN(asked.priority, PriorityOfWord(request.channel_priority));
  }
  if (!request.exclude_newer.empty()) {
    ASSIGN_OR_RETURN(asked.exclude_newer_ms, AgeLimitOfWord(request.exclude_newer));
  }
  const std::vector<std::string> typed =
      request.channels.empty() ? ChannelsOf(arguments_, configuration_) : request.channels;
  if (typed.empty()) {
    return absl::InvalidArgumentError("no channel: give 'channels', or -c to all");
  }
  ASSIGN_OR_RETURN(const LoadedChannels* const channels, Channels(typed, platform));
  asked.channels = channels->Views();
  RETURN_IF_ERROR(SetChannelAgeLimits(configuration_, &asked));
  AdoptChannels(*channels, &asked.installed);
  request.options.cancel = cancel_;
  const auto solve = [&request](const Request& each) { return Solve(each, request.options); };
  ASSIGN_OR_RETURN(SolveOutcome outcome,
                   SolveConfigured(configuration_, solve, &asked, &assembled.of_configuration,
                                   &assembled.warnings));
  OrderedJson json;
  if (auto* const plan = std::get_if<Plan>(&outcome)) {
    FillUrls(*channels, plan);
    json = Head(request.id, "solved");
    json["proven"] = plan->proven;
    if (request.packages) {
      json["packages"] = PackagesOf(*plan);
    }
    json["num_packages"] = plan->packages.size();
    if (!asked.installed.empty()) {
      json["link"] = DistNames(plan->link);
      json["unlink"] = DistNames(plan->unlink);
    }
  } else {
    const Conflict& conflict = std::get<Conflict>(outcome);
    json = Head(request.id, "unsatisfiable");
    json["explanation"] = ToText(conflict, ConflictTextOptions());
    if (request.explain) {
      FixOptions options;
      options.max_fixes = kFixesOfBatch;
      options.budget_seconds = kSecondsForFixesOfBatch;
      options.cancel = cancel_;
      options.explained = conflict.explained;
      ASSIGN_OR_RETURN(const FixList list, FindFixes(asked, options));
      json["fixes"] = OrderedJson::array();
      for (const Fix& fix : list.fixes) {
        std::vector<std::string> changes;
        std::ranges::transform(fix.changes, std::back_inserter(changes), &Change::text);
        json["fixes"].push_back(changes);
      }
    }
  }
  std::vector<std::string> warnings = assembled.warnings;
  warnings.insert(warnings.end(), channels->warnings.begin(), channels->warnings.end());
  json["warnings"] = warnings;
  json["ms"] = watch.Lap();
  return Line(json);
}

absl::StatusOr<const LoadedChannels*> BatchSolver::Channels(const std::vector<std::string>& typed,
                                                            const std::string& platform) {
  const std::string key = platform + "\n" + absl::StrJoin(typed, "\n");
  const auto known = std::ranges::find(opened_, key, &Opened::key);
  if (known != opened_.end()) {
    opened_.splice(opened_.begin(), opened_, known);
    return &opened_.front().channels;
  }
  ASSIGN_OR_RETURN(LoadedChannels channels,
                   LoadWholeChannels(arguments_, configuration_, typed, platform));
  if (opened_.size() >= kMostOpened) {
    opened_.pop_back();
  }
  opened_.push_front({key, std::move(channels)});
  return &opened_.front().channels;
}

}  // namespace satchel

// Results in the form of files.

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/status_macros.h"
#include "frontend/export/conflict_html.h"
#include "frontend/export/plan_text.h"
#include "frontend/lock/lock_file.h"

#include "api/handles.h"

namespace satchel {
namespace {

absl::StatusOr<std::string> PlanLockText(const satchel_result& result, const Plan& plan,
                                         LockFormat format) {
  LockFile lock;
  LockedPlatform& platform = lock.platforms.emplace_back();
  for (const std::string& url : result.channel_urls) {
    platform.channels.push_back(StripCredentials(url));
  }
  platform.platform = result.context.platform;
  std::string urls;
  for (const PlanPackage& package : plan.packages) {
    platform.packages.push_back(package.record);
    urls += UrlToKeep(package.record.url) + "\n";
  }
  platform.content_hash = Sha256Hex(urls);
  std::ranges::sort(platform.packages, {}, &PackageRecord::name);
  return LockText(lock, format);
}

// A directory's name means nothing elsewhere.
std::vector<std::string> PlacesForExport(const satchel_result& result) {
  std::vector<std::string> places;
  for (std::size_t i = 0; i < result.channel_names.size(); ++i) {
    const bool is_local = UrlScheme(result.channel_urls[i]) == "file";
    places.push_back(is_local ? result.channel_urls[i] : result.channel_names[i]);
  }
  return places;
}

absl::StatusOr<std::string> ExportText(const satchel_result& result, int format) {
  if (!result.outcome.has_value()) {
    return absl::InvalidArgumentError("only what satchel_solve() answers has this form");
  }
  const Plan* const plan = std::get_if<Plan>(&*result.outcome);
  if (format == SATCHEL_HTML) {
    const Conflict* const conflict = std::get_if<Conflict>(&*result.outcome);
    if (conflict == nullptr) {
      return absl::InvalidArgumentError("there is a plan, not a conflict");
    }
    return ToHtml(*conflict, result.fixes, result.context);
  }
  if (plan == nullptr) {
    return absl::InvalidArgumentError("there is no plan to write");
  }
  switch (format) {
    case SATCHEL_EXPLICIT:
      return ToExplicitFile(*plan, result.context.platform);
    case SATCHEL_ENVIRONMENT_YAML:
      return ToEnvironmentYaml(*plan, {.name = "", .channels = PlacesForExport(result)});
    case SATCHEL_CONDA_LOCK:
      return PlanLockText(result, *plan, LockFormat::kCondaLock);
    case SATCHEL_PIXI_LOCK:
      return PlanLockText(result, *plan, LockFormat::kPixi);
    default:
      return absl::InvalidArgumentError("no such format");
  }
}

}  // namespace
}  // namespace satchel

extern "C" {

satchel_code satchel_result_export(const satchel_result* result, satchel_format format, char** text,
                                   char** error) {
  return satchel::Guarded(error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(result, "the result"));
    ASSIGN_OR_RETURN(const std::string made,
                     satchel::ExportText(*result, static_cast<int>(format)));
    return satchel::StoreText(made, text);
  });
}

}  // extern "C"

// satchel audit: which records of channels can be installed.

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "frontend/files.h"
#include "tools/cli/audit/audit_platform.h"
#include "tools/cli/audit/audit_report.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/framework/whole_channels.h"
#include "tools/cli/shell/run.h"
#include "tools/cli/solve/answer.h"

namespace satchel {
namespace {

constexpr std::size_t kCausesShown = 20;

}  // namespace

absl::StatusOr<ExitCode> RunAudit(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  std::vector<std::string> typed = arguments.positional;
  if (typed.empty()) {
    typed = ChannelsOf(arguments, configuration);
  }
  if (typed.empty()) {
    return absl::InvalidArgumentError(
        "audit what? give channels, as in 'satchel audit conda-forge'");
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> platforms,
                   PlatformsToAudit(arguments, configuration));
  std::vector<AuditedPlatform> audited;
  bool is_sound = true;
  for (const std::string& platform : platforms) {
    ASSIGN_OR_RETURN(const LoadedChannels channels,
                     LoadWholeChannels(arguments, configuration, typed, platform));
    std::ranges::for_each(channels.warnings, PrintWarning);
    std::ranges::for_each(SkippedRecordWarnings(channels, {}, false), PrintWarning);
    ASSIGN_OR_RETURN(AuditedPlatform each,
                     AuditPlatform(arguments, configuration, channels, platform));
    is_sound = is_sound && each.report.broken.empty();
    audited.push_back(std::move(each));
  }
  if (!arguments.html.empty()) {
    RETURN_IF_ERROR(EditFile(arguments.html, AuditHtml(audited)));
  }
  if (arguments.json || arguments.csv) {
    RETURN_IF_ERROR(Print(arguments.json ? AuditJson(audited) : AuditCsv(audited)));
  } else {
    for (const AuditedPlatform& each : audited) {
      RETURN_IF_ERROR(Print(AuditText(
          each, arguments.all ? each.report.causes.size() : kCausesShown, StdoutWidth())));
    }
  }
  return is_sound ? kExitOk : kExitUnsatisfiable;
}

}  // namespace satchel

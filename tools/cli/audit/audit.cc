// satchel audit: which records of channels can be installed.

#include <unistd.h>

#include <atomic>
#include <memory>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/config/platform.h"
#include "frontend/files.h"
#include "frontend/link/parallel.h"
#include "frontend/request/assembly.h"
#include "frontend/request/solve_settings.h"
#include "repodata/version/version.h"
#include "tools/cli/audit/audit_report.h"
#include "tools/cli/framework/interrupt.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/framework/whole_channels.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

constexpr std::size_t kCausesShown = 20;

absl::Status SetVirtualPackages(const std::vector<std::string>& typed,
                                std::vector<PackageRecord>* records) {
  for (const std::string& text : typed) {
    const std::size_t equals = text.find('=');
    const std::size_t second = text.find('=', equals + 1);
    PackageRecord record;
    record.name = text.substr(0, equals);
    record.version =
        equals == std::string::npos ? "0" : text.substr(equals + 1, second - equals - 1);
    record.build =
        equals == std::string::npos || second == std::string::npos ? "0" : text.substr(second + 1);
    if (!record.name.starts_with("__") || !Version::Parse(record.version).ok()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--virtual-package: '%s' is not a virtual package and its version, as __cuda=12.4",
          text));
    }
    std::erase_if(*records, [&](const PackageRecord& other) { return other.name == record.name; });
    records->push_back(std::move(record));
  }
  return absl::OkStatus();
}

absl::StatusOr<AuditedPlatform> AuditPlatform(const Arguments& arguments,
                                              const Configuration& configuration,
                                              const std::vector<std::string>& typed,
                                              const std::string& platform) {
  RequestWords words;
  for (const std::string& spec : arguments.with) {
    RETURN_IF_ERROR(AddSpec({spec, "--with"}, &words.request.specs));
  }
  ASSIGN_OR_RETURN(AssembledRequest assembled,
                   AssembleRequest(std::move(words), configuration, platform));
  Request& request = assembled.request;
  RETURN_IF_ERROR(SetVirtualPackages(arguments.virtual_package, &request.virtual_packages));
  ASSIGN_OR_RETURN(const LoadedChannels channels,
                   LoadWholeChannels(arguments, configuration, typed, platform));
  for (const std::string& warning : channels.warnings) {
    PrintWarning(warning);
  }
  request.channels = channels.Views();
  RETURN_IF_ERROR(SetChannelAgeLimits(configuration, &request));
  const InterruptGuard interrupt;
  AuditOptions options;
  options.cancel = interrupt.flag();
  options.newest = arguments.newest;
  if (!arguments.only.empty()) {
    ASSIGN_OR_RETURN(options.only, MatchSpec::Parse(arguments.only));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<ChannelAudit> audit, ChannelAudit::Make(request, options));
  ProgressLine progress(!arguments.quiet);
  std::atomic<std::size_t> num_done = 0;
  RETURN_IF_ERROR(ParallelFor(audit->num_parts(), [&](std::size_t part) {
    const absl::Status decided = audit->Decide(part);
    ++num_done;
    return decided;
  }));
  progress.SetPhase(platform + ": causes");
  AuditedPlatform audited;
  audited.platform = platform;
  audited.with = arguments.with;
  for (const LoadedChannel& channel : channels.channels) {
    audited.channels.push_back(channel.name);
  }
  ASSIGN_OR_RETURN(audited.report, audit->Report());
  if (!channels.DropDamaged().empty()) {
    return absl::DataLossError("a cached index was damaged and has been removed; try again");
  }
  return audited;
}

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
  std::vector<std::string> platforms = arguments.platforms;
  if (platforms.empty()) {
    ASSIGN_OR_RETURN(const std::string platform, PlatformOf(configuration));
    platforms.push_back(platform);
  }
  std::vector<AuditedPlatform> audited;
  bool is_sound = true;
  for (const std::string& platform : platforms) {
    RETURN_IF_ERROR(CheckPlatform(platform));
    ASSIGN_OR_RETURN(AuditedPlatform each,
                     AuditPlatform(arguments, configuration, typed, platform));
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

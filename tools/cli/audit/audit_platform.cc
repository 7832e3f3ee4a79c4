#include "tools/cli/audit/audit_platform.h"

#include <memory>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/config/platform.h"
#include "frontend/link/parallel.h"
#include "frontend/request/assembly.h"
#include "frontend/request/solve_settings.h"
#include "repodata/version/version.h"
#include "tools/cli/framework/interrupt.h"
#include "tools/cli/framework/terminal.h"

namespace satchel {
namespace {

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

}  // namespace

absl::StatusOr<AuditedPlatform> AuditPlatform(
    const Arguments& arguments, const Configuration& configuration, const LoadedChannels& channels,
    const std::string& platform, const std::vector<std::string>& without, bool keep_installable) {
  RequestWords words;
  for (const std::string& spec : without) {
    RETURN_IF_ERROR(AddSpec({spec, "--without"}, &words.request.remove));
  }
  for (const std::string& spec : arguments.with) {
    RETURN_IF_ERROR(AddSpec({spec, "--with"}, &words.request.specs));
  }
  ASSIGN_OR_RETURN(AssembledRequest assembled,
                   AssembleRequest(std::move(words), configuration, platform));
  Request& request = assembled.request;
  RETURN_IF_ERROR(SetVirtualPackages(arguments.virtual_package, &request.virtual_packages));
  request.channels = channels.Views();
  RETURN_IF_ERROR(SetChannelAgeLimits(configuration, &request));
  const InterruptGuard interrupt;
  AuditOptions options;
  options.cancel = interrupt.flag();
  options.newest = arguments.newest;
  options.keep_installable = keep_installable;
  if (!arguments.only.empty()) {
    ASSIGN_OR_RETURN(options.only, MatchSpec::Parse(arguments.only));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<ChannelAudit> audit, ChannelAudit::Make(request, options));
  ProgressLine progress(!arguments.quiet);
  RETURN_IF_ERROR(
      ParallelFor(audit->num_parts(), [&](std::size_t part) { return audit->Decide(part); }));
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

absl::StatusOr<std::vector<std::string>> PlatformsToAudit(const Arguments& arguments,
                                                          const Configuration& configuration) {
  std::vector<std::string> platforms = arguments.platforms;
  if (platforms.empty()) {
    ASSIGN_OR_RETURN(const std::string platform, PlatformOf(configuration));
    platforms.push_back(platform);
  }
  for (const std::string& platform : platforms) {
    RETURN_IF_ERROR(CheckPlatform(platform));
  }
  return platforms;
}

}  // namespace satchel

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/configuration.h"
#include "frontend/fetch/channel_source.h"
#include "tools/cli/audit/audit_report.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// Audits these channels on as many threads as there are processors, with what the arguments say
// must be there, and as if no record that matches `without` were there. Errors: those of
// AssembleRequest and ChannelAudit; kDataLoss for a damaged index.
[[nodiscard]] absl::StatusOr<AuditedPlatform> AuditPlatform(
    const Arguments& arguments, const Configuration& configuration, const LoadedChannels& channels,
    const std::string& platform, const std::vector<std::string>& without = {},
    bool keep_installable = false);

// Those of --platform, else the configuration's. Errors: those of PlatformOf and CheckPlatform.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> PlatformsToAudit(
    const Arguments& arguments, const Configuration& configuration);

}  // namespace satchel

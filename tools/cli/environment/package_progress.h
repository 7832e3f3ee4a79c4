#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend/link/cache/package_cache.h"
#include "repodata/spec/record.h"
#include "tools/cli/channels/download_meter.h"
#include "tools/cli/framework/terminal.h"

namespace satchel {

// Progress while packages are fetched and extracted: on a terminal, the total and each file in
// progress, with speed and time left; otherwise one line for each completed file.
class PackageProgress final {
 public:
  // `to_fetch`: the packages to fetch.
  PackageProgress(bool enabled, const std::vector<PackageRecord>& to_fetch);

  // Sets all of the watch except `cancel`; the watch must not outlive this.
  void Listen(ProvideWatch* watch);

 private:
  void Show();

  const bool enabled_;
  const bool has_terminal_;
  const std::size_t num_to_fetch_;
  std::size_t num_fetched_ = 0;
  std::string extracted_;
  DownloadMeter meter_;
  std::optional<ProgressLine> line_;
};

}  // namespace satchel

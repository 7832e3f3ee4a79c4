#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend/link/package_cache.h"
#include "repodata/spec/record.h"
#include "tools/cli/channels/download_meter.h"
#include "tools/cli/framework/terminal.h"

namespace satchel {

// What is seen while packages are fetched and extracted: on a terminal the whole and each file that
// is on its way, with speed and time left; elsewhere one line for each file that has come.
class PackageProgress final {
 public:
  // `to_fetch` are the packages that will be.
  PackageProgress(bool enabled, const std::vector<PackageRecord>& to_fetch);

  // Sets all of the watch but `cancel`; it must not outlive this.
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

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "bench/harness/requirements.h"
#include "encoding/request.h"
#include "frontend/fetch/channel_source.h"

namespace satchel {

// What the studies share: random problems of one channel, solved within this process.

// CPU time of this process: what else the machine does then changes little.
double CpuMs();

// A table's heading, and its lines: how many values, p50, p90, p99, max. No values, no line.
void PrintHeading(const char* unit);
void PrintRow(const char* what, std::vector<double> values);

class StudyChannel final {
 public:
  // The channel in a directory, for linux-64. Errors: those of reading; kNotFound if it has no
  // packages.
  [[nodiscard]] static absl::StatusOr<StudyChannel> Open(const std::string& directory);

  const Requirements& requirements() const { return requirements_; }
  // On the channel and LinuxMachine(). Valid as long as this lives. Requires: the specs can be
  // parsed.
  Request MakeRequest(const std::vector<std::string>& specs) const;

 private:
  Requirements requirements_;
  LoadedChannels channels_;
};

}  // namespace satchel

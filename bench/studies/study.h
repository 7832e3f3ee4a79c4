#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "bench/harness/requirements.h"
#include "encoding/request.h"
#include "frontend/fetch/channel_source.h"

namespace satchel {

// Shared by the studies: random problems of one channel, solved within this process.

// CPU time of this process: hardly affected by other load on the machine.
double CpuMs();

// The heading of a table, and its lines: number of values, p50, p90, p99, max. No line without
// values.
void PrintHeading(const char* unit);
void PrintRow(const char* what, std::vector<double> values);

class StudyChannel final {
 public:
  // Opens the channel in a directory, for linux-64. Errors: those of reading; kNotFound if it has
  // no packages.
  [[nodiscard]] static absl::StatusOr<StudyChannel> Open(const std::string& directory);

  const Requirements& requirements() const { return requirements_; }
  // On the channel and LinuxMachine(). Valid during this object's lifetime. Requires: the specs
  // parse.
  Request MakeRequest(const std::vector<std::string>& specs) const;

 private:
  Requirements requirements_;
  LoadedChannels channels_;
};

}  // namespace satchel

#include "bench/studies/study.h"

#include <time.h>

#include <algorithm>
#include <cstdio>

#include "base/status_macros.h"
#include "bench/harness/linux_machine.h"
#include "frontend/fetch/local_channel_source.h"

namespace satchel {
namespace {

constexpr char kPlatform[] = "linux-64";

}  // namespace

double CpuMs() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void PrintHeading(const char* unit) {
  std::printf("%-36s %6s %9s %9s %9s %9s\n", unit, "", "p50", "p90", "p99", "max");
}

void PrintRow(const char* what, std::vector<double> values) {
  if (values.empty()) {
    return;
  }
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  };
  std::printf("%-36s %6zu %9.2f %9.2f %9.2f %9.2f\n", what, values.size(), at(0.5), at(0.9),
              at(0.99), values.back());
}

absl::StatusOr<StudyChannel> StudyChannel::Open(const std::string& directory) {
  StudyChannel channel;
  ASSIGN_OR_RETURN(const LocalChannelSource source, LocalChannelSource::Create(""));
  ASSIGN_OR_RETURN(channel.channels_, LoadChannels(source, {directory}, kPlatform));
  channel.requirements_ = RequirementsOf(channel.channels_);
  if (channel.requirements_.names.empty()) {
    return absl::NotFoundError(directory + ": no packages for linux-64");
  }
  return channel;
}

Request StudyChannel::MakeRequest(const std::vector<std::string>& specs) const {
  Request request;
  request.channels = channels_.Views();
  request.virtual_packages = LinuxMachine();
  for (const std::string& spec : specs) {
    request.specs.push_back(*MatchSpec::Parse(spec));
  }
  return request;
}

}  // namespace satchel

#include "bench/harness/machine.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"

#include "base/strings.h"
#include "bench/harness/child_process.h"

namespace satchel {
namespace {

std::string FirstLine(const std::string& path) {
  std::string line;
  std::ifstream file(path);
  std::getline(file, line);
  return line;
}

std::string ProcessorModel() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (const std::size_t colon = line.find(':');
        line.starts_with("model name") && colon != std::string::npos) {
      return std::string(StripSpace(line.substr(colon + 1)));
    }
  }
  return {};
}

std::string GitRevision() {
  std::string text;
  const auto end =
      RunProcess({{"git", "describe", "--always", "--dirty", "--abbrev=12"}, {}}, 5, &text);
  return end.ok() && end->exit_code == 0 ? std::string(StripSpace(text)) : "";
}

}  // namespace

nlohmann::json DescribeMachine() {
  nlohmann::json json;
  const auto set = [&json](const char* key, const std::string& value) {
    if (!value.empty()) {
      json[key] = value;
    }
  };
  set("processor", ProcessorModel());
  set("governor", FirstLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
  set("git_revision", GitRevision());
  cpu_set_t processors;
  CPU_ZERO(&processors);
  if (sched_getaffinity(0, sizeof(processors), &processors) == 0) {
    json["processors"] = CPU_COUNT(&processors);
  }
  struct sysinfo system = {};
  if (sysinfo(&system) == 0) {
    json["memory_mb"] = system.totalram * system.mem_unit / (1U << 20);
  }
  utsname name = {};
  if (uname(&name) == 0) {
    set("kernel", std::string(name.sysname) + " " + name.release + " " + name.machine);
    set("host", name.nodename);
  }
  std::array<double, 1> load = {};
  if (getloadavg(load.data(), 1) == 1) {
    json["load_average"] = load[0];
  }
  return json;
}

absl::Status PinToProcessor(int processor) {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  if (processor >= 0 && processor < CPU_SETSIZE) {
    CPU_SET(processor, &processors);
    if (sched_setaffinity(0, sizeof(processors), &processors) == 0) {
      return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("--cpu %d: this process may not run on that processor", processor));
}

void DropFromPageCache(const std::string& path) {
  if (const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC); file >= 0) {
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    close(file);
  }
}

}  // namespace satchel

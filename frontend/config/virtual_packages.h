#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/record.h"

namespace satchel {

// What the NVIDIA driver says of itself.
struct CudaDriver {
  std::string version;     // The latest CUDA that it serves: "12.4".
  std::string capability;  // Lowest compute capability of its devices: "8.6". Empty: no device.
  std::string device;      // That device's model, letters and digits only.
};

// The facts about a machine that virtual packages are made of.
struct Host {
  std::string platform;
  std::string kernel_release;  // `uname -r`; empty if this is not Linux.
  std::string glibc_version;   // "2.36"; empty if the C library is another.
  std::string macos_version;   // Empty if this is not macOS.
  // archspec's name ("x86_64_v3"), empty if unknown; asked for only where no variable says it.
  std::function<std::string()> microarchitecture;
  // Asked only if somebody needs the answer: it may load a driver.
  std::function<std::optional<CudaDriver>()> cuda;
};

// Looks at the running machine. `cuda` loads libcuda in a child process (a broken driver may crash
// or hang): call it before the first thread is started.
Host DetectHost();

// archspec's name of the x86-64 level whose features the text of /proc/cpuinfo lists. conda names
// the exact microarchitecture ("skylake"); the levels are what packages ask for (conda-forge's
// x86_64-microarch-level), so we stop there.
std::string MicroarchitectureLevel(std::string_view cpuinfo);

struct VirtualPackages {
  std::vector<PackageRecord> records;  // By name.
  std::vector<std::string> notes;      // Values that were assumed, each with how to set it.
};

// The value of an environment variable; none if it is not set.
using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> LookUpEnvironment(const std::string& name);

// The virtual packages (CEP 30) that a solve for `platform` sees on `host`.
//
// As conda: CONDA_OVERRIDE_{ARCHSPEC,CUDA,CUDA_ARCH,GLIBC,LINUX,OSX,WIN} replace what is detected,
// and an empty one takes the package away (__linux stays, as version 0). Unlike conda: solving for
// another platform than the host's assumes what most machines of that platform have (__osx 13.0,
// __linux 4.18, __glibc 2.28) where conda says 0, with which nearly nothing could be installed, and
// does not look at the host's GPU.
// Errors: kInvalidArgument for an override that is no version.
[[nodiscard]] absl::StatusOr<VirtualPackages> ListVirtualPackages(const std::string& platform,
                                                                  const Host& host,
                                                                  const EnvironmentLookup& lookup);

}  // namespace satchel

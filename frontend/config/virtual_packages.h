#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/record.h"

namespace satchel {

// The NVIDIA driver's properties.
struct CudaDriver {
  std::string version;     // The latest CUDA version that it supports: "12.4".
  std::string capability;  // Lowest compute capability of its devices: "8.6". Empty: no device.
  std::string device;      // That device's model, letters and digits only.
};

// The properties of a machine that determine its virtual packages.
struct Host {
  std::string platform;
  std::string kernel_release;  // `uname -r`; empty if this is not Linux.
  std::string glibc_version;   // "2.36"; empty for another C library.
  std::string macos_version;   // Empty if this is not macOS.
  // archspec's name ("x86_64_v3"), empty if unknown; called only if no variable sets it.
  std::function<std::string()> microarchitecture;
  // Called only on demand: it may load a driver.
  std::function<std::optional<CudaDriver>()> cuda;
};

// Inspects the running machine. `cuda` loads libcuda in a child process (a broken driver may crash
// or hang): call it before starting the first thread.
Host DetectHost();

// archspec's name of the x86-64 level whose features the text of /proc/cpuinfo lists. conda names
// the exact microarchitecture ("skylake"); packages depend only on the levels (conda-forge's
// x86_64-microarch-level), so these are enough.
std::string MicroarchitectureLevel(std::string_view cpuinfo);

struct VirtualPackages {
  std::vector<PackageRecord> records;  // By name.
  std::vector<std::string> notes;      // Assumed values, each with how to set it.
};

// The value of an environment variable; none if it is not set.
using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> LookUpEnvironment(const std::string& name);

// The virtual packages (CEP 30) for a solve for `platform` on `host`.
//
// As in conda, CONDA_OVERRIDE_{ARCHSPEC,CUDA,CUDA_ARCH,GLIBC,LINUX,OSX,WIN} replace detected
// values, and an empty one removes the package (__linux stays, as version 0). Unlike conda, solving
// for a platform other than the host's assumes the versions that most machines of that platform
// have (__osx 13.0, __linux 4.18, __glibc 2.28), where conda assumes 0, with which nearly nothing
// is installable; and it ignores the host's GPU. Errors: kInvalidArgument for an override that is
// not a version.
[[nodiscard]] absl::StatusOr<VirtualPackages> ListVirtualPackages(const std::string& platform,
                                                                  const Host& host,
                                                                  const EnvironmentLookup& lookup);

}  // namespace satchel

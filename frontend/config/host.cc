// What the running machine has: the system's side of virtual_packages.h.

#include <sys/utsname.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/sysctl.h>
#endif

#include <array>
#include <cstdio>
#include <initializer_list>

#include "absl/container/flat_hash_set.h"

#include "base/strings.h"
#include "frontend/config/cuda.h"
#include "frontend/config/platform.h"
#include "frontend/config/virtual_packages.h"

namespace satchel {
namespace {

// The first processor's lines. Reading on would ask the kernel for each of a large machine's
// processors, which it computes as it is read.
std::string FirstProcessor() {
  std::array<char, 4096> buffer;
  std::FILE* file = std::fopen("/proc/cpuinfo", "re");
  if (file == nullptr) {
    return {};
  }
  const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file);
  std::fclose(file);
  return {buffer.data(), size};
}

// "2.36"; empty if the C library is not GNU's.
std::string GlibcVersion() {
#ifdef _CS_GNU_LIBC_VERSION
  std::array<char, 64> buffer = {};
  const std::size_t size = confstr(_CS_GNU_LIBC_VERSION, buffer.data(), buffer.size());
  const std::string_view text(buffer.data());
  if (size > 0 && text.starts_with("glibc ")) {
    return std::string(text.substr(6));
  }
#endif
  return {};
}

std::string MacosVersion() {
#ifdef __APPLE__
  std::array<char, 64> buffer = {};
  std::size_t size = buffer.size() - 1;
  if (sysctlbyname("kern.osproductversion", buffer.data(), &size, nullptr, 0) == 0) {
    return buffer.data();
  }
#endif
  return {};
}

}  // namespace

std::string MicroarchitectureLevel(std::string_view cpuinfo) {
  absl::flat_hash_set<std::string_view> flags;
  for (const std::string_view line : Split(cpuinfo, '\n')) {
    if (line.starts_with("flags")) {
      for (const std::string_view flag : Split(line.substr(line.find(':') + 1), ' ')) {
        flags.insert(flag);
      }
      break;
    }
  }
  const auto has = [&flags](std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
      if (!flags.contains(name)) {
        return false;
      }
    }
    return true;
  };
  // The x86-64 psABI's levels, in the kernel's spelling (pni is SSE3, abm is LZCNT).
  if (!has({"cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"})) {
    return "x86_64";
  }
  if (!has({"abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "xsave"})) {
    return "x86_64_v2";
  }
  if (!has({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"})) {
    return "x86_64_v3";
  }
  return "x86_64_v4";
}

Host DetectHost() {
  Host host;
  host.platform = NativePlatform();
  if (utsname names = {}; uname(&names) == 0 && std::string_view(names.sysname) == "Linux") {
    host.kernel_release = names.release;
    host.glibc_version = GlibcVersion();
  }
  host.macos_version = MacosVersion();
  if (host.platform == "linux-64") {
    host.microarchitecture = [] { return MicroarchitectureLevel(FirstProcessor()); };
  }
  host.cuda = &DetectCuda;
  return host;
}

}  // namespace satchel

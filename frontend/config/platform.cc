#include "frontend/config/platform.h"

#include <sys/utsname.h>

#include "absl/strings/str_format.h"

#include "base/strings.h"
#include "base/suggest.h"
#include "repodata/spec/channel_name.h"

namespace satchel {

std::string NativePlatform() {
  utsname host = {};
  if (uname(&host) != 0) {
    return "linux-64";
  }
  const std::string system = ToLower(host.sysname);
  const std::string machine = ToLower(host.machine);
  std::string os = system == "darwin" ? "osx" : system;
  if (machine == "x86_64" || machine == "amd64") {
    return os + "-64";
  }
  if (machine.size() == 4 && machine.front() == 'i' && machine.ends_with("86")) {
    return os + "-32";
  }
  return os + "-" + machine;
}

const std::vector<std::string_view>& KnownPlatforms() {
  static const std::vector<std::string_view> platforms = {
      "emscripten-wasm32", "freebsd-64",    "linux-32",     "linux-64",
      "linux-aarch64",     "linux-armv6l",  "linux-armv7l", "linux-ppc64",
      "linux-ppc64le",     "linux-riscv64", "linux-s390x",  "osx-64",
      "osx-arm64",         "wasi-wasm32",   "win-32",       "win-64",
      "win-arm64",         "zos-z"};
  return platforms;
}

absl::Status CheckPlatform(std::string_view platform) {
  if (platform != "noarch" && IsKnownSubdir(platform)) {
    return absl::OkStatus();
  }
  if (platform == "noarch") {
    return absl::InvalidArgumentError(
        "platform 'noarch' is not a machine; its subdir is always searched too");
  }
  const std::string_view nearest = Nearest(platform, KnownPlatforms());
  return absl::InvalidArgumentError(absl::StrFormat(
      "unknown platform '%s'%s", std::string(platform),
      nearest.empty() ? std::string(" (linux-64, osx-arm64, win-64, ...)")
                      : absl::StrFormat("; did you mean '%s'?", std::string(nearest))));
}

}  // namespace satchel

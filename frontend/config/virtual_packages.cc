#include "frontend/config/virtual_packages.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/home_directory.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/version/version.h"

namespace satchel {
namespace {

// Assumed for a platform that is not the host's: what most machines in use offer, and what pixi
// assumes too.
constexpr char kAssumedLinux[] = "4.18";
constexpr char kAssumedGlibc[] = "2.28";
constexpr char kAssumedMacos[] = "13.0";

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// The leading `a.b[.c[.d]]` of a kernel release, "0" if it has none: the rest is the distributor's.
std::string KernelVersion(std::string_view release) {
  std::size_t end = 0;
  int numbers = 0;
  std::size_t at = 0;
  while (numbers < 4 && at < release.size() && IsDigit(release[at])) {
    while (at < release.size() && IsDigit(release[at])) {
      ++at;
    }
    end = at;
    ++numbers;
    if (at == release.size() || release[at] != '.') {
      break;
    }
    ++at;
  }
  return numbers >= 2 ? std::string(release.substr(0, end)) : "0";
}

// "13.6.1" -> "13.6".
std::string FirstTwo(std::string_view version) {
  const std::size_t first = version.find('.');
  if (first == std::string_view::npos) {
    return std::string(version);
  }
  return std::string(version.substr(0, version.find('.', first + 1)));
}

// conda's name of the machine where nothing closer is known: "64" is x86_64.
std::string MachineName(std::string_view platform) {
  const std::string_view machine = platform.substr(platform.find('-') + 1);
  if (machine == "64") {
    return "x86_64";
  }
  return machine == "32" ? "x86" : std::string(machine);
}

class Lister final {
 public:
  Lister(const std::string& platform, const Host& host, const EnvironmentLookup& lookup)
      : platform_(platform), host_(host), lookup_(lookup) {}

  absl::StatusOr<VirtualPackages> List() && {
    AddArchspec();
    RETURN_IF_ERROR(AddCuda());
    if (IsOs("linux")) {
      RETURN_IF_ERROR(AddLinux());
    } else if (IsOs("osx")) {
      RETURN_IF_ERROR(AddVersion("osx", host_.macos_version.empty()
                                            ? Assume("osx", kAssumedMacos)
                                            : FirstTwo(host_.macos_version)));
    } else if (IsOs("win")) {
      RETURN_IF_ERROR(AddVersion("win", "0"));
    }
    if (IsOs("linux") || IsOs("osx") || IsOs("freebsd") || IsOs("emscripten")) {
      Add("unix", "0", "0");
    }
    std::ranges::sort(result_.records, {}, &PackageRecord::name);
    return std::move(result_);
  }

 private:
  bool IsOs(std::string_view os) const {
    return platform_.starts_with(os) && platform_.substr(os.size()).starts_with("-");
  }

  static std::string OverrideName(const std::string& name) {
    std::string variable = "CONDA_OVERRIDE_";
    for (const char c : name) {
      variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return variable;
  }

  // Stripped, as conda does.
  std::optional<std::string> Override(const std::string& name) const {
    std::optional<std::string> value = lookup_(OverrideName(name));
    if (value.has_value()) {
      value = std::string(StripSpace(*value));
    }
    return value;
  }

  // A default, with a note unless the user has set it anyway.
  std::string Assume(const std::string& name, const char* version) {
    if (!Override(name).has_value()) {
      result_.notes.push_back(absl::StrFormat("assuming __%s=%s for %s; %s changes it", name,
                                              version, platform_, OverrideName(name)));
    }
    return version;
  }

  void Add(const std::string& name, std::string version, std::string build) {
    PackageRecord record;
    record.name = "__" + name;
    record.version = std::move(version);
    record.build = std::move(build);
    record.channel = "@";  // conda's mark for what no channel provides.
    record.subdir = platform_;
    record.fn = record.name;
    result_.records.push_back(std::move(record));
  }

  absl::Status CheckVersion(const std::string& name, const std::string& version) const {
    if (const auto parsed = Version::Parse(version); !parsed.ok()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "environment variable %s: '%s' is not a version", OverrideName(name), version));
    }
    return absl::OkStatus();
  }

  // Adds the package unless its override is empty.
  absl::Status AddVersion(const std::string& name, const std::string& detected) {
    const std::optional<std::string> forced = Override(name);
    if (!forced.has_value()) {
      Add(name, detected, "0");
      return absl::OkStatus();
    }
    if (forced->empty()) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(CheckVersion(name, *forced));
    Add(name, *forced, "0");
    return absl::OkStatus();
  }

  absl::Status AddLinux() {
    const bool on_linux = !host_.kernel_release.empty();
    const std::optional<std::string> forced = Override("linux");
    if (forced.has_value()) {
      Add("linux", KernelVersion(*forced), "0");
    } else {
      Add("linux", on_linux ? KernelVersion(host_.kernel_release) : Assume("linux", kAssumedLinux),
          "0");
    }
    if (on_linux && host_.glibc_version.empty() && host_.platform == platform_ &&
        !Override("glibc").has_value()) {
      return absl::OkStatus();  // Another C library.
    }
    return AddVersion("glibc", host_.glibc_version.empty() ? Assume("glibc", kAssumedGlibc)
                                                           : FirstTwo(host_.glibc_version));
  }

  void AddArchspec() {
    if (const std::optional<std::string> forced = Override("archspec"); forced.has_value()) {
      if (!forced->empty()) {
        Add("archspec", "1", *forced);
      }
      return;
    }
    const std::string found = host_.platform == platform_ && host_.microarchitecture
                                  ? host_.microarchitecture()
                                  : std::string();
    Add("archspec", "1", found.empty() ? MachineName(platform_) : found);
  }

  absl::Status AddCuda() {
    std::optional<CudaDriver> driver;
    if (const std::optional<std::string> forced = Override("cuda"); forced.has_value()) {
      if (forced->empty()) {
        return absl::OkStatus();
      }
      RETURN_IF_ERROR(CheckVersion("cuda", *forced));
      driver = CudaDriver{*forced, "", ""};
    } else if (host_.platform == platform_ && host_.cuda) {
      driver = host_.cuda();
    }
    if (!driver.has_value()) {
      return absl::OkStatus();
    }
    Add("cuda", driver->version, "0");
    return AddCudaArch(*driver);
  }

  // Only ever beside __cuda. The override is VERSION or VERSION=BUILD.
  absl::Status AddCudaArch(const CudaDriver& driver) {
    if (const std::optional<std::string> forced = Override("cuda_arch"); forced.has_value()) {
      if (forced->empty()) {
        return absl::OkStatus();
      }
      const std::size_t equals = forced->find('=');
      const std::string version = forced->substr(0, equals);
      RETURN_IF_ERROR(CheckVersion("cuda_arch", version));
      Add("cuda_arch", version, equals == std::string::npos ? "0" : forced->substr(equals + 1));
    } else if (!driver.capability.empty()) {
      Add("cuda_arch", driver.capability, driver.device.empty() ? "0" : driver.device);
    }
    return absl::OkStatus();
  }

  const std::string& platform_;
  const Host& host_;
  const EnvironmentLookup& lookup_;
  VirtualPackages result_;
};

}  // namespace

std::optional<std::string> LookUpEnvironment(const std::string& name) {
  if (name == "HOME") {
    const std::string home = HomeDirectory();
    return home.empty() ? std::nullopt : std::optional<std::string>(home);
  }
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

absl::StatusOr<VirtualPackages> ListVirtualPackages(const std::string& platform, const Host& host,
                                                    const EnvironmentLookup& lookup) {
  return Lister(platform, host, lookup).List();
}

}  // namespace satchel

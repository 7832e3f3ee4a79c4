#include "frontend/config/cuda.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "base/strings.h"

namespace satchel {
namespace {

constexpr int kTimeoutMs = 10'000;
// From cuda.h, which Debian does not have.
constexpr int kComputeCapabilityMajor = 75;
constexpr int kComputeCapabilityMinor = 76;

// Without one of these there is no driver to talk to: saves the child on most machines.
bool DriverIsPresent() {
  constexpr std::array<const char*, 4> kPaths = {"/dev/nvidiactl", "/proc/driver/nvidia/version",
                                                 "/dev/dxg", "/dev/nvmap"};
  for (const char* path : kPaths) {
    if (access(path, F_OK) == 0) {
      return true;
    }
  }
  return false;
}

void* OpenLibrary() {
  constexpr std::array<const char*, 5> kNames = {
      "libcuda.so.1", "libcuda.so", "/usr/lib64/nvidia/libcuda.so.1",
      "/usr/lib/x86_64-linux-gnu/libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"};
  for (const char* name : kNames) {
    if (void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL); library != nullptr) {
      return library;
    }
  }
  return nullptr;
}

template <typename... Arguments>
bool Call(void* library, const char* name, Arguments... arguments) {
  using Function = int (*)(Arguments...);
  const auto function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr && function(arguments...) == 0;
}

// The model's letters and digits without the maker's name, at most 64 of them (CEP 30).
std::string DeviceModel(std::string_view name) {
  std::string model;
  for (const char c : name) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      model += c;
    }
  }
  if (const std::size_t maker = model.find("NVIDIA"); maker != std::string::npos) {
    model.erase(maker, 6);
  }
  return model.substr(0, 64);
}

// "<version> <capability> <device>", as much of it as is known. Runs in the child.
std::string AskDriver() {
  // An empty or wrong CUDA_VISIBLE_DEVICES makes cuInit fail; the driver is there all the same.
  unsetenv("CUDA_VISIBLE_DEVICES");
  void* const library = OpenLibrary();
  int version = 0;
  if (library == nullptr || !Call(library, "cuInit", 0U) ||
      !Call(library, "cuDriverGetVersion", &version)) {
    return {};
  }
  std::string answer = std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
  int num_devices = 0;
  if (!Call(library, "cuDeviceGetCount", &num_devices)) {
    return answer;
  }
  int lowest = 0;
  std::array<char, 256> lowest_name = {};
  for (int device = 0; device < num_devices; ++device) {
    int major = 0;
    int minor = 0;
    if (Call(library, "cuDeviceGetAttribute", &major, kComputeCapabilityMajor, device) &&
        Call(library, "cuDeviceGetAttribute", &minor, kComputeCapabilityMinor, device) &&
        (lowest == 0 || major * 100 + minor < lowest)) {
      lowest = major * 100 + minor;
      lowest_name = {};
      Call(library, "cuDeviceGetName", lowest_name.data(), static_cast<int>(lowest_name.size()) - 1,
           device);
    }
  }
  if (lowest > 0) {
    answer += " " + std::to_string(lowest / 100) + "." + std::to_string(lowest % 100) + " " +
              DeviceModel(lowest_name.data());
  }
  return answer;
}

// What the child wrote before it ended or the time was up.
std::string ReadAnswer(int fd) {
  std::array<char, 256> buffer;
  pollfd waiting = {fd, POLLIN, 0};
  int ready = 0;
  do {
    ready = poll(&waiting, 1, kTimeoutMs);
  } while (ready < 0 && errno == EINTR);
  if (ready != 1) {
    return {};
  }
  const ssize_t size = read(fd, buffer.data(), buffer.size());
  return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

std::optional<CudaDriver> DetectCuda() {
  std::array<int, 2> pipe_ends;
  if (!DriverIsPresent() || pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
    return std::nullopt;
  }
  const pid_t child = fork();
  if (child == 0) {
    close(pipe_ends[0]);
    const std::string answer = AskDriver();
    [[maybe_unused]] const ssize_t written = write(pipe_ends[1], answer.data(), answer.size());
    _exit(0);
  }
  close(pipe_ends[1]);
  std::string answer;
  if (child > 0) {
    answer = ReadAnswer(pipe_ends[0]);
    kill(child, SIGKILL);
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  close(pipe_ends[0]);
  if (answer.empty()) {
    return std::nullopt;
  }
  CudaDriver driver;
  const std::vector<std::string_view> words = Split(answer, ' ');
  driver.version = words[0];
  if (words.size() > 2) {
    driver.capability = words[1];
    driver.device = words[2];
  }
  return driver;
}

}  // namespace satchel

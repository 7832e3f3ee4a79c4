#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "base/check.h"
#include "tests/frontend/temporary_directory.h"

// Shared by the targets. Each defines LLVMFuzzerTestOneInput: libFuzzer calls it with generated
// inputs, the tests with the seeds.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace satchel::testing {

inline std::string_view TextOf(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Checks the status with which bad input is refused. Any other would look like an error of the
// disk, or of satchel.
inline void CheckRefusal(const absl::Status& status) {
  SATCHEL_CHECK(status.code() == absl::StatusCode::kInvalidArgument ||
                status.code() == absl::StatusCode::kUnimplemented ||
                status.code() == absl::StatusCode::kDataLoss ||
                status.code() == absl::StatusCode::kResourceExhausted);
  SATCHEL_CHECK(!status.message().empty());
}

// Several texts in one input, each after a line "--- NAME".
struct NamedText {
  std::string name;
  std::string text;
};
inline std::vector<NamedText> SplitTexts(std::string_view input) {
  std::vector<NamedText> texts;
  while (!input.empty()) {
    const std::size_t end = input.find("\n--- ");
    std::string_view part = input.substr(0, end);
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
    if (part.starts_with("--- ")) {
      const std::size_t line = std::min(part.find('\n'), part.size());
      texts.push_back({std::string(part.substr(4, line - 4)),
                       std::string(part.substr(std::min(line + 1, part.size())))});
    }
  }
  return texts;
}

// Uses memory as the disk, if there is such a place: targets that write files are many times faster
// there.
inline void UseMemory() {
  static const bool done = [] {
    if (std::filesystem::is_directory("/dev/shm")) {
      setenv("TMPDIR", "/dev/shm", /*overwrite=*/1);
    }
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace satchel::testing

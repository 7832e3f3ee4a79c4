// An environment.yml, or a conda-lock.yml.

#include "frontend/request/request_file.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(satchel::testing::TextOf(data, size));
  const absl::StatusOr<satchel::RequestFile> file =
      satchel::ParseEnvironmentYaml(text, "environment.yml", "linux-64");
  if (!file.ok()) {
    satchel::testing::CheckRefusal(file.status());
  }
  return 0;
}

// A pixi.toml or pyproject.toml.

#include "frontend/manifest/manifest.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(satchel::testing::TextOf(data, size));
  satchel::FileParts parts;
  parts.all_categories = true;
  const absl::StatusOr<satchel::RequestFile> file =
      satchel::ParseManifest(text, "pyproject.toml", "linux-64", parts);
  if (!file.ok()) {
    satchel::testing::CheckRefusal(file.status());
  }
  return 0;
}

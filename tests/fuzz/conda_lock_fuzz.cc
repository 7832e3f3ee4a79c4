// The packages of a conda-lock.yml. A hash that it states is kept, as it was stated, or refused.

#include "base/strings.h"
#include "frontend/request/package_hash.h"
#include "frontend/request/request_file.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text = "version: 1\nmetadata: {}\npackage:\n";
  text += satchel::testing::TextOf(data, size);
  const absl::StatusOr<satchel::RequestFile> file =
      satchel::ParseEnvironmentYaml(text, "conda-lock.yml", "linux-64");
  if (!file.ok()) {
    satchel::testing::CheckRefusal(file.status());
    return 0;
  }
  SATCHEL_CHECK(file->is_explicit);
  for (const satchel::ExplicitPackage& package : file->packages) {
    SATCHEL_CHECK(satchel::IsPackageFileName(package.fn));
    SATCHEL_CHECK(package.sha256.empty() || satchel::IsHash(package.sha256, "sha256"));
    SATCHEL_CHECK(package.md5.empty() || satchel::IsHash(package.md5, "md5"));
  }
  return 0;
}

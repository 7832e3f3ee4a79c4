// A text file of specs, as conda-meta/pinned is too, or after a line @EXPLICIT of URLs (CEP 23).

#include "frontend/request/package_hash.h"
#include "frontend/request/request_file.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = satchel::testing::TextOf(data, size);
  for (const std::string& all : {std::string(text), "@EXPLICIT\n" + std::string(text)}) {
    const absl::StatusOr<satchel::RequestFile> file = satchel::ParseSpecsText(all, "specs.txt");
    if (!file.ok()) {
      satchel::testing::CheckRefusal(file.status());
      continue;
    }
    SATCHEL_CHECK(file->is_explicit ? file->specs.empty() : file->packages.empty());
    for (const satchel::ExplicitPackage& package : file->packages) {
      // It becomes the name of a file in the package cache.
      SATCHEL_CHECK(package.fn.find('/') == std::string::npos);
      SATCHEL_CHECK(satchel::IsPackageFileName(package.fn));
      SATCHEL_CHECK(package.sha256.empty() || satchel::IsHash(package.sha256, "sha256"));
      SATCHEL_CHECK(package.md5.empty() || satchel::IsHash(package.md5, "md5"));
    }
  }
  return 0;
}

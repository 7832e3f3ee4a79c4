// A package file, .conda or a tar. Nothing is made outside of the directory that it is unpacked to,
// and what its info/ lists is within it.

#include "frontend/link/cache/cache_entry.h"
#include "frontend/link/package/extract.h"
#include "frontend/link/package/package_contents.h"
#include "frontend/link/paths/relative_path.h"
#include "tests/fuzz/fuzz_support.h"

namespace fs = std::filesystem;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  satchel::testing::UseMemory();
  static const satchel::testing::TemporaryDirectory directory;
  static const fs::path root = directory.path();
  const std::string_view input = satchel::testing::TextOf(data, size);
  const std::string archive = root / (input.starts_with("PK") ? "a-1-0.conda" : "a-1-0.tar.bz2");
  std::ofstream(archive, std::ios::binary) << input;
  const std::string out = root / "out";
  fs::remove_all(out);
  fs::create_directory(out);
  const absl::Status extracted = satchel::ExtractPackage(archive, out);
  fs::remove(archive);
  SATCHEL_CHECK(std::distance(fs::directory_iterator(root), {}) == 1);
  if (!extracted.ok()) {
    return 0;
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(out)) {
    SATCHEL_CHECK(entry.is_symlink() || entry.is_regular_file() || entry.is_directory());
    constexpr fs::perms kSpecial = fs::perms::set_uid | fs::perms::set_gid;
    SATCHEL_CHECK(entry.is_symlink() ||
                  (entry.symlink_status().permissions() & kSpecial) == fs::perms::none);
  }
  const absl::StatusOr<satchel::PackageContents> contents = satchel::ReadWholePackage(out);
  if (!contents.ok()) {
    return 0;
  }
  for (const satchel::PackagePath& path : contents->paths) {
    SATCHEL_CHECK(satchel::NormalRelativePath(path.path) == path.path);
    if (path.type == satchel::PackagePath::Type::kHardLink) {
      SATCHEL_CHECK(fs::is_regular_file(fs::symlink_status(fs::path(out) / path.path)));
    }
  }
  return 0;
}

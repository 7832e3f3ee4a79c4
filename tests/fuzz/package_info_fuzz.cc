// The files of a package's info/, each behind a line "--- NAME": paths.json or files with
// has_prefix and no_link, link.json, index.json; and "content", of a file that has a build prefix
// in it.

#include <climits>

#include "frontend/link/layout/layout.h"
#include "frontend/link/layout/prefix_replacement.h"
#include "frontend/link/package/package_contents.h"
#include "frontend/link/paths/relative_path.h"
#include "tests/fuzz/fuzz_support.h"

namespace {

void CheckLayout(satchel::PackageContents contents) {
  satchel::PackageRecord python;
  python.name = "python";
  python.version = "3.12.1";
  const std::vector<satchel::PackageToLink> packages = {{python, "", std::move(contents), ""}};
  const absl::StatusOr<satchel::Layout> layout = satchel::LayOut(packages, &python, {});
  if (!layout.ok()) {  // A path that is a file and a directory.
    SATCHEL_CHECK(layout.status().code() == absl::StatusCode::kFailedPrecondition);
    return;
  }
  for (const satchel::TargetFile& file : layout->files) {
    SATCHEL_CHECK(file.path.size() >= PATH_MAX ||
                  satchel::NormalRelativePath(file.path) == file.path);
    SATCHEL_CHECK(!satchel::IsWithinCondaMeta(file.path));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  satchel::testing::UseMemory();
  static const satchel::testing::TemporaryDirectory directory;
  std::string content = "x";
  std::vector<std::string> made;
  for (const auto& [name, text] :
       satchel::testing::SplitTexts(satchel::testing::TextOf(data, size))) {
    if (name == "content") {
      content = text;
    } else if (satchel::NormalRelativePath(name) == name && name.find('/') == std::string::npos) {
      made.push_back(directory.Write("info/" + name, text));
    }
  }
  absl::StatusOr<satchel::PackageContents> contents =
      satchel::ReadPackageContents(directory.path());
  for (const std::string& file : made) {
    std::filesystem::remove(file);
  }
  if (!contents.ok()) {
    return 0;
  }
  for (const satchel::PackagePath& path : contents->paths) {
    SATCHEL_CHECK(satchel::NormalRelativePath(path.path) == path.path);
    const absl::StatusOr<std::string> replaced =
        satchel::ReplacePrefix(content, path.placeholder, "/home/user/envs/x", path.mode);
    SATCHEL_CHECK(!replaced.ok() || path.mode == satchel::FileMode::kText ||
                  replaced->size() == content.size());
  }
  CheckLayout(*std::move(contents));
  return 0;
}

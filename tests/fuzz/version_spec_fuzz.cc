// A line with a version spec, then a line with a version.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "repodata/version/version.h"
#include "repodata/version/version_key.h"
#include "repodata/version/version_prefix.h"
#include "repodata/version/version_spec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line_end = input.find('\n');
  const std::string_view spec_text = input.substr(0, line_end);
  const std::string_view version_text =
      line_end == std::string_view::npos ? spec_text : input.substr(line_end + 1);

  const absl::StatusOr<satchel::Version> version = satchel::Version::Parse(version_text);
  const absl::StatusOr<satchel::VersionPrefix> prefix = satchel::VersionPrefix::Parse(version_text);
  SATCHEL_CHECK(version.ok() == prefix.ok());
  if (version.ok()) {
    SATCHEL_CHECK(prefix->Matches(version->key()));
    SATCHEL_CHECK(!satchel::DumpKey(version->key()).empty());
  }

  const absl::StatusOr<satchel::VersionSpec> spec = satchel::VersionSpec::Parse(spec_text);
  if (spec.ok()) {
    const absl::StatusOr<satchel::VersionSpec> again = satchel::VersionSpec::Parse(spec->text());
    SATCHEL_CHECK(again.ok() && again->text() == spec->text());
    if (version.ok()) {
      spec->Matches(version->ref());
    }
  }
  return 0;
}

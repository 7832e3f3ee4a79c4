// A spec, matched against one record that has every field.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "repodata/spec/match_spec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const satchel::Version version = *satchel::Version::Parse("1.7.1");
  satchel::RecordView record;
  record.name = "numpy";
  record.version = version.ref();
  record.build = "py27_0";
  record.build_number = 7;
  record.channel = "conda-forge";
  record.subdir = "linux-64";
  record.fn = "numpy-1.7.1-py27_0.conda";
  record.url = "https://conda.anaconda.org/conda-forge/linux-64/numpy-1.7.1-py27_0.conda";
  record.md5 = "0123456789abcdef0123456789abcdef";
  record.license = "LGPL-3.0-or-later";
  record.license_family = "LGPL";
  record.track_features = "mkl";

  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<satchel::MatchSpec> spec = satchel::MatchSpec::Parse(input);
  if (!spec.ok()) {
    SATCHEL_CHECK(spec.status().code() == absl::StatusCode::kInvalidArgument ||
                  spec.status().code() == absl::StatusCode::kUnimplemented ||
                  spec.status().code() == absl::StatusCode::kResourceExhausted);
    return 0;
  }
  SATCHEL_CHECK(!spec->ToString().empty());
  SATCHEL_CHECK(spec->HasBuildPart() || spec->IsChannelFree());
  if (spec->Matches(record)) {
    SATCHEL_CHECK(spec->version().Matches(record.version));
  }
  return 0;
}

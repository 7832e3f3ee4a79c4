// A record of conda-meta or of a package cache, or a plan in our JSON. What is read of a record is
// written and read again.

#include <set>

#include "frontend/link/paths/relative_path.h"
#include "frontend/link/record/conda_meta.h"
#include "frontend/request/prefix.h"
#include "frontend/request/record_json.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(satchel::testing::TextOf(data, size));
  satchel::FrozenMessage(text);
  if (const auto plan = satchel::ParsePlanJson(text, "plan.json"); !plan.ok()) {
    satchel::testing::CheckRefusal(plan.status());
  }
  if (const auto files = satchel::InstalledFiles(text, "record"); files.ok()) {
    for (const std::string& file : *files) {
      SATCHEL_CHECK(satchel::NormalRelativePath(file) == file);
    }
  } else {
    satchel::testing::CheckRefusal(files.status());
  }
  if (const auto hashes = satchel::InstalledHashes(text, "record"); hashes.ok()) {
    for (const satchel::InstalledHash& file : *hashes) {
      SATCHEL_CHECK(satchel::NormalRelativePath(file.path) == file.path);
    }
  }
  const absl::StatusOr<satchel::JsonRecord> read = satchel::ParseCondaMeta(text, "record");
  if (!read.ok()) {
    satchel::testing::CheckRefusal(read.status());
    return 0;
  }
  SATCHEL_CHECK(satchel::CondaMetaName(read->record).find('/') == std::string::npos);
  satchel::InstalledMeta meta;
  meta.record = read->record;
  meta.requested_spec = read->requested_spec;
  const absl::StatusOr<satchel::JsonRecord> again =
      satchel::ParseCondaMeta(satchel::CondaMetaText(meta, text), "written");
  SATCHEL_CHECK(again.ok());
  SATCHEL_CHECK(again->record.name == read->record.name);
  SATCHEL_CHECK(again->record.version == read->record.version);
  SATCHEL_CHECK(again->record.sha256 == read->record.sha256);
  SATCHEL_CHECK(again->record.depends == read->record.depends);
  SATCHEL_CHECK(
      satchel::ParseCondaMeta(satchel::RepodataRecordText(read->record, text), "written").ok());
  return 0;
}

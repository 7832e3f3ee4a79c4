// A file of repodata: plain JSON, zstd or bzip2. What is accepted must be JSON by the plain grammar
// and give an index that is sound, independent of the order of its records, and safe to read when
// its bytes are damaged.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/strings.h"
#include "repodata/io/decompress.h"
#include "repodata/io/ingest.h"
#include "tests/repodata/io/repodata_text.h"
#include "tests/repodata/json/json_grammar.h"

namespace satchel {
namespace {

constexpr std::uint64_t kMaxText = 1 << 20;
const IngestOptions kOptions = {.subdir = "linux-64", .label = "x", .max_text_bytes = kMaxText};

// Whether the text was refused for something else than its syntax.
bool IsRefusedForItsMeaning(const absl::Status& status) {
  constexpr std::array<std::string_view, 7> kReasons = {
      "not an object",   "not an array", "not a string", "not the name of",
      "holds something", "nested too",   "UTF-8"};
  const std::string_view message = ToStd(status.message());
  return status.code() == absl::StatusCode::kUnimplemented ||
         std::any_of(kReasons.begin(), kReasons.end(), [&](std::string_view reason) {
           return message.find(reason) != std::string_view::npos;
         });
}

// Written out again in reverse, the records give the same image, unless a field does not survive:
// of a record that was skipped the name is kept, which no other record need have.
void CheckOrderIndependence(const Index& index, const IngestReport& report) {
  if (index.subdir() != "linux-64" || !index.base_url().empty() || report.num_skipped > 0) {
    return;
  }
  constexpr std::int64_t kLastSecondOf9999 = 253402300799;
  for (std::size_t i = 0; i < index.num_records(); ++i) {
    const RecordRow& row = index.Record(RecordId(i));
    const bool has_seconds = row.timestamp_ms > 0 && row.timestamp_ms <= kLastSecondOf9999;
    std::vector<std::string_view> features =
        Split(index.String(index.Cold(RecordId(i)).track_features), ' ');
    std::erase(features, "");
    const bool has_blanks = row.num_track_features > 1 && row.num_track_features != features.size();
    if (has_seconds || has_blanks ||
        index.String(row.fn).ends_with(".conda") != (row.is_conda_format == 1)) {
      return;
    }
  }
  std::vector<testing::RecordText> records = testing::WriteRecords(index);
  std::reverse(records.begin(), records.end());
  IngestOptions options = kOptions;
  options.max_text_bytes *= 16;
  const absl::StatusOr<Index> again =
      IngestRepodata(testing::RepodataText(records), options, nullptr);
  SATCHEL_CHECK(again.ok());
  SATCHEL_CHECK(again->image().size() == index.image().size());
  SATCHEL_CHECK(std::memcmp(again->image().data(), index.image().data(), index.image().size()) ==
                0);
}

void CheckDamage(const Index& index, std::string_view seed) {
  const std::span<const std::byte> image = index.image();
  const auto copy = std::make_shared<std::vector<std::uint64_t>>(image.size() / 8 + 1);
  auto* const bytes = reinterpret_cast<unsigned char*>(copy->data());
  std::memcpy(bytes, image.data(), image.size());
  std::uint64_t state = seed.size();
  for (const char c : seed) {
    state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  }
  for (int i = 0; i < 4; ++i) {
    state = state * 6364136223846793005 + 1442695040888963407;
    bytes[(state >> 33) % image.size()] ^= static_cast<unsigned char>(state >> 20);
    const absl::StatusOr<Index> damaged =
        Index::FromImage(copy, std::as_bytes(std::span(bytes, image.size())));
    if (damaged.ok() && damaged->Validate().ok()) {
      testing::TouchAll(*damaged);
    }
  }
}

void CheckText(std::string_view text) {
  IngestReport report;
  const absl::StatusOr<Index> index = IngestRepodata(text, kOptions, &report);
  const bool is_json =
      testing::JsonGrammar::Accepts(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
  if (!index.ok()) {
    SATCHEL_CHECK(!is_json || IsRefusedForItsMeaning(index.status()));
    return;
  }
  SATCHEL_CHECK(is_json || report.num_records == 0);  // Empty text is an empty repodata.
  SATCHEL_CHECK(report.num_records == index->num_records());
  SATCHEL_CHECK(index->Validate().ok());
  testing::TouchAll(*index);
  CheckOrderIndependence(*index, report);
  CheckDamage(*index, text);
}

}  // namespace
}  // namespace satchel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  satchel::Decompressor decompressor("x", satchel::kMaxText);
  const std::size_t piece = size / 3 + 1;
  for (std::size_t at = 0; at < size; at += piece) {
    const absl::Status status = decompressor.Append(input.substr(at, piece));
    if (!status.ok()) {
      SATCHEL_CHECK(status.code() == absl::StatusCode::kDataLoss ||
                    status.code() == absl::StatusCode::kResourceExhausted);
      return 0;
    }
  }
  const absl::StatusOr<satchel::TextBuffer> text = decompressor.Finish();
  if (text.ok()) {
    satchel::CheckText(text->text());
  }
  return 0;
}

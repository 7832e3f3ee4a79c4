// conda's verdicts on match specs; the tables are described in the README beside them.

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "repodata/spec/match_spec.h"
#include "tests/conformance/table.h"
#include "tests/support/json.h"

namespace satchel::testing {
namespace {

// A field of a table as MatchSpec::FieldText gives it: features are a list in the tables.
std::string FieldValue(const Json& value) {
  if (value.kind != Json::Kind::kArray) {
    return value.text;
  }
  std::vector<std::string> words;
  for (const Json& item : value.items) {
    words.push_back(item.text);
  }
  std::sort(words.begin(), words.end());
  std::string joined;
  for (const std::string& word : words) {
    joined += joined.empty() ? word : " " + word;
  }
  return joined;
}

// What differs between the spec and the row, or nothing.
std::string Difference(const Json& row, const absl::StatusOr<MatchSpec>& spec) {
  if (row.Find("error") != nullptr) {
    return spec.ok() ? "accepted as " + spec->ToString() : "";
  }
  if (!spec.ok()) {
    return spec.status().ToString();
  }
  const Json* canonical = row.Find("canonical");
  if (canonical != nullptr && spec->ToString() != canonical->text) {
    return "canonical form " + spec->ToString();
  }
  for (std::size_t i = 0; i < kNumSpecFields; ++i) {
    const auto field = static_cast<SpecField>(i);
    const Json* expected = row.Find(SpecFieldName(field));
    const std::optional<std::string> value = spec->FieldText(field);
    const bool is_given = expected != nullptr && !expected->is_null();
    if (is_given != value.has_value() || (is_given && FieldValue(*expected) != *value)) {
      return std::string(SpecFieldName(field)) + " = " + value.value_or("(none)");
    }
  }
  return "";
}

TEST(MatchSpecTable, Parse) {
  SATCHEL_TABLE_OR_SKIP(table, "matchspec-parse.jsonl");
  RowReport report(table);
  for (const std::string& line : table.lines) {
    report.Row();
    const std::optional<Json> row = ParseJson(line);
    if (!row.has_value() || row->Find("spec") == nullptr) {
      report.Wrong("malformed row: " + line);
      continue;
    }
    const std::string difference = Difference(*row, MatchSpec::Parse(row->Find("spec")->text));
    if (!difference.empty()) {
      report.Wrong(line + ": here " + difference);
    }
  }
}

std::string_view Text(const Json& row, std::string_view key) {
  const Json* value = row.Find(key);
  return value == nullptr ? std::string_view() : std::string_view(value->text);
}

RecordView RecordOf(const Json& row, const Version& version) {
  RecordView record;
  record.name = Text(row, "name");
  record.version = version.ref();
  record.build = Text(row, "build");
  const std::string build_number(Text(row, "build_number"));
  record.build_number = std::strtoull(build_number.c_str(), nullptr, 10);
  record.channel = Text(row, "channel");
  record.subdir = Text(row, "subdir");
  record.fn = Text(row, "fn");
  record.url = Text(row, "url");
  record.md5 = Text(row, "md5");
  record.sha256 = Text(row, "sha256");
  record.license = Text(row, "license");
  record.license_family = Text(row, "license_family");
  record.track_features = Text(row, "track_features");
  record.features = Text(row, "features");
  return record;
}

TEST(MatchSpecTable, Match) {
  SATCHEL_TABLE_OR_SKIP(table, "matchspec-match.jsonl");
  RowReport report(table);
  for (const std::string& line : table.lines) {
    report.Row();
    const std::optional<Json> row = ParseJson(line);
    if (!row.has_value() || row->Find("spec") == nullptr || row->Find("match") == nullptr) {
      report.Wrong("malformed row: " + line);
      continue;
    }
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(row->Find("spec")->text);
    const absl::StatusOr<Version> version = Version::Parse(Text(*row, "version"));
    const Json& expected = *row->Find("match");
    if (expected.is_string()) {  // "error"
      if (spec.ok() && version.ok()) {
        report.Wrong(line + ": here accepted");
      }
    } else if (!spec.ok() || !version.ok()) {
      report.Wrong(line + ": here " + (spec.ok() ? version.status() : spec.status()).ToString());
    } else if (spec->Matches(RecordOf(*row, *version)) != expected.boolean) {
      report.Wrong(line + ": here the opposite");
    }
  }
}

}  // namespace
}  // namespace satchel::testing

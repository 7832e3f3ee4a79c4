// conda's verdicts on versions and version specs; the tables are described in the README beside
// them.

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "base/strings.h"
#include "repodata/version/version.h"
#include "repodata/version/version_spec.h"
#include "tests/conformance/table.h"
#include "tests/support/json.h"

namespace satchel::testing {
namespace {

int Sign(std::strong_ordering order) {
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

// Lines ascend; versions on one line, with tabs between, are equal.
TEST(VersionTable, Sorted) {
  SATCHEL_TABLE_OR_SKIP(table, "versions-sorted.tsv");
  RowReport report(table);
  std::optional<Version> previous;
  for (const std::string& line : table.lines) {
    std::optional<Version> first;
    for (const std::string_view text : Split(line, '\t')) {
      report.Row();
      absl::StatusOr<Version> version = Version::Parse(text);
      if (!version.ok()) {
        report.Wrong(version.status().ToString());
        continue;
      }
      if (first.has_value() && *first != *version) {
        report.Wrong(first->text() + " is not equal to " + version->text());
      }
      if (!first.has_value()) {
        first = *version;
      }
      if (previous.has_value() && !(*previous < *version)) {
        report.Wrong(previous->text() + " is not less than " + version->text());
      }
    }
    if (first.has_value()) {
      previous = first;
    }
  }
}

TEST(VersionTable, Pairs) {
  SATCHEL_TABLE_OR_SKIP(table, "version-pairs.tsv");
  RowReport report(table);
  for (const std::string& line : table.lines) {
    report.Row();
    const std::vector<std::string_view> cells = Split(line, '\t');
    if (cells.size() != 3) {
      report.Wrong("malformed row: " + line);
      continue;
    }
    const absl::StatusOr<Version> left = Version::Parse(cells[0]);
    const absl::StatusOr<Version> right = Version::Parse(cells[2]);
    const int expected = cells[1] == "<" ? -1 : cells[1] == ">" ? 1 : 0;
    if (!left.ok() || !right.ok() || Sign(*left <=> *right) != expected ||
        Sign(*right <=> *left) != -expected) {
      report.Wrong(line);
    }
  }
}

TEST(VersionTable, Invalid) {
  SATCHEL_TABLE_OR_SKIP(table, "versions-invalid.txt");
  RowReport report(table);
  for (const std::string& line : table.lines) {
    report.Row();
    const std::optional<Json> text = ParseJson(line);
    if (!text.has_value() || !text->is_string() || Version::Parse(text->text).ok()) {
      report.Wrong(line);
    }
  }
}

// What a row of a spec table says: [spec, version or null, true, false or "error"].
struct SpecRow {
  std::string line;
  std::string spec;
  std::optional<std::string> version;
  std::string verdict;  // "true", "false" or "error".
};

std::vector<SpecRow> ReadSpecRows(const Table& table, RowReport* report) {
  std::vector<SpecRow> rows;
  for (const std::string& line : table.lines) {
    const std::optional<Json> row = ParseJson(line);
    if (!row.has_value() || row->items.size() != 3) {
      report->Wrong("malformed row: " + line);
      continue;
    }
    SpecRow& read = rows.emplace_back();
    read.line = line;
    read.spec = row->items[0].text;
    if (!row->items[1].is_null()) {
      read.version = row->items[1].text;
    }
    const Json& verdict = row->items[2];
    read.verdict = verdict.is_string() ? verdict.text : verdict.boolean ? "true" : "false";
  }
  return rows;
}

std::string Verdict(const SpecRow& row) {
  const absl::StatusOr<VersionSpec> spec = VersionSpec::Parse(row.spec);
  if (!spec.ok()) {
    return "error";
  }
  if (!row.version.has_value()) {
    return "parsed";
  }
  const absl::StatusOr<Version> version = Version::Parse(*row.version);
  if (!version.ok()) {
    return "error";
  }
  return spec->Matches(version->ref()) ? "true" : "false";
}

// conda notices that "~=1" lacks a segment to leave out only when it gets as far as looking for it:
// not for a version that is less than 1, nor behind an alternative that matches. VersionSpec
// rejects the spec whatever the version.
bool IsRejectedLate(std::string_view spec) {
  for (std::size_t at = spec.find("~="); at != std::string_view::npos;
       at = spec.find("~=", at + 1)) {
    const std::string_view operand = spec.substr(at, spec.find_first_of(",|()", at) - at);
    if (operand.find('.') == std::string_view::npos) {
      return true;
    }
  }
  return false;
}

void CheckSpecTable(const Table& table) {
  RowReport report(table);
  for (const SpecRow& row : ReadSpecRows(table, &report)) {
    report.Row();
    const std::string verdict = Verdict(row);
    if (verdict != row.verdict && !(verdict == "error" && IsRejectedLate(row.spec))) {
      report.Wrong(row.line + ": here " + verdict);
    }
  }
}

TEST(VersionSpecTable, Repodata) {
  SATCHEL_TABLE_OR_SKIP(table, "version-specs.jsonl");
  CheckSpecTable(table);
}

TEST(VersionSpecTable, Edge) {
  SATCHEL_TABLE_OR_SKIP(table, "version-specs-edge.jsonl");
  CheckSpecTable(table);
}

}  // namespace
}  // namespace satchel::testing

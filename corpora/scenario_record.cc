#include "corpora/scenario_record.h"

#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "corpora/json_output.h"
#include "repodata/spec/extra_depends.h"

namespace satchel {
namespace {

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number = 0;
  const std::from_chars_result result =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

// Takes the field before the next " | " off the front of `*rest`. (A bar without spaces is part of
// a version spec.)
std::string_view NextField(std::string_view* rest) {
  const std::size_t bar = rest->find(" | ");
  const std::string_view field = StripSpace(rest->substr(0, bar));
  *rest = bar == std::string_view::npos ? std::string_view() : rest->substr(bar + 3);
  return field;
}

// As conda-build does: the digits at the end of the build string, after the last "_" if it has one.
std::uint64_t BuildNumberOf(std::string_view build) {
  return ParseNumber<std::uint64_t>(build.substr(build.rfind('_') + 1)).value_or(0);
}

// Sets one "key: value" field. `pythons` takes those of a `python:` field.
absl::Status SetField(std::string_view key, std::string_view value, PackageRecord* record,
                      std::vector<std::string>* pythons) {
  if (key == "depends") {
    record->depends = SplitSpecList(value);
  } else if (key == "constrains") {
    record->constrains = SplitSpecList(value);
  } else if (key == "flags") {
    record->flags = absl::StrJoin(SplitSpecList(value), " ");
  } else if (key.starts_with("extra ")) {
    record->extra_depends.push_back({std::string(StripSpace(key.substr(6))), SplitSpecList(value)});
  } else if (key == "track_features") {
    record->track_features = absl::StrJoin(SplitSpecList(value), " ");
  } else if (key == "license") {
    record->license = value;
  } else if (key == "timestamp") {
    ASSIGN_OR_RETURN(record->timestamp_ms, ParseScenarioDate(value));
  } else if (key == "noarch" && (value == "python" || value == "generic")) {
    record->noarch = value == "python" ? NoarchKind::kPython : NoarchKind::kGeneric;
  } else if (key == "format" && (value == "conda" || value == "tar.bz2")) {
    record->fn = value;  // Only the extension for now, see CompleteRecord.
  } else if (key == "build_number" || key == "size") {
    const std::optional<std::uint64_t> number = ParseNumber<std::uint64_t>(value);
    if (!number.has_value()) {
      return absl::InvalidArgumentError(absl::StrFormat("%s is no number: '%s'", key, value));
    }
    (key == "size" ? record->size_bytes : record->build_number) = *number;
  } else if (key == "python") {
    for (const std::string_view python : ScenarioWords(value)) {
      pythons->emplace_back(python);
    }
  } else {
    return absl::InvalidArgumentError(
        absl::StrFormat("unknown field or value '%s: %s'", key, value));
  }
  return absl::OkStatus();
}

// One variant of a `python:` line: {py} and {pyver} are filled in, and the dependency is added that
// a recipe built for this python has.
absl::StatusOr<PackageRecord> ForPython(const PackageRecord& pattern, std::string_view python) {
  const std::size_t dot = python.find('.');
  const std::optional<int> minor =
      dot == std::string_view::npos ? std::nullopt : ParseNumber<int>(python.substr(dot + 1));
  if (!minor.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("python is not of the form 3.11: '%s'", python));
  }
  const std::string_view major = python.substr(0, dot);
  const std::string digits = absl::StrFormat("%s%d", major, *minor);
  const auto fill = [&](const std::string& text) {
    return absl::StrReplaceAll(text, {{"{py}", digits}, {"{pyver}", ToAbsl(python)}});
  };
  PackageRecord record = pattern;
  record.build = fill(pattern.build);
  for (std::string& spec : record.depends) {
    spec = fill(spec);
  }
  for (std::string& spec : record.constrains) {
    spec = fill(spec);
  }
  record.depends.push_back(absl::StrFormat("python >=%s,<%s.%d.0a0", python, major, *minor + 1));
  return record;
}

}  // namespace

absl::StatusOr<std::vector<PackageRecord>> ParseRecordLine(std::string_view line) {
  std::string_view rest = line;
  const std::string_view first = NextField(&rest);
  const std::vector<std::string_view> head = ScenarioWords(first);
  if (head.size() != 3) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected 'name version build', got '%s'", first));
  }
  PackageRecord record;
  record.name = head[0];
  record.version = head[1];
  record.build = head[2];
  record.build_number = BuildNumberOf(record.build);
  std::vector<std::string> pythons;
  while (!rest.empty()) {
    const std::string_view field = NextField(&rest);
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos) {
      return absl::InvalidArgumentError(
          absl::StrFormat("expected 'field: value', got '%s'", field));
    }
    RETURN_IF_ERROR(SetField(StripSpace(field.substr(0, colon)),
                             StripSpace(field.substr(colon + 1)), &record, &pythons));
  }
  std::vector<PackageRecord> records;
  for (const std::string& python : pythons) {
    ASSIGN_OR_RETURN(PackageRecord variant, ForPython(record, python));
    records.push_back(std::move(variant));
  }
  if (pythons.empty()) {
    records.push_back(std::move(record));
  }
  return records;
}

void CompleteRecord(std::string_view channel, std::string_view subdir, PackageRecord* record) {
  record->channel = channel;
  record->subdir = subdir;
  record->fn = absl::StrFormat("%s-%s-%s.%s", record->name, record->version, record->build,
                               record->fn == "tar.bz2" ? "tar.bz2" : "conda");
  const std::string content =
      absl::StrJoin(
          {record->channel, record->subdir, record->fn, absl::StrJoin(record->depends, ","),
           absl::StrJoin(record->constrains, ","), record->track_features},
          "\n") +
      record->flags + ExtraDependsText(record->extra_depends);
  record->md5 = MadeUpMd5(content);
  record->sha256 = MadeUpSha256(content);
  if (record->size_bytes == 0) {
    // 10 kB to 4 MB, the range of most conda packages.
    const std::string_view digits = std::string_view(record->sha256).substr(0, 8);
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    record->size_bytes = 10'000 + number % 4'000'000;
  }
}

absl::StatusOr<std::int64_t> ParseScenarioDate(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, '-');
  if (parts.size() == 3) {
    const std::optional<int> year = ParseNumber<int>(parts[0]);
    const std::optional<unsigned> month = ParseNumber<unsigned>(parts[1]);
    const std::optional<unsigned> day = ParseNumber<unsigned>(parts[2]);
    if (year.has_value() && month.has_value() && day.has_value()) {
      const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                             std::chrono::day(*day)};
      if (date.ok()) {
        return std::chrono::milliseconds(std::chrono::sys_days(date).time_since_epoch()).count();
      }
    }
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("date is not of the form 2024-05-31: '%s'", text));
}

std::vector<std::string> SplitSpecList(std::string_view text) {
  std::vector<std::string> specs;
  for (;;) {
    const std::size_t comma = text.find(", ");
    if (const std::string_view spec = StripSpace(text.substr(0, comma)); !spec.empty()) {
      specs.emplace_back(spec);
    }
    if (comma == std::string_view::npos) {
      return specs;
    }
    text.remove_prefix(comma + 1);
  }
}

std::vector<std::string_view> ScenarioWords(std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string_view word : Split(text, ' ')) {
    if (!word.empty()) {
      words.push_back(word);
    }
  }
  return words;
}

}  // namespace satchel

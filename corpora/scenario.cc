// A line-based parser: a line without indentation opens a section, the indented ones below it are
// its content. See corpora/README.md for the format and tests/corpora/scenario_test.cc for
// examples.

#include "corpora/scenario.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "corpora/scenario_check.h"
#include "corpora/scenario_record.h"

namespace satchel {
namespace {

// A line without its comment: all of it from a "#" on that starts a word.
std::string_view WithoutComment(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] == ' ') {
      return line.substr(0, at);
    }
  }
  return line;
}

template <std::size_t kSize>
absl::Status SetWord(std::string_view value, const std::array<std::string_view, kSize>& allowed,
                     std::string* word) {
  if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    return absl::InvalidArgumentError(absl::StrFormat("unknown word '%s'", value));
  }
  *word = value;
  return absl::OkStatus();
}

class Parser {
 public:
  // One line; `section` lines have no indentation.
  absl::Status Line(std::string_view line, bool opens_section);
  absl::StatusOr<Scenario> Finish();

 private:
  absl::Status Open(std::string_view rest);
  absl::Status OpenChannel(std::string_view rest);
  absl::Status SetFlag(std::string_view rest, bool* flag);
  // The content of the open section, on its first line or below it.
  absl::Status Content(std::string_view text);
  absl::Status AddRecords(std::string_view line);
  absl::Status AddVirtual(std::string_view text);
  absl::Status AddInstalled(std::string_view line);
  absl::Status AddSpecs(std::string_view text, std::vector<std::string>* specs);
  absl::Status AddExpected(std::string_view line);
  const PackageRecord* FindRecord(std::string_view dist) const;

  Scenario scenario_;
  std::string section_;
  std::size_t open_subdir_ = 0;  // Of the open channel section.
  bool has_expectation_ = false;
};

absl::Status Parser::Line(std::string_view line, bool opens_section) {
  if (!opens_section) {
    return section_.empty() ? absl::InvalidArgumentError("indented line outside of a section")
                            : Content(line);
  }
  const std::size_t space = line.find(' ');
  section_ = line.substr(0, space);
  return Open(space == std::string_view::npos ? std::string_view()
                                              : StripSpace(line.substr(space)));
}

absl::Status Parser::Open(std::string_view rest) {
  static constexpr std::array<std::string_view, 3> kPriorities = {"strict", "flexible", "disabled"};
  static constexpr std::array<std::string_view, 5> kObjectives = {
      "newest", "ordered", "lowest", "lowest-direct", "fewest-changes"};
  static constexpr std::array<std::string_view, 2> kOutcomes = {"plan", "unsat"};
  if (section_ == "channel") {
    return OpenChannel(rest);
  }
  if (section_ == "platform") {
    scenario_.platform = rest;
    return absl::OkStatus();
  }
  if (section_ == "priority") {
    return SetWord(rest, kPriorities, &scenario_.priority);
  }
  if (section_ == "objective") {
    return SetWord(rest, kObjectives, &scenario_.objective);
  }
  if (section_ == "exclude-newer") {
    ASSIGN_OR_RETURN(scenario_.exclude_newer_ms, ParseScenarioDate(rest));
    return absl::OkStatus();
  }
  if (section_ == "update-all") {
    return SetFlag(rest, &scenario_.update_all);
  }
  if (section_ == "prune") {
    return SetFlag(rest, &scenario_.prune);
  }
  if (section_ == "no-deps") {
    return SetFlag(rest, &scenario_.ignore_dependencies);
  }
  if (section_ == "expect") {
    if (std::exchange(has_expectation_, true)) {
      return absl::InvalidArgumentError("second 'expect'");
    }
    std::string outcome;
    RETURN_IF_ERROR(SetWord(rest, kOutcomes, &outcome));
    scenario_.satisfiable = outcome == "plan";
    return absl::OkStatus();
  }
  return rest.empty() ? absl::OkStatus() : Content(rest);
}

absl::Status Parser::OpenChannel(std::string_view rest) {
  const std::vector<std::string_view> words = ScenarioWords(rest);
  if (words.empty() || words.size() > 2) {
    return absl::InvalidArgumentError("expected 'channel NAME [SUBDIR]'");
  }
  const std::string_view name = words[0];
  const std::string_view subdir = words.size() == 2 ? words[1] : scenario_.platform;
  if (std::find(scenario_.channels.begin(), scenario_.channels.end(), name) ==
      scenario_.channels.end()) {
    scenario_.channels.emplace_back(name);
  }
  const auto found = std::find_if(
      scenario_.subdirs.begin(), scenario_.subdirs.end(),
      [&](const ScenarioSubdir& s) { return s.channel == name && s.subdir == subdir; });
  open_subdir_ = static_cast<std::size_t>(found - scenario_.subdirs.begin());
  if (found == scenario_.subdirs.end()) {
    scenario_.subdirs.push_back({std::string(name), std::string(subdir), {}});
  }
  return absl::OkStatus();
}

absl::Status Parser::SetFlag(std::string_view rest, bool* flag) {
  *flag = true;
  return rest.empty()
             ? absl::OkStatus()
             : absl::InvalidArgumentError(absl::StrFormat("'%s' takes no value", section_));
}

absl::Status Parser::Content(std::string_view text) {
  if (section_ == "about") {
    scenario_.about += scenario_.about.empty() ? "" : " ";
    scenario_.about += text;
    return absl::OkStatus();
  }
  if (section_ == "channel") {
    return AddRecords(text);
  }
  if (section_ == "virtual") {
    return AddVirtual(text);
  }
  if (section_ == "installed") {
    return AddInstalled(text);
  }
  if (section_ == "request") {
    return AddSpecs(text, &scenario_.request);
  }
  if (section_ == "pin") {
    return AddSpecs(text, &scenario_.pins);
  }
  if (section_ == "remove") {
    return AddSpecs(text, &scenario_.remove);
  }
  if (section_ == "expect") {
    return AddExpected(text);
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("unknown section, or one without content: '%s'", section_));
}

absl::Status Parser::AddRecords(std::string_view line) {
  ASSIGN_OR_RETURN(std::vector<PackageRecord> records, ParseRecordLine(line));
  ScenarioSubdir& subdir = scenario_.subdirs[open_subdir_];
  for (PackageRecord& record : records) {
    if (record.noarch == NoarchKind::kNone && subdir.subdir == "noarch") {
      record.noarch = NoarchKind::kGeneric;
    }
    CompleteRecord(subdir.channel, subdir.subdir, &record);
    RETURN_IF_ERROR(CheckScenarioRecord(record));
    if (std::any_of(subdir.records.begin(), subdir.records.end(),
                    [&](const PackageRecord& other) { return other.fn == record.fn; })) {
      return absl::InvalidArgumentError(absl::StrFormat("'%s' is there twice", record.fn));
    }
    subdir.records.push_back(std::move(record));
  }
  return absl::OkStatus();
}

// "__cuda=12.2" or "__archspec=1=x86_64_v3".
absl::Status Parser::AddVirtual(std::string_view text) {
  for (const std::string& item : SplitSpecList(text)) {
    const std::vector<std::string_view> parts = Split(item, '=');
    if (parts.size() < 2 || parts.size() > 3 || !item.starts_with("__")) {
      return absl::InvalidArgumentError(
          absl::StrFormat("expected '__name=version[=build]', got '%s'", item));
    }
    PackageRecord record;
    record.name = parts[0];
    record.version = parts[1];
    record.build = parts.size() == 3 ? parts[2] : "0";
    RETURN_IF_ERROR(CheckScenarioRecord(record));
    scenario_.virtual_packages.push_back(std::move(record));
  }
  return absl::OkStatus();
}

// "channel/subdir::name-version-build" of a record above, or "channel/subdir::name version build |
// ..." for one that the channel no longer has; either with a field "requested: spec" at the end.
absl::Status Parser::AddInstalled(std::string_view line) {
  static constexpr std::string_view kRequested = " | requested:";
  ScenarioInstalled installed;
  if (const std::size_t at = line.find(kRequested); at != std::string_view::npos) {
    installed.requested = StripSpace(line.substr(at + kRequested.size()));
    RETURN_IF_ERROR(CheckScenarioSpec(installed.requested));
    line = StripSpace(line.substr(0, at));
  }
  if (line.find(' ') == std::string_view::npos) {
    const PackageRecord* record = FindRecord(line);
    if (record == nullptr) {
      return absl::InvalidArgumentError(absl::StrFormat("no channel above has '%s'", line));
    }
    installed.record = *record;
  } else {
    const std::size_t slash = line.find('/');
    const std::size_t colons = line.find("::");
    if (slash == std::string_view::npos || colons == std::string_view::npos || colons < slash) {
      return absl::InvalidArgumentError(
          "expected 'channel/subdir::name-version-build' or 'channel/subdir::name version build'");
    }
    ASSIGN_OR_RETURN(std::vector<PackageRecord> records, ParseRecordLine(line.substr(colons + 2)));
    if (records.size() != 1) {
      return absl::InvalidArgumentError("an installed record has one python");
    }
    installed.record = std::move(records[0]);
    CompleteRecord(line.substr(0, slash), line.substr(slash + 1, colons - slash - 1),
                   &installed.record);
    RETURN_IF_ERROR(CheckScenarioRecord(installed.record));
  }
  for (const ScenarioInstalled& other : scenario_.installed) {
    if (other.record.name == installed.record.name) {
      return absl::InvalidArgumentError(
          absl::StrFormat("'%s' is installed twice", other.record.name));
    }
  }
  scenario_.installed.push_back(std::move(installed));
  return absl::OkStatus();
}

absl::Status Parser::AddSpecs(std::string_view text, std::vector<std::string>* specs) {
  for (std::string& spec : SplitSpecList(text)) {
    RETURN_IF_ERROR(CheckScenarioSpec(spec));
    specs->push_back(std::move(spec));
  }
  return absl::OkStatus();
}

absl::Status Parser::AddExpected(std::string_view line) {
  static constexpr std::string_view kMentions = "mentions ";
  if (!scenario_.satisfiable) {
    if (line.starts_with(kMentions)) {
      scenario_.mentioned.emplace_back(StripSpace(line.substr(kMentions.size())));
      return absl::OkStatus();
    }
    scenario_.expected.emplace_back(line);
    return CheckScenarioSpec(line);
  }
  const PackageRecord* record = FindRecord(line);
  if (record == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrFormat("no channel or installed package above is '%s'", line));
  }
  for (const std::string& dist : scenario_.expected) {
    if (FindRecord(dist)->name == record->name) {
      return absl::InvalidArgumentError(
          absl::StrFormat("two records of '%s' in the plan", record->name));
    }
  }
  scenario_.expected.emplace_back(line);
  return absl::OkStatus();
}

const PackageRecord* Parser::FindRecord(std::string_view dist) const {
  for (const ScenarioSubdir& subdir : scenario_.subdirs) {
    for (const PackageRecord& record : subdir.records) {
      if (ScenarioDistName(record) == dist) {
        return &record;
      }
    }
  }
  for (const ScenarioInstalled& installed : scenario_.installed) {
    if (ScenarioDistName(installed.record) == dist) {
      return &installed.record;
    }
  }
  return nullptr;
}

absl::StatusOr<Scenario> Parser::Finish() {
  if (scenario_.channels.empty() || !has_expectation_) {
    return absl::InvalidArgumentError("a scenario needs a 'channel' and an 'expect'");
  }
  std::sort(scenario_.expected.begin(), scenario_.expected.end());
  return std::move(scenario_);
}

absl::Status At(std::string_view label, int line, const absl::Status& status) {
  return absl::InvalidArgumentError(
      absl::StrFormat("%s:%d: %s", label, line, ToStd(status.message())));
}

}  // namespace

absl::StatusOr<Scenario> ParseScenario(std::string_view text, std::string_view label) {
  Parser parser;
  int number = 0;
  for (std::string_view line : Split(text, '\n')) {
    ++number;
    line = WithoutComment(line);
    const std::string_view content = StripSpace(line);
    if (content.empty()) {
      continue;
    }
    if (const absl::Status status = parser.Line(content, line.front() != ' '); !status.ok()) {
      return At(label, number, status);
    }
  }
  absl::StatusOr<Scenario> scenario = parser.Finish();
  if (!scenario.ok()) {
    return At(label, number, scenario.status());
  }
  return scenario;
}

absl::StatusOr<Scenario> ReadScenarioFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(absl::StrFormat("%s: cannot be opened", path));
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  ASSIGN_OR_RETURN(Scenario scenario, ParseScenario(text, path));
  scenario.name = std::filesystem::path(path).stem().string();
  return scenario;
}

std::string ScenarioDistName(const PackageRecord& record) {
  return absl::StrFormat("%s/%s::%s-%s-%s", record.channel, record.subdir, record.name,
                         record.version, record.build);
}

}  // namespace satchel

#include "tests/oracle/universe_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"

namespace satchel::oracle {
namespace {

constexpr const char* kPriorities[] = {"strict", "flexible", "disabled"};
constexpr const char* kObjectives[] = {"newest", "ordered", "lowest", "lowest-direct",
                                       "fewest-changes"};
constexpr std::string_view kInstalledFrom = "installed from ";

std::string RecordLine(const UniverseRecord& record) {
  std::string line = absl::StrFormat("%s %s %s", record.name, record.version, record.build);
  if (record.build_number != 0) {
    line += absl::StrFormat(" #%d", record.build_number);
  }
  line += record.subdir == "noarch" ? " noarch" : "";
  line += record.is_conda_format ? "" : " .tar.bz2";
  if (record.timestamp_ms != 0) {
    line += absl::StrFormat(" @%d", record.timestamp_ms);
  }
  if (!record.track_features.empty()) {
    std::string features = record.track_features;
    std::replace(features.begin(), features.end(), ' ', ',');
    line += " features=" + features;
  }
  if (!record.flags.empty()) {
    line += " flags=" + absl::StrJoin(record.flags, ",");
  }
  if (!record.depends.empty()) {
    line += " | depends: " + absl::StrJoin(record.depends, "; ");
  }
  if (!record.constrains.empty()) {
    line += " | constrains: " + absl::StrJoin(record.constrains, "; ");
  }
  for (const auto& [name, specs] : record.extra_depends) {
    line += " | extra " + name + ": " + absl::StrJoin(specs, "; ");
  }
  return line;
}

// The pieces between the occurrences of `separator`, stripped.
std::vector<std::string> Pieces(std::string_view text, std::string_view separator) {
  std::vector<std::string> pieces;
  for (;;) {
    const std::size_t at = text.find(separator);
    pieces.push_back(std::string(StripSpace(text.substr(0, at))));
    if (at == std::string_view::npos) {
      return pieces;
    }
    text.remove_prefix(at + separator.size());
  }
}

// If `text` starts with the prefix, takes it off, and the space behind.
bool Consume(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) {
    return false;
  }
  text.remove_prefix(prefix.size());
  text = StripSpace(text);
  return true;
}

absl::Status Malformed(std::string_view what) {
  return absl::InvalidArgumentError(absl::StrFormat("malformed universe: '%s'", what));
}

bool ReadNumber(std::string_view text, std::int64_t& number) {
  return absl::SimpleAtoi(ToAbsl(text), &number);
}

absl::Status ReadToken(std::string_view token, UniverseRecord& record) {
  std::int64_t number = 0;
  if (token == "noarch") {
    record.subdir = "noarch";
  } else if (token == ".tar.bz2") {
    record.is_conda_format = false;
  } else if (Consume(token, "features=")) {
    record.track_features = std::string(token);
    std::replace(record.track_features.begin(), record.track_features.end(), ',', ' ');
  } else if (Consume(token, "flags=")) {
    record.flags = Pieces(token, ",");
  } else if (token.starts_with('#') && ReadNumber(token.substr(1), number)) {
    record.build_number = static_cast<std::uint64_t>(number);
  } else if (token.starts_with('@') && ReadNumber(token.substr(1), number)) {
    record.timestamp_ms = number;
  } else {
    record.build = std::string(token);
  }
  return absl::OkStatus();
}

// `requested`: where to put "| requested as: ...", null if that may not be there.
absl::StatusOr<UniverseRecord> ReadRecord(std::string_view line,
                                          std::optional<std::string>* requested) {
  UniverseRecord record;
  record.build = "0";
  const std::vector<std::string> parts = Pieces(line, " | ");
  std::vector<std::string> tokens = Pieces(parts.front(), " ");
  std::erase(tokens, "");
  if (tokens.size() < 2) {
    return Malformed(line);
  }
  record.name = tokens[0];
  record.version = tokens[1];
  for (std::size_t i = 2; i < tokens.size(); ++i) {
    RETURN_IF_ERROR(ReadToken(tokens[i], record));
  }
  for (std::size_t i = 1; i < parts.size(); ++i) {
    std::string_view part = parts[i];
    if (Consume(part, "depends:")) {
      record.depends = Pieces(part, "; ");
    } else if (Consume(part, "constrains:")) {
      record.constrains = Pieces(part, "; ");
    } else if (Consume(part, "extra ")) {
      const std::size_t colon = std::min(part.find(':'), part.size() - 1);
      const std::string_view specs = StripSpace(part.substr(colon + 1));
      record.extra_depends.push_back({std::string(part.substr(0, colon)), {}});
      if (!specs.empty()) {
        record.extra_depends.back().second = Pieces(specs, "; ");
      }
    } else if (requested != nullptr && Consume(part, "requested as:")) {
      *requested = std::string(part);
    } else {
      return Malformed(line);
    }
  }
  return record;
}

template <typename Enum, std::size_t kSize>
bool ReadEnum(std::string_view word, const char* const (&words)[kSize], Enum& value) {
  const auto found = std::find(std::begin(words), std::end(words), word);
  if (found == std::end(words)) {
    return false;
  }
  value = static_cast<Enum>(found - std::begin(words));
  return true;
}

absl::Status ReadOptions(std::string_view line, Universe& universe) {
  for (const std::string& option : Pieces(line, ", ")) {
    std::string_view rest = option;
    std::int64_t number = 0;
    bool understood = true;
    if (rest == "update-all") {
      universe.update_all = true;
    } else if (rest == "prune") {
      universe.prune = true;
    } else if (rest == "no-deps") {
      universe.ignore_dependencies = true;
    } else if (Consume(rest, "priority ")) {
      understood = ReadEnum(rest, kPriorities, universe.priority);
    } else if (Consume(rest, "objective ")) {
      understood = ReadEnum(rest, kObjectives, universe.objective);
    } else if (Consume(rest, "exclude-newer ") && ReadNumber(rest, number)) {
      universe.exclude_newer_ms = number;
    } else {
      understood = false;
    }
    if (!understood) {
      return Malformed(option);
    }
  }
  return absl::OkStatus();
}

absl::Status ReadInstalled(std::string_view line, Universe& universe) {
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos) {
    return Malformed(line);
  }
  UniverseInstalled installed;
  installed.channel = std::string(line.substr(0, colon));
  ASSIGN_OR_RETURN(installed.record, ReadRecord(line.substr(colon + 2), &installed.requested));
  universe.installed.push_back(std::move(installed));
  return absl::OkStatus();
}

absl::Status ReadLine(std::string_view line, bool is_indented, Universe& universe) {
  if (is_indented) {
    if (universe.channels.empty()) {
      return Malformed(line);
    }
    ASSIGN_OR_RETURN(UniverseRecord record, ReadRecord(line, nullptr));
    universe.channels.back().records.push_back(std::move(record));
  } else if (Consume(line, "channel ")) {
    universe.channels.push_back({std::string(line), {}});
  } else if (Consume(line, kInstalledFrom)) {
    RETURN_IF_ERROR(ReadInstalled(line, universe));
  } else if (Consume(line, "virtual ")) {
    ASSIGN_OR_RETURN(UniverseRecord record, ReadRecord(line, nullptr));
    universe.virtual_packages.push_back(std::move(record));
  } else if (Consume(line, "request ")) {
    universe.specs.push_back(std::string(line));
  } else if (Consume(line, "pin ")) {
    universe.pins.push_back(std::string(line));
  } else if (Consume(line, "remove ")) {
    universe.remove.push_back(std::string(line));
  } else {
    RETURN_IF_ERROR(ReadOptions(line, universe));
  }
  return absl::OkStatus();
}

}  // namespace

std::string ToText(const Universe& universe) {
  std::string text;
  for (const UniverseChannel& channel : universe.channels) {
    text += "channel " + channel.name + "\n";
    for (const UniverseRecord& record : channel.records) {
      text += "  " + RecordLine(record) + "\n";
    }
  }
  for (const UniverseInstalled& installed : universe.installed) {
    text += absl::StrFormat("%s%s: %s", kInstalledFrom, installed.channel,
                            RecordLine(installed.record));
    text += installed.requested.has_value() ? " | requested as: " + *installed.requested : "";
    text += "\n";
  }
  for (const UniverseRecord& record : universe.virtual_packages) {
    text += "virtual " + RecordLine(record) + "\n";
  }
  const auto list = [&](const char* what, const std::vector<std::string>& specs) {
    for (const std::string& spec : specs) {
      text += absl::StrFormat("%s %s\n", what, spec);
    }
  };
  list("request", universe.specs);
  list("pin", universe.pins);
  list("remove", universe.remove);
  text += absl::StrFormat("priority %s, objective %s",
                          kPriorities[static_cast<std::size_t>(universe.priority)],
                          kObjectives[static_cast<std::size_t>(universe.objective)]);
  if (universe.exclude_newer_ms.has_value()) {
    text += absl::StrFormat(", exclude-newer %d", *universe.exclude_newer_ms);
  }
  text += universe.update_all ? ", update-all" : "";
  text += universe.prune ? ", prune" : "";
  text += universe.ignore_dependencies ? ", no-deps" : "";
  return text + "\n";
}

absl::StatusOr<Universe> ParseUniverse(std::string_view text) {
  Universe universe;
  for (const std::string_view line : Split(text, '\n')) {
    const std::string_view stripped = StripSpace(line);
    if (!stripped.empty()) {
      RETURN_IF_ERROR(ReadLine(stripped, line.starts_with(' '), universe));
    }
  }
  return universe;
}

}  // namespace satchel::oracle

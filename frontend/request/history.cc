#include "frontend/request/history.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace satchel {
namespace {

struct Action {
  std::string_view verb;
  std::vector<std::string> specs;
};

// The texts of a Python list of strings: ['a', "b"]. Stops at what is none.
std::vector<std::string> ParseList(std::string_view text) {
  std::vector<std::string> elements;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char quote = text[at];
    if (quote != '\'' && quote != '"') {
      continue;
    }
    std::string element;
    for (++at; at < text.size() && text[at] != quote; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) {
        ++at;
      }
      element += text[at];
    }
    elements.push_back(std::move(element));
  }
  return elements;
}

// conda before 4.5 joined the specs by commas, which also stand within a spec: a piece that begins
// with an operator belongs to the one before.
std::vector<std::string> ParseCommas(std::string_view text) {
  std::vector<std::string> specs;
  for (const std::string_view piece : Split(text, ',')) {
    const bool continues =
        !piece.empty() && std::string_view("=!<>~").find(piece[0]) != std::string_view::npos;
    if (continues && !specs.empty()) {
      specs.back().append(",").append(piece);
    } else {
      specs.emplace_back(piece);
    }
  }
  return specs;
}

// "# update specs: [...]"; none for any other line.
std::optional<Action> ParseLine(std::string_view line) {
  line = StripSpace(line);
  if (!line.starts_with("#")) {
    return std::nullopt;
  }
  line = StripSpace(line.substr(1));
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) {
    return std::nullopt;
  }
  Action action;
  action.verb = line.substr(0, space);
  line = StripSpace(line.substr(space));
  constexpr std::string_view kSpecs = "specs:";
  if (!line.starts_with(kSpecs)) {
    return std::nullopt;
  }
  line = StripSpace(line.substr(kSpecs.size()));
  action.specs = line.starts_with("[") ? ParseList(line) : ParseCommas(line);
  return action;
}

}  // namespace

std::map<std::string, MatchSpec> RequestedSpecs(std::string_view history) {
  std::map<std::string, MatchSpec> requested;
  for (const std::string_view line : Split(history, '\n')) {
    const std::optional<Action> action = ParseLine(line);
    if (!action.has_value()) {
      continue;
    }
    const bool removes = action->verb == "remove" || action->verb == "uninstall";
    const bool adds = action->verb == "update" || action->verb == "install" ||
                      action->verb == "create" || action->verb == "neutered";
    for (const std::string& text : action->specs) {
      // A trailing @ was conda's mark for a feature, not a package.
      if ((!removes && !adds) || text.empty() || text.ends_with("@")) {
        continue;
      }
      absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
      if (!spec.ok()) {
        continue;
      }
      const std::string name = spec->name();
      requested.erase(name);
      if (adds) {
        requested.emplace(name, *std::move(spec));
      }
    }
  }
  return requested;
}

}  // namespace satchel

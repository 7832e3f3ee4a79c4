#include "solver/explain/nearest_spec.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/strings.h"

namespace satchel {
namespace {

bool IsVersionCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '_' || c == '+' || c == '!';
}

std::string FirstComponents(std::string_view version, std::size_t count) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < count && end != std::string_view::npos; ++i) {
    end = version.find('.', i == 0 ? 0 : end + 1);
  }
  return std::string(version.substr(0, end));
}

// One term between commas; empty if it says nothing any more.
std::string StretchedTerm(const std::string& term, VersionRef version) {
  const absl::StatusOr<VersionSpec> spec = VersionSpec::Parse(term);
  if (spec.ok() && spec->Matches(version)) {
    return term;
  }
  const std::string text(version.text);
  if (term.starts_with("!=")) {
    return "";
  }
  if (term.starts_with('>')) {
    return ">=" + text;
  }
  if (term.starts_with('<')) {
    return "<=" + text;
  }
  if (term.ends_with(".*") && !term.starts_with('=')) {
    const auto dots = static_cast<std::size_t>(std::count(term.begin(), term.end(), '.'));
    return FirstComponents(text, dots) + ".*";
  }
  return "==" + text;
}

}  // namespace

std::vector<VersionRef> VersionsByDistance(const Universe& universe, PackageId package,
                                           std::span<const Word> set, const MatchSpec& spec) {
  struct Known {
    VersionRef version;
    bool in_set = false;
    std::int64_t distance = 0;
  };
  const CandidateList& list = universe.List(package);
  std::vector<Known> known;  // Ascending.
  for (Position at = 0; at < list.candidates.size(); ++at) {
    const VersionRef version = list.versions[list.candidates[at].version];
    const auto place =
        std::lower_bound(known.begin(), known.end(), version.key,
                         [](const Known& k, std::string_view key) { return k.version.key < key; });
    const bool is_new = place == known.end() || place->version.key != version.key;
    Known& entry = is_new ? *known.insert(place, {version}) : *place;
    entry.in_set = entry.in_set || (!set.empty() && Contains(set, at));
  }
  // In half steps, so that a version that does not exist can stand between two.
  std::vector<std::int64_t> wanted;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (spec.version().Matches(known[i].version)) {
      wanted.push_back(2 * static_cast<std::int64_t>(i));
    }
  }
  if (wanted.empty()) {
    if (const std::vector<Version> named = NamedVersions(spec.version().text()); !named.empty()) {
      const auto place = std::count_if(known.begin(), known.end(), [&](const Known& k) {
        return k.version.key < named.front().key();
      });
      wanted.push_back(2 * place - 1);
    }
  }
  std::vector<Known> chosen;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i].in_set) {
      chosen.push_back(known[i]);
      std::int64_t& distance = chosen.back().distance;
      distance = 2 * static_cast<std::int64_t>(known.size());
      for (const std::int64_t place : wanted) {
        distance = std::min(distance, std::abs(place - 2 * static_cast<std::int64_t>(i)));
      }
    }
  }
  std::sort(chosen.begin(), chosen.end(), [](const Known& a, const Known& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.version.key > b.version.key;
  });
  std::vector<VersionRef> versions;
  for (const Known& one : chosen) {
    versions.push_back(one.version);
  }
  return versions;
}

std::vector<Version> NamedVersions(std::string_view text) {
  std::vector<Version> versions;
  for (std::size_t end = 0;;) {
    const std::size_t digit = text.find_first_of("0123456789", end);
    if (digit == std::string_view::npos) {
      return versions;
    }
    end = digit;
    while (end < text.size() && IsVersionCharacter(text[end])) {
      ++end;
    }
    std::string_view word = text.substr(digit, end - digit);
    while (word.ends_with('.')) {
      word.remove_suffix(1);
    }
    if (absl::StatusOr<Version> version = Version::Parse(word); version.ok()) {
      versions.push_back(*std::move(version));
    }
  }
}

MatchSpec Stretched(const MatchSpec& spec, const std::string& prefix, VersionRef version,
                    const KeptOfSpec& kept) {
  const std::string& text = spec.version().text();
  std::string changed = "==" + std::string(version.text);
  if (spec.version().Matches(version)) {
    changed = text;
  } else if (text.find_first_of("|()^$") == std::string::npos) {
    std::vector<std::string> terms;
    for (const std::string_view term : Split(text, ',')) {
      const std::string stretched = StretchedTerm(std::string(StripSpace(term)), version);
      if (!stretched.empty()) {
        terms.push_back(stretched);
      }
    }
    changed = absl::StrJoin(terms, ",");
  }
  const bool is_any = changed.empty() || changed == "*";
  const std::string exact = prefix + " ==" + std::string(version.text);
  const std::vector<std::string> tries =
      kept.build.empty()
          ? std::vector<std::string>{is_any ? prefix : prefix + " " + changed, exact}
          : std::vector<std::string>{prefix + " " + (is_any ? "*" : changed) + " " + kept.build,
                                     exact + " " + kept.build};
  for (const std::string& tried : tries) {
    absl::StatusOr<MatchSpec> parsed = MatchSpec::Parse(tried + kept.options);
    if (parsed.ok() && parsed->version().Matches(version)) {
      return *std::move(parsed);
    }
  }
  return spec;  // Not reached: a record's version is a valid operand.
}

std::string OptionsText(const MatchSpec& spec, std::initializer_list<SpecField> fields) {
  std::vector<std::string> options;
  for (const SpecField field : fields) {
    std::optional<std::string> text = spec.FieldText(field);
    if (text.has_value()) {
      const char* const quote = text->starts_with('[')                  ? ""
                                : text->find('\'') == std::string::npos ? "'"
                                                                        : "\"";
      options.push_back(absl::StrFormat("%s=%s%s%s", SpecFieldName(field), quote, *text, quote));
    }
  }
  return options.empty() ? "" : "[" + absl::StrJoin(options, ",") + "]";
}

}  // namespace satchel

#include "solver/explain/record_text.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace satchel {
namespace {

constexpr std::size_t kMaxRuns = 5;

bool MeansTheSame(const std::string& text, const MatchSpec& spec) {
  const absl::StatusOr<MatchSpec> parsed = MatchSpec::Parse(text);
  return parsed.ok() && parsed->ToString() == spec.ToString();
}

struct CountedVersion {
  VersionRef ref;
  std::size_t num_meant = 0;
  std::size_t num_within = 0;
  Position first = kNoPosition;  // Of those meant.
};

// Ascending. Only those of `within`.
std::vector<CountedVersion> VersionsOf(const Universe& universe, PackageId package,
                                       std::span<const Word> set, std::span<const Word> within) {
  const CandidateList& list = universe.List(package);
  std::vector<std::pair<VersionRef, Position>> all;
  ForEach(within,
          [&](Position at) { all.emplace_back(list.versions[list.candidates[at].version], at); });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first.key, a.second) < std::pair(b.first.key, b.second);
  });
  std::vector<CountedVersion> versions;
  for (const auto& [ref, at] : all) {
    if (versions.empty() || versions.back().ref.key != ref.key) {
      versions.push_back({ref});
    }
    ++versions.back().num_within;
    if (Contains(set, at)) {
      ++versions.back().num_meant;
      versions.back().first = std::min(versions.back().first, at);
    }
  }
  return versions;
}

}  // namespace

std::string PlainText(const MatchSpec& spec) {
  const std::string canonical = spec.ToString();
  const std::size_t bracket = canonical.find('[');
  if (bracket == std::string::npos) {
    return canonical;
  }
  const std::string head = canonical.substr(0, bracket);
  std::vector<std::string> tries = {head + " " + spec.version().text()};
  if (!spec.build().empty()) {
    const std::string build(spec.build());
    tries.push_back(head + " " + spec.version().text() + " " + build);
    tries.push_back(head + "=" + build);
    tries.push_back(head + "=*=" + build);
  }
  for (const std::string& text : tries) {
    if (MeansTheSame(text, spec)) {
      return text;
    }
  }
  return canonical;
}

std::string TextWithCondition(const MatchSpec& spec) {
  const std::optional<std::string> when = spec.FieldText(SpecField::kWhen);
  if (!when.has_value()) {
    return PlainText(spec);
  }
  // It is the last of the brackets.
  const std::string canonical = spec.ToString();
  const std::size_t at = canonical.find("when=", canonical.find('['));
  const std::string without = canonical.substr(0, at - 1) + (canonical[at - 1] == '[' ? "" : "]");
  const absl::StatusOr<MatchSpec> plain = MatchSpec::Parse(without);
  return (plain.ok() ? PlainText(*plain) : without) + " when " + *when;
}

std::string SpokenText(const Universe& universe, PackageId package) {
  const PseudoPackage* const pseudo = universe.PseudoOf(package);
  if (pseudo == nullptr) {
    return std::string(universe.NameOf(package));
  }
  const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(pseudo->text);
  return pseudo->has_spec && spec.ok() ? TextWithCondition(*spec) : pseudo->text;
}

namespace {

// "a 1.0-2.0, no c": a way in which a condition does not hold; else "if it holds".
std::string WayText(const Universe& universe, const PseudoPackage& pseudo, Position at) {
  if (pseudo.has_spec && at + 1 == pseudo.ways.size()) {
    return "if " + pseudo.condition;
  }
  std::vector<std::string> texts;
  for (const RequirementId requirement : pseudo.ways[at].constrains) {
    texts.push_back(AllowedText(universe, universe.RequirementOf(requirement).package,
                                universe.Allowed(requirement)));
  }
  for (const RequirementId requirement : pseudo.ways[at].depends) {
    texts.push_back("not " + SpokenText(universe, universe.RequirementOf(requirement).package));
  }
  return texts.empty() ? "anything" : absl::StrJoin(texts, ", ");
}

}  // namespace

std::string AllowedText(const Universe& universe, PackageId package,
                        std::span<const Word> allowed) {
  const std::string name(universe.NameOf(package));
  if (IsEmpty(allowed)) {
    return "no " + name;
  }
  const std::size_t size = universe.NumCandidates(package);
  const std::vector<Word> all = RangeSet(size, 0, static_cast<Position>(size));
  return name + " " + DescribeVersions(universe, package, allowed, all, false).text;
}

std::vector<std::string> RecordLabels(const Universe& universe, PackageId package,
                                      std::span<const Word> set) {
  std::vector<std::string> labels;
  if (const PseudoPackage* const pseudo = universe.PseudoOf(package);
      pseudo != nullptr && pseudo->kind == PseudoPackage::Kind::kCondition) {
    ForEach(set, [&](Position at) { labels.push_back(WayText(universe, *pseudo, at)); });
    return labels;
  }
  ForEach(set, [&](Position at) {
    const RecordView view = universe.View(package, at);
    const Source& source = universe.sources()[universe.List(package).candidates[at].source];
    labels.push_back(absl::StrFormat(
        "%s/%s::%s-%s-%s%s", view.channel, view.subdir, view.name, view.version.text, view.build,
        source.kind == Source::Kind::kInstalled ? " (installed)" : ""));
  });
  return labels;
}

VersionsText DescribeVersions(const Universe& universe, PackageId package,
                              std::span<const Word> set, std::span<const Word> within, bool builds,
                              std::span<const Version> named) {
  if (const PseudoPackage* const pseudo = universe.PseudoOf(package); pseudo != nullptr) {
    return pseudo->kind == PseudoPackage::Kind::kCondition
               ? VersionsText{"", Count(set) > 1}
               : DescribeVersions(universe, pseudo->base, set, within, builds, named);
  }
  const auto is_gap = [&named](const VersionRef& before, const VersionRef& after) {
    return std::ranges::any_of(named, [&](const Version& version) {
      return before.key < version.key() && version.key() < after.key;
    });
  };
  const std::vector<CountedVersion> versions = VersionsOf(universe, package, set, within);
  std::vector<std::string> runs;
  std::size_t num_versions = 0;
  std::size_t num_meant = 0;
  std::size_t num_within = 0;  // Of the versions meant.
  Position single = kNoPosition;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (versions[i].num_meant == 0) {
      continue;
    }
    const std::size_t first = i;
    for (; i < versions.size() && versions[i].num_meant > 0 &&
           (i == first || !is_gap(versions[i - 1].ref, versions[i].ref));
         ++i) {
      ++num_versions;
      num_meant += versions[i].num_meant;
      num_within += versions[i].num_within;
      single = versions[i].first;
    }
    std::string run(versions[first].ref.text);
    if (i - first > 1) {
      run += "–" + std::string(versions[i - 1].ref.text);
    }
    runs.push_back(std::move(run));
    --i;  // The loop goes on behind the run.
  }
  VersionsText result;
  result.several = num_versions > 1;
  if (runs.size() > kMaxRuns) {
    const std::string last = runs.back();
    runs.resize(kMaxRuns - 2);
    result.text =
        absl::StrFormat("%s, ..., %s (%d versions)", absl::StrJoin(runs, ", "), last, num_versions);
  } else {
    result.text = absl::StrJoin(runs, ", ");
  }
  if (builds && num_meant < num_within) {
    result.text += num_meant == 1 ? " " + std::string(universe.View(package, single).build)
                                  : absl::StrFormat(" (%d of %d builds)", num_meant, num_within);
  }
  return result;
}

namespace {

// Adds the spec's text if it is about the target.
void AddSpecText(std::string_view text, std::string_view name, std::vector<std::string>* texts) {
  if (text.find(name) == std::string_view::npos) {
    return;
  }
  const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
  if (spec.ok() && spec->name() == name) {
    std::string plain = TextWithCondition(*spec);
    if (std::find(texts->begin(), texts->end(), plain) == texts->end()) {
      texts->push_back(std::move(plain));
    }
  }
}

}  // namespace

std::vector<std::string> SpecTexts(const Universe& universe, PackageId package,
                                   std::span<const Word> who, PackageId target, bool constrains) {
  const PseudoPackage* const pseudo = universe.PseudoOf(package);
  const PseudoPackage* const of_target = universe.PseudoOf(target);
  const std::string_view name = universe.NameOf(universe.Spoken(target));
  std::vector<std::string> texts;
  if (of_target != nullptr && of_target->kind == PseudoPackage::Kind::kCondition) {
    return {SpokenText(universe, target)};
  }
  if (pseudo != nullptr && pseudo->kind == PseudoPackage::Kind::kCondition) {
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(pseudo->text);
    if (spec.ok() && spec->name() == name && pseudo->has_spec) {
      const std::string text = TextWithCondition(*spec);
      texts.push_back(text.substr(0, text.find(" when ")));
    }
    return texts;
  }
  std::set<std::pair<std::uint32_t, SpecId>> seen;  // Records share most of their specs.
  ForEach(who, [&](Position at) {
    const Candidate& candidate = universe.List(package).candidates[at];
    const Index& index = *universe.sources()[candidate.source].index;
    if (pseudo != nullptr) {
      if (universe.Spoken(target) == pseudo->base && of_target == nullptr) {
        return;  // The record itself.
      }
      const StringId extras = index.Cold(candidate.record).extra_depends;
      for (const auto& [group, specs] : ParseExtraDepends(index.String(extras))) {
        if (std::binary_search(pseudo->groups.begin(), pseudo->groups.end(), group)) {
          std::ranges::for_each(specs, [&](const auto& text) { AddSpecText(text, name, &texts); });
        }
      }
      return;
    }
    const RecordRow& row = index.Record(candidate.record);
    for (const SpecId id : index.SpecList(constrains ? row.constrains : row.depends)) {
      if (seen.emplace(candidate.source, id).second) {
        AddSpecText(index.String(index.Spec(id).text), name, &texts);
      }
    }
  });
  return texts;
}

}  // namespace satchel

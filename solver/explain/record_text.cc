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

std::vector<std::string> RecordLabels(const Universe& universe, PackageId package,
                                      std::span<const Word> set) {
  std::vector<std::string> labels;
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

std::vector<std::string> SpecTexts(const Universe& universe, PackageId package,
                                   std::span<const Word> who, PackageId target, bool constrains) {
  const std::string_view name = universe.NameOf(target);
  std::vector<std::string> texts;
  std::set<std::pair<std::uint32_t, SpecId>> seen;  // Records share most of their specs.
  ForEach(who, [&](Position at) {
    const Candidate& candidate = universe.List(package).candidates[at];
    const Index& index = *universe.sources()[candidate.source].index;
    const RecordRow& row = index.Record(candidate.record);
    for (const SpecId id : index.SpecList(constrains ? row.constrains : row.depends)) {
      const std::string_view text = index.String(index.Spec(id).text);
      if (text.find(name) == std::string_view::npos || !seen.emplace(candidate.source, id).second) {
        continue;
      }
      const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
      if (spec.ok() && spec->name() == name) {
        std::string plain = PlainText(*spec);
        if (std::find(texts.begin(), texts.end(), plain) == texts.end()) {
          texts.push_back(std::move(plain));
        }
      }
    }
  });
  return texts;
}

}  // namespace satchel

#include "tests/oracle/explanation.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "solver/solve.h"
#include "tests/oracle/brute_force.h"

namespace satchel::oracle {
namespace {

constexpr char kAbsentLabel[] = "";
constexpr char kInstalledSuffix[] = " (installed)";
constexpr char kAnyVersion[] = "any version";  // Of a virtual package, if the machine may change.

bool Has(const std::vector<std::string>& labels, const std::string& label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

using Choice = std::map<std::string, std::string>;  // Name to label.

bool Holds(const Reason& line, const Choice& choice) {
  const auto chosen = [&](const std::string& name) { return choice.at(name); };
  const bool applies = line.subject.empty() || Has(line.subject_records, chosen(line.subject));
  if (!applies) {
    return true;
  }
  const std::string target = line.target.empty() ? "" : chosen(line.target);
  const bool would_do = target == kAnyVersion || Has(line.target_records, target);
  switch (line.kind) {
    case ReasonKind::kRequested:
    case ReasonKind::kStays:
    case ReasonKind::kKept:
    case ReasonKind::kNeeds:
      return would_do;
    case ReasonKind::kPinned:
    case ReasonKind::kConstrains:
      return would_do || target == kAbsentLabel;
    case ReasonKind::kVirtual:
      return target != kAnyVersion;
    case ReasonKind::kPriority:
    case ReasonKind::kTooNew:
    case ReasonKind::kRemoval:
      break;
  }
  return false;  // It hides what is chosen.
}

// The labels that each name may be chosen from.
std::map<std::string, std::set<std::string>> Options(const std::vector<Reason>& lines,
                                                     const Universe& universe) {
  std::map<std::string, std::set<std::string>> options;
  for (const Reason& line : lines) {
    if (!line.subject.empty()) {
      options[line.subject].insert(line.subject_records.begin(), line.subject_records.end());
    }
    if (!line.target.empty()) {
      options[line.target].insert(line.target_records.begin(), line.target_records.end());
    }
  }
  for (auto& [name, labels] : options) {
    if (!name.starts_with("__")) {
      labels.insert(kAbsentLabel);
      continue;
    }
    labels.insert(kAnyVersion);
    const bool is_there =
        std::ranges::count(universe.virtual_packages, name, &UniverseRecord::name) > 0;
    if (is_there) {
      labels.insert("the machine's");  // What no line allows it to be is still there.
    } else {
      labels.insert(kAbsentLabel);
    }
  }
  // The machine's own version is the one that some line names, if any does.
  for (auto& [name, labels] : options) {
    if (name.starts_with("__") && labels.size() > 2) {
      labels.erase("the machine's");
    }
  }
  return options;
}

// By line: whether some choice satisfies all others. `all`: whether one satisfies all.
struct Satisfiable {
  bool all = false;
  std::vector<bool> without;
};

Satisfiable TryAll(const std::vector<Reason>& lines, const Universe& universe) {
  std::vector<std::pair<std::string, std::vector<std::string>>> names;
  for (const auto& [name, labels] : Options(lines, universe)) {
    names.emplace_back(name, std::vector<std::string>(labels.begin(), labels.end()));
  }
  Satisfiable result;
  result.without.resize(lines.size());
  std::vector<std::size_t> at(names.size(), 0);
  for (;;) {
    Choice choice;
    for (std::size_t i = 0; i < names.size(); ++i) {
      choice[names[i].first] = names[i].second[at[i]];
    }
    std::vector<std::size_t> broken;
    for (std::size_t i = 0; i < lines.size() && broken.size() < 2; ++i) {
      if (!Holds(lines[i], choice)) {
        broken.push_back(i);
      }
    }
    result.all = result.all || broken.empty();
    if (broken.size() == 1) {
      result.without[broken[0]] = true;
    }
    std::size_t i = 0;
    while (i < names.size() && ++at[i] == names[i].second.size()) {
      at[i++] = 0;
    }
    if (i == names.size()) {
      return result;
    }
  }
}

struct LabelledRecord {
  std::string label;
  PackageRecord record;
};

std::vector<LabelledRecord> AllRecords(const Universe& universe) {
  std::vector<LabelledRecord> records;
  const auto add = [&](const UniverseRecord& one, const std::string& channel,
                       const std::string& suffix) {
    PackageRecord record = ToPackageRecord(one, channel);
    if (record.name.starts_with("__")) {
      record.subdir.clear();
    }
    std::string label = absl::StrFormat("%s/%s::%s-%s-%s%s", channel, record.subdir, record.name,
                                        record.version, record.build, suffix);
    records.push_back({std::move(label), std::move(record)});
  };
  for (const UniverseChannel& channel : universe.channels) {
    for (const UniverseRecord& record : channel.records) {
      add(record, channel.name, "");
    }
  }
  for (const UniverseInstalled& installed : universe.installed) {
    add(installed.record, installed.channel, kInstalledSuffix);
  }
  for (const UniverseRecord& record : universe.virtual_packages) {
    add(record, "@", "");
  }
  return records;
}

bool Matches(const MatchSpec& spec, const PackageRecord& record) {
  const absl::StatusOr<Version> version = Version::Parse(record.version);
  if (!version.ok()) {
    return false;
  }
  RecordView view;
  view.name = record.name;
  view.version = version->ref();
  view.build = record.build;
  view.build_number = record.build_number;
  view.channel = record.channel;
  view.subdir = record.subdir;
  view.fn = record.fn;
  view.track_features = record.track_features;
  view.flags = record.flags;
  return spec.Matches(view);
}

// Whether one of the specs allows no more than the line says.
bool IsSaidBy(const std::vector<std::string>& specs, const Reason& line,
              const std::vector<LabelledRecord>& records) {
  return std::any_of(specs.begin(), specs.end(), [&](const std::string& text) {
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
    return spec.ok() && spec->name() == line.target &&
           std::all_of(records.begin(), records.end(), [&](const LabelledRecord& one) {
             // An installed record that a channel has is that channel's.
             return one.label.ends_with(kInstalledSuffix) || !Matches(*spec, one.record) ||
                    Has(line.target_records, one.label);
           });
  });
}

std::string Untruth(const Reason& line, const std::vector<LabelledRecord>& records) {
  if (line.kind != ReasonKind::kNeeds && line.kind != ReasonKind::kConstrains) {
    return "";
  }
  // What a condition or extras mean is no spec of one record.
  if ((line.subject + line.target).find_first_of("[ ") != std::string::npos) {
    return "";
  }
  for (const std::string& label : line.subject_records) {
    const bool is_true = std::any_of(records.begin(), records.end(), [&](const LabelledRecord& r) {
      const bool needs = line.kind == ReasonKind::kNeeds;
      return r.label == label &&
             IsSaidBy(needs ? r.record.depends : r.record.constrains, line, records);
    });
    if (!is_true) {
      return absl::StrFormat("not true of %s: %s", label, line.text);
    }
  }
  return "";
}

}  // namespace

std::string ExplanationFlaw(const Universe& universe) {
  const absl::StatusOr<World> world = BuildWorld(universe);
  const absl::StatusOr<BruteForceResult> best =
      world.ok() ? BruteForce(world->request, universe.objective) : world.status();
  if (!best.ok() || best->num_plans > 0) {
    return "";
  }
  SolveOptions options;
  options.objective = universe.objective;
  const absl::StatusOr<SolveOutcome> outcome = Solve(world->request, options);
  if (!outcome.ok()) {
    return absl::StrFormat("the solver fails: %s", outcome.status().ToString());
  }
  const Conflict* conflict = std::get_if<Conflict>(&*outcome);
  return conflict == nullptr ? std::string() : FlawOfExplanation(universe, *conflict);
}

std::string FlawOfExplanation(const Universe& universe, const Conflict& conflict) {
  std::string told;
  for (const Reason& line : conflict.reasons) {
    told += absl::StrFormat("%d<-%d %s; %s\n", &line - conflict.reasons.data(),
                            static_cast<int>(line.parent), line.text,
                            absl::StrJoin(line.because, "; "));
  }
  const std::vector<LabelledRecord> records = AllRecords(universe);
  for (const Reason& line : conflict.reasons) {
    const std::string untruth = Untruth(line, records);
    if (!untruth.empty()) {
      return untruth + std::string("\n") + told;
    }
  }
  const Satisfiable satisfiable = TryAll(conflict.reasons, universe);
  if (satisfiable.all) {
    return "the lines can hold together\n" + std::string(told);
  }
  for (std::size_t i = 0; i < satisfiable.without.size(); ++i) {
    if (!satisfiable.without[i]) {
      return absl::StrFormat("line %d is needless\n%s", i, told);
    }
  }
  return "";
}

}  // namespace satchel::oracle

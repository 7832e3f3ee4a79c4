#include "solver/optimiser.h"

#include <algorithm>

#include "base/stopwatch.h"

namespace satchel {

Optimiser::Optimiser(const Request& request, Objective objective, Search& search,
                     Certificate* certificate)
    : request_(request),
      objective_(objective),
      search_(search),
      certificate_(certificate),
      domains_(search.domains()),
      universe_(search.universe()),
      progress_({}) {}

void Optimiser::AddLevel(const std::string& level, std::int64_t value) {
  levels_.push_back({level, value, true, false});
}

void Optimiser::AddStep(Step::Kind kind, const std::string& label, const std::vector<Item>& items) {
  Step step{kind, label, {}};
  for (const Item& item : items) {
    if (!universe_.IsVirtual(item.term.package)) {
      step.names.emplace_back(universe_.NameOf(item.term.package));
    }
  }
  steps_.push_back(std::move(step));
}

bool Optimiser::IsRequested(PackageId package) const {
  return std::find(requested_.begin(), requested_.end(), package) != requested_.end();
}

bool Optimiser::MayRemain(const Installed& installed) const {
  const auto& removals = universe_.finder().RulesOf(universe_.NameOf(installed.package)).removals;
  const PackageRecord& record = installed.entry->record;
  RecordView view;
  view.name = record.name;
  view.build = record.build;
  view.build_number = record.build_number;
  view.channel = record.channel;
  view.subdir = record.subdir;
  const absl::StatusOr<Version> version = Version::Parse(record.version);
  if (version.ok()) {
    view.version = version->ref();
  }
  return std::none_of(removals.begin(), removals.end(),
                      [&](const MatchSpec* removal) { return removal->Matches(view); });
}

Answer Optimiser::SetUp() {
  for (const PackageRecord& record : request_.virtual_packages) {
    domains_.Require(universe_.Intern(record.name));
  }
  for (const MatchSpec& spec : request_.specs) {
    const PackageId package = universe_.Intern(spec.name());
    domains_.Require(package);
    if (!universe_.IsVirtual(package)) {
      requested_in_order_.push_back(package);
    }
  }
  requested_ = requested_in_order_;
  SortByName(universe_, requested_);
  std::vector<bool> prefer_installed;
  for (const InstalledPackage& entry : request_.installed) {
    const Installed installed{universe_.Intern(entry.record.name), &entry};
    if (MayRemain(installed)) {
      installed_.push_back(installed);
      if (!request_.update_all && !IsRequested(installed.package)) {
        prefer_installed.resize(std::max(prefer_installed.size(), installed.package.index() + 1));
        prefer_installed[installed.package.index()] = true;
      }
    }
  }
  std::sort(installed_.begin(), installed_.end(), [&](const Installed& a, const Installed& b) {
    return universe_.NameOf(a.package) < universe_.NameOf(b.package);
  });
  search_.PreferInstalled(std::move(prefer_installed));
  for (const PackageId package : requested_) {
    progress_.AddRoot(package);
    domains_.GroundBest(package);
  }
  return domains_.Propagate() ? Answer::kYes : Answer::kNo;
}

Answer Optimiser::Run() {
  SolveStatistics& statistics = search_.statistics();
  Stopwatch watch;
  const Answer possible = SetUp();
  statistics.reach_ms += watch.Lap();
  if (possible == Answer::kNo) {
    return Answer::kNo;
  }
  // The dive that answers this is mostly the whole solve.
  const Answer feasible = search_.Feasible({}, progress_);
  statistics.search_ms = watch.Lap();
  if (feasible != Answer::kYes) {
    return feasible;
  }
  const Answer optimal = FixLevels();
  statistics.optimise_ms = watch.Lap();
  return optimal;
}

Answer Optimiser::FixLevels() {
  std::vector<Answer (Optimiser::*)()> levels = {&Optimiser::FixEnvironment};
  const auto requested = objective_ == Objective::kOrdered ? &Optimiser::FixRequestedInOrder
                                                           : &Optimiser::FixRequested;
  if (objective_ == Objective::kFewestChanges) {
    levels.insert(levels.end(), {&Optimiser::FixUnchanged, requested});
  } else {
    levels.insert(levels.end(), {requested, &Optimiser::FixUnchanged});
  }
  levels.push_back(&Optimiser::FixDependencies);
  for (const auto level : levels) {
    if (const Answer answer = (this->*level)(); answer != Answer::kYes) {
      return answer;
    }
  }
  return Answer::kYes;
}

// --- Levels 1 and 3: the environment -----------------------------------------------------------

Answer Optimiser::FixEnvironment() {
  std::vector<Item> present;
  std::vector<Item> as_once_asked;
  for (const Installed& installed : installed_) {
    const PackageId package = installed.package;
    const std::size_t size = universe_.NumCandidates(package);
    const bool once_requested = installed.entry->requested.has_value();
    if (!request_.prune || once_requested) {
      const std::vector<Word> all = RangeSet(size, 0, static_cast<Position>(size));
      present.push_back(SetItem(package, all));
    }
    if (once_requested && !IsRequested(package)) {
      const GateId gate = universe_.GateFor(*installed.entry->requested);
      const std::span<const Word> allowed = universe_.Allowed(gate);
      const std::vector<Word> set(allowed.begin(), allowed.end());
      as_once_asked.push_back(SetItem(package, set));
    }
  }
  if (const Answer answer = FixItems(std::move(present), "removals", Step::Kind::kPresence);
      answer != Answer::kYes) {
    return answer;
  }
  std::vector<PackageId> also_requested;
  // What must stay is a root from here on: a dive follows nothing else.
  for (const Installed& installed : installed_) {
    if (!domains_.IsRequired(installed.package)) {
      continue;
    }
    const bool once_requested = installed.entry->requested.has_value();
    if (!request_.prune || once_requested) {
      progress_.AddRoot(installed.package);
    }
    if (request_.update_all && once_requested && !IsRequested(installed.package)) {
      also_requested.push_back(installed.package);
    }
  }
  if (const Answer answer =
          FixItems(std::move(as_once_asked), "history specs violated", Step::Kind::kHistory);
      answer != Answer::kYes) {
    return answer;
  }
  requested_.insert(requested_.end(), also_requested.begin(), also_requested.end());
  SortByName(universe_, requested_);
  return Answer::kYes;
}

Answer Optimiser::FixUnchanged() {
  if (request_.update_all) {
    return Answer::kYes;
  }
  std::vector<Item> items;
  std::vector<PackageId> candidates;
  for (const Installed& installed : installed_) {
    const PackageId package = installed.package;
    const bool is_root = std::find(progress_.roots().begin(), progress_.roots().end(), package) !=
                         progress_.roots().end();
    if (!is_root || IsRequested(package)) {
      continue;
    }
    const Position at = universe_.List(package).installed;
    const std::size_t size = universe_.NumCandidates(package);
    if (at == kNoPosition) {
      continue;
    }
    const std::vector<Word> same = RangeSet(size, at, at + 1);
    items.push_back(SetItem(package, same));
    candidates.push_back(package);
  }
  if (const Answer answer = FixItems(std::move(items), "changes", Step::Kind::kChanges);
      answer != Answer::kYes) {
    return answer;
  }
  std::vector<PackageId> kept;
  for (const PackageId package : candidates) {
    if (domains_.IsSingle(package) && domains_.Best(package) == universe_.List(package).installed) {
      kept.push_back(package);
    }
  }
  Decide(kept);
  return Answer::kYes;
}

// --- Level 2: requested packages ---------------------------------------------------------------

Answer Optimiser::FixRequested() {
  return FixStep(requested_, "requested");
}

Answer Optimiser::FixRequestedInOrder() {
  std::vector<PackageId> order = requested_in_order_;
  order.insert(order.end(), requested_.begin(), requested_.end());  // Those of --update-all last.
  for (const PackageId package : order) {
    std::vector<Item> items;
    items.push_back(RankItem(package));
    const std::string label = "requested: " + std::string(universe_.NameOf(package));
    if (const Answer answer = FixItems(std::move(items), label, Step::Kind::kRank);
        answer != Answer::kYes) {
      return answer;
    }
  }
  Decide(requested_);
  return Answer::kYes;
}

}  // namespace satchel

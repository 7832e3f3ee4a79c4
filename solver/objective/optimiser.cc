#include "solver/objective/optimiser.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/stopwatch.h"
#include "encoding/asked.h"
#include "solver/objective/preference.h"

namespace satchel {

Optimiser::Optimiser(const Request& request, Objective objective, Search& search)
    : request_(request),
      objective_(objective),
      search_(search),
      domains_(search.domains()),
      universe_(search.universe()),
      progress_({}) {}

void Optimiser::AddLevel(const std::string& label, std::int64_t sum,
                         const std::vector<Item>& items) {
  LevelValue level{label, sum};
  for (const Item& item : items) {
    level.value -= item.paid;
    if (item.term.measure.has_value()) {
      level.unit = LevelValue::Unit::kDays;
    }
  }
  levels_.push_back(std::move(level));
}

void Optimiser::AddStep(Step::Kind kind, const std::string& label, const std::vector<Item>& items) {
  Step step{kind, label, {}};
  for (const Item& item : items) {
    if (!universe_.IsVirtual(item.term.package)) {
      step.names.emplace_back(universe_.NameOf(universe_.Spoken(item.term.package)));
    }
  }
  steps_.push_back(std::move(step));
}

bool Optimiser::IsRequested(PackageId package) const {
  return std::find(requested_.begin(), requested_.end(), package) != requested_.end();
}

bool Optimiser::SetUp() {
  for (const PackageRecord& record : request_.virtual_packages) {
    domains_.Require(universe_.Intern(record.name));
  }
  for (const MatchSpec& spec : request_.specs) {
    if (!CountsAlways(request_, spec)) {
      continue;
    }
    const PackageId package = universe_.Intern(spec.name());
    domains_.Require(package);
    if (!universe_.IsVirtual(package)) {
      requested_in_order_.push_back(package);
    }
  }
  for (const RequirementId requirement : universe_.RequestRequirements()) {
    domains_.Require(universe_.RequirementOf(requirement).package);
    domains_.Restrict(universe_.RequirementOf(requirement).package, universe_.Allowed(requirement));
  }
  requested_ = requested_in_order_;
  SortByName(universe_, requested_);
  std::vector<bool> prefer_installed;
  const std::vector<InstalledStanding> standings = StandingsOfInstalled(request_);
  for (std::size_t i = 0; i < standings.size(); ++i) {
    const InstalledPackage& entry = request_.installed[i];
    const Installed installed{universe_.Intern(entry.record.name), &entry, standings[i]};
    if (!installed.standing.is_leaving) {
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
  for (const Installed& installed : installed_) {
    if (installed.standing.must_stay) {
      domains_.Require(installed.package);
    }
  }
  for (const PackageId package : requested_) {
    progress_.AddRoot(package);
    domains_.GroundBest(package);
  }
  if (search_.is_one_cnf()) {
    AnnounceAll();
  }
  return domains_.Propagate();
}

// What the levels will ask about beyond what must be there.
void Optimiser::AnnounceAll() {
  std::vector<PackageId> roots;
  std::vector<Distinguished> distinguished;
  for (const Installed& installed : installed_) {
    if (installed.standing.is_root) {  // Any other one would be kept though nothing needs it.
      roots.push_back(installed.package);
      distinguished.push_back({installed.package, SameMinor(installed)});
    }
    const RequirementId asked = universe_.OnceAsked(*installed.entry);
    if (asked.ok()) {
      const std::span<const Word> allowed = universe_.Allowed(asked);
      roots.push_back(universe_.RequirementOf(asked).package);
      distinguished.push_back({roots.back(), {allowed.begin(), allowed.end()}});
    }
  }
  search_.Announce(std::move(roots), std::move(distinguished));
}

Answer Optimiser::Run() {
  SolveStatistics& statistics = search_.statistics();
  Stopwatch watch;
  const bool may_be = SetUp();
  statistics.reach_ms += watch.Lap();
  if (!may_be) {
    return false;
  }
  // The dive that answers this is usually the whole solve.
  const Answer feasible = search_.Feasible({}, progress_);
  statistics.search_ms = watch.Lap();
  ASSIGN_OR_RETURN(const bool has_plan, feasible);
  if (!has_plan) {
    return false;
  }
  const absl::Status fixed = FixLevels();
  statistics.optimise_ms = watch.Lap();
  RETURN_IF_ERROR(fixed);
  return true;
}

absl::Status Optimiser::FixLevels() {
  std::vector<absl::Status (Optimiser::*)()> levels = {&Optimiser::FixEnvironment};
  const auto requested = objective_ == Objective::kOrdered ? &Optimiser::FixRequestedInOrder
                                                           : &Optimiser::FixRequested;
  if (objective_ == Objective::kFewestChanges) {
    levels.insert(levels.end(), {&Optimiser::FixUnchanged, requested});
  } else {
    levels.insert(levels.end(), {requested, &Optimiser::FixUnchanged});
  }
  levels.push_back(&Optimiser::FixDependencies);
  for (const auto level : levels) {
    RETURN_IF_ERROR((this->*level)());
  }
  return absl::OkStatus();
}

// --- Levels 1 and 3: the environment -----------------------------------------------------------

absl::Status Optimiser::FixEnvironment() {
  std::vector<Item> present;
  std::vector<Item> as_once_asked;
  for (const Installed& installed : installed_) {
    const PackageId package = installed.package;
    const std::size_t size = universe_.NumCandidates(package);
    if (installed.standing.is_root) {
      const std::vector<Word> all = RangeSet(size, 0, static_cast<Position>(size));
      present.push_back(SetItem(package, all));
    }
    const RequirementId requirement =
        IsRequested(package) ? RequirementId::None() : universe_.OnceAsked(*installed.entry);
    if (requirement.ok()) {
      const std::span<const Word> allowed = universe_.Allowed(requirement);
      as_once_asked.push_back(
          SetItem(universe_.RequirementOf(requirement).package, {allowed.begin(), allowed.end()}));
    }
  }
  RETURN_IF_ERROR(FixItems(std::move(present), "removals", Step::Kind::kPresence));
  std::vector<PackageId> also_requested;
  for (const Installed& installed : installed_) {
    if (!domains_.IsRequired(installed.package)) {
      continue;
    }
    if (installed.standing.is_root) {
      kept_roots_.push_back(installed.package);
    }
    if (request_.update_all && installed.entry->requested.has_value() &&
        !IsRequested(installed.package)) {
      also_requested.push_back(installed.package);
    }
  }
  RETURN_IF_ERROR(
      FixItems(std::move(as_once_asked), "history specs violated", Step::Kind::kHistory));
  requested_.insert(requested_.end(), also_requested.begin(), also_requested.end());
  SortByName(universe_, requested_);
  return FixPython();
}

std::vector<Word> Optimiser::SameMinor(const Installed& installed) const {
  const CandidateList& list = universe_.List(installed.package);
  std::vector<Word> same(WordsFor(list.candidates.size()), 0);
  for (Position at = 0; at < list.candidates.size(); ++at) {
    const std::string_view version = list.versions[list.candidates[at].version].text;
    if (MinorOf(version) == MinorOf(installed.entry->record.version)) {
      Insert(same, at);
    }
  }
  return same;
}

// What depends on python is built for one minor version of it: another one changes everything.
absl::Status Optimiser::FixPython() {
  const auto installed =
      std::find_if(installed_.begin(), installed_.end(),
                   [](const Installed& one) { return one.entry->record.name == "python"; });
  if (request_.update_all || installed == installed_.end() || IsRequested(installed->package) ||
      std::find(kept_roots_.begin(), kept_roots_.end(), installed->package) == kept_roots_.end()) {
    return absl::OkStatus();
  }
  std::vector<Item> items;
  items.push_back(SetItem(installed->package, SameMinor(*installed)));
  return FixItems(std::move(items), "python minor versions changed", Step::Kind::kMinor);
}

absl::Status Optimiser::FixUnchanged() {
  if (request_.update_all) {
    return absl::OkStatus();
  }
  std::vector<Item> items;
  std::vector<PackageId> candidates;
  for (const Installed& installed : installed_) {
    const PackageId package = installed.package;
    const bool is_root =
        std::find(kept_roots_.begin(), kept_roots_.end(), package) != kept_roots_.end();
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
  RETURN_IF_ERROR(FixItems(std::move(items), "changes", Step::Kind::kChanges));
  std::vector<PackageId> kept;
  for (const PackageId package : candidates) {
    if (domains_.IsSingle(package) && domains_.Best(package) == universe_.List(package).installed) {
      kept.push_back(package);
    }
  }
  progress_.Decide(kept);
  return absl::OkStatus();
}

// --- Level 2: requested packages ---------------------------------------------------------------

absl::Status Optimiser::FixRequested() {
  std::vector<Item> items;
  for (const PackageId package : requested_) {
    domains_.Require(package);
    domains_.GroundBest(package);
  }
  for (const PackageId package : requested_) {
    items.push_back(CostItem(package, Measure::kLag));
  }
  RETURN_IF_ERROR(FixItems(std::move(items), "requested", Step::Kind::kRequested));
  DecideRequested();
  return absl::OkStatus();
}

absl::Status Optimiser::FixRequestedInOrder() {
  std::vector<PackageId> order = requested_in_order_;
  order.insert(order.end(), requested_.begin(), requested_.end());  // Those of --update-all last.
  std::vector<bool> is_done(universe_.num_packages(), false);
  for (const PackageId package : order) {
    if (is_done[package.index()]) {
      continue;
    }
    is_done[package.index()] = true;
    std::vector<Item> items;
    items.push_back(CostItem(package, Measure::kLag));
    const std::string label = "requested: " + std::string(universe_.NameOf(package));
    RETURN_IF_ERROR(FixItems(std::move(items), label, Step::Kind::kRequested));
  }
  DecideRequested();
  return absl::OkStatus();
}

void Optimiser::DecideRequested() {
  progress_.Decide(requested_);
  for (const PackageId package : requested_) {
    progress_.AddRoot(package);
    const std::vector<Candidate>& candidates = universe_.List(package).candidates;
    if (std::any_of(candidates.begin(), candidates.end(),
                    [](const Candidate& candidate) { return candidate.features > 0; })) {
      open_features_.push_back(package);
    }
  }
}

}  // namespace satchel

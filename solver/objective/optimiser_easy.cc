// Level 4 where a plan is known that has the best of everything: each step keeps it, whichever of
// its names are certain, so that this need not be found out.

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "solver/objective/optimiser.h"

namespace satchel {
namespace {

// More that is not at its best usually means that one is paid for with another.
constexpr int kMaxQuestions = 8;

}  // namespace

bool Optimiser::IsVersionOpen(PackageId package) const {
  return !progress_.IsDecided(package) ||
         std::find(open_features_.begin(), open_features_.end(), package) != open_features_.end();
}

// The best that is left of a package, as far as the domains know.
Position Optimiser::BestLeft(PackageId package) const {
  return IsVersionOpen(package)
             ? BestOf(universe_.List(package), Measure::kLagAndFeatures, domains_.Domain(package))
             : domains_.Best(package);
}

// What a plan has that is not settled.
std::vector<PackageId> Optimiser::OpenIn(const Model& model) const {
  std::vector<PackageId> open;
  for (std::size_t i = 0; i < universe_.num_packages(); ++i) {
    const PackageId package(i);
    const bool is_settled = progress_.IsDecided(package) && domains_.IsSingle(package);
    if (model.Of(package) != kNoPosition && universe_.MayBeInPlan(package) && !is_settled) {
      open.push_back(package);
    }
  }
  return open;
}

// What would be of a better version, or with fewer features, than what the plan has.
std::vector<Word> Optimiser::BetterLeft(PackageId package, const Model& model) const {
  std::vector<Word> better =
      BetterThan(universe_.List(package), Measure::kLagAndFeatures, model.Of(package));
  Intersect(better, domains_.Domain(package));
  return better;
}

bool Optimiser::HasBestVersions(const Model& model) const {
  const std::vector<PackageId> open = OpenIn(model);
  return std::all_of(open.begin(), open.end(), [&](PackageId package) {
    return IsAsGoodAs(package, model.Of(package), BestLeft(package));
  });
}

// Whether a plan is known with the best version of all that is open. What the last one has worse is
// asked about, one by one: usually it cannot be better, whatever else.
absl::StatusOr<bool> Optimiser::FindBestVersions() {
  search_.DropStaleModels();
  const auto is_best = [&](const Model& model) { return HasBestVersions(model); };
  if (search_.UseModel(is_best)) {
    return true;
  }
  if (!search_.has_model()) {
    return false;
  }
  const Model model = search_.model();
  std::vector<PackageId> open = OpenIn(model);
  SortByName(universe_, open);
  int num_questions = 0;
  for (const PackageId package : open) {
    std::vector<Word> better = BetterLeft(package, model);
    if (!IsVersionOpen(package) || IsEmpty(better)) {
      continue;
    }
    if (++num_questions > kMaxQuestions) {
      return false;
    }
    const Choice choice{package, std::move(better)};
    ASSIGN_OR_RETURN(const std::optional<bool> answer,
                     search_.FeasibleByDive({&choice, 1}, progress_, nullptr));
    if (answer != false) {
      search_.UseModel(model);
      if (!domains_.IsRequired(package)) {
        search_.KeepOnlyCurrentModel();  // The new one may have the package for no other reason.
      }
      return search_.UseModel(is_best);
    }
    search_.CloseSession();
    domains_.RemoveAll(package, choice.allowed);
    domains_.Propagate();
  }
  return search_.UseModel(is_best);
}

// With a plan known that has the best version of all that is open: fixes those of the names that
// must be there, which leads to more that must. Then, if it has the best build of all too, it is
// the one that all levels to come lead to.
absl::StatusOr<Optimiser::Easy> Optimiser::FixEasily(const std::string& label) {
  ASSIGN_OR_RETURN(const bool is_best, FindBestVersions());
  if (!is_best) {
    return Easy::kNone;
  }
  search_.CloseSession();
  Step step{Step::Kind::kBest, label, {}};
  LevelValue level{label, 0};
  level.unit = LevelValue::Unit::kDays;
  std::vector<PackageId> names = std::exchange(open_features_, {});
  bool any_version = !names.empty();
  const auto candidate = [&](PackageId package) -> const Candidate& {
    return universe_.List(package).candidates[search_.model().Of(package)];
  };
  for (const PackageId package : names) {
    FixBestVersion(package);
    level.value += candidate(package).features;
  }
  const auto count = [&](PackageId package) {
    any_version = true;
    level.value += CostOf(candidate(package), Measure::kLagAndFeatures);
    names.push_back(package);
  };
  std::vector<PackageId> open;
  bool is_all = false;
  for (std::size_t done = 0; !is_all && done < domains_.Required().size();) {
    for (; done < domains_.Required().size(); ++done) {
      const PackageId package = domains_.Required()[done];
      if (!progress_.IsDecided(package) && universe_.MayBeInPlan(package)) {
        FixBestVersion(package);
        progress_.Decide({&package, 1});
        count(package);
      }
    }
    open = OpenIn(search_.model());
    is_all = std::all_of(open.begin(), open.end(), [&](PackageId package) {
      return search_.model().Of(package) == BestLeft(package);
    });
    if (!is_all) {
      RequireShared();  // What propagation shows by itself is enough, usually.
    }
  }
  for (const PackageId package : is_all ? open : std::vector<PackageId>()) {
    progress_.IsDecided(package) ? names.push_back(package) : count(package);
  }
  if (!names.empty()) {
    SortByName(universe_, names);
    for (const PackageId package : names) {
      step.names.emplace_back(universe_.NameOf(package));
    }
    steps_.push_back(std::move(step));
  }
  if (any_version) {
    levels_.push_back(std::move(level));
  }
  return is_all ? Easy::kAll : any_version ? Easy::kSome : Easy::kNone;
}

// Decides the names that must be there as far as is known, as if no others were certain. If the
// plan that has them at their best has the best version of all else too, that was right: no sum
// over more names can be less, and what else is certain will be left at its best. Whatever else in
// it could be better counts, if it is certain, or else this cannot be right.
absl::StatusOr<bool> Optimiser::FixKnown(const std::string& label) {
  search_.DropStaleModels();
  if (!search_.has_model()) {
    return false;
  }
  const Model before = search_.model();
  std::vector<PackageId> others;
  for (const PackageId package : OpenIn(before)) {
    if (IsVersionOpen(package) && !IsAsGoodAs(package, before.Of(package), BestLeft(package))) {
      others.push_back(package);
    }
  }
  if (others.empty()) {
    return false;  // Only builds are open.
  }
  while (!others.empty()) {
    search_.Announce({}, {}, others);
    for (const PackageId package : others) {
      const absl::Status settled =
          domains_.IsRequired(package) ? absl::OkStatus() : SettlePerhaps({package});
      search_.UseModel(before);
      RETURN_IF_ERROR(settled);
      if (!domains_.IsRequired(package)) {
        return false;
      }
    }
    search_.Announce({}, {});
    ASSIGN_OR_RETURN(others, TryKnown(label));
    if (!others.empty()) {
      search_.UseModel(before);
    }
  }
  return true;
}

// Returns what else could be better in the plan that this leads to. Undone if there is any.
absl::StatusOr<std::vector<PackageId>> Optimiser::TryKnown(const std::string& label) {
  RequireShared();
  std::vector<PackageId> names;
  for (const PackageId package : domains_.Required()) {
    if (!progress_.IsDecided(package) && universe_.MayBeInPlan(package)) {
      names.push_back(package);
    }
  }
  SortByName(universe_, names);
  std::vector<Position> best(universe_.num_packages(), kNoPosition);
  for (std::size_t i = 0; i < best.size(); ++i) {
    best[i] = universe_.MayBeInPlan(PackageId(i)) ? BestLeft(PackageId(i)) : kNoPosition;
  }
  const auto wanting = [&](const Model& model) {
    std::vector<PackageId> open = OpenIn(model);
    std::erase_if(open, [&](PackageId package) {
      const bool is_new = package.index() >= best.size() || best[package.index()] == kNoPosition;
      return progress_.IsDecided(package) ||
             IsAsGoodAs(package, model.Of(package),
                        is_new ? BestOfAll(package) : best[package.index()]);
    });
    return open;
  };
  const Domains::Mark mark = domains_.Now();
  const State state = Save();
  const absl::Status fixed = FixVersions(names, label);
  if (fixed.ok() && search_.UseModel([&](const Model& m) { return wanting(m).empty(); })) {
    return std::vector<PackageId>();
  }
  std::vector<PackageId> others = fixed.ok() ? wanting(search_.model()) : std::vector<PackageId>();
  search_.CloseSession();
  domains_.UndoTo(mark);
  domains_.Propagate();
  Restore(state);
  RETURN_IF_ERROR(fixed);
  return others;
}

Optimiser::State Optimiser::Save() const {
  return {progress_, open_features_, levels_.size(), steps_.size()};
}

void Optimiser::Restore(const State& state) {
  const auto cut = [](auto& list, std::size_t size) {
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(size), list.end());
  };
  progress_ = state.progress;
  open_features_ = state.open_features;
  cut(levels_, state.num_levels);
  cut(steps_, state.num_steps);
  num_left_.clear();
}

Position Optimiser::BestOfAll(PackageId package) const {
  const CandidateList& list = universe_.List(package);
  const std::size_t size = list.candidates.size();
  return BestOf(list, Measure::kLagAndFeatures, RangeSet(size, 0, static_cast<Position>(size)));
}

bool Optimiser::IsAsGoodAs(PackageId package, Position at, Position best) const {
  const std::vector<Candidate>& candidates = universe_.List(package).candidates;
  return candidates[at].lag <= candidates[best].lag &&
         CostOf(candidates[at], Measure::kLagAndFeatures) <=
             CostOf(candidates[best], Measure::kLagAndFeatures);
}

// To what the last plan has, which is the best that is left.
void Optimiser::FixBestVersion(PackageId package) {
  const CandidateList& list = universe_.List(package);
  const Position at = search_.model().Of(package);
  Commit({package, UpToCandidate(list, Measure::kLagAndFeatures, at)});
  if (!domains_.IsSingle(package)) {
    domains_.GroundAll(package);
  }
}

}  // namespace satchel

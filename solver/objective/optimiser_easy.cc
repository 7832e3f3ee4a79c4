// Level 4 where a plan is known that has the best of everything: each step keeps it, whichever of
// its names are certain, so that this need not be found out.

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "solver/objective/optimiser.h"

namespace satchel {
namespace {

constexpr int kMaxQuestions = 8;  // More usually means that one is paid for with another.

bool AreAmong(const std::vector<PackageId>& some, const std::vector<PackageId>& all) {
  return std::all_of(some.begin(), some.end(), [&](PackageId package) {
    return std::find(all.begin(), all.end(), package) != all.end();
  });
}

}  // namespace

bool Optimiser::IsVersionOpen(PackageId package) const {
  return !progress_.IsDecided(package) ||
         std::find(open_features_.begin(), open_features_.end(), package) != open_features_.end();
}

// As far as the domains know.
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

// Of which names that are open a plan does not have the best version left.
std::vector<PackageId> Optimiser::WorseIn(const Model& model) const {
  std::vector<PackageId> worse = OpenIn(model);
  std::erase_if(worse, [&](PackageId package) {
    return !IsVersionOpen(package) || IsAsGoodAs(package, model.Of(package), BestLeft(package));
  });
  return worse;
}

// Whether a plan is known with the best version of all that is open, among those that can be best.
//
// Proof sketch, for the level to come: let C be its certain names, K those of them that are known,
// and let the plan `model`, which is one of the remaining ones, have the best of all that it has
// beyond K. A plan in which one name of K costs more above its least than all of K does in `model`
// has a greater sum over K, and not less of any other name of C: so RuleOutTooDearBeside takes no
// plan away that the level leaves. If then a plan has the best version left of all that it has
// open, it is as good as any that the level leaves, of each name, so the level leaves it; and the
// same goes for all levels after it. What is certain among all plans is so among those left; so if
// each certain name, found in whichever, gets the version that this plan has, both end with the
// same plans: of those left, the level itself leaves only such with C so.
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
  const std::vector<PackageId> worse = WorseIn(model);
  const bool are_known =
      std::ranges::all_of(worse, [&](PackageId package) { return domains_.IsRequired(package); });
  if (!are_known) {
    return AskForBetter(model);
  }
  search_.CloseSession();
  domains_.Propagate();
  const Domains::Mark mark = domains_.Now();
  RuleOutTooDearBeside(model);
  ASSIGN_OR_RETURN(const bool found, AskForBetter(model));
  if (!found) {
    search_.CloseSession();
    domains_.UndoTo(mark);
    domains_.Propagate();
  }
  return found;
}

void Optimiser::RuleOutTooDearBeside(const Model& model) {
  std::vector<Item> items;
  std::int64_t sum = 0;
  for (const PackageId package : OpenIn(model)) {
    if (IsVersionOpen(package) && domains_.IsRequired(package)) {
      sum +=
          CostOf(universe_.List(package).candidates[model.Of(package)], Measure::kLagAndFeatures);
      items.push_back(CostItem(package, Measure::kLagAndFeatures));
    }
  }
  RuleOutTooDear(items, sum);
}

// What the plan has worse is asked about, one by one: usually it cannot be better, whatever else.
absl::StatusOr<bool> Optimiser::AskForBetter(const Model& model) {
  const auto is_best = [&](const Model& other) { return HasBestVersions(other); };
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
    if (answer == true && !domains_.IsRequired(package)) {
      search_.PruneModel();  // It may have the package for no other reason.
    }
    if (answer != false) {
      return search_.UseModel(is_best);
    }
    search_.CloseSession();
    domains_.RemoveAll(package, choice.allowed);
    domains_.Propagate();
  }
  return search_.UseModel(is_best);
}

// Whether the last plan has the best candidate left of all that is open. What seems better is often
// only not refuted yet.
bool Optimiser::HasBestBuilds(std::vector<PackageId>* open) {
  const Model& model = search_.model();
  *open = OpenIn(model);
  return std::all_of(open->begin(), open->end(), [&](PackageId package) {
    const CandidateList& list = universe_.List(package);
    const Position at = model.Of(package);
    for (Position best = BestLeft(package); best != at; best = BestLeft(package)) {
      const Choice better{package, RangeSet(list.candidates.size(), best, best + 1)};
      if (best > at || !IsRefuted(better)) {
        return false;
      }
      domains_.RemoveAll(package, better.allowed);
      domains_.Propagate();
    }
    return true;
  });
}

// Whether arc consistency alone shows that the choice is impossible.
bool Optimiser::IsRefuted(const Choice& choice) {
  search_.CloseSession();
  domains_.Propagate();
  const Domains::Mark mark = domains_.Now();
  domains_.Restrict(choice.package, choice.allowed);
  domains_.Require(choice.package);
  const bool holds = domains_.Propagate();
  domains_.UndoTo(mark);
  domains_.Propagate();
  return !holds;
}

// With a plan known that has the best version of all that is open: fixes what must be there. If it
// has the best build of all too, it is the one that all levels to come lead to.
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
  bool is_all = HasBestBuilds(&open);
  for (std::size_t done = 0; !is_all && done < domains_.Required().size();) {
    for (; done < domains_.Required().size(); ++done) {
      const PackageId package = domains_.Required()[done];
      if (!progress_.IsDecided(package) && universe_.MayBeInPlan(package)) {
        FixBestVersion(package);
        progress_.Decide({&package, 1});
        count(package);
      }
    }
    is_all = HasBestBuilds(&open);
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

// Decides the names that must be there as far as is known, as if no others were certain.
//
// Proof sketch: let K be those, C all that are certain, and let the plan that this leads to have
// the best version, of those left before, of all names it has beyond K, but for some that are known
// not to be certain. Then its sum over C is the least: over K it is, and over the rest of C no plan
// has less of any name. So the level leaves those plans that have K so, and the rest of C as this
// plan has it. That rest is not looked for: where the plan also has the best version of all that is
// open after K was fixed, all levels to come keep it (FindBestVersions), and what is certain gets
// the version that it has. If it has not, that was wrong, and is undone.
absl::StatusOr<bool> Optimiser::FixKnown(const std::string& label) {
  search_.DropStaleModels();
  if (!search_.has_model()) {
    return false;
  }
  const Model before = search_.model();
  std::vector<PackageId> others = WorseIn(before);
  if (others.empty()) {
    return false;  // Only builds are open.
  }
  // What other plans have worse is likely what better ones are paid for with.
  search_.ForEachModel([&](const Model& model) {
    const std::vector<PackageId> worse = WorseIn(model);
    others.insert(others.end(), worse.begin(), worse.end());
  });
  SortByName(universe_, others);
  std::vector<PackageId> not_certain;
  while (!others.empty()) {
    search_.Announce({}, {}, others);
    for (const PackageId package : others) {
      if (domains_.IsRequired(package)) {
        continue;
      }
      const absl::Status settled = SettlePerhaps({package});
      search_.UseModel(before);
      RETURN_IF_ERROR(settled);
      if (!domains_.IsRequired(package)) {
        not_certain.push_back(package);
      }
    }
    search_.Announce({}, {});
    ASSIGN_OR_RETURN(Tried tried, TryKnown(label, not_certain));
    if (tried.is_fixed) {
      return true;
    }
    others = std::move(tried.others);
    search_.UseModel(before);
  }
  return false;
}

absl::StatusOr<Optimiser::Tried> Optimiser::TryKnown(const std::string& label,
                                                     const std::vector<PackageId>& not_certain) {
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
  const auto is_right = [&](const Model& model) {
    const std::vector<PackageId> open = wanting(model);
    return open.empty() || (AreAmong(open, not_certain) && HasBestVersions(model));
  };
  const Domains::Mark mark = domains_.Now();
  const State state = Save();
  const absl::Status fixed = FixVersions(names, label);
  if (fixed.ok() && search_.UseModel(is_right)) {
    return Tried{true, {}};
  }
  std::vector<PackageId> others = fixed.ok() ? wanting(search_.model()) : std::vector<PackageId>();
  std::erase_if(others, [&](PackageId package) { return AreAmong({package}, not_certain); });
  search_.CloseSession();
  domains_.UndoTo(mark);
  domains_.Propagate();
  Restore(state);
  RETURN_IF_ERROR(fixed);
  return Tried{false, std::move(others)};
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

void Optimiser::FixBestVersion(PackageId package) {
  const CandidateList& list = universe_.List(package);
  const Position at = search_.model().Of(package);
  Commit({package, UpToCandidate(list, Measure::kLagAndFeatures, at)});
  domains_.GroundBest(package);
}

}  // namespace satchel

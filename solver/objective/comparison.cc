#include "solver/objective/comparison.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "base/status_macros.h"
#include "encoding/universe.h"
#include "solver/objective/preference.h"
#include "solver/search/close_model.h"

namespace satchel {
namespace {

using PositionOfName = absl::flat_hash_map<std::string_view, Position>;

bool IsRecord(const RecordView& view, const PackageRecord& record) {
  return view.version.text == record.version && view.build == record.build &&
         view.build_number == record.build_number && view.subdir == record.subdir &&
         view.channel == record.channel;
}

class Comparer final {
 public:
  Comparer(const Request& request, Universe& universe) : request_(request), universe_(universe) {}

  // False if a record is no candidate of its name.
  bool Place(const std::vector<PackageRecord>& records, PositionOfName& positions) {
    for (const PackageRecord& record : records) {
      const PackageId package = universe_.Intern(record.name);
      const std::size_t size = universe_.NumCandidates(package);
      Position at = 0;
      while (at < size && !IsRecord(universe_.View(package, at), record)) {
        ++at;
      }
      if (at == size && universe_.List(package).installed != kNoPosition) {
        at = InstalledPosition(package, record);
      }
      if (at >= size) {
        return false;
      }
      positions[record.name] = at;
    }
    return true;
  }

  // Whether the plans differ at this step; if so, how.
  bool Differs(const Step& step, const PositionOfName& best, const PositionOfName& other,
               PlanComparison* comparison) {
    switch (step.kind) {
      case Step::Kind::kRequested:
      case Step::Kind::kVersions:
        return VersionsDiffer(step, best, other, comparison);
      case Step::Kind::kBuilds:
        return BuildsDiffer(step, best, other, comparison);
      case Step::Kind::kBest:
        return BestDiffers(step, best, other, comparison);
      case Step::Kind::kPresence:
      case Step::Kind::kHistory:
      case Step::Kind::kMinor:
      case Step::Kind::kChanges:
      case Step::Kind::kVariant:
        break;
    }
    return CountsDiffer(step, best, other, comparison);
  }

 private:
  // An environment's record may differ in the channel's spelling.
  Position InstalledPosition(PackageId package, const PackageRecord& record) const {
    const Position at = universe_.List(package).installed;
    const RecordView view = universe_.View(package, at);
    return view.version.text == record.version && view.build == record.build ? at : kNoPosition;
  }

  static Position At(const PositionOfName& positions, const std::string& name) {
    const auto found = positions.find(name);
    return found == positions.end() ? kNoPosition : found->second;
  }

  // Of a package, the machine's included.
  Position PositionIn(const PositionOfName& positions, PackageId package) const {
    if (universe_.IsVirtual(package)) {
      return universe_.NumCandidates(package) > 0 ? 0 : kNoPosition;
    }
    return At(positions, std::string(universe_.NameOf(universe_.Spoken(package))));
  }

  const CandidateList& ListOf(const std::string& name) {
    return universe_.List(universe_.Intern(name));
  }

  const InstalledPackage* InstalledOf(const std::string& name) const {
    const auto found = std::ranges::find_if(
        request_.installed,
        [&](const InstalledPackage& package) { return package.record.name == name; });
    return found == request_.installed.end() ? nullptr : &*found;
  }

  // 0 if the name is as the step wants it.
  std::int64_t CostOf(const Step& step, const std::string& name, const PositionOfName& positions) {
    const Position at = At(positions, name);
    switch (step.kind) {
      case Step::Kind::kPresence:
        return at == kNoPosition ? 1 : 0;
      case Step::Kind::kMinor: {
        const InstalledPackage* const installed = InstalledOf(name);
        return at != kNoPosition && installed != nullptr &&
                       MinorOf(universe_.View(universe_.Intern(name), at).version.text) ==
                           MinorOf(installed->record.version)
                   ? 0
                   : 1;
      }
      case Step::Kind::kHistory: {
        const InstalledPackage* const installed = InstalledOf(name);
        const auto choose = [&](PackageId package) { return PositionIn(positions, package); };
        return installed != nullptr &&
                       IsSatisfied(universe_, universe_.OnceAsked(*installed), choose)
                   ? 0
                   : 1;
      }
      case Step::Kind::kChanges:
        return at != kNoPosition && at == ListOf(name).installed ? 0 : 1;
      case Step::Kind::kVariant:
        return at;
      case Step::Kind::kRequested:
      case Step::Kind::kVersions:
      case Step::Kind::kBuilds:
      case Step::Kind::kBest:
        break;
    }
    return 0;
  }

  bool CountsDiffer(const Step& step, const PositionOfName& best, const PositionOfName& other,
                    PlanComparison* comparison) {
    std::vector<std::int64_t> costs;
    std::vector<std::int64_t> other_costs;
    for (const std::string& name : step.names) {
      costs.push_back(CostOf(step, name, best));
      other_costs.push_back(CostOf(step, name, other));
    }
    return SumsDiffer(step.names, step.label, costs, other_costs, comparison) ||
           NamesDiffer(step, costs, other_costs, comparison);
  }

  bool VersionsDiffer(const Step& step, const PositionOfName& best, const PositionOfName& other,
                      PlanComparison* comparison) {
    const bool requested = step.kind == Step::Kind::kRequested;
    std::vector<std::int64_t> costs;
    std::vector<std::int64_t> other_costs;
    std::vector<std::int64_t> lags;
    std::vector<std::int64_t> other_lags;
    for (const std::string& name : step.names) {
      const std::vector<Candidate>& candidates = ListOf(name).candidates;
      const Position at = At(best, name);
      const Position other_at = At(other, name);
      if (at == kNoPosition || other_at == kNoPosition) {
        *comparison = {PlanComparison::Rank::kUnknown, step.label, 0, 0, name};
        return true;
      }
      // Of what was requested only the features have not been counted yet.
      const bool counted = !requested && is_requested_.contains(name);
      if (requested) {
        is_requested_.insert(name);
      }
      const auto cost = [&](const Candidate& candidate) -> std::int64_t {
        return counted ? candidate.features
                       : satchel::CostOf(candidate,
                                         requested ? Measure::kLag : Measure::kLagAndFeatures);
      };
      costs.push_back(cost(candidates[at]));
      other_costs.push_back(cost(candidates[other_at]));
      lags.push_back(candidates[at].lag);
      other_lags.push_back(candidates[other_at].lag);
    }
    if (SumsDiffer(step.names, step.label, costs, other_costs, comparison)) {
      return true;
    }
    for (std::size_t i = 0; i < step.names.size(); ++i) {
      if (OneDiffers(step, i, costs, other_costs, comparison) ||
          OneDiffers(step, i, lags, other_lags, comparison)) {
        return true;
      }
    }
    return false;
  }

  bool BuildsDiffer(const Step& step, const PositionOfName& best, const PositionOfName& other,
                    PlanComparison* comparison) {
    std::vector<std::int64_t> classes;
    std::vector<std::int64_t> other_classes;
    for (const std::string& name : step.names) {
      const std::vector<Candidate>& candidates = ListOf(name).candidates;
      classes.push_back(candidates[At(best, name)].rank_class);
      other_classes.push_back(candidates[At(other, name)].rank_class);
    }
    return NamesDiffer(step, classes, other_classes, comparison);
  }

  // The best plan has the best version of each among the plans that cost no more, so another one
  // costs more, or is worse wherever it differs; and then, among plans with these versions, the
  // best build of each, and then variant. A name that the other does without is no difference: what
  // needs it is another one.
  bool BestDiffers(const Step& step, const PositionOfName& best, const PositionOfName& other,
                   PlanComparison* comparison) {
    if (SharedSumsDiffer(step, best, other, comparison)) {
      return true;
    }
    using Measures = std::array<std::int64_t, 2>;
    const auto version = [](const Candidate& candidate, Position) -> Measures {
      return {satchel::CostOf(candidate, Measure::kLagAndFeatures), candidate.lag};
    };
    const auto build = [](const Candidate& candidate, Position) -> Measures {
      return {candidate.rank_class, 0};
    };
    const auto variant = [](const Candidate&, Position at) -> Measures { return {at, 0}; };
    const auto differ = [&](const auto& measures) {
      for (const std::string& name : step.names) {
        const std::vector<Candidate>& candidates = ListOf(name).candidates;
        const Position at = At(best, name);
        const Position other_at = At(other, name);
        if (other_at == kNoPosition || other_at == at) {
          continue;
        }
        const Measures ours = measures(candidates[at], at);
        const Measures theirs = measures(candidates[other_at], other_at);
        if (ours != theirs) {
          const std::size_t i = ours[0] != theirs[0] ? 0 : 1;
          Set(step.label + ": " + name, ours[i], theirs[i], name, comparison);
          return true;
        }
      }
      return false;
    };
    return differ(version) || differ(build) || differ(variant);
  }

  // Of the names that both have.
  bool SharedSumsDiffer(const Step& step, const PositionOfName& best, const PositionOfName& other,
                        PlanComparison* comparison) {
    std::vector<std::string> names;
    std::vector<std::int64_t> costs;
    std::vector<std::int64_t> other_costs;
    for (const std::string& name : step.names) {
      if (At(other, name) != kNoPosition) {
        const std::vector<Candidate>& candidates = ListOf(name).candidates;
        names.push_back(name);
        costs.push_back(satchel::CostOf(candidates[At(best, name)], Measure::kLagAndFeatures));
        other_costs.push_back(
            satchel::CostOf(candidates[At(other, name)], Measure::kLagAndFeatures));
      }
    }
    return SumsDiffer(names, step.label, costs, other_costs, comparison);
  }

  static bool SumsDiffer(const std::vector<std::string>& names, const std::string& level,
                         const std::vector<std::int64_t>& best,
                         const std::vector<std::int64_t>& other, PlanComparison* comparison) {
    std::int64_t sum = 0;
    std::int64_t other_sum = 0;
    std::size_t widest = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      sum += best[i];
      other_sum += other[i];
      widest = other[i] - best[i] > other[widest] - best[widest] ? i : widest;
    }
    if (sum != other_sum) {
      Set(level, sum, other_sum, names[widest], comparison);
    }
    return sum != other_sum;
  }

  static bool NamesDiffer(const Step& step, const std::vector<std::int64_t>& best,
                          const std::vector<std::int64_t>& other, PlanComparison* comparison) {
    for (std::size_t i = 0; i < step.names.size(); ++i) {
      if (OneDiffers(step, i, best, other, comparison)) {
        return true;
      }
    }
    return false;
  }

  static bool OneDiffers(const Step& step, std::size_t i, const std::vector<std::int64_t>& best,
                         const std::vector<std::int64_t>& other, PlanComparison* comparison) {
    if (best[i] != other[i]) {
      Set(step.label + ": " + step.names[i], best[i], other[i], step.names[i], comparison);
    }
    return best[i] != other[i];
  }

  static void Set(std::string level, std::int64_t best, std::int64_t value, std::string package,
                  PlanComparison* comparison) {
    *comparison = {best < value ? PlanComparison::Rank::kWorse : PlanComparison::Rank::kBetter,
                   std::move(level), best, value, std::move(package)};
  }

  const Request& request_;
  Universe& universe_;
  absl::flat_hash_set<std::string> is_requested_;  // And compared.
};

}  // namespace

absl::StatusOr<PlanComparison> CompareWithBest(const Request& request, Objective objective,
                                               const Plan& best,
                                               const std::vector<PackageRecord>& plan) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Universe> universe,
                   Universe::Make(request, PreferenceOf(objective)));
  std::vector<PackageRecord> best_records;
  for (const PlanPackage& package : best.packages) {
    best_records.push_back(package.record);
  }
  Comparer comparer(request, *universe);
  PositionOfName best_positions;
  PositionOfName positions;
  PlanComparison comparison;
  if (!comparer.Place(best_records, best_positions) || !comparer.Place(plan, positions)) {
    return comparison;
  }
  for (const Step& step : best.steps) {
    if (comparer.Differs(step, best_positions, positions, &comparison)) {
      return comparison;
    }
  }
  if (best_positions == positions) {
    comparison.rank = PlanComparison::Rank::kSame;
  }
  return comparison;
}

}  // namespace satchel

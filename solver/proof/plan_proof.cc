// Goes through the levels of ARCHITECTURE.md, "The objective", with the plan in hand. Where the
// definition asks whether some candidates are still possible ("several build numbers", "several
// variants"), every one that no step has ruled out counts: to decide where nothing is left to be
// decided changes nothing. Only which names are certain has to be known exactly.

#include "solver/proof/plan_proof.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "encoding/asked.h"
#include "encoding/staying.h"
#include "solver/objective/preference.h"
#include "solver/proof/claims.h"
#include "solver/proof/verify.h"

namespace satchel {
namespace {

class LevelWalk final {
 public:
  LevelWalk(Universe& universe, Objective objective, Claims& claims)
      : universe_(universe), request_(universe.request()), objective_(objective), claims_(claims) {
    for (const MatchSpec& spec : request_.specs) {
      const PackageId package = universe_.Intern(spec.name());
      if (universe_.MayBeInPlan(package) && CountsAlways(request_, spec) &&
          !Has(in_order_, package)) {
        in_order_.push_back(package);
      }
    }
    requested_ = in_order_;
    SortByName(requested_);
    const std::vector<InstalledStanding> standings = StandingsOfInstalled(request_);
    for (std::size_t i = 0; i < standings.size(); ++i) {
      if (!standings[i].is_leaving) {
        installed_.push_back({universe_.Intern(request_.installed[i].record.name),
                              &request_.installed[i], standings[i].is_root});
      }
    }
    std::ranges::sort(installed_, {},
                      [&](const Installed& one) { return universe_.NameOf(one.package); });
  }

  absl::Status Run() {
    RETURN_IF_ERROR(ProveEnvironment());
    const bool keeps_first = objective_ == Objective::kFewestChanges;
    RETURN_IF_ERROR(keeps_first ? ProveUnchanged() : absl::OkStatus());
    RETURN_IF_ERROR(ProveRequested());
    RETURN_IF_ERROR(keeps_first ? absl::OkStatus() : ProveUnchanged());
    for (int round = 1;;) {
      ASSIGN_OR_RETURN(const bool any_certain, ProveDependencies(round));
      round += any_certain ? 1 : 0;
      if (!any_certain) {
        ASSIGN_OR_RETURN(const bool any_build, ProveBuilds());
        if (!any_build) {
          ASSIGN_OR_RETURN(const bool any_variant, ProveVariant());
          if (!any_variant) {
            return absl::OkStatus();
          }
        }
      }
    }
  }

 private:
  struct Installed {
    PackageId package;
    const InstalledPackage* entry;
    bool is_root;
  };

  static bool Has(const std::vector<PackageId>& packages, PackageId package) {
    return std::ranges::find(packages, package) != packages.end();
  }
  void SortByName(std::vector<PackageId>& packages) const {
    std::ranges::sort(packages, {}, [&](PackageId package) { return universe_.NameOf(package); });
  }
  const std::vector<Candidate>& CandidatesOf(PackageId package) const {
    return universe_.List(package).candidates;
  }

  // Costs nothing if the package is chosen from the set, else one.
  template <typename IsIn>
  Counted Chosen(PackageId package, IsIn is_in) const {
    Counted item{package, {}};
    for (Position at = 0; at < CandidatesOf(package).size(); ++at) {
      item.goodness.emplace_back(is_in(at) ? 0 : 1, 0);
    }
    return item;
  }
  template <typename Cost>
  Counted Costing(PackageId package, Cost cost) const {
    Counted item{package, {}};
    for (const Candidate& candidate : CandidatesOf(package)) {
      item.goodness.emplace_back(cost(candidate), candidate.lag);
    }
    return item;
  }
  absl::Status ProveLevel(const std::string& label, const std::vector<Counted>& items) {
    return items.empty() ? absl::OkStatus() : claims_.ProveSum(label, items);
  }

  absl::Status ProveEnvironment();
  absl::Status ProveUnchanged();
  absl::Status ProveRequested();
  absl::StatusOr<bool> ProveDependencies(int round);
  absl::StatusOr<bool> ProveBuilds();
  absl::StatusOr<bool> ProveVariant();
  std::vector<PackageId> DecidedInOrder() const;

  Universe& universe_;
  const Request& request_;
  const Objective objective_;
  Claims& claims_;
  std::vector<PackageId> in_order_;  // Of the specs.
  std::vector<PackageId> requested_;
  std::vector<Installed> installed_;
  std::vector<PackageId> decided_;
  bool features_are_open_ = true;  // Of what was requested.
};

absl::Status LevelWalk::ProveEnvironment() {
  std::vector<Counted> present;
  std::vector<Counted> as_asked;
  for (const Installed& installed : installed_) {
    const PackageId package = installed.package;
    if (installed.is_root) {
      present.push_back(Chosen(package, [](Position) { return true; }));
    }
    const RequirementId asked =
        Has(requested_, package) ? RequirementId::None() : universe_.OnceAsked(*installed.entry);
    if (asked.ok()) {  // Of extras it is a package of its own.
      const std::span<const Word> allowed = universe_.Allowed(asked);
      as_asked.push_back(Chosen(universe_.RequirementOf(asked).package,
                                [&](Position at) { return Contains(allowed, at); }));
    }
  }
  RETURN_IF_ERROR(ProveLevel("removals", present));
  RETURN_IF_ERROR(ProveLevel("history specs violated", as_asked));
  std::vector<Counted> minor;
  for (const Installed& installed : installed_) {
    const PackageId package = installed.package;
    if (request_.update_all) {
      if (installed.entry->requested.has_value() && !Has(requested_, package) &&
          claims_.IsIn(package)) {
        requested_.push_back(package);
      }
    } else if (universe_.NameOf(package) == "python" && installed.is_root &&
               claims_.IsIn(package) && !Has(requested_, package)) {
      const CandidateList& list = universe_.List(package);
      const std::string_view before = MinorOf(installed.entry->record.version);
      minor.push_back(Chosen(package, [&](Position at) {
        return MinorOf(list.versions[list.candidates[at].version].text) == before;
      }));
    }
  }
  SortByName(requested_);
  return ProveLevel("python minor versions changed", minor);
}

absl::Status LevelWalk::ProveUnchanged() {
  std::vector<Counted> items;
  std::vector<PackageId> kept;
  for (const Installed& installed : installed_) {
    const PackageId package = installed.package;
    const Position before = universe_.List(package).installed;
    if (request_.update_all || !installed.is_root || !claims_.IsIn(package) ||
        Has(requested_, package) || before == kNoPosition) {
      continue;
    }
    items.push_back(Chosen(package, [&](Position at) { return at == before; }));
    if (claims_.Of(package) == before) {
      kept.push_back(package);
    }
  }
  decided_.insert(decided_.end(), kept.begin(), kept.end());
  return ProveLevel("changes", items);
}

absl::Status LevelWalk::ProveRequested() {
  const auto lag = [](const Candidate& candidate) {
    return satchel::CostOf(candidate, Measure::kLag);
  };
  if (objective_ == Objective::kOrdered) {
    std::vector<PackageId> order = in_order_;  // Those of --update-all last.
    std::ranges::copy_if(requested_, std::back_inserter(order),
                         [&](PackageId package) { return !Has(in_order_, package); });
    for (const PackageId package : order) {
      RETURN_IF_ERROR(ProveLevel(absl::StrFormat("requested: %s", universe_.NameOf(package)),
                                 {Costing(package, lag)}));
    }
  } else {
    std::vector<Counted> items;
    for (const PackageId package : requested_) {
      items.push_back(Costing(package, lag));
    }
    RETURN_IF_ERROR(ProveLevel("requested", items));
  }
  decided_.insert(decided_.end(), requested_.begin(), requested_.end());
  return absl::OkStatus();
}

// Whether there were any to decide.
absl::StatusOr<bool> LevelWalk::ProveDependencies(int round) {
  std::vector<PackageId> open;
  for (std::size_t i = 0; i < universe_.num_packages(); ++i) {
    if (claims_.IsIn(PackageId(i)) && universe_.MayBeInPlan(PackageId(i)) &&
        !Has(decided_, PackageId(i))) {
      open.push_back(PackageId(i));
    }
  }
  SortByName(open);
  ASSIGN_OR_RETURN(std::vector<PackageId> names, claims_.ProveCertain(open));
  decided_.insert(decided_.end(), names.begin(), names.end());
  const std::size_t num_certain = names.size();
  if (std::exchange(features_are_open_, false)) {
    std::ranges::copy_if(requested_, std::back_inserter(names), [&](PackageId package) {
      return std::ranges::any_of(CandidatesOf(package),
                                 [](const Candidate& one) { return one.features > 0; });
    });
  }
  std::vector<Counted> items;
  for (std::size_t i = 0; i < names.size(); ++i) {
    // Of what was requested the versions are decided already.
    items.push_back(Costing(names[i], [&](const Candidate& candidate) {
      return i < num_certain ? satchel::CostOf(candidate, Measure::kLagAndFeatures)
                             : std::int64_t{candidate.features};
    }));
  }
  std::ranges::sort(items, {}, [&](const Counted& item) { return universe_.NameOf(item.package); });
  const std::string label = round == 1 ? "dependencies" : "dependencies " + std::to_string(round);
  RETURN_IF_ERROR(ProveLevel(label, items));
  return !items.empty();
}

// What was requested first.
std::vector<PackageId> LevelWalk::DecidedInOrder() const {
  std::vector<PackageId> others;
  std::ranges::copy_if(decided_, std::back_inserter(others),
                       [&](PackageId package) { return !Has(requested_, package); });
  SortByName(others);
  std::vector<PackageId> order = requested_;
  order.insert(order.end(), others.begin(), others.end());
  return order;
}

absl::StatusOr<bool> LevelWalk::ProveBuilds() {
  bool any = false;
  for (const PackageId package : DecidedInOrder()) {
    const auto rank_class = [](const Candidate& candidate) {
      return std::int64_t{candidate.rank_class};
    };
    const std::vector<Position> left = claims_.Left(package);
    const auto same = [&](Position at) {
      return CandidatesOf(package)[at].rank_class == CandidatesOf(package)[left[0]].rank_class;
    };
    if (!std::ranges::all_of(left, same)) {
      any = true;
      RETURN_IF_ERROR(claims_.ProveBest("build", Costing(package, rank_class)));
    }
  }
  return any;
}

absl::StatusOr<bool> LevelWalk::ProveVariant() {
  for (const PackageId package : DecidedInOrder()) {
    if (claims_.Left(package).size() > 1) {
      std::int64_t position = 0;
      RETURN_IF_ERROR(claims_.ProveBest(
          "variant", Costing(package, [&](const Candidate&) { return position++; })));
      return true;
    }
  }
  return false;
}

absl::StatusOr<Position> Find(const Universe& universe, PackageId package,
                              const PackageRecord& record) {
  for (Position at = 0; at < universe.NumCandidates(package); ++at) {
    const RecordView view = universe.View(package, at);
    if (view.build == record.build && view.build_number == record.build_number &&
        view.fn == record.fn && view.subdir == record.subdir && view.channel == record.channel &&
        universe.List(package).versions[universe.List(package).candidates[at].version].text ==
            record.version) {
      return at;
    }
  }
  return absl::InternalError(
      absl::StrCat(record.name, "-", record.version, "-", record.build, " is no candidate"));
}

}  // namespace

std::vector<std::string> MeaningsOf(const Universe& universe, const PlainEncoding& encoding,
                                    std::size_t num_variables) {
  std::vector<std::string> meanings(num_variables);
  const auto set = [&](std::size_t variable, std::string meaning) {
    meanings[variable] = std::move(meaning);
  };
  for (std::size_t i = 0; i < universe.num_packages(); ++i) {
    const PackageId package(i);
    const std::string_view name = universe.NameOf(package);
    set(encoding.Absent(package).variable(), absl::StrFormat("present\t%s", name));
    for (Position at = 0; at < universe.NumCandidates(package); ++at) {
      const std::uint32_t variable = encoding.Chosen(package, at).variable();
      set(variable + 1, absl::StrFormat("upto\t%s\t%d", name, at));
      if (universe.PseudoOf(package) != nullptr) {
        set(variable, absl::StrFormat("way\t%s\t%d", name, at));
        continue;
      }
      const RecordView view = universe.View(package, at);
      set(variable, absl::StrFormat("record\t%s\t%d\t%s\t%s\t%s", name, at, view.channel,
                                    view.subdir, view.fn));
    }
  }
  for (std::size_t i = 0; i < universe.num_requirements(); ++i) {
    const RequirementId requirement(i);
    if (!encoding.Required(requirement).defined()) {
      continue;
    }
    std::vector<Position> allowed;
    ForEach(universe.Allowed(requirement), [&](Position at) { allowed.push_back(at); });
    set(encoding.Required(requirement).variable(),
        absl::StrFormat("requirement\t%s\t%s",
                        universe.NameOf(universe.RequirementOf(requirement).package),
                        absl::StrJoin(allowed, ",")));
  }
  return meanings;
}

absl::StatusOr<PlanProof> ProvePlan(const Request& request, Objective objective,
                                    const std::vector<PackageRecord>& plan,
                                    const StopSignal& stop) {
  const std::vector<std::string> violations = VerifyPlan(request, plan);
  if (!violations.empty()) {
    return absl::InternalError("not a plan: " + violations[0]);
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<Universe> universe,
                   Universe::Make(request, PreferenceOf(objective)));
  std::vector<Position> positions;
  for (const PackageRecord& record : plan) {
    const PackageId package = universe->Intern(record.name);
    positions.resize(universe->num_packages(), kNoPosition);
    ASSIGN_OR_RETURN(positions[package.index()], Find(*universe, package, record));
  }
  PlanProof proof;
  Claims claims(*universe, std::move(positions), stop, proof);
  RETURN_IF_ERROR(LevelWalk(*universe, objective, claims).Run());
  claims.Finish();
  return proof;
}

absl::Status Certify(const Request& request, Objective objective, const StopSignal& stop,
                     Plan& plan) {
  std::vector<PackageRecord> records;
  for (const PlanPackage& package : plan.packages) {
    records.push_back(package.record);
  }
  ASSIGN_OR_RETURN(const PlanProof proof, ProvePlan(request, objective, records, stop));
  // Of what is not requested the solver may count more at once than the definition does.
  constexpr std::string_view kDependencies = "dependencies";
  std::int64_t difference = 0;
  for (const ProofStep& step : proof.steps) {
    difference += step.label.starts_with(kDependencies) ? step.value : 0;
  }
  for (LevelValue& level : plan.levels) {
    const auto is_it = [&](const ProofStep& step) { return step.label == level.level; };
    const auto step = std::ranges::find_if(proof.steps, is_it);
    const bool is_of_dependencies = level.level.starts_with(kDependencies);
    if (is_of_dependencies ? (difference -= level.value) < 0
                           : step == proof.steps.end() || step->value != level.value) {
      return absl::InternalError(
          absl::StrCat("the value of the level '", level.level, "' is wrong, please report it"));
    }
    level.certified = true;
  }
  return difference == 0
             ? absl::OkStatus()
             : absl::InternalError("the values of the dependencies are wrong, please report it");
}

}  // namespace satchel

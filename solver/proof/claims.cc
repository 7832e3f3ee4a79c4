// The chain of claims, single names and certain names; sums are in sum_claims.cc.

#include "solver/proof/claims.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "base/status_macros.h"
#include "encoding/asked.h"
#include "encoding/staying.h"
#include "solver/search/close_model.h"

namespace satchel {
namespace {

// Extras and conditions are packages of the clauses that a plan does not name.
void CompletePseudo(Universe& universe, std::vector<Position>& positions) {
  std::vector<PackageId> roots;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (positions[i] != kNoPosition) {
      roots.push_back(PackageId(i));
    }
  }
  for (const RequirementId requirement : universe.RequestRequirements()) {
    roots.push_back(universe.RequirementOf(requirement).package);
  }
  const auto choose = [&](PackageId package) {
    if (universe.IsVirtual(package)) {
      return universe.NumCandidates(package) > 0 ? Position{0} : kNoPosition;
    }
    return positions[universe.Spoken(package).index()];
  };
  // Extras that were once asked for are there if the plan has all that they need.
  for (const InstalledPackage& installed : universe.request().installed) {
    const RequirementId asked = universe.OnceAsked(installed);
    if (asked.ok() && IsSatisfied(universe, asked, choose)) {
      roots.push_back(universe.RequirementOf(asked).package);
    }
  }
  const Model model = CloseModel(universe, roots, choose);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (universe.PseudoOf(PackageId(i)) != nullptr) {
      positions[i] = model.Of(PackageId(i));
    }
  }
}

}  // namespace

Claims::Claims(Universe& universe, std::vector<Position> plan, const StopSignal& stop,
               PlanProof& proof)
    : universe_(universe),
      plan_(std::move(plan)),
      stop_(stop),
      proof_(proof),
      encoding_(universe),
      cnf_(encoding_.cnf()) {
  plan_.resize(universe.num_packages(), kNoPosition);
  if (universe.has_pseudo_packages()) {
    CompletePseudo(universe, plan_);
  }
  proof_.meanings = MeaningsOf(universe, encoding_, cnf_.num_variables());
  may_be_absent_.assign(universe.num_packages(), true);
  for (std::size_t i = 0; i < universe.num_packages(); ++i) {
    left_.emplace_back(universe.NumCandidates(PackageId(i)), true);
  }
  const auto require = [&](std::string_view name) {
    may_be_absent_[universe_.Intern(name).index()] = false;
  };
  const Request& request = universe.request();
  for (const MatchSpec& spec : request.specs) {
    if (CountsAlways(request, spec)) {
      require(spec.name());
    }
  }
  for (const PackageRecord& record : request.virtual_packages) {
    require(record.name);
  }
  const std::vector<InstalledStanding> standings = StandingsOfInstalled(request);
  for (std::size_t i = 0; i < standings.size(); ++i) {
    if (standings[i].must_stay) {
      require(request.installed[i].record.name);
    }
  }
  prover_.Add(cnf_);
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    if (plan_[i] != kNoPosition) {
      proof_.plan.push_back(encoding_.Chosen(PackageId(i), plan_[i]));
      prover_.Prefer(proof_.plan.back());
    }
  }
}

Literal Claims::NewVariable(const std::string& meaning) {
  proof_.meanings.push_back(meaning);
  return cnf_.NewVariable();
}

// That some plan is better, of those left.
Literal Claims::NewClaim(const std::string& meaning) {
  const Literal claim = NewVariable(meaning);
  betters_.push_back(claim);
  cnf_.AddImplication(claim, fixed_);
  return claim;
}

Literal Claims::ChoiceLiteral(PackageId package, Position at) const {
  return at == kNoPosition ? encoding_.Absent(package) : encoding_.Chosen(package, at);
}

std::vector<Position> Claims::Left(PackageId package) const {
  std::vector<Position> left;
  for (Position at = 0; at < left_[package.index()].size(); ++at) {
    if (left_[package.index()][at]) {
      left.push_back(at);
    }
  }
  return left;
}

std::vector<Position> Claims::Choices(PackageId package) const {
  std::vector<Position> choices = Left(package);
  if (may_be_absent_[package.index()]) {
    choices.push_back(kNoPosition);
  }
  return choices;
}

std::int64_t Claims::CostOf(const Counted& item, Position at) const {
  return at == kNoPosition ? item.if_absent : item.goodness[at].first;
}

absl::Status Claims::Refute(Literal claim, const std::string& what) {
  prover_.Add(cnf_);
  ASSIGN_OR_RETURN(const bool is_possible, prover_.Solve({&claim, 1}, stop_));
  if (is_possible) {
    return absl::InternalError(
        absl::StrCat("the plan is not the best: ", what, " can be better; please report it"));
  }
  std::ranges::move(prover_.TakeLearned(), std::back_inserter(proof_.proof));
  Derive({~claim});
  return absl::OkStatus();
}

void Claims::Derive(std::vector<Literal> clause) {
  prover_.Add(cnf_);
  prover_.AddDerived(clause);
  proof_.proof.push_back(std::move(clause));
}

void Claims::BeginFix() {
  fixing_ = NewVariable("fixed\t" + Number());
  cnf_.AddImplication(fixing_, fixed_);
}

// That nothing before is better leaves the plans that are as good.
void Claims::EndFix() {
  fixed_ = fixing_;
  Derive({fixed_});
}

void Claims::RuleOut(PackageId package, Position at) {
  cnf_.AddImplication(fixing_, ~ChoiceLiteral(package, at));
  if (at == kNoPosition) {
    may_be_absent_[package.index()] = false;
  } else {
    left_[package.index()][at] = false;
  }
}

// As good as in the plan, for a name by itself.
absl::Status Claims::ProveBest(const std::string& label, const Counted& item) {
  const auto goodness = [&](Position at) {
    return at == kNoPosition ? Counted::Goodness{item.if_absent, 0} : item.goodness[at];
  };
  const Counted::Goodness of_plan = goodness(Of(item.package));
  std::vector<Position> better;
  std::vector<Position> other;
  for (const Position at : Choices(item.package)) {
    if (goodness(at) < of_plan) {
      better.push_back(at);
    }
    if (goodness(at) != of_plan) {
      other.push_back(at);
    }
  }
  if (other.empty()) {
    return absl::OkStatus();
  }
  const std::string name(universe_.NameOf(item.package));
  proof_.steps.push_back({ProofStep::Kind::kBest, label, {name}});
  if (!better.empty()) {
    const Literal claim = NewClaim("better\t" + Number());
    std::vector<Literal> clause = {~claim};
    for (const Position at : better) {
      clause.push_back(ChoiceLiteral(item.package, at));
    }
    cnf_.AddClause(clause);
    RETURN_IF_ERROR(Refute(claim, name));
  }
  BeginFix();
  for (const Position at : other) {
    RuleOut(item.package, at);
  }
  EndFix();
  return absl::OkStatus();
}

bool Claims::IsLeft(const std::vector<Position>& model) const {
  for (std::size_t i = 0; i < model.size(); ++i) {
    if (model[i] == kNoPosition ? !may_be_absent_[i] : !left_[i][model[i]]) {
      return false;
    }
  }
  return std::ranges::all_of(sums_, [&](const auto& sum) {
    std::int64_t value = 0;
    for (const Counted& item : sum.first) {
      value += CostOf(item, model[item.package.index()]);
    }
    return value == sum.second;
  });
}

std::optional<std::size_t> Claims::ModelWithout(PackageId package) const {
  for (std::size_t i = 0; i < models_.size(); ++i) {
    if (models_[i][package.index()] == kNoPosition && IsLeft(models_[i])) {
      return i;
    }
  }
  return std::nullopt;
}

// The prover's last one.
std::size_t Claims::AddModel() {
  std::vector<Position> positions(plan_.size(), kNoPosition);
  std::vector<Literal> literals;
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    for (Position at = 0; at < left_[i].size(); ++at) {
      if (const Literal x = encoding_.Chosen(PackageId(i), at); prover_.IsTrue(x)) {
        positions[i] = at;
        literals.push_back(x);
      }
    }
  }
  models_.push_back(std::move(positions));
  proof_.models.push_back(std::move(literals));
  return models_.size() - 1;
}

absl::StatusOr<std::vector<PackageId>> Claims::ProveCertain(const std::vector<PackageId>& names) {
  std::vector<PackageId> certain;
  if (names.empty()) {
    return certain;
  }
  proof_.steps.push_back({ProofStep::Kind::kCertain, "certain", {}});
  ProofStep& step = proof_.steps.back();
  std::vector<Literal> absent;
  for (const PackageId package : names) {
    const std::string name(universe_.NameOf(package));
    std::optional<std::size_t> model = ModelWithout(package);
    const Literal assumption = encoding_.Absent(package);
    prover_.Add(cnf_);
    if (!model.has_value() && may_be_absent_[package.index()]) {
      ASSIGN_OR_RETURN(const bool may_be_absent, prover_.Solve({&assumption, 1}, stop_));
      if (may_be_absent) {
        model = AddModel();
      }
    }
    if (model.has_value()) {
      step.witnesses.emplace_back(name, *model);
      continue;
    }
    std::ranges::move(prover_.TakeLearned(), std::back_inserter(proof_.proof));
    Derive({~assumption});
    may_be_absent_[package.index()] = false;
    certain.push_back(package);
    step.names.push_back(name);
    absent.push_back(assumption);
  }
  if (!certain.empty()) {
    const Literal claim = NewClaim("better\t" + Number());
    absent.push_back(~claim);
    cnf_.AddClause(absent);
    Derive({~claim});
  }
  return certain;
}

void Claims::Finish() {
  cnf_.AddClause(betters_);
  std::ranges::move(prover_.TakeLearned(), std::back_inserter(proof_.proof));
  proof_.proof.emplace_back();
  proof_.cnf = cnf_;
}

}  // namespace satchel

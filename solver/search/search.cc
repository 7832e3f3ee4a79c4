#include "solver/search/search.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/stopwatch.h"
#include "solver/search/close_model.h"

namespace satchel {
namespace {

constexpr std::size_t kMaxModels = 8;
// A dive that fails more often is left to CryptoMiniSat, and so is the rest of the level then: what
// was hard once usually is so again, and the CNF is there. Of 50 random problems of a million
// made-up records those that can be solved took 632 ms of CPU with a limit of 100, 452 with 250,
// 537 with 600.
constexpr int kMaxFailures = 250;
constexpr int kMaxFailuresOfLevel = 500;
// Most dives that fail more often are of the hard ones, so that a look at the whole is worth it.
constexpr int kFailuresBeforeCounting = 16;
// A name that CryptoMiniSat needs more candidates of gets as many again as it has, at least these.
constexpr std::size_t kMinGrounded = 8;

}  // namespace

Search::Search(Domains& domains, const SearchOptions& options, const StopSignal& stop,
               SolveStatistics& statistics)
    : domains_(domains),
      options_(options),
      stop_(stop),
      statistics_(statistics),
      failures_left_(kMaxFailuresOfLevel) {}

void Search::StoreModel(Model model) {
  models_.push_front(std::move(model));
  if (models_.size() > kMaxModels) {
    models_.pop_back();
  }
}

bool Search::IsWitnessed(const Choice& choice) {
  return std::any_of(models_.begin(), models_.end(),
                     [&](const Model& model) { return model.Satisfies(choice); });
}

void Search::DropStaleModels() {
  const auto is_stale = [&](const Model& model) {
    for (std::size_t i = 0; i < universe().num_packages(); ++i) {
      const PackageId package(i);
      const Position at = model.Of(package);
      if (at == kNoPosition ? domains_.IsRequired(package)
                            : !Contains(domains_.Domain(package), at)) {
        // Virtual packages are there without being chosen.
        if (!universe().IsVirtual(package)) {
          return true;
        }
      }
    }
    return false;
  };
  models_.erase(std::remove_if(models_.begin(), models_.end(), is_stale), models_.end());
}

void Search::DropModelsWithout(const Choice& choice) {
  std::erase_if(models_, [&](const Model& model) { return !model.Satisfies(choice); });
}

void Search::UseModel(const Model& model) {
  // One that is still known is not kept twice: that would drive others out.
  if (!UseModel([&](const Model& other) { return other == model; })) {
    StoreModel(model);
  }
}

void Search::KeepOnlyCurrentModel() {
  models_.resize(1);
}

bool Search::UseModel(const std::function<bool(const Model&)>& is_wanted) {
  const auto wanted = std::find_if(models_.begin(), models_.end(), is_wanted);
  if (wanted == models_.end()) {
    return false;
  }
  std::rotate(models_.begin(), wanted, wanted + 1);
  return true;
}

QuickAnswer Search::FeasibleByDive(std::span<const Choice> choices, const Progress& progress,
                                   Core* core) {
  crowd_.reset();
  const auto satisfies_all = [&](const Model& model) {
    return std::all_of(choices.begin(), choices.end(),
                       [&](const Choice& choice) { return model.Satisfies(choice); });
  };
  if (UseModel(satisfies_all)) {
    return true;
  }
  if (stop_.stop()) {
    return stop_.Why();
  }
  if (!options_.dives || failures_left_ < 0) {
    return std::nullopt;
  }
  const int max_failures = options_.learning ? std::min(kMaxFailures, failures_left_) : 0;
  const bool may_count = options_.counting && max_failures > kFailuresBeforeCounting;
  QuickAnswer answer =
      RunDive(choices, progress, may_count ? kFailuresBeforeCounting : max_failures, core);
  if (may_count && answer.ok() && !answer->has_value()) {
    if (IsCrowded(choices, core)) {
      return false;
    }
    answer = RunDive(choices, progress, max_failures - kFailuresBeforeCounting, core);
  }
  if (answer.ok() && !answer->has_value()) {
    failures_left_ = -1;
  }
  return answer;
}

QuickAnswer Search::RunDive(std::span<const Choice> choices, const Progress& progress,
                            int max_failures, Core* core) {
  ++statistics_.dives;
  Dive dive(domains_, prefer_installed_, max_failures, stop_, rests_on_);
  QuickAnswer answer = dive.Run(choices, progress);
  statistics_.conflicts += dive.num_failures();
  failures_left_ -= dive.num_failures();
  if (answer.ok() && *answer == true) {
    StoreModel(std::move(dive.model()));
  } else if (answer.ok() && *answer == false && core != nullptr) {
    *core = std::move(dive.core());
  }
  return answer;
}

// Whether counting shows that the choices are impossible; `core` gets all of them if they have part
// in that. It rests on whatever the domains rest on.
bool Search::IsCrowded(std::span<const Choice> choices, Core* core) {
  if (!FindCrowdWith(choices)) {
    return false;
  }
  const bool rests_on_choices = !choices.empty() && !FindCrowdWith({});
  if (rests_on_ != nullptr) {
    rests_on_->assign(universe().num_packages(), true);
  }
  if (core != nullptr) {
    core->clear();
    for (std::size_t i = 0; rests_on_choices && i < choices.size(); ++i) {
      const std::size_t size = universe().NumCandidates(choices[i].package);
      std::vector<Word> instead = RangeSet(size, 0, static_cast<Position>(size));
      Subtract(instead, choices[i].allowed);
      core->push_back({i, std::move(instead)});
    }
  }
  return true;
}

bool Search::FindCrowdWith(std::span<const Choice> choices) {
  domains_.Propagate();
  const Domains::Mark mark = domains_.Now();
  for (const Choice& choice : choices) {
    domains_.Restrict(choice.package, choice.allowed);
    if (!choice.or_absent) {
      domains_.Require(choice.package);
    }
  }
  if (domains_.Propagate()) {
    crowd_ = FindCrowd(domains_);
  }
  const bool is_impossible = crowd_.has_value() || domains_.failed();
  domains_.UndoTo(mark);
  return is_impossible;
}

Answer Search::Feasible(std::span<const Choice> choices, const Progress& progress, Core* core) {
  ASSIGN_OR_RETURN(const std::optional<bool> answer, FeasibleByDive(choices, progress, core));
  return answer.has_value() ? Answer(*answer) : FeasibleBySat(choices, core);
}

// --- CryptoMiniSat
// -----------------------------------------------------------------------------------

void Search::CloseSession() {
  if (!options_.one_cnf) {
    session_.reset();
  } else if (session_ != nullptr) {
    session_->assumed.clear();
  }
}

void Search::Announce(std::vector<PackageId> roots, std::vector<Distinguished> distinguished,
                      std::vector<PackageId> perhaps) {
  if (options_.one_cnf && session_ != nullptr) {
    return;
  }
  roots_ = std::move(roots);
  perhaps_ = std::move(perhaps);
  distinguished_ = std::move(distinguished);
  failures_left_ = kMaxFailuresOfLevel;
  CloseSession();
}

Search::Session& Search::OpenSession() {
  if (session_ == nullptr) {
    Stopwatch watch;
    if (!options_.lazy_grounding) {
      for (std::size_t i = 0; i < universe().num_packages(); ++i) {
        domains_.GroundAll(PackageId(i));
      }
    }
    session_ = std::make_unique<Session>();
    std::vector<PackageId> included = roots_;
    included.insert(included.end(), perhaps_.begin(), perhaps_.end());
    session_->encoding = std::make_unique<Encoding>(domains_, included, distinguished_,
                                                    EncodeOptions{options_.merge_candidates});
    session_->solver = std::make_unique<SatSolver>();
    statistics_.encode_ms += watch.Lap();
    const Cnf& cnf = session_->encoding->cnf();
    statistics_.variables = std::max<std::int64_t>(statistics_.variables, cnf.num_variables());
    statistics_.clauses =
        std::max<std::int64_t>(statistics_.clauses, static_cast<std::int64_t>(cnf.num_clauses()));
  }
  return *session_;
}

// Requires: a choice that may be absent allows no candidate.
Literal Search::SessionLiteral(const Choice& choice) {
  Encoding& encoding = *OpenSession().encoding;
  if (!choice.or_absent) {
    return encoding.ChosenFrom(choice.package, choice.allowed);
  }
  const std::size_t size = universe().NumCandidates(choice.package);
  return ~encoding.ChosenFrom(choice.package, RangeSet(size, 0, static_cast<Position>(size)));
}

Cnf& Search::SessionCnf() {
  return OpenSession().encoding->cnf();
}

void Search::Assume(std::vector<Literal> literals) {
  OpenSession().assumed = std::move(literals);
}

void Search::FixInSession(const Choice& choice) {
  if (session_ != nullptr) {
    session_->encoding->cnf().AddClause({SessionLiteral(choice)});
  }
  domains_.Restrict(choice.package, choice.allowed);
  domains_.Require(choice.package);
  domains_.Propagate();
}

void Search::ForbidInSession(PackageId package, std::span<const Word> removed) {
  if (session_ != nullptr) {
    Encoding& encoding = *session_->encoding;
    const std::size_t size = universe().NumCandidates(package);
    const std::vector<Word> all = RangeSet(size, 0, static_cast<Position>(size));
    std::vector<Word> others = all;
    Subtract(others, removed);
    // A literal of a set implies it, and not the other way round.
    encoding.cnf().AddClause(
        {~encoding.ChosenFrom(package, all), encoding.ChosenFrom(package, others)});
  }
  domains_.RemoveAll(package, removed);
  domains_.Propagate();
}

// What the dependencies of candidates that are left reach, from what must be there and the roots.
void Search::GroundReached() {
  std::vector<PackageId> reached(domains_.Required().begin(), domains_.Required().end());
  reached.insert(reached.end(), roots_.begin(), roots_.end());
  std::vector<bool> is_reached;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    const PackageId package = reached[i];
    is_reached.resize(universe().num_packages(), false);
    if (is_reached[package.index()]) {
      continue;
    }
    is_reached[package.index()] = true;
    if (!domains_.GroundAll(package)) {
      return;
    }
    ForEach(domains_.Domain(package), [&](Position at) {
      for (const RequirementId requirement : universe().LinksOf(package, at).depends) {
        reached.push_back(universe().RequirementOf(requirement).package);
      }
    });
  }
}

void Search::GroundMore(std::span<const PackageId> packages) {
  for (const PackageId package : packages) {
    const std::span<const Word> domain = domains_.Domain(package);
    std::size_t grounded = 0;
    ForEach(domain, [&](Position at) { grounded += universe().IsGrounded(package, at) ? 1 : 0; });
    std::size_t left = std::max(kMinGrounded, grounded);
    std::vector<Word> more(domain.size(), 0);
    ForEach(domain, [&](Position at) {
      if (left > 0 && !universe().IsGrounded(package, at)) {
        Insert(more, at);
        --left;
      }
    });
    domains_.Ground(package, more);
  }
}

absl::StatusOr<Search::OfSession> Search::SolveSession(std::span<const Literal> assumptions,
                                                       std::vector<Literal>* core) {
  Session& session = OpenSession();
  for (;;) {
    session.solver->Add(session.encoding->cnf(), session.fed_clauses);
    session.fed_clauses = session.encoding->cnf().num_clauses();
    std::vector<Literal> all(assumptions.begin(), assumptions.end());
    all.insert(all.end(), session.assumed.begin(), session.assumed.end());
    for (const Encoding::Overflow& overflow : session.encoding->overflows()) {
      all.push_back(~overflow.literal);
    }
    ++statistics_.sat_calls;
    ASSIGN_OR_RETURN(const bool is_possible, session.solver->Solve(all, stop_));
    if (is_possible) {
      const SatSolver& solver = *session.solver;
      StoreModel(KeepNeeded(
          session.encoding->Decode([&](Literal literal) { return solver.IsTrue(literal); })));
      return OfSession::kYes;
    }
    const std::vector<PackageId> overflowing = Overflowing(session);
    if (overflowing.empty()) {
      if (core != nullptr) {
        *core = session.solver->core();
      }
      return OfSession::kNo;
    }
    GroundMore(overflowing);
    if (domains_.failed()) {
      return OfSession::kNo;  // With an empty core: nothing is possible.
    }
    if (!session.encoding->Grow()) {
      session_.reset();
      return OfSession::kAskAnew;
    }
  }
}

// Of which names the last core wants more candidates.
std::vector<PackageId> Search::Overflowing(const Session& session) const {
  const std::vector<Literal>& core = session.solver->core();
  std::vector<PackageId> packages;
  for (const Encoding::Overflow& overflow : session.encoding->overflows()) {
    if (std::find(core.begin(), core.end(), ~overflow.literal) != core.end()) {
      packages.push_back(overflow.package);
    }
  }
  return packages;
}

Answer Search::FeasibleBySat(std::span<const Choice> choices, Core* core) {
  for (;;) {
    if (options_.one_cnf && session_ == nullptr) {
      GroundReached();
    }
    if (!domains_.Propagate()) {
      if (core != nullptr) {
        core->clear();
      }
      return false;
    }
    std::vector<Literal> assumptions;
    for (const Choice& choice : choices) {
      assumptions.push_back(SessionLiteral(choice));
    }
    std::vector<Literal> found;
    ASSIGN_OR_RETURN(const OfSession answer, SolveSession(assumptions, &found));
    if (answer == OfSession::kAskAnew) {
      continue;
    }
    if (answer == OfSession::kNo && core != nullptr) {
      core->clear();
      for (std::size_t i = 0; i < assumptions.size(); ++i) {
        if (std::find(found.begin(), found.end(), assumptions[i]) != found.end()) {
          core->push_back({i, {}});
        }
      }
    }
    return answer == OfSession::kYes;
  }
}

// Keeps of a model what is needed from the packages that must be there.
Model Search::KeepNeeded(const std::vector<std::pair<PackageId, Position>>& choices) {
  Model raw;
  for (const auto& [package, at] : choices) {
    raw.Set(package, at);
  }
  std::vector<PackageId> roots;
  for (const PackageId root : roots_) {
    if (raw.Of(root) != kNoPosition) {
      roots.push_back(root);
    }
  }
  return NeededOf(std::move(roots), [&](PackageId package) {
    const Position at = raw.Of(package);
    return at != kNoPosition ? at : domains_.Best(package);  // Settled packages are not in the CNF.
  });
}

void Search::PruneModel() {
  const Model raw = std::move(models_.front());
  models_.pop_front();
  StoreModel(NeededOf({}, [&](PackageId package) {
    return universe().IsVirtual(package) ? domains_.Best(package) : raw.Of(package);
  }));
}

// The plan that has what must be there and the roots, chosen so, and what that needs.
Model Search::NeededOf(std::vector<PackageId> roots,
                       const std::function<Position(PackageId)>& choose) {
  for (std::size_t i = 0; i < universe().num_packages(); ++i) {
    if (domains_.IsRequired(PackageId(i))) {
      roots.push_back(PackageId(i));
    }
  }
  return CloseModel(universe(), roots, choose);
}

}  // namespace satchel

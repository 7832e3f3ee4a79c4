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
  ++statistics_.dives;
  const int max_failures = std::min(kMaxFailures, failures_left_);
  Dive dive(domains_, prefer_installed_, options_.learning ? max_failures : 0, stop_, rests_on_);
  QuickAnswer answer = dive.Run(choices, progress);
  statistics_.conflicts += dive.num_failures();
  failures_left_ = answer.ok() && !answer->has_value() ? -1 : failures_left_ - dive.num_failures();
  if (!answer.ok() || !answer->has_value()) {
    return answer;
  }
  if (**answer) {
    StoreModel(std::move(dive.model()));
  } else if (core != nullptr) {
    *core = std::move(dive.core());
  }
  return answer;
}

Answer Search::Feasible(std::span<const Choice> choices, const Progress& progress, Core* core) {
  ASSIGN_OR_RETURN(const std::optional<bool> answer, FeasibleByDive(choices, progress, core));
  return answer.has_value() ? Answer(*answer) : FeasibleBySat(choices, core);
}

// --- CryptoMiniSat
// -----------------------------------------------------------------------------------

void Search::Announce(std::vector<PackageId> roots, std::vector<Distinguished> distinguished,
                      std::vector<PackageId> perhaps) {
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
      CloseSession();
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

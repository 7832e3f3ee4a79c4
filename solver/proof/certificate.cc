#include "solver/proof/certificate.h"

#include <map>
#include <memory>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "encoding/plain_encoder.h"
#include "solver/search/sat_solver.h"

namespace satchel {
namespace {

// What one term may cost above its cheapest: `dearer[i]` is true if it costs at least
// `excess[i]` more. Both rising.
struct Input {
  std::vector<Literal> dearer;
  std::vector<std::int64_t> excess;
};

// "All together cost at most `bound` more than their cheapest", if the returned literal is assumed.
// A sequential counter (Sinz, CP 2005) over weights: a variable for each term and each sum that
// those before it can have come to, up to the bound.
Literal AtMost(Cnf& cnf, const std::vector<Input>& inputs, std::int64_t bound) {
  const Literal holds = cnf.NewVariable();
  if (bound < 0) {
    cnf.AddClause({~holds});
    return holds;
  }
  std::map<std::int64_t, Literal> before = {{0, Literal::True()}};  // "At least so much so far."
  for (const Input& input : inputs) {
    std::map<std::int64_t, Literal> now;
    const auto reach = [&](std::int64_t sum, Literal so_far, Literal input_literal) {
      if (sum > bound) {
        cnf.AddClause({~holds, ~so_far, ~input_literal});
        return;
      }
      auto [at, is_new] = now.try_emplace(sum, Literal::True());
      if (is_new && sum > 0) {
        at->second = cnf.NewVariable();
      }
      cnf.AddClause({~so_far, ~input_literal, at->second});
    };
    for (const auto& [sum, so_far] : before) {
      reach(sum, so_far, Literal::True());
      for (std::size_t i = 0; i < input.dearer.size(); ++i) {
        reach(sum + input.excess[i], so_far, input.dearer[i]);
      }
    }
    before = std::move(now);
  }
  return holds;
}

class Certifier final {
 public:
  Certifier(const Universe& original, Universe& universe, const StopSignal& stop)
      : original_(original), universe_(universe), encoding_(universe), stop_(stop) {}

  void StartLevel() {
    solver_ = std::make_unique<SatSolver>();
    fed_ = 0;
    for (const Literal literal : level_only_) {
      encoding_.cnf().AddClause({~literal});  // Of the level before; switched off for good.
    }
    level_only_.clear();
  }

  absl::Status Check(const Certificate::Impossible& claim) {
    std::vector<Literal> assumptions;
    for (const Choice& choice : claim.choices) {
      assumptions.push_back(LiteralOf(choice));
    }
    return ExpectImpossible(std::move(assumptions),
                            std::string(original_.NameOf(claim.choices[0].package)));
  }

  absl::Status Check(const Certificate::LeastSum& claim) {
    std::vector<Input> inputs;
    std::int64_t base = 0;
    for (const Term& term : claim.terms) {
      base += term.steps[0].cost;
    }
    const std::int64_t excess = claim.value - base;
    for (const Term& term : claim.terms) {
      RETURN_IF_ERROR(AddInput(term, excess, inputs));
    }
    RETURN_IF_ERROR(ExpectImpossible({AtMost(encoding_.cnf(), inputs, excess - 1)}, "a sum"));
    level_only_.push_back(AtMost(encoding_.cnf(), inputs, excess));
    return absl::OkStatus();
  }

  absl::Status Check(const Certificate::Fixed& fixed) {
    encoding_.Require(Here(fixed.choice.package), fixed.choice.allowed);
    return absl::OkStatus();
  }

 private:
  // Ids differ between universes; names do not, nor do positions.
  PackageId Here(PackageId package) { return universe_.Intern(original_.NameOf(package)); }

  Literal LiteralOf(const Choice& choice) {
    return choice.or_absent ? encoding_.Absent(Here(choice.package))
                            : encoding_.ChosenFrom(Here(choice.package), choice.allowed);
  }

  // That the cheapest is a bound is a claim of its own.
  absl::Status AddInput(const Term& term, std::int64_t excess, std::vector<Input>& inputs) {
    const CandidateList& list = universe_.List(Here(term.package));
    if (term.measure.has_value()) {
      RETURN_IF_ERROR(Check(Certificate::Impossible{
          {{term.package, UpToCost(list, *term.measure, term.steps[0].cost - 1)}}}));
    }
    Input input;
    for (std::size_t i = 0; i < term.steps.size(); ++i) {
      const bool is_last = i + 1 == term.steps.size();
      if (is_last && term.cost_otherwise < 0) {
        break;
      }
      const std::int64_t next = is_last ? term.cost_otherwise : term.steps[i + 1].cost;
      input.dearer.push_back(~LiteralOf({term.package, term.steps[i].allowed}));
      input.excess.push_back(next - term.steps[0].cost);
      if (input.excess.back() > excess) {
        break;  // More than may be paid by all.
      }
    }
    inputs.push_back(std::move(input));
    return absl::OkStatus();
  }

  absl::Status ExpectImpossible(std::vector<Literal> assumptions, const std::string& what) {
    solver_->Add(encoding_.cnf(), fed_);
    fed_ = encoding_.cnf().num_clauses();
    assumptions.insert(assumptions.end(), level_only_.begin(), level_only_.end());
    ASSIGN_OR_RETURN(const bool is_possible, solver_->Solve(assumptions, stop_));
    return is_possible ? absl::InternalError("the claim about " + what +
                                             " cannot be certified, please report it")
                       : absl::OkStatus();
  }

  const Universe& original_;
  Universe& universe_;
  PlainEncoding encoding_;
  const StopSignal& stop_;
  std::unique_ptr<SatSolver> solver_;
  std::size_t fed_ = 0;
  std::vector<Literal> level_only_;
};

}  // namespace

absl::Status Certify(const Universe& universe, VersionPreference preference,
                     const Certificate& certificate, const StopSignal& stop,
                     std::vector<LevelValue>& levels) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Universe> fresh,
                   Universe::Make(universe.request(), preference));
  Certifier certifier(universe, *fresh, stop);
  std::size_t first = 0;
  const auto mark = [&](std::size_t end) {
    for (; first < end && first < levels.size(); ++first) {
      levels[first].certified = true;
    }
  };
  for (const auto& claim : certificate.claims) {
    if (const auto* level = std::get_if<Certificate::Level>(&claim)) {
      mark(level->first_level);
      certifier.StartLevel();
    } else if (const auto* impossible = std::get_if<Certificate::Impossible>(&claim)) {
      RETURN_IF_ERROR(certifier.Check(*impossible));
    } else if (const auto* sum = std::get_if<Certificate::LeastSum>(&claim)) {
      RETURN_IF_ERROR(certifier.Check(*sum));
    } else {
      RETURN_IF_ERROR(certifier.Check(std::get<Certificate::Fixed>(claim)));
    }
  }
  mark(levels.size());
  return absl::OkStatus();
}

absl::Status WriteUnsatisfiableProof(const Request& request, const std::string& dimacs_path,
                                     const std::string& frat_path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Universe> universe,
                   Universe::Make(request, VersionPreference::kNewest));
  PlainEncoding encoding(*universe);
  return WriteProof(encoding.cnf(), dimacs_path, frat_path);
}

}  // namespace satchel

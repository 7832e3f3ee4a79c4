#include "solver/objective/minimise.h"

#include <algorithm>
#include <limits>

#include "base/status_macros.h"

namespace satchel {
namespace {

using OfSession = Search::OfSession;

constexpr int kMaxTrimsOfCore = 3;

absl::Status NoPlanLeft() {
  return absl::InternalError("the levels of the objective leave no plan, please report it");
}

// "At least j of the inputs are true" for each j, one way: enough to count what is violated.
// A totalizer, balanced; k inputs cost O(k^2) clauses (Bailleux, Boufkhad, CP 2003).
std::vector<Literal> Totalizer(Cnf& cnf, std::span<const Literal> inputs) {
  if (inputs.size() == 1) {
    return {inputs[0]};
  }
  const std::vector<Literal> left = Totalizer(cnf, inputs.first(inputs.size() / 2));
  const std::vector<Literal> right = Totalizer(cnf, inputs.subspan(inputs.size() / 2));
  std::vector<Literal> sum;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    sum.push_back(cnf.NewVariable());
  }
  for (std::size_t l = 0; l <= left.size(); ++l) {
    for (std::size_t r = 0; r <= right.size(); ++r) {
      if (l + r > 0) {
        cnf.AddClause({l == 0 ? Literal::False() : ~left[l - 1],
                       r == 0 ? Literal::False() : ~right[r - 1], sum[l + r - 1]});
      }
    }
  }
  return sum;
}

// The state of one core-guided search.
class Oll final {
 public:
  Oll(const std::vector<Term>& terms, Search& search) : terms_(terms), search_(search) {}

  absl::StatusOr<std::optional<std::int64_t>> Run() {
    for (std::size_t t = 0; t < terms_.size(); ++t) {
      lower_bound_ += terms_[t].steps[0].cost;
      ActivateStep(t, 0);
    }
    for (;;) {
      const std::vector<Literal> assumptions = Assumptions();
      std::vector<Literal> core;
      ASSIGN_OR_RETURN(OfSession answer, search_.SolveSession(assumptions, &core));
      if (answer == OfSession::kYes) {
        search_.Assume(assumptions);
        return lower_bound_;
      }
      if (answer == OfSession::kNo) {
        ASSIGN_OR_RETURN(answer, Trim(&core));
      }
      if (answer == OfSession::kAskAnew) {
        return std::nullopt;
      }
      if (core.empty()) {
        return NoPlanLeft();  // Not even at a price.
      }
      Relax(core);
    }
  }

 private:
  // A literal to assume, what it costs to do without, and what has to be assumed then instead: the
  // next step of a term, or the next output of a counter.
  struct Soft {
    Literal literal;
    std::int64_t weight;
    std::size_t term;
    std::size_t counter;
    std::size_t index;
  };
  struct Counter {
    std::vector<Literal> outputs;
    std::int64_t weight;
  };
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  std::vector<Literal> Assumptions() const {
    std::vector<Literal> literals;
    for (const Soft& soft : softs_) {
      literals.push_back(soft.literal);
    }
    return literals;
  }

  // Giving up step i of a term costs the difference to the next step.
  void ActivateStep(std::size_t t, std::size_t i) {
    const Term& term = terms_[t];
    for (; i < term.steps.size(); ++i) {
      const bool is_last = i + 1 == term.steps.size();
      if (is_last && term.cost_otherwise < 0) {
        return;  // The problem itself says so.
      }
      const std::int64_t next = is_last ? term.cost_otherwise : term.steps[i + 1].cost;
      const std::int64_t weight = next - term.steps[i].cost;
      const Literal literal = search_.SessionLiteral({term.package, term.steps[i].allowed});
      if (literal.IsTrue()) {
        return;
      }
      if (!literal.IsFalse()) {
        softs_.push_back({literal, weight, t, kNone, i});
        return;
      }
      lower_bound_ += weight;
    }
  }

  void ActivateOutput(std::size_t c, std::size_t i) {
    if (i < counters_[c].outputs.size()) {
      softs_.push_back({~counters_[c].outputs[i], counters_[c].weight, kNone, c, i});
    }
  }

  // Asks again with the core alone: usually it shrinks. Unsatisfiable calls cost next to nothing.
  absl::StatusOr<OfSession> Trim(std::vector<Literal>* core) {
    for (int i = 0; i < kMaxTrimsOfCore && core->size() > 1; ++i) {
      std::vector<Literal> smaller;
      ASSIGN_OR_RETURN(const OfSession answer, search_.SolveSession(*core, &smaller));
      if (answer == OfSession::kAskAnew) {
        return answer;
      }
      if (smaller.size() >= core->size()) {
        break;
      }
      *core = std::move(smaller);
    }
    return OfSession::kNo;
  }

  void Relax(const std::vector<Literal>& core) {
    std::vector<std::size_t> members;
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::vector<Literal> seen;
    for (std::size_t s = 0; s < softs_.size(); ++s) {
      const Literal literal = softs_[s].literal;
      if (std::find(core.begin(), core.end(), literal) != core.end() &&
          std::find(seen.begin(), seen.end(), literal) == seen.end()) {
        seen.push_back(literal);
        members.push_back(s);
        least = std::min(least, softs_[s].weight);
      }
    }
    lower_bound_ += least;
    std::vector<Literal> violated;
    std::vector<Soft> exhausted;
    for (const std::size_t s : members) {
      violated.push_back(~softs_[s].literal);
      softs_[s].weight -= least;
      if (softs_[s].weight == 0) {
        exhausted.push_back(softs_[s]);
      }
    }
    std::erase_if(softs_, [](const Soft& soft) { return soft.weight == 0; });
    for (const Soft& soft : exhausted) {
      if (soft.counter == kNone) {
        ActivateStep(soft.term, soft.index + 1);
      } else {
        ActivateOutput(soft.counter, soft.index + 1);
      }
    }
    if (violated.size() > 1) {
      counters_.push_back({Totalizer(search_.SessionCnf(), violated), least});
      ActivateOutput(counters_.size() - 1, 1);  // One is violated; that is paid.
    }
  }

  const std::vector<Term>& terms_;
  Search& search_;
  std::vector<Soft> softs_;
  std::vector<Counter> counters_;
  std::int64_t lower_bound_ = 0;
};

}  // namespace

absl::StatusOr<std::optional<std::int64_t>> MinimiseSum(const std::vector<Term>& terms,
                                                        Search& search) {
  return Oll(terms, search).Run();
}

}  // namespace satchel

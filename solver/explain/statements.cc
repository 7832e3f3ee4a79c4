#include "solver/explain/statements.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"

#include "base/status_macros.h"

namespace satchel {
namespace {

constexpr std::uint32_t kNone = 0xffffffff;
constexpr int kMaxDecisions = 200;  // Then CryptoMiniSat takes over for good.

// A number that a set of lines is known by: the sum of those of its members.
std::uint64_t Fingerprint(std::size_t line, bool of_target) {
  std::uint64_t x = 2 * line + (of_target ? 1 : 0) + 0x9e3779b97f4a7c15;  // splitmix64
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

StatementProblem::StatementProblem(const Universe& universe, std::span<const Statement> lines,
                                   std::span<const std::uint32_t> group_of_line)
    : universe_(universe), lines_(lines), group_of_line_(group_of_line), search_(universe, lines) {
  for (const std::uint32_t group : group_of_line) {
    num_groups_ = group == kAlways ? num_groups_ : std::max<std::size_t>(num_groups_, group + 1);
  }
}

Answer StatementProblem::Solve(std::span<const std::uint32_t> groups, const StopSignal& stop) {
  if (stop.stop()) {
    return stop.Why();
  }
  std::vector<bool> taken(num_groups_, false);
  for (const std::uint32_t group : groups) {
    taken[group] = true;
  }
  std::vector<bool> active(lines_.size());
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    active[i] = group_of_line_[i] == kAlways || taken[group_of_line_[i]];
  }
  const StatementSearch::Result result =
      by_sat_ ? StatementSearch::Result::kGaveUp : search_.Run(active, kMaxDecisions);
  core_.clear();
  switch (result) {
    case StatementSearch::Result::kGaveUp:
      return SolveBySat(groups, stop);
    case StatementSearch::Result::kPossible:
      return true;
    case StatementSearch::Result::kImpossible:
      break;
  }
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (search_.core()[i] && group_of_line_[i] != kAlways) {
      core_.push_back(group_of_line_[i]);
    }
  }
  std::sort(core_.begin(), core_.end());
  core_.erase(std::unique(core_.begin(), core_.end()), core_.end());
  return false;
}

Answer StatementProblem::SolveBySat(std::span<const std::uint32_t> groups, const StopSignal& stop) {
  if (solver_ == nullptr) {
    Encode();
  }
  by_sat_ = true;
  std::vector<Literal> assumptions;
  for (const std::uint32_t group : groups) {
    assumptions.push_back(selectors_[group]);
  }
  ASSIGN_OR_RETURN(const bool is_possible, solver_->Solve(assumptions, stop));
  if (!is_possible && !selectors_.empty()) {
    const std::uint32_t first = selectors_[0].variable();  // They are consecutive.
    for (const Literal literal : solver_->core()) {
      core_.push_back(literal.variable() - first);
    }
    std::sort(core_.begin(), core_.end());
  }
  return is_possible;
}

void StatementProblem::Encode() {
  block_of_.assign(universe_.num_packages(), kNone);
  MakeBlocks();
  for (Block& block : blocks_) {
    MakeVariables(block);
  }
  for (std::size_t group = 0; group < num_groups_; ++group) {
    selectors_.push_back(cnf_.NewVariable());
  }
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    AddStatement(lines_[i],
                 group_of_line_[i] == kAlways ? Literal::True() : selectors_[group_of_line_[i]]);
  }
  solver_ = std::make_unique<SatSolver>();
  solver_->Add(cnf_, 0);
}

StatementProblem::Block& StatementProblem::BlockOf(PackageId package) {
  std::uint32_t& index = block_of_[package.index()];
  if (index == kNone) {
    index = static_cast<std::uint32_t>(blocks_.size());
    blocks_.emplace_back();
    blocks_.back().package = package;
  }
  return blocks_[index];
}

// Classes: candidates in the same sets of the same lines.
void StatementProblem::MakeBlocks() {
  std::vector<std::vector<std::uint64_t>> prints;  // By block, position.
  std::vector<std::vector<Word>> demanded;
  const auto fit = [&](PackageId package) {
    Block& block = BlockOf(package);
    const std::size_t index = block_of_[package.index()];
    if (prints.size() <= index) {
      const std::size_t size = universe_.NumCandidates(package);
      prints.emplace_back(size, 0);
      demanded.emplace_back(WordsFor(size), 0);
      // What is on the machine is there whether or not someone asks.
      if (universe_.IsVirtual(package)) {
        demanded.back() = RangeSet(size, 0, static_cast<Position>(size));
      }
      block.class_of.assign(size, kNone);
    }
    return index;
  };
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const Statement& line = lines_[i];
    if (line.subject.ok()) {
      const std::size_t index = fit(line.subject);
      ForEach(line.who, [&](Position at) { prints[index][at] += Fingerprint(i, false); });
    }
    if (line.target.ok()) {
      const std::size_t index = fit(line.target);
      ForEach(line.allowed, [&](Position at) { prints[index][at] += Fingerprint(i, true); });
      if (line.Demands()) {
        Unite(demanded[index], line.allowed);
      }
    }
  }
  for (std::size_t index = 0; index < blocks_.size(); ++index) {
    Block& block = blocks_[index];
    absl::flat_hash_map<std::uint64_t, std::uint32_t> classes;  // Looked up only.
    ForEach(demanded[index], [&](Position at) {
      const auto [found, is_new] =
          classes.try_emplace(prints[index][at], static_cast<std::uint32_t>(block.members.size()));
      if (is_new) {
        block.members.emplace_back();
      }
      block.class_of[at] = found->second;
      block.members[found->second].push_back(at);
    });
  }
}

void StatementProblem::MakeVariables(Block& block) {
  for (std::size_t k = 0; k < block.members.size(); ++k) {
    block.chosen.push_back(cnf_.NewVariable());
  }
  std::vector<Literal> one_of = block.chosen;
  if (universe_.IsVirtual(block.package)) {
    block.imaginary = cnf_.NewVariable();
    one_of.push_back(block.imaginary);
    if (!block.chosen.empty()) {
      cnf_.AddClause(one_of);
    }
  }
  Literal before = Literal::False();  // "One of the earlier ones is chosen."
  for (std::size_t k = 0; k + 1 < one_of.size(); ++k) {
    const Literal upto = k == 0 ? one_of[0] : cnf_.NewVariable();
    if (k > 0) {
      cnf_.AddImplication(before, upto);
      cnf_.AddImplication(one_of[k], upto);
    }
    cnf_.AddClause({~upto, ~one_of[k + 1]});
    before = upto;
  }
}

std::vector<std::uint32_t> StatementProblem::Classes(const Block& block,
                                                     std::span<const Word> set) const {
  std::vector<std::uint32_t> classes;
  ForEach(set, [&](Position at) {
    if (block.class_of[at] != kNone) {
      classes.push_back(block.class_of[at]);
    }
  });
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  return classes;
}

void StatementProblem::AddStatement(const Statement& line, Literal selector) {
  if (line.kind == Statement::Kind::kVirtual) {
    cnf_.AddClause({~selector, ~BlockOf(line.target).imaginary});
    return;
  }
  std::vector<Literal> who = {Literal::True()};
  if (line.subject.ok()) {
    who.clear();
    const Block& block = BlockOf(line.subject);
    for (const std::uint32_t k : Classes(block, line.who)) {
      who.push_back(block.chosen[k]);
    }
  }
  if (line.Hides()) {
    for (const Literal literal : who) {
      cnf_.AddClause({~selector, ~literal});
    }
    return;
  }
  const Block& target = BlockOf(line.target);
  const std::vector<std::uint32_t> allowed = Classes(target, line.allowed);
  if (line.Demands()) {
    std::vector<Literal> some = {~selector, Literal::False(), target.imaginary};
    for (const std::uint32_t k : allowed) {
      some.push_back(target.chosen[k]);
    }
    for (const Literal literal : who) {
      some[1] = ~literal;
      cnf_.AddClause(some);
    }
    return;
  }
  for (std::uint32_t k = 0; k < target.chosen.size(); ++k) {
    if (!std::binary_search(allowed.begin(), allowed.end(), k)) {
      for (const Literal literal : who) {
        cnf_.AddClause({~selector, ~literal, ~target.chosen[k]});
      }
    }
  }
}

std::vector<std::pair<PackageId, std::vector<Position>>> StatementProblem::Model() const {
  if (!by_sat_) {
    return search_.Model();
  }
  std::vector<std::pair<PackageId, std::vector<Position>>> model;
  for (const Block& block : blocks_) {
    for (std::size_t k = 0; k < block.chosen.size(); ++k) {
      if (solver_->IsTrue(block.chosen[k])) {
        model.emplace_back(block.package, block.members[k]);
      }
    }
  }
  return model;
}

}  // namespace satchel

#include "solver/explain/reduce_statements.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "solver/explain/gather_statements.h"

namespace satchel {
namespace {

using Groups = std::vector<std::uint32_t>;

constexpr int kMaxTrims = 5;
constexpr double kSeconds = 2;
constexpr double kSecondsForCore = 0.25;  // Where not even dives found the conflict.
constexpr std::size_t kMaxLines = 60;     // Of what is not known to be minimal.
// To do without one after the other takes quadratic time, and of so many some hundreds would remain,
// which nobody reads: a chain of 4,000 packages took more than a second.
constexpr std::size_t kMaxGroups = 1000;

Groups AllGroups(std::size_t num_groups) {
  Groups groups(num_groups);
  std::iota(groups.begin(), groups.end(), 0U);
  return groups;
}

class Reducer final {
 public:
  Reducer(OpenProblem& problem, const OpenProblem::Uses& uses, const StopSignal& stop)
      : problem_(problem), uses_(uses), budget_(kSeconds, stop), universe_(problem.universe()) {}

  ExplainedParts Run(const std::vector<std::size_t>& parts) {
    GatheredStatements gathered = FindCore(parts);
    DeleteGroups(&gathered);
    TellPartsOnlyIfLong(&gathered.lines);
    if (result_.parts_only) {
      result_.lines = std::move(gathered.lines);
      return std::move(result_);
    }
    lines_ = std::move(gathered.lines);
    groups_ = std::move(gathered.group_of_line);
    Fold();
    DropUndemanded();
    Disentangle();
    // What could not be folded into one line may have left needless ones.
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      groups_[i] = lines_[i].IsPart() ? StatementProblem::kAlways : static_cast<std::uint32_t>(i);
    }
    GatheredStatements single{std::move(lines_), std::move(groups_)};
    Renumber(&single.group_of_line);
    DeleteGroups(&single);
    lines_ = std::move(single.lines);
    DropUndemanded();
    TellPartsOnlyIfLong(&lines_);
    result_.lines = std::move(lines_);
    return std::move(result_);
  }

 private:
  // The lines of a core, in groups renumbered.
  GatheredStatements FindCore(const std::vector<std::size_t>& parts) {
    if (budget_.stop()) {
      const std::vector<bool> nothing;
      GatheredStatements gathered = GatherStatements(problem_, uses_, parts, &nothing);
      return PartsOnly(&gathered);
    }
    if (std::optional<GatheredStatements> core = CoreOfRefutation(parts)) {
      return *std::move(core);
    }
    const StopSignal soon(kSecondsForCore, budget_);
    for (;;) {
      GatheredStatements gathered = GatherStatements(problem_, uses_, parts);
      StatementProblem lines(universe_, gathered.lines, gathered.group_of_line);
      const Answer possible = lines.Solve(AllGroups(lines.num_groups()), soon);
      if (possible.ok() && !*possible) {
        Keep(Trimmed(lines), &gathered);
        return gathered;
      }
      if (possible.ok() && GroundChosen(lines)) {
        continue;
      }
      if (possible.ok()) {
        result_.flaw = "there is a plan for what was to be explained";
      }
      result_.num_packages = NumPackages(gathered.lines);
      return PartsOnly(&gathered);
    }
  }

  GatheredStatements PartsOnly(GatheredStatements* gathered) {
    result_.minimal = false;
    result_.parts_only = true;
    Keep({}, gathered);
    return std::move(*gathered);
  }

  // What is not known to be minimal may be too much to be read.
  void TellPartsOnlyIfLong(std::vector<Statement>* lines) {
    if (!result_.minimal && lines->size() > kMaxLines) {
      result_.num_packages = NumPackages(*lines);
      result_.parts_only = true;
      std::erase_if(*lines, [](const Statement& line) { return !line.IsPart(); });
    }
  }

  // What arc consistency and dives refute, they refute with few of all the packages that the parts
  // reach.
  std::optional<GatheredStatements> CoreOfRefutation(const std::vector<std::size_t>& parts) {
    OpenProblem::Uses uses = problem_.Only({});
    for (const std::size_t part : parts) {
      uses[part] = uses_[part];
    }
    std::vector<bool> packages;
    if (!problem_.Refute(uses, budget_, &packages, &result_.crowd)) {
      return std::nullopt;
    }
    if (result_.crowd.has_value()) {
      result_.num_packages = result_.crowd->packages.size();
      const std::vector<bool> nothing;
      GatheredStatements gathered = GatherStatements(problem_, uses_, parts, &nothing);
      return PartsOnly(&gathered);
    }
    GatheredStatements gathered = GatherStatements(problem_, uses_, parts, &packages);
    StatementProblem lines(universe_, gathered.lines, gathered.group_of_line);
    const Answer possible = lines.Solve(AllGroups(lines.num_groups()), budget_);
    if (!possible.ok() || *possible) {
      return std::nullopt;
    }
    Keep(Trimmed(lines), &gathered);
    return gathered;
  }

  static std::size_t NumPackages(const std::vector<Statement>& lines) {
    std::set<PackageId> packages;
    for (const Statement& line : lines) {
      if (line.target.ok()) {
        packages.insert(line.target);
      }
    }
    return packages.size();
  }

  Groups Trimmed(StatementProblem& lines) {
    Groups core = lines.core();
    for (int i = 0; i < kMaxTrims; ++i) {
      const Answer possible = lines.Solve(core, budget_);
      if (!possible.ok() || *possible || lines.core().size() == core.size()) {
        break;
      }
      core = lines.core();
    }
    return core;
  }

  // Grounds what the model chose without knowing what it needs. False if it knew it all.
  bool GroundChosen(const StatementProblem& lines) {
    bool grounded = false;
    for (const auto& [package, members] : lines.Model()) {
      if (!universe_.IsGrounded(package, members.front())) {
        std::vector<Word> set(WordsFor(universe_.NumCandidates(package)), 0);
        for (const Position at : members) {
          Insert(set, at);
        }
        problem_.Ground(package, set);
        grounded = true;
      }
    }
    return grounded;
  }

  static void Keep(const Groups& kept, GatheredStatements* gathered) {
    GatheredStatements rest;
    for (std::size_t i = 0; i < gathered->lines.size(); ++i) {
      const std::uint32_t group = gathered->group_of_line[i];
      if (group == StatementProblem::kAlways ||
          std::binary_search(kept.begin(), kept.end(), group)) {
        rest.lines.push_back(std::move(gathered->lines[i]));
        rest.group_of_line.push_back(group);
      }
    }
    Renumber(&rest.group_of_line);
    *gathered = std::move(rest);
  }

  static void Renumber(Groups* group_of_line) {
    Groups numbers;
    for (const std::uint32_t group : *group_of_line) {
      if (group != StatementProblem::kAlways) {
        numbers.push_back(group);
      }
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    for (std::uint32_t& group : *group_of_line) {
      if (group != StatementProblem::kAlways) {
        group = static_cast<std::uint32_t>(std::lower_bound(numbers.begin(), numbers.end(), group) -
                                           numbers.begin());
      }
    }
  }

  // Tries to do without each group, the last first.
  void DeleteGroups(GatheredStatements* gathered) {
    StatementProblem lines(universe_, gathered->lines, gathered->group_of_line);
    if (lines.num_groups() > kMaxGroups) {
      result_.minimal = false;
      return;
    }
    Groups kept = AllGroups(lines.num_groups());
    for (auto group = static_cast<std::uint32_t>(lines.num_groups()); group-- > 0;) {
      const auto found = std::lower_bound(kept.begin(), kept.end(), group);
      if (found == kept.end() || *found != group) {
        continue;  // A core did without it.
      }
      Groups tried = kept;
      tried.erase(tried.begin() + (found - kept.begin()));
      const Answer possible = lines.Solve(tried, budget_);
      if (!possible.ok()) {
        result_.minimal = false;
        break;
      }
      if (!*possible) {
        kept = lines.core();
      }
    }
    Keep(kept, gathered);
  }

  // Whether that is shown in time.
  bool IsImpossible(std::vector<Statement> lines) const {
    if (budget_.stop()) {
      return false;
    }
    const Groups always(lines.size(), StatementProblem::kAlways);
    const Answer possible = StatementProblem(universe_, lines, always).Solve({}, budget_);
    return possible.ok() && !*possible;
  }

  // All lines of a group as one, if that says enough; else runs of them, best candidates first.
  void Fold() {
    std::vector<Statement> folded;
    for (std::size_t i = 0; i < lines_.size();) {
      std::size_t end = i + 1;
      while (end < lines_.size() && groups_[i] != StatementProblem::kAlways &&
             groups_[end] == groups_[i]) {
        ++end;
      }
      std::vector<Statement> group(std::make_move_iterator(lines_.begin() + Offset(i)),
                                   std::make_move_iterator(lines_.begin() + Offset(end)));
      const std::vector<Statement> rest(lines_.begin() + Offset(end), lines_.end());
      FoldGroup(std::move(group), rest, &folded);
      i = end;
    }
    lines_ = std::move(folded);
    groups_.assign(lines_.size(), 0);
  }

  static std::ptrdiff_t Offset(std::size_t i) { return static_cast<std::ptrdiff_t>(i); }

  void FoldGroup(std::vector<Statement> group, const std::vector<Statement>& rest,
                 std::vector<Statement>* folded) const {
    const auto try_with = [&](const Statement& line, std::size_t from) {
      std::vector<Statement> lines = *folded;
      lines.push_back(line);
      lines.insert(lines.end(), group.begin() + Offset(from), group.end());
      lines.insert(lines.end(), rest.begin(), rest.end());
      return IsImpossible(std::move(lines));
    };
    std::sort(group.begin(), group.end(), [](const Statement& a, const Statement& b) {
      return FirstFrom(a.who) < FirstFrom(b.who);
    });
    Statement all = group[0];
    for (const Statement& line : group) {
      Unite(all.who, line.who);
      Unite(all.allowed, line.allowed);
    }
    if (group.size() == 1 || try_with(all, group.size())) {
      folded->push_back(std::move(all));
      return;
    }
    Statement run = group[0];
    for (std::size_t i = 1; i < group.size(); ++i) {
      Statement longer = run;
      Unite(longer.who, group[i].who);
      Unite(longer.allowed, group[i].allowed);
      if (try_with(longer, i + 1)) {
        run = std::move(longer);
      } else {
        folded->push_back(std::move(run));
        run = group[i];
      }
    }
    folded->push_back(std::move(run));
  }

  // Candidates that no line asks for any more have no place in an explanation.
  void DropUndemanded() {
    std::vector<std::vector<Word>> demanded(universe_.num_packages());
    for (const Statement& line : lines_) {
      if (line.Demands()) {
        std::vector<Word>& set = demanded[line.target.index()];
        set.resize(line.allowed.size(), 0);
        Unite(set, line.allowed);
      }
    }
    for (Statement& line : lines_) {
      for (std::size_t w = 0; line.subject.ok() && w < line.who.size(); ++w) {
        const std::vector<Word>& set = demanded[line.subject.index()];
        line.who[w] &= set.empty() ? 0 : set[w];
      }
    }
  }

  // A candidate that two lines rule out needs one of them only: the longer one keeps it.
  void Disentangle() {
    std::vector<std::size_t> order(lines_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(lines_[a].Hides(), Count(lines_[a].who)) >
             std::pair(lines_[b].Hides(), Count(lines_[b].who));
    });
    for (std::size_t i = 0; i < order.size(); ++i) {
      for (std::size_t j = i + 1; j < order.size(); ++j) {
        const Statement& keeps = lines_[order[i]];
        Statement& yields = lines_[order[j]];
        if (!keeps.subject.ok() || keeps.subject != yields.subject) {
          continue;
        }
        std::vector<Word> less = yields.who;
        Subtract(less, keeps.who);
        if (less == yields.who || IsEmpty(less)) {
          continue;
        }
        std::swap(yields.who, less);
        if (!IsImpossible(lines_)) {
          std::swap(yields.who, less);
        }
      }
    }
  }

  OpenProblem& problem_;
  const OpenProblem::Uses& uses_;
  const StopSignal budget_;
  Universe& universe_;
  ExplainedParts result_;
  std::vector<Statement> lines_;
  Groups groups_;  // Of lines_.
};

}  // namespace

ExplainedParts ExplainParts(OpenProblem& problem, const OpenProblem::Uses& uses,
                            const std::vector<std::size_t>& parts, const StopSignal& stop) {
  return Reducer(problem, uses, stop).Run(parts);
}

}  // namespace satchel

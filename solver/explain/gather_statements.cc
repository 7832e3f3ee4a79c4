#include "solver/explain/gather_statements.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace satchel {
namespace {

class Gatherer final {
 public:
  Gatherer(OpenProblem& problem, const OpenProblem::Uses& uses, const std::vector<bool>* within)
      : problem_(problem),
        within_(within),
        all_uses_(uses),
        uses_(problem.Only({})),
        universe_(problem.universe()) {}

  GatheredStatements Run(const std::vector<std::size_t>& parts) {
    for (const std::size_t part : parts) {
      uses_[part] = all_uses_[part];
    }
    for (const std::size_t part : parts) {
      AddPart(part);
    }
    while (next_ < reached_.size()) {
      Expand(reached_[next_++]);
    }
    for (std::size_t i = 0; i < order_.size(); ++i) {
      AddLinks(order_[i]);
    }
    for (const PackageId package : order_) {  // Complete now.
      AddHidden(package);
    }
    for (const PackageId package : order_) {
      AddVirtual(package);
    }
    return std::move(result_);
  }

 private:
  struct Reach {
    bool known = false;
    std::vector<Word> demanded;
    std::vector<Word> expanded;
  };

  Reach& ReachOf(PackageId package) {
    if (reach_.size() <= package.index()) {
      reach_.resize(package.index() + 1);
    }
    Reach& reach = reach_[package.index()];
    if (!reach.known) {
      reach.known = true;
      const std::size_t words = WordsFor(universe_.NumCandidates(package));
      reach.demanded.assign(words, 0);
      reach.expanded.assign(words, 0);
      order_.push_back(package);
    }
    return reach;
  }

  void Demand(PackageId package, std::span<const Word> allowed) {
    Reach& reach = ReachOf(package);
    if (!satchel::IsWithin(allowed, reach.demanded)) {
      Unite(reach.demanded, allowed);
      reached_.push_back(package);
    }
  }

  void AddPart(std::size_t index) {
    const Part& part = problem_.parts()[index];
    const bool as_written = uses_[index] == OpenProblem::Use::kAsWritten;
    const RequirementId requirement =
        universe_.RequirementFor(as_written ? part.spec : *part.widened, part.role());
    const PackageId package = universe_.RequirementOf(requirement).package;
    const std::span<const Word> allowed = universe_.Allowed(requirement);
    Statement line;
    const bool must_hold = part.demands() || universe_.PseudoOf(package) != nullptr;
    line.kind = part.kind == Part::Kind::kPinned && !must_hold ? Statement::Kind::kPinned
                : part.kind == Part::Kind::kStays              ? Statement::Kind::kStays
                : part.kind == Part::Kind::kKept               ? Statement::Kind::kKept
                                                               : Statement::Kind::kRequested;
    line.target = package;
    line.allowed.assign(allowed.begin(), allowed.end());
    line.part = index;
    if (must_hold) {
      Demand(package, line.allowed);
    } else if (IsOnMachine(package)) {
      ReachOf(package);  // It is there, asked for or not.
    }
    result_.lines.push_back(std::move(line));
    result_.group_of_line.push_back(StatementProblem::kAlways);
  }

  void Expand(PackageId package) {
    std::vector<Word> fresh = ReachOf(package).demanded;
    Subtract(fresh, ReachOf(package).expanded);
    Unite(ReachOf(package).expanded, fresh);
    ForEach(fresh, [&](Position at) {
      if (universe_.IsGrounded(package, at)) {
        for (const RequirementId requirement : universe_.LinksOf(package, at).depends) {
          if (IsWithin(universe_.RequirementOf(requirement).package)) {
            Demand(universe_.RequirementOf(requirement).package, universe_.Allowed(requirement));
          }
        }
      }
    });
  }

  std::uint32_t NewGroup() { return num_groups_++; }

  // One line for each requirement; one group for each other package.
  void AddLinks(PackageId package) {
    std::map<std::tuple<bool, PackageId, RequirementId>, std::vector<Word>> users;
    const std::size_t words = WordsFor(universe_.NumCandidates(package));
    ForEach(ReachOf(package).demanded, [&](Position at) {
      if (!universe_.IsGrounded(package, at)) {
        return;
      }
      const Links links = universe_.LinksOf(package, at);
      const auto use = [&](bool constrains, RequirementId requirement) {
        const PackageId target = universe_.RequirementOf(requirement).package;
        if (!IsWithin(target)) {
          return;
        }
        if (constrains && IsOnMachine(target)) {
          ReachOf(target);
        }
        if (constrains && !IsReached(target)) {
          return;  // It holds where the package is absent.
        }
        std::vector<Word>& who = users[{constrains, target, requirement}];
        who.resize(words, 0);
        Insert(who, at);
      };
      for (const RequirementId requirement : links.depends) {
        use(false, requirement);
      }
      for (const RequirementId requirement : links.constrains) {
        use(true, requirement);
      }
    });
    std::pair<bool, PackageId> last = {false, PackageId()};
    std::uint32_t group = 0;
    for (auto& [key, who] : users) {
      const auto& [constrains, target, requirement] = key;
      if (last != std::pair(constrains, target) || !last.second.ok()) {
        last = {constrains, target};
        group = NewGroup();
      }
      const std::span<const Word> allowed = universe_.Allowed(requirement);
      Statement line;
      line.kind = constrains ? Statement::Kind::kConstrains : Statement::Kind::kNeeds;
      line.subject = package;
      line.who = std::move(who);
      line.target = target;
      line.allowed.assign(allowed.begin(), allowed.end());
      result_.lines.push_back(std::move(line));
      result_.group_of_line.push_back(group);
    }
  }

  bool IsWithin(PackageId package) const {
    return within_ == nullptr || (package.index() < within_->size() && (*within_)[package.index()]);
  }

  bool IsOnMachine(PackageId package) const {
    return universe_.IsVirtual(package) && universe_.NumCandidates(package) > 0;
  }

  bool IsReached(PackageId package) const {
    return package.index() < reach_.size() && reach_[package.index()].known;
  }

  void AddHidden(PackageId package) {
    const std::vector<Word> demanded = ReachOf(package).demanded;
    const auto add = [&](HiddenBy by, Statement::Kind kind) {
      Statement line;
      line.kind = kind;
      line.subject = package;
      line.who = problem_.Hidden(package, by, uses_);
      Intersect(line.who, demanded);
      if (!IsEmpty(line.who)) {
        result_.lines.push_back(std::move(line));
        result_.group_of_line.push_back(NewGroup());
      }
    };
    add(HiddenBy::kRemoval, Statement::Kind::kRemoval);
    add(HiddenBy::kTooNew, Statement::Kind::kTooNew);
    add(HiddenBy::kPriority, Statement::Kind::kPriority);
  }

  void AddVirtual(PackageId package) {
    if (!universe_.IsVirtual(package)) {
      return;
    }
    Statement line;
    line.kind = Statement::Kind::kVirtual;
    line.target = package;
    const std::size_t size = universe_.NumCandidates(package);
    line.allowed = RangeSet(size, 0, static_cast<Position>(size));
    result_.lines.push_back(std::move(line));
    result_.group_of_line.push_back(NewGroup());
  }

  OpenProblem& problem_;
  const std::vector<bool>* const within_;
  const OpenProblem::Uses& all_uses_;
  OpenProblem::Uses uses_;  // Of the parts that are told about.
  Universe& universe_;
  std::vector<Reach> reach_;        // By package.
  std::vector<PackageId> order_;    // In which they were reached.
  std::vector<PackageId> reached_;  // Still to be looked at from `next_` on.
  std::size_t next_ = 0;
  std::uint32_t num_groups_ = 0;
  GatheredStatements result_;
};

}  // namespace

GatheredStatements GatherStatements(OpenProblem& problem, const OpenProblem::Uses& uses,
                                    const std::vector<std::size_t>& parts,
                                    const std::vector<bool>* within) {
  return Gatherer(problem, uses, within).Run(parts);
}

}  // namespace satchel

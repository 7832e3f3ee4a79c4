#include "encoding/encoder.h"

#include <algorithm>
#include <utility>

namespace satchel {

Encoding::Encoding(Domains& domains, std::span<const PackageId> roots,
                   std::span<const Distinguished> distinguished, const EncodeOptions& options)
    : domains_(domains), universe_(domains.universe()), options_(options) {
  FitTables();
  for (const PackageId root : roots) {
    Include(root);
  }
  for (const Distinguished& entry : distinguished) {
    distinguished_[entry.package.index()].push_back(entry.set);
  }
  CatchUp();
}

// Grounding finds names and requirements.
void Encoding::FitTables() {
  block_of_.resize(universe_.num_packages(), kNoPosition);
  distinguished_.resize(universe_.num_packages());
  waiting_.resize(universe_.num_packages());
  requirement_noted_.resize(universe_.num_requirements(), false);
  literal_of_requirement_.resize(universe_.num_requirements());
}

bool Encoding::Grow() {
  FitTables();
  for (Block& block : blocks_) {
    if (!Refresh(block)) {
      return false;
    }
  }
  return CatchUp();
}

// Brings everything up to what Collect and Refresh have put into the blocks. False if a candidate
// that dominance left out is told apart now.
bool Encoding::CatchUp() {
  Collect();
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    if (!NoteRequirements(blocks_[b])) {
      return false;
    }
  }
  for (Block& block : blocks_) {
    if (!block.has_ladder) {
      Merge(block);
      MakeLadder(block);
    } else if (block.ladder.size() < block.kept.size() ||
               (IsEmpty(block.ungrounded) && !block.overflow.IsFalse())) {
      ExtendLadder(block);
    }
  }
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    AddLinks(static_cast<std::uint32_t>(b));
  }
  overflows_.clear();
  for (const Block& block : blocks_) {
    if (!block.overflow.IsFalse()) {
      overflows_.push_back({block.package, block.overflow});
    }
  }
  return true;
}

Encoding::Block* Encoding::BlockOf(PackageId package) {
  const std::uint32_t at = block_of_[package.index()];
  return at == kNoPosition ? nullptr : &blocks_[at];
}

// Chosen for good: the domains have drawn every consequence.
bool Encoding::IsSettled(PackageId package) const {
  return domains_.IsRequired(package) && domains_.IsSingle(package);
}

void Encoding::Include(PackageId package) {
  if (block_of_[package.index()] != kNoPosition || IsSettled(package)) {
    return;
  }
  block_of_[package.index()] = static_cast<std::uint32_t>(blocks_.size());
  Block block;
  block.package = package;
  const std::span<const Word> domain = domains_.Domain(package);
  block.ungrounded.assign(domain.size(), 0);
  ForEach(domain, [&](Position at) {
    if (universe_.IsGrounded(package, at)) {
      block.kept.push_back(at);
    } else {
      Insert(block.ungrounded, at);
    }
  });
  blocks_.push_back(std::move(block));
}

// What can be needed: from what must be there and is not settled, over the dependencies. A
// constrains alone never makes a package needed.
void Encoding::Collect() {
  for (std::size_t i = 0; i < universe_.num_packages(); ++i) {
    if (domains_.IsRequired(PackageId(i))) {
      Include(PackageId(i));
    }
  }
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const PackageId package = blocks_[b].package;
    for (std::size_t i = blocks_[b].num_noted; i < blocks_[b].kept.size(); ++i) {
      for (const RequirementId requirement :
           universe_.LinksOf(package, blocks_[b].kept[i]).depends) {
        Include(universe_.RequirementOf(requirement).package);
      }
    }
  }
}

bool Encoding::NoteRequirements(Block& block) {
  for (; block.num_noted < block.kept.size(); ++block.num_noted) {
    const Links links = universe_.LinksOf(block.package, block.kept[block.num_noted]);
    for (const std::span<const RequirementId> requirements : {links.depends, links.constrains}) {
      for (const RequirementId requirement : requirements) {
        if (!NoteRequirement(requirement)) {
          return false;
        }
      }
    }
  }
  return true;
}

bool Encoding::NoteRequirement(RequirementId requirement) {
  Block* target = BlockOf(universe_.RequirementOf(requirement).package);
  if (target == nullptr || requirement_noted_[requirement.index()]) {
    return true;
  }
  requirement_noted_[requirement.index()] = true;
  target->requirements.push_back(requirement);
  const std::span<const Word> allowed = universe_.Allowed(requirement);
  return std::none_of(target->left_out.begin(), target->left_out.end(), [&](const LeftOut& pair) {
    return Contains(allowed, pair.worse) && !Contains(allowed, pair.better);
  });
}

void Encoding::Merge(Block& block) {
  if (options_.merge_candidates) {
    std::vector<Position> kept =
        WithoutDominated(domains_, block.package, block.kept, block.requirements,
                         distinguished_[block.package.index()], &block.left_out);
    block.kept = std::move(kept);
    block.num_noted = block.kept.size();
  }
}

// What has happened to the block's candidates since: grounded, or found to be impossible.
bool Encoding::Refresh(Block& block) {
  const std::span<const Word> domain = domains_.Domain(block.package);
  if (domains_.IsRequired(block.package) && !block.present.IsTrue() && !block.is_asserted) {
    cnf_.AddClause({block.present});
    block.is_asserted = true;
  }
  for (std::size_t i = 0; i < block.kept.size(); ++i) {
    if (!Contains(domain, block.kept[i]) && !block.is_gone[i]) {
      const Literal before = i == 0 ? Literal::False() : block.ladder[i - 1];
      cnf_.AddClause({~block.ladder[i], before});
      block.is_gone[i] = true;
    }
  }
  std::erase_if(block.left_out, [&](const LeftOut& pair) { return !Contains(domain, pair.worse); });
  for (const LeftOut& pair : block.left_out) {
    if (!Contains(domain, pair.better)) {
      return false;
    }
  }
  const std::vector<Word> ungrounded = block.ungrounded;
  ForEach(ungrounded, [&](Position at) {
    const bool is_possible = Contains(domain, at);
    if (is_possible && !universe_.IsGrounded(block.package, at)) {
      return;
    }
    Erase(block.ungrounded, at);
    if (is_possible) {
      block.kept.push_back(at);
    }
  });
  return true;
}

void Encoding::MakeLadder(Block& block) {
  const std::size_t size = block.kept.size();
  block.has_ladder = true;
  block.present = domains_.IsRequired(block.package) ? Literal::True() : cnf_.NewVariable();
  if (IsEmpty(block.ungrounded) && size > 0) {
    AddSteps(block, size - 1);
    block.ladder.push_back(block.present);
    block.is_gone.push_back(false);
    if (size > 1) {
      cnf_.AddImplication(block.ladder[size - 2], block.present);
    }
  } else {
    AddSteps(block, size);
    CloseLadder(block);
  }
  block.chosen.resize(size);
}

// New candidates go to the end, wherever they stand in the preference order: that costs a set some
// runs, and nothing that was said of the earlier steps has to be taken back. The old overflow
// literal still means "none of the earlier steps".
void Encoding::ExtendLadder(Block& block) {
  if (block.ladder.size() == block.kept.size()) {
    cnf_.AddClause({~block.overflow});  // What it stood for has turned out to be impossible.
    block.overflow = Literal::False();
  } else {
    AddSteps(block, block.kept.size());
    block.chosen.resize(block.kept.size());
    CloseLadder(block);
  }
  // A set that took any of the overflow knows better now.
  std::vector<OpenSet> open;
  open.swap(block.open_sets);
  for (OpenSet& set : open) {
    bool overflows = false;
    std::vector<Literal> choices = Choices(block, set.allowed, &overflows);
    choices.push_back(~set.literal);
    cnf_.AddClause(choices);
    if (overflows) {
      block.open_sets.push_back(std::move(set));
    }
  }
}

void Encoding::AddSteps(Block& block, std::size_t size) {
  for (std::size_t i = block.ladder.size(); i < size; ++i) {
    block.ladder.push_back(cnf_.NewVariable());
    block.is_gone.push_back(false);
    if (i > 0) {
      cnf_.AddImplication(block.ladder[i - 1], block.ladder[i]);
    }
  }
}

// "Present" is one of the steps or the overflow.
void Encoding::CloseLadder(Block& block) {
  const Literal last = block.ladder.empty() ? Literal::False() : block.ladder.back();
  block.overflow = IsEmpty(block.ungrounded) ? Literal::False() : cnf_.NewVariable();
  cnf_.AddImplication(last, block.present);
  cnf_.AddImplication(block.overflow, block.present);
  cnf_.AddClause({~block.present, last, block.overflow});
  cnf_.AddClause({~last, ~block.overflow});
}

Literal Encoding::Chosen(Block& block, std::size_t i) {
  if (i == 0) {
    return block.ladder[0];
  }
  Literal& chosen = block.chosen[i];
  if (!chosen.defined()) {
    chosen = cnf_.NewVariable();
    cnf_.AddImplication(chosen, block.ladder[i]);
    cnf_.AddImplication(chosen, ~block.ladder[i - 1]);
    cnf_.AddClause({~block.ladder[i], block.ladder[i - 1], chosen});
  }
  return chosen;
}

// "One of kept[first..last] is chosen"; one way only, which is all that a requirement needs.
Literal Encoding::Run(Block& block, std::size_t first, std::size_t last) {
  if (first == 0) {
    return block.ladder[last];
  }
  if (first == last) {
    return Chosen(block, first);
  }
  const std::uint64_t key = (static_cast<std::uint64_t>(first) << 32) | last;
  for (const auto& [known, literal] : block.runs) {
    if (known == key) {
      return literal;
    }
  }
  const Literal run = cnf_.NewVariable();
  cnf_.AddImplication(run, block.ladder[last]);
  cnf_.AddImplication(run, ~block.ladder[first - 1]);
  block.runs.emplace_back(key, run);
  return run;
}

// The ways to choose from `allowed`, and whether the overflow is one.
std::vector<Literal> Encoding::Choices(Block& block, std::span<const Word> allowed,
                                       bool* overflows) {
  std::vector<Literal> choices;
  for (std::size_t i = 0; i < block.kept.size(); ++i) {
    if (!Contains(allowed, block.kept[i])) {
      continue;
    }
    const std::size_t first = i;
    while (i + 1 < block.kept.size() && Contains(allowed, block.kept[i + 1])) {
      ++i;
    }
    choices.push_back(Run(block, first, i));
  }
  *overflows = FirstCommon(block.ungrounded, allowed) != kNoPosition;
  if (*overflows) {
    choices.push_back(block.overflow);
  }
  return choices;
}

bool Encoding::AllowsAll(const Block& block, std::span<const Word> allowed) const {
  return IsWithin(block.ungrounded, allowed) &&
         std::all_of(block.kept.begin(), block.kept.end(),
                     [&](Position at) { return Contains(allowed, at); });
}

Literal Encoding::SetLiteral(Block& block, std::span<const Word> allowed) {
  if (AllowsAll(block, allowed)) {
    return block.present;
  }
  bool overflows = false;
  std::vector<Literal> choices = Choices(block, allowed, &overflows);
  if (choices.empty()) {
    return Literal::False();
  }
  if (choices.size() == 1 && !overflows) {
    return choices[0];
  }
  const Literal set = cnf_.NewVariable();
  choices.push_back(~set);
  cnf_.AddClause(choices);
  if (overflows) {
    block.open_sets.push_back({set, {allowed.begin(), allowed.end()}});
  }
  return set;
}

Literal Encoding::ChosenFrom(PackageId package, std::span<const Word> allowed) {
  Block* block = BlockOf(package);
  if (block != nullptr) {
    return SetLiteral(*block, allowed);
  }
  const Position best = domains_.Best(package);
  const bool chosen = IsSettled(package) && Contains(allowed, best);
  return chosen ? Literal::True() : Literal::False();
}

Literal Encoding::RequirementLiteral(RequirementId requirement) {
  Literal& literal = literal_of_requirement_[requirement.index()];
  if (!literal.defined()) {
    literal =
        ChosenFrom(universe_.RequirementOf(requirement).package, universe_.Allowed(requirement));
  }
  return literal;
}

// A requirement that every candidate has is asked for once, by the package.
std::vector<RequirementId> Encoding::CommonRequirements(const Block& block) const {
  std::vector<RequirementId> common;
  if (!block.overflow.IsFalse() || block.num_linked > 0) {
    return common;
  }
  for (std::size_t i = 0; i < block.kept.size(); ++i) {
    const std::span<const RequirementId> depends =
        universe_.LinksOf(block.package, block.kept[i]).depends;
    if (i == 0) {
      common.assign(depends.begin(), depends.end());
    } else {
      std::erase_if(common, [&](RequirementId requirement) {
        return !std::binary_search(depends.begin(), depends.end(), requirement);
      });
    }
  }
  return common;
}

void Encoding::AddLinks(std::uint32_t index) {
  Block& block = blocks_[index];
  for (const Waiting& waiting : std::exchange(waiting_[block.package.index()], {})) {
    AddConstrains(waiting.block, waiting.candidate, waiting.requirement);
  }
  const std::vector<RequirementId> common = CommonRequirements(block);
  for (const RequirementId requirement : common) {
    cnf_.AddImplication(block.present, RequirementLiteral(requirement));
  }
  for (; block.num_linked < block.kept.size(); ++block.num_linked) {
    const std::size_t i = block.num_linked;
    const Links links = universe_.LinksOf(block.package, block.kept[i]);
    for (const RequirementId requirement : links.depends) {
      if (!std::binary_search(common.begin(), common.end(), requirement)) {
        cnf_.AddImplication(Chosen(block, i), RequirementLiteral(requirement));
      }
    }
    for (const RequirementId requirement : links.constrains) {
      AddConstrains(index, i, requirement);
    }
  }
}

// On a package that is not in the CNF it says nothing, until Grow brings that in.
void Encoding::AddConstrains(std::uint32_t index, std::size_t candidate,
                             RequirementId requirement) {
  const PackageId package = universe_.RequirementOf(requirement).package;
  const Block* target = BlockOf(package);
  if (target == nullptr) {
    waiting_[package.index()].push_back({index, candidate, requirement});
  } else {
    cnf_.AddClause(
        {~Chosen(blocks_[index], candidate), ~target->present, RequirementLiteral(requirement)});
  }
}

std::vector<std::pair<PackageId, Position>> Encoding::Decode(
    const std::function<bool(Literal)>& is_true) const {
  std::vector<std::pair<PackageId, Position>> choices;
  for (const Block& block : blocks_) {
    for (std::size_t i = 0; i < block.kept.size(); ++i) {
      if (block.ladder[i].IsTrue() || is_true(block.ladder[i])) {
        choices.emplace_back(block.package, block.kept[i]);
        break;
      }
    }
  }
  return choices;
}

}  // namespace satchel

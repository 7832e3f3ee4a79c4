#include "encoding/encoder.h"

#include <algorithm>

#include "encoding/dominance.h"

namespace satchel {

Encoding::Encoding(Domains& domains, std::span<const PackageId> roots,
                   std::span<const Distinguished> distinguished, const EncodeOptions& options)
    : domains_(domains), universe_(domains.universe()) {
  block_of_.assign(universe_.num_packages(), kNoPosition);
  gate_noted_.assign(universe_.num_gates(), false);
  literal_of_gate_.assign(universe_.num_gates(), Literal());
  Collect(roots);
  for (const Distinguished& entry : distinguished) {
    if (Block* block = BlockOf(entry.package)) {
      block->distinguished.push_back(&entry.set);
    }
  }
  for (Block& block : blocks_) {
    if (options.merge_candidates) {
      block.kept =
          WithoutDominated(domains_, block.package, block.kept, block.gates, block.distinguished);
    }
  }
  for (Block& block : blocks_) {
    MakeLadder(block);
  }
  for (Block& block : blocks_) {
    AddLinks(block);
  }
  for (Block& block : blocks_) {
    block.distinguished.clear();  // The caller's sets may go now.
  }
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
void Encoding::Collect(std::span<const PackageId> roots) {
  for (std::size_t i = 0; i < universe_.num_packages(); ++i) {
    if (domains_.IsRequired(PackageId(i))) {
      Include(PackageId(i));
    }
  }
  for (const PackageId root : roots) {
    Include(root);
  }
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const PackageId package = blocks_[b].package;
    for (const Position at : std::vector<Position>(blocks_[b].kept)) {
      for (const GateId gate : universe_.LinksOf(package, at).depends) {
        Include(universe_.GateOf(gate).package);
      }
    }
  }
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    for (const Position at : blocks_[b].kept) {
      NoteGates(blocks_[b].package, at);
    }
  }
}

void Encoding::NoteGates(PackageId package, Position at) {
  const Links links = universe_.LinksOf(package, at);
  for (const std::span<const GateId> gates : {links.depends, links.constrains}) {
    for (const GateId gate : gates) {
      Block* target = BlockOf(universe_.GateOf(gate).package);
      if (target != nullptr && !gate_noted_[gate.index()]) {
        gate_noted_[gate.index()] = true;
        target->gates.push_back(gate);
      }
    }
  }
}

void Encoding::MakeLadder(Block& block) {
  const std::size_t size = block.kept.size();
  block.present = domains_.IsRequired(block.package) ? Literal::True() : cnf_.NewVariable();
  if (!IsEmpty(block.ungrounded)) {
    block.overflow = cnf_.NewVariable();
    overflows_.push_back({block.package, block.overflow});
    cnf_.AddImplication(block.overflow, block.present);
  }
  block.ladder.resize(size);
  block.chosen.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    const bool is_all = i + 1 == size && block.overflow.IsFalse();
    block.ladder[i] = is_all ? block.present : cnf_.NewVariable();
    if (i > 0) {
      cnf_.AddImplication(block.ladder[i - 1], block.ladder[i]);
    }
  }
  if (!block.overflow.IsFalse()) {
    const Literal last = size == 0 ? Literal::False() : block.ladder[size - 1];
    cnf_.AddImplication(last, block.present);
    cnf_.AddClause({~block.present, last, block.overflow});
    cnf_.AddClause({~last, ~block.overflow});
  } else if (size == 0) {
    cnf_.AddClause({~block.present});
  }
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

// "One of kept[first..last] is chosen"; one way only, which is all that a gate needs.
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

Literal Encoding::SetLiteral(Block& block, std::span<const Word> allowed) {
  std::vector<Literal> choices;
  std::size_t inside = 0;
  for (std::size_t i = 0; i < block.kept.size(); ++i) {
    if (!Contains(allowed, block.kept[i])) {
      continue;
    }
    const std::size_t first = i;
    while (i + 1 < block.kept.size() && Contains(allowed, block.kept[i + 1])) {
      ++i;
    }
    inside += i - first + 1;
    choices.push_back(Run(block, first, i));
  }
  bool overflows_all = true;
  bool overflows_some = false;
  for (std::size_t w = 0; w < block.ungrounded.size(); ++w) {
    overflows_all = overflows_all && (block.ungrounded[w] & ~allowed[w]) == 0;
    overflows_some = overflows_some || (block.ungrounded[w] & allowed[w]) != 0;
  }
  if (inside == block.kept.size() && overflows_all) {
    return block.present;
  }
  if (overflows_some) {
    choices.push_back(block.overflow);
  }
  if (choices.empty()) {
    return Literal::False();
  }
  if (choices.size() == 1) {
    return choices[0];
  }
  const Literal set = cnf_.NewVariable();
  choices.push_back(~set);
  cnf_.AddClause(choices);
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

Literal Encoding::GateLiteral(GateId gate) {
  Literal& literal = literal_of_gate_[gate.index()];
  if (!literal.defined()) {
    literal = ChosenFrom(universe_.GateOf(gate).package, universe_.Allowed(gate));
  }
  return literal;
}

void Encoding::AddLinks(Block& block) {
  // A gate that every candidate has is asked for once, by the package.
  std::vector<GateId> common;
  for (std::size_t i = 0; i < block.kept.size() && block.overflow.IsFalse(); ++i) {
    const std::span<const GateId> depends = universe_.LinksOf(block.package, block.kept[i]).depends;
    if (i == 0) {
      common.assign(depends.begin(), depends.end());
    } else {
      std::erase_if(common, [&](GateId gate) {
        return !std::binary_search(depends.begin(), depends.end(), gate);
      });
    }
  }
  for (const GateId gate : common) {
    cnf_.AddImplication(block.present, GateLiteral(gate));
  }
  for (std::size_t i = 0; i < block.kept.size(); ++i) {
    const Links links = universe_.LinksOf(block.package, block.kept[i]);
    for (const GateId gate : links.depends) {
      if (!std::binary_search(common.begin(), common.end(), gate)) {
        cnf_.AddImplication(Chosen(block, i), GateLiteral(gate));
      }
    }
    for (const GateId gate : links.constrains) {
      const Block* target = BlockOf(universe_.GateOf(gate).package);
      if (target != nullptr) {
        cnf_.AddClause({~Chosen(block, i), ~target->present, GateLiteral(gate)});
      }
    }
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

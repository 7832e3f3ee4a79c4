#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "encoding/cnf.h"
#include "encoding/domains.h"
#include "encoding/dominance.h"

namespace satchel {

// A set of candidates that a question will single out; merging must keep it distinct.
struct Distinguished {
  PackageId package;
  std::vector<Word> set;
};

struct EncodeOptions {
  bool merge_candidates = true;  // encoding/dominance.h; off only in tests.
};

// The part of the problem that the domains leave open, as CNF.
//
// For each package that matters, over its k remaining grounded candidates, best first:
//   ladder    l[i]: "one of the first i+1 is chosen"; l[i] -> l[i+1]. Gives at-most-one, and
//             turns a bound on rank, lag or version into one literal.
//   x[i]      "the i-th is chosen" = l[i] and not l[i-1]; a variable only where i > 0.
//   present   "one is chosen", l[k-1] if there is no overflow.
//   overflow  "an ungrounded one is chosen": stands for all of them, has no requirements, and every
//             requirement that allows one of them allows it. So the CNF is a relaxation: if it is
//             unsatisfiable, so is the problem; a model without overflow is a plan.
// For each requirement: one literal, shared by all candidates that use it; a requirement that
// allows a run of candidates costs two binary clauses.
//
// A package whose only remaining candidate is chosen is not in the CNF, nor are packages that only
// it reaches. Cost: linear in the number of requirements of the remaining candidates.
class Encoding final {
 public:
  // `roots`: packages that a question will be about although nothing requires them. Requires: the
  // domains are propagated without conflict.
  Encoding(Domains& domains, std::span<const PackageId> roots,
           std::span<const Distinguished> distinguished, const EncodeOptions& options);

  // Adds variables and clauses for candidates that were grounded or became impossible since; all
  // existing literals keep their meaning. Returns false if that is impossible (a candidate omitted
  // by dominance is needed after all); then build a new encoding. Requires: the domains have only
  // shrunk since.
  [[nodiscard]] bool Grow();

  const Cnf& cnf() const { return cnf_; }
  Cnf& cnf() { return cnf_; }

  // "The package is chosen, from `allowed`". May add variables and clauses.
  Literal ChosenFrom(PackageId package, std::span<const Word> allowed);
  // The literals to assume false to get a plan of grounded candidates only.
  struct Overflow {
    PackageId package;
    Literal literal;
  };
  const std::vector<Overflow>& overflows() const { return overflows_; }

  // The choice in a model, for the packages of the CNF that are present in it.
  std::vector<std::pair<PackageId, Position>> Decode(
      const std::function<bool(Literal)>& is_true) const;

 private:
  // A set that allows part of the overflow: its clause gets stronger when the block grows.
  struct OpenSet {
    Literal literal;
    std::vector<Word> allowed;
  };
  struct Block {
    PackageId package;
    std::vector<Position> kept;    // Best first; candidates added by Grow come last.
    std::vector<Literal> ladder;   // l[i], by index in kept.
    std::vector<Literal> chosen;   // x[i], undefined until requested.
    std::vector<bool> is_gone;     // By index in kept: no longer in the domain, and a clause says
                                   // so.
    std::vector<Word> ungrounded;  // Part of the domain; an empty set if there are none.
    std::vector<LeftOut> left_out;
    std::vector<OpenSet> open_sets;
    std::vector<std::pair<std::uint64_t, Literal>> runs;
    Literal present;
    Literal overflow = Literal::False();
    bool has_ladder = false;
    bool is_asserted = false;                 // A clause asserts `present`.
    std::size_t num_noted = 0;                // Of kept: targets and requirements noted.
    std::size_t num_linked = 0;               // Of kept: clauses added.
    std::vector<RequirementId> requirements;  // The requirements on this package.
  };
  // A constrains on a package that was not in the CNF.
  struct Waiting {
    std::uint32_t block;
    std::size_t candidate;
    RequirementId requirement;
  };

  void FitTables();
  bool CatchUp();
  void Collect();
  void Include(PackageId package);
  bool IsSettled(PackageId package) const;
  bool NoteRequirements(Block& block);
  bool NoteRequirement(RequirementId requirement);
  void Merge(Block& block);
  bool Refresh(Block& block);
  void MakeLadder(Block& block);
  void ExtendLadder(Block& block);
  void AddSteps(Block& block, std::size_t size);
  void CloseLadder(Block& block);
  void AddLinks(std::uint32_t index);
  void AddConstrains(std::uint32_t index, std::size_t candidate, RequirementId requirement);
  std::vector<RequirementId> CommonRequirements(const Block& block) const;
  Literal Chosen(Block& block, std::size_t i);
  Literal Run(Block& block, std::size_t first, std::size_t last);
  Literal RequirementLiteral(RequirementId requirement);
  Literal SetLiteral(Block& block, std::span<const Word> allowed);
  std::vector<Literal> Choices(Block& block, std::span<const Word> allowed, bool* overflows);
  bool AllowsAll(const Block& block, std::span<const Word> allowed) const;
  Block* BlockOf(PackageId package);

  Domains& domains_;
  Universe& universe_;
  const EncodeOptions options_;
  Cnf cnf_;
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> block_of_;  // By package; kNoPosition if not in the CNF.
  std::vector<Literal> literal_of_requirement_;
  std::vector<bool> requirement_noted_;
  std::vector<Overflow> overflows_;
  std::vector<std::vector<std::vector<Word>>> distinguished_;  // By package.
  std::vector<std::vector<Waiting>> waiting_;                  // By package.
};

}  // namespace satchel

#pragma once

#include <span>
#include <vector>

#include "encoding/cnf.h"
#include "encoding/universe.h"

namespace satchel {

// The whole problem as CNF, with nothing pruned, merged or deferred: a certificate or a proof is
// about this. Shares only the candidate lists and the evaluation of specs with the fast path.
//   x[p,i]     candidate i of p is chosen; at most one (a ladder of its own)
//   present p  some x[p,i]
//   requirement       -> one of the allowed
// Requested names and virtual packages are present.
class PlainEncoding final {
 public:
  // Cost: grounds every candidate that any candidate can reach.
  explicit PlainEncoding(Universe& universe);

  Cnf& cnf() { return cnf_; }
  // "The package is chosen, from `allowed`", as a variable that implies it.
  Literal ChosenFrom(PackageId package, std::span<const Word> allowed);
  // The same as a required clause.
  void Require(PackageId package, std::span<const Word> allowed);
  // "The package is not there."
  Literal Absent(PackageId package) const { return ~present_[package.index()]; }
  // "It is there, as this candidate"; the next variable is the ladder's, "as this or one before".
  Literal Chosen(PackageId package, Position at) const { return chosen_[package.index()][at]; }
  // Undefined if no candidate depends on the requirement.
  Literal Required(RequirementId requirement) const { return requirements_[requirement.index()]; }

 private:
  void Reach();
  void AddPackage(PackageId package);
  void AddLinks(PackageId package);
  Literal RequirementLiteral(RequirementId requirement);
  std::vector<Literal> Members(PackageId package, std::span<const Word> allowed) const;

  Universe& universe_;
  Cnf cnf_;
  std::vector<Literal> present_;              // By package.
  std::vector<std::vector<Literal>> chosen_;  // By package, position.
  std::vector<Literal> requirements_;
};

}  // namespace satchel

#pragma once

#include <span>
#include <vector>

#include "encoding/domains.h"

namespace satchel {

// Which packages the objective has dealt with, in which order, and which come next
// (ARCHITECTURE.md, "The objective", levels 4 and 5). A small value type: a dive works on a copy.
class Progress final {
 public:
  explicit Progress(std::vector<PackageId> roots) : roots_(std::move(roots)) {}

  void AddRoot(PackageId package) { roots_.push_back(package); }
  const std::vector<PackageId>& roots() const { return roots_; }

  // In steps, and by name within a step.
  const std::vector<PackageId>& decided() const { return decided_; }
  // Those of them not yet known to have one candidate left.
  const std::vector<PackageId>& open() const { return open_; }
  bool IsDecided(PackageId package) const {
    return package.index() < is_decided_.size() && is_decided_[package.index()];
  }
  // `step` is sorted by name.
  void Decide(std::span<const PackageId> step);

  // The undecided names that are roots or that all candidates left of a decided package depend on,
  // by name. Requires: every candidate left of a decided package is grounded.
  std::vector<PackageId> Frontier(const Domains& domains);

  // The earliest decided package with more than one candidate left; None if there is none.
  PackageId EarliestOpen(const Domains& domains) const;

 private:
  std::vector<PackageId> roots_;
  std::vector<PackageId> decided_;
  std::vector<bool> is_decided_;
  std::vector<PackageId> open_;  // Decided, not yet known to be single.
  std::vector<PackageId>
      reached_;  // Names that single decided packages depend on, undecided so far.
};

// The names (not virtual) that some, or that all, of the candidates left of a package depend on.
struct DependencyNames {
  std::vector<PackageId> all;
  std::vector<PackageId> only_some;
};
[[nodiscard]] DependencyNames NamesOf(const Domains& domains, PackageId package);

// Whether each of `packages` must be there and has one candidate left: nothing is to be decided.
[[nodiscard]] bool AreSettled(const Domains& domains, std::span<const PackageId> packages);

// Sorts by name, drops duplicates.
void SortByName(const Universe& universe, std::vector<PackageId>& packages);

}  // namespace satchel

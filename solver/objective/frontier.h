#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "encoding/domains.h"

namespace satchel {

// Which packages the objective has dealt with, in which order, and which come next
// (ARCHITECTURE.md, "The objective"). A small value type: a dive works on a copy.
class Progress final {
 public:
  // `roots`: what is decided first, of versions as of builds.
  explicit Progress(const std::vector<PackageId>& roots) {
    std::for_each(roots.begin(), roots.end(), [this](PackageId package) { AddRoot(package); });
  }

  void AddRoot(PackageId package);
  bool IsRoot(PackageId package) const {
    return package.index() < is_root_.size() && is_root_[package.index()];
  }

  const std::vector<PackageId>& decided() const { return decided_; }
  bool IsDecided(PackageId package) const {
    return package.index() < is_decided_.size() && is_decided_[package.index()];
  }
  void Decide(std::span<const PackageId> step);

  // The undecided roots; if there are none, the undecided names that must be there. By name.
  std::vector<PackageId> Frontier(const Domains& domains) const;

  // The decided packages with more than one rank class left, roots first, by name.
  std::vector<PackageId> OpenBuilds(const Domains& domains) const;
  // The first of them, in that order, with more than one candidate left; None if there is none.
  PackageId FirstOpen(const Domains& domains) const;

 private:
  bool IsBefore(const Universe& universe, PackageId a, PackageId b) const;

  std::vector<PackageId> roots_;
  std::vector<bool> is_root_;
  std::vector<PackageId> decided_;
  std::vector<bool> is_decided_;
};

// Whether each of `packages` must be there and has one candidate left: nothing is to be decided.
[[nodiscard]] bool AreSettled(const Domains& domains, std::span<const PackageId> packages);

// Sorts by name, drops duplicates.
void SortByName(const Universe& universe, std::vector<PackageId>& packages);

}  // namespace satchel

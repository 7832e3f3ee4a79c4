#pragma once

#include <vector>

#include "encoding/domains.h"

namespace satchel {

// A plan, as the position chosen for each package; kNoPosition where none is.
class Model final {
 public:
  Position Of(PackageId package) const {
    return package.index() < chosen_.size() ? chosen_[package.index()] : kNoPosition;
  }
  void Set(PackageId package, Position at) {
    if (chosen_.size() <= package.index()) {
      chosen_.resize(package.index() + 1, kNoPosition);
    }
    chosen_[package.index()] = at;
  }
  bool Satisfies(const Choice& choice) const {
    const Position at = Of(choice.package);
    return at == kNoPosition ? choice.or_absent : Contains(choice.allowed, at);
  }
  // As vectors: a trailing "none" tells them apart, which is no harm where it only saves work.
  bool operator==(const Model&) const = default;

 private:
  std::vector<Position> chosen_;
};

}  // namespace satchel

#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "encoding/domains.h"
#include "encoding/universe.h"
#include "tests/oracle/universe.h"

namespace satchel {

// A small world with every candidate grounded, and the required names.
struct Grounded {
  oracle::World world;
  std::unique_ptr<Universe> universe;
  // The requirements: requested specs, each as the candidates that it allows, and the machine.
  std::vector<Choice> demands;

  std::size_t num_packages() const { return universe->num_packages(); }
};

// None if the universe cannot be built (a random one may have a spec without a plain name).
std::unique_ptr<Grounded> GroundEverything(const oracle::Universe& universe);

// The remaining candidates, by package: one flag per candidate.
struct Consistency {
  std::vector<std::vector<bool>> domains;
  std::vector<bool> required;
  bool failed = false;
};

// Arc consistency by the rules in encoding/domains.h, applied to everything repeatedly until
// nothing changes. `restrictions`: further choices that must hold.
Consistency NaiveConsistency(const Grounded& grounded, const std::vector<Choice>& restrictions);

// All plans, each a position or none by package, whether or not every package in them is needed:
// domains do not check that. Nothing if there are more than `limit` choices to try.
std::optional<std::vector<std::vector<Position>>> AllModels(const Grounded& grounded,
                                                            const std::vector<Choice>& restrictions,
                                                            std::size_t limit);

}  // namespace satchel

#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "encoding/domains.h"
#include "encoding/universe.h"
#include "tests/oracle/universe.h"

namespace satchel {

// A small world with every candidate grounded, and the names that must be there.
struct Grounded {
  oracle::World world;
  std::unique_ptr<Universe> universe;
  // What must be there: requested specs, each as the candidates that it allows, and the machine.
  std::vector<Choice> demands;

  std::size_t num_packages() const { return universe->num_packages(); }
};

// None if the universe cannot be built (a random one may ask for what has no plain name).
std::unique_ptr<Grounded> GroundEverything(const oracle::Universe& universe);

// What remains possible, by package: one flag a candidate.
struct Consistency {
  std::vector<std::vector<bool>> domains;
  std::vector<bool> required;
  bool failed = false;
};

// Arc consistency by the rules that encoding/domains.h states, applied to everything over and over
// until nothing changes. `restrictions`: further choices that must hold.
Consistency NaiveConsistency(const Grounded& grounded, const std::vector<Choice>& restrictions);

// All plans, each a position or none by package, in which every package that is there is needed or
// not: closure is no concern of the domains. Nothing if there are more than `limit` choices to try.
std::optional<std::vector<std::vector<Position>>> AllModels(const Grounded& grounded,
                                                            const std::vector<Choice>& restrictions,
                                                            std::size_t limit);

}  // namespace satchel

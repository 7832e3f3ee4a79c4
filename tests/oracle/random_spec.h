#pragma once

#include <string>
#include <vector>

#include "tests/oracle/dice.h"

namespace satchel::oracle {

// A requirement on the name, in any of conda's forms; usually one that some of the versions
// satisfy.
[[nodiscard]] std::string RandomSpec(const std::string& name,
                                     const std::vector<std::string>& versions, Dice& dice);

// A requirement on a virtual package.
[[nodiscard]] std::string RandomVirtualSpec(Dice& dice);

// A name, and versions that it has.
struct SpecTarget {
  std::string name;
  std::vector<std::string> versions;
};

// A condition on some of the names and on the machine (CEP 43).
[[nodiscard]] std::string RandomCondition(const std::vector<SpecTarget>& targets, Dice& dice);

// The spec with some of a condition, extras and flags added to it.
[[nodiscard]] std::string WithOptions(std::string spec, const std::vector<SpecTarget>& targets,
                                      Dice& dice);

}  // namespace satchel::oracle

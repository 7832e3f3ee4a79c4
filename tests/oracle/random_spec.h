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

}  // namespace satchel::oracle

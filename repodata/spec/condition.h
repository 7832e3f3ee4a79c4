#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/match_spec.h"

namespace satchel {

// The value of `when` (CEP 43): specs joined with "and" and "or", of which "and" binds tighter, in
// parentheses where another order is meant. A spec holds if the plan or the machine has a record
// that it matches.
struct Condition {
  enum class Kind { kSpec, kAnd, kOr };
  Kind kind = Kind::kSpec;
  std::vector<MatchSpec> spec;   // One, of kSpec.
  std::vector<Condition> parts;  // At least two, of the others.

  // Whether it holds if `holds(spec)` says so of each spec.
  template <typename Holds>
  bool Evaluate(const Holds& holds) const {
    const auto evaluate = [&](const Condition& part) { return part.Evaluate(holds); };
    switch (kind) {
      case Kind::kAnd:
        return std::all_of(parts.begin(), parts.end(), evaluate);
      case Kind::kOr:
        return std::any_of(parts.begin(), parts.end(), evaluate);
      case Kind::kSpec:
        break;
    }
    return holds(spec.front());
  }

  // As one would type it: "(python>=3.10 or pypy) and __unix".
  std::string ToString() const;
  // Visits the specs, from left to right.
  template <typename Visit>
  void ForEachSpec(const Visit& visit) const {
    std::for_each(spec.begin(), spec.end(), visit);
    for (const Condition& part : parts) {
      part.ForEachSpec(visit);
    }
  }
};

// Errors: kInvalidArgument, why it is no condition. A spec in it names one package and has no
// condition of its own.
[[nodiscard]] absl::StatusOr<Condition> ParseCondition(std::string_view text);

}  // namespace satchel

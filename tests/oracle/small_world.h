#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "repodata/spec/record.h"
#include "repodata/version/version.h"
#include "solver/solve.h"

namespace satchel::oracle {

// A set of choices of one name, bit by position.
using ChoiceSet = std::uint64_t;
constexpr int kMaxChoices = 64;
constexpr int kAbsent = -1;

constexpr bool Contains(ChoiceSet set, int choice) {
  return choice >= 0 && ((set >> choice) & 1U) != 0;
}

constexpr std::int64_t kNoDay = -1;

// A condition as a tree; its leaves say "the package `name` has a choice out of `allowed`" or what
// the machine makes of them.
struct SmallCondition {
  enum class Kind { kChosen, kMachine, kAll, kAny } kind = Kind::kMachine;
  bool holds = false;  // Of kMachine.
  int name = -1;       // Of kChosen.
  ChoiceSet allowed = 0;
  std::vector<SmallCondition> parts;
};

// "The package `name` has a choice out of `allowed`."
struct Demand {
  int name;  // Index into SmallWorld::names; -1 if there is no such name, then nothing is allowed.
  ChoiceSet allowed;
  std::vector<SmallCondition> when = {};  // One, or none.
  std::vector<std::string> extras = {};   // That it asks for.
};

// A candidate in the sense of ARCHITECTURE.md, with its position's rank class and its costs.
struct Choice {
  PackageRecord record;
  Version version;
  int channel_rank = 0;
  int num_track_features = 0;
  bool is_installed = false;
  int rank_class = 0;
  std::int64_t day = kNoDay;  // Of the first visible record of its version.
  int lag = 0;
  int accelerator = 0;
  int features = 0;
  std::vector<Demand> depends;                        // Those that no virtual package satisfies.
  std::vector<Demand> constrains;                     // On absent names they hold.
  std::map<std::string, std::vector<Demand>> groups;  // Of optional dependencies.
  bool breaks_virtual = false;  // Its constrains contradict a virtual package.
};

struct Name {
  std::string name;
  std::vector<Choice> choices;      // Best first.
  bool is_requested = false;        // By a spec of the request.
  bool is_installed = false;        // And not to be removed.
  bool was_requested = false;       // Installed, not to be removed, once asked for.
  bool is_pinned = false;           // Installed, not to be removed, and some pin names it.
  bool must_stay = false;           // Was requested or is pinned, and needs nothing that leaves.
  bool is_leaving = false;          // Installed and to be removed.
  ChoiceSet satisfies_history = 0;  // Of was_requested names.
  std::vector<Demand> history;      // The whole spec, of these, if it has extras or a condition.
};

// A request spelled out: every name with its candidates in order of preference, every spec
// evaluated. Only for universes of at most kMaxChoices records a name.
struct SmallWorld {
  std::vector<Name> names;              // In byte order.
  std::vector<int> requested_in_order;  // Names, in the order of the specs, each once.
  std::vector<Demand> asked;            // By specs with a condition or extras.
  std::vector<Demand> limits;           // By pins with a condition.
  bool is_plain = true;                 // There is no condition and no extra.
  bool spec_is_hopeless = false;  // A requested name has no record at all, or the machine violates
                                  // a pin.
};

// Errors: kInvalidArgument for what a small world cannot hold (a malformed record, a wildcard
// name).
[[nodiscard]] absl::StatusOr<SmallWorld> MakeSmallWorld(const Request& request,
                                                        Objective objective);

}  // namespace satchel::oracle

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "solver/explain/diagnosis.h"

namespace satchel {

// What "best" means; ARCHITECTURE.md has the exact definition of each level.
enum class Objective {
  kNewest,         // Requested packages newest, balanced; then all that must be there.
  kOrdered,        // As kNewest, but requested packages one by one in the order given.
  kLowest,         // Oldest versions throughout.
  kLowestDirect,   // Requested packages oldest, their dependencies newest.
  kFewestChanges,  // As kNewest, but changes to the environment weigh before versions.
};

// How the answer is found; it is the same.
enum class Engine {
  kAuto,  // By arc consistency and dives, and by CryptoMiniSat where these give up.
  kSat,   // By CryptoMiniSat alone, on one CNF of all that the request reaches.
};

struct SolveOptions {
  Objective objective = Objective::kNewest;
  Engine engine = Engine::kAuto;
  double timeout_seconds = 0;                 // 0: none. On expiry: best plan found, not proven.
  const std::atomic<bool>* cancel = nullptr;  // Set it to stop; same result as a timeout.
  bool certify = false;                       // Prove every level again with fresh solvers.
  std::function<void(std::string_view phase)> progress;  // Called at phase changes; may be empty.
};

// The value that the plan has at one level of the objective, in the order of the levels.
struct LevelValue {
  enum class Unit : std::uint8_t { kPackages, kDays };
  std::string level;       // "removals", "requested", "dependencies 2", ...
  std::int64_t value;      // Smaller is better; 0 is the best imaginable.
  bool proven = true;      // The next better value was shown to be impossible.
  bool certified = false;  // Proven again; not if that was stopped early.
  Unit unit = Unit::kPackages;
};

// Names that are decided together, at one level of the objective, and then one by one in this
// order.
struct Step {
  enum class Kind : std::uint8_t {
    kPresence,   // Installed names that should be there.
    kHistory,    // Installed names that should match what was once asked.
    kMinor,      // python, whose minor version should stay.
    kChanges,    // Installed names that should not change.
    kRequested,  // Versions, but for features.
    kVersions,   // Versions; of what was requested the features.
    kBuilds,     // Build numbers, one by one only.
    kVariant,    // What is left open of one name.
    kBest,       // Names of which the plan has the best that is left, whether certain or not.
  };
  Kind kind;
  std::string label;  // Their level's.
  std::vector<std::string> names;
};

struct PlanPackage {
  PackageRecord record;
  bool requested = false;  // Named by a spec of the request.
  bool installed = false;  // Kept: this very record is in the environment already.
  std::int64_t lag = 0;    // In days, behind the best that the specs and priority allowed.
  // Behind the newest in the channels, whatever hides it: distinct versions, and days from the
  // first record of one to that of the other (0 if they do not say).
  std::int64_t versions_behind = 0;
  std::int64_t days_behind = 0;
  // One word for why it is not the newest: "spec", "pin", "priority", "exclude-newer", "features",
  // "kept", or the name of the package that holds it back; empty if it is the newest.
  std::string limited_by;
};

struct SolveStatistics {
  // Wall time, one after the other:
  double reach_ms = 0;     // To the fixpoint of arc consistency for what was asked.
  double search_ms = 0;    // To the first plan, or to the proof that there is none.
  double optimise_ms = 0;  // To the best, level by level.
  double explain_ms = 0;   // Why there is no plan.
  double verify_ms = 0;
  double encode_ms = 0;  // Making CNF, a part of search and optimise.
  std::int64_t names = 0;
  std::int64_t candidates = 0;  // Grounded.
  std::int64_t variables = 0;   // Of the largest CNF.
  std::int64_t clauses = 0;
  std::int64_t sat_calls = 0;
  std::int64_t dives = 0;
  std::int64_t conflicts = 0;
};

struct Plan {
  std::vector<PlanPackage> packages;  // All of the new environment, in topological order.
  std::vector<PackageRecord> unlink;  // Installed ones that go or change.
  std::vector<PackageRecord> link;    // New or changed ones, in topological order.
  std::vector<LevelValue> levels;
  std::vector<Step> steps;  // In the order of the levels.
  bool proven = true;       // Every level is; false after a timeout or cancellation.
  SolveStatistics statistics;
};

struct ExplainedConflict;  // solver/explain/diagnose.h

// Why there is no plan: a set of parts of the request that cannot hold together.
struct Conflict {
  std::vector<std::string> blamed;  // "numpy=1.5 (requested)", "python=3.12 (pin)", ...
  bool blamed_minimal = true;       // Without any one of them the others can; false: stopped early.
  std::vector<Reason> reasons;      // Why, as a tree in depth-first order.
  bool minimal = true;              // Each reason is needed; false where no short proof was found.
  std::size_t num_packages = 0;     // Then: among how many packages it was looked for; 0: unknown.
  std::string flaw;  // Not empty: a bug, which is why the explanation is not all that it could be.
  SolveStatistics statistics;
  // What FindFixes can go on from; of use as long as the request lives. May be null.
  std::shared_ptr<ExplainedConflict> explained;
};

using SolveOutcome = std::variant<Plan, Conflict>;

// The best plan for `request`, or why there is none.
//
// The result does not depend on the order or duplication of the specs (kOrdered aside), of records,
// or on hash seeds. Deterministic, single-threaded.
// Errors: kDeadlineExceeded or kCancelled if stopped before any plan was found; kInvalidArgument
// for a request that cannot be asked (a wildcard name); kInternal if the plan fails verification.
[[nodiscard]] absl::StatusOr<SolveOutcome> Solve(const Request& request,
                                                 const SolveOptions& options);

}  // namespace satchel

// The parts of a solve before the SAT solver: what a request reaches, what is impossible, and the
// CNF of the rest; on indexes in memory, the requests of the everyday table. `python=3.12` is what
// most problems contain, the twelve are the largest.

#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "bench/studies/micro_request.h"
#include "encoding/domains.h"
#include "encoding/encoder.h"
#include "encoding/universe.h"

namespace satchel {
namespace {

// What a benchmark works on, as far as it has got.
struct Problem {
  explicit Problem(const std::string& specs) : request(MakeRequest(specs)) {}
  void Reach() { universe = *Universe::Make(request, VersionPreference::kNewest); }
  // The request, and what follows from it. Grounds the candidates that it has to look at.
  bool Propagate() {
    domains = std::make_unique<Domains>(*universe);
    for (const MatchSpec& spec : request.specs) {
      const RequirementId requirement = universe->RequirementFor(spec);
      const PackageId package = universe->RequirementOf(requirement).package;
      domains->Require(package);
      domains->Restrict(package, universe->Allowed(requirement));
    }
    for (const PackageRecord& record : request.virtual_packages) {
      domains->Require(universe->Intern(record.name));
    }
    return domains->Propagate();
  }
  // Everything within reach, the best candidate of each package at least.
  bool GroundBest() {
    for (std::size_t i = 0; i < universe->num_packages(); ++i) {
      if (!domains->GroundBest(PackageId(i))) {
        return false;
      }
    }
    return true;
  }

  Request request;
  std::unique_ptr<Universe> universe;
  std::unique_ptr<Domains> domains;
};

// From the request to the fixpoint of arc consistency, with all that it looks at on the way.
void BM_Reach(benchmark::State& state, const std::string& specs) {
  if (!HasChannel(state)) {
    return;
  }
  Problem problem(specs);
  for (auto _ : state) {
    problem.domains.reset();
    problem.Reach();
    if (!problem.Propagate() || !problem.GroundBest()) {
      state.SkipWithError("there is no plan");
      return;
    }
  }
  Count(state, "names", problem.universe->num_packages());
  Count(state, "grounded", problem.universe->num_grounded());
}

// The same with everything read: propagation alone.
void BM_Propagate(benchmark::State& state, const std::string& specs) {
  if (!HasChannel(state)) {
    return;
  }
  Problem problem(specs);
  problem.Reach();
  for (auto _ : state) {
    if (!problem.Propagate() || !problem.GroundBest()) {
      state.SkipWithError("there is no plan");
      return;
    }
  }
}

// From the domains to clauses.
void BM_Encode(benchmark::State& state, const std::string& specs) {
  if (!HasChannel(state)) {
    return;
  }
  Problem problem(specs);
  problem.Reach();
  if (!problem.Propagate() || !problem.GroundBest()) {
    state.SkipWithError("there is no plan");
    return;
  }
  std::size_t num_clauses = 0;
  for (auto _ : state) {
    const Encoding encoding(*problem.domains, {}, {}, EncodeOptions());
    num_clauses = encoding.cnf().num_clauses();
  }
  Count(state, "clauses", num_clauses);
}

#define SATCHEL_FOR_BOTH(benchmark_function)                                                   \
  BENCHMARK_CAPTURE(benchmark_function, python, "python=3.12")->Unit(benchmark::kMicrosecond); \
  BENCHMARK_CAPTURE(benchmark_function, twelve, kTwelve)->Unit(benchmark::kMicrosecond)

SATCHEL_FOR_BOTH(BM_Reach);
SATCHEL_FOR_BOTH(BM_Propagate);
SATCHEL_FOR_BOTH(BM_Encode);

}  // namespace
}  // namespace satchel

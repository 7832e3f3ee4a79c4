#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "tests/oracle/small_world.h"

namespace satchel::oracle {

// By name: the position of its chosen record, or kAbsent.
using SmallPlan = std::vector<std::int8_t>;

// All plans in the sense of ARCHITECTURE.md, each once, in no useful order.
// Errors: kResourceExhausted if there are more than `max_plans`.
[[nodiscard]] absl::StatusOr<std::vector<SmallPlan>> AllPlans(const SmallWorld& world,
                                                              const Request& request,
                                                              std::size_t max_plans);

// Whether the condition holds in the plan.
[[nodiscard]] bool Holds(const SmallCondition& condition, const SmallPlan& plan);

// What the request and the plan's records demand of the plan: what their specs say whose conditions
// hold in it, those of groups that are asked for included. `honoured`: of specs of the past.
[[nodiscard]] std::vector<const Demand*> ActiveDemands(const SmallWorld& world,
                                                       const SmallPlan& plan,
                                                       const std::vector<const Demand*>& honoured);

// Whether the plan has what a spec of the past demands.
[[nodiscard]] bool Honours(const SmallWorld& world, const SmallPlan& plan, const Demand& spec);

[[nodiscard]] std::vector<PackageRecord> ToRecords(const SmallWorld& world, const SmallPlan& plan);

// Whether the package, if it is there, is there in its own right rather than for another.
bool IsRoot(const Name& name, const Request& request);

}  // namespace satchel::oracle

#pragma once

#include <cstdint>

#include "absl/functional/function_ref.h"

#include "corpora/channel_plan.h"

namespace satchel {

// One record of a planned name.
struct PlannedRecord {
  std::uint32_t version;  // Index into the recipe's versions.
  Day day;
  std::uint16_t build_number;
  std::int8_t python;    // Index into kPythonSeries, or -1.
  std::uint8_t variant;  // Of the name's axis; 0 is the default.
};

// Calls `visit` for every record of a name, oldest version first: each version is built when it is
// released, for all pythons of the day, and again (with the next build number) some time after one
// of its libraries moved to a new ABI or a new python appeared, until the next version replaces it.
void VisitRecords(const ChannelPlan& plan, std::uint32_t name,
                  absl::FunctionRef<void(const PlannedRecord&)> visit);

[[nodiscard]] std::int64_t CountRecords(const ChannelPlan& plan, std::uint32_t name);

// The CUDA versions of builds, oldest first.
struct CudaSeries {
  std::uint16_t major;
  std::uint16_t minor;
  Day released;
  Day dropped;
};
inline constexpr CudaSeries kCudaSeries[] = {
    {10, 2, 18262, 19100}, {11, 2, 18720, 19500}, {11, 8, 19300, 20250},
    {12, 4, 19600, 20100}, {12, 6, 20050, 20600}, {12, 9, 20280, 20900},
};
// Variant v > 0 of VariantAxis::kCuda is kCudaSeries[v - 1].

}  // namespace satchel

#include "tests/faults/fault.h"

#include <algorithm>
#include <cerrno>

#include "tests/faults/system_calls.h"

namespace satchel::testing {
namespace {

constexpr unsigned kAny = ~0U;

constexpr Fault kFaults[] = {
    {.name = "count"},
    {.name = "EIO", .error = EIO, .traits = kAny},
    {.name = "ENOSPC", .error = ENOSPC, .traits = kSpace | kSync},
    {.name = "EACCES", .error = EACCES, .traits = kPath},
    {.name = "EMFILE", .error = EMFILE, .traits = kDescriptor},
    {.name = "EAGAIN", .error = EAGAIN, .traits = kProcess},
    {.name = "kill", .traits = kChange, .kills = true},
    // In the middle of a write.
    {.name = "torn", .traits = kBytes, .half_written = true, .kills = true},
    // The disk is full from then on.
    {.name = "full", .error = ENOSPC, .traits = kSpace, .then = kSpace},
    {.name = "short", .error = ENOSPC, .traits = kBytes, .then = kSpace, .half_written = true},
    // Nothing can be changed any more.
    {.name = "broken", .error = EIO, .traits = kChange | kSync, .then = kChange | kSync},
    {.name = "look", .error = EIO, .traits = kLook, .looks = true},
    {.name = "count-looks", .looks = true},
};

}  // namespace

std::span<const Fault> Faults() {
  return kFaults;
}

const Fault* FindFault(std::string_view name) {
  const auto found = std::ranges::find(kFaults, name, &Fault::name);
  return found == std::ranges::end(kFaults) ? nullptr : &*found;
}

}  // namespace satchel::testing

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace satchel::testing {

// A way in which a system call, or everything after it, can fail.
struct Fault {
  std::string_view name;
  int error = 0;              // What the call returns.
  unsigned traits = 0;        // It can affect calls with one of these traits.
  unsigned then = 0;          // The later calls that fail too: those with one of these traits.
  bool half_written = false;  // Half of the bytes are written first.
  bool kills = false;         // The process ends there, before the call.
  bool looks = false;         // Counts calls that only read too.
};

// All faults. The first is no fault, but counts calls; the last is the same and also counts reads.
std::span<const Fault> Faults();

// By its name; null if there is none.
const Fault* FindFault(std::string_view name);

}  // namespace satchel::testing

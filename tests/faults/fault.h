#pragma once

#include <span>
#include <string>
#include <string_view>

namespace satchel::testing {

// A way in which a system call can go wrong, or the world from then on.
struct Fault {
  std::string_view name;
  int error = 0;              // What the call returns.
  unsigned traits = 0;        // It can befall the calls that have one of these.
  unsigned then = 0;          // The later calls that fail too: those that have one of these.
  bool half_written = false;  // Half of the bytes are written first.
  bool kills = false;         // The process ends there, without having made the call.
  bool looks = false;         // Calls that only look are counted too.
};

// All there are. The first is none, but counts; the last is the same with looks.
std::span<const Fault> Faults();

// By its name; null if there is none.
const Fault* FindFault(std::string_view name);

}  // namespace satchel::testing

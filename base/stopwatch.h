#pragma once

#include <chrono>
#include <utility>

namespace satchel {

// Wall time in laps.
class Stopwatch final {
 public:
  // Milliseconds since the last lap, or since construction; starts the next lap.
  double Lap() {
    const Clock::time_point now = Clock::now();
    return std::chrono::duration<double, std::milli>(now - std::exchange(start_, now)).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace satchel

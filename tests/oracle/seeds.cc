#include "tests/oracle/seeds.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "gtest/gtest.h"

#include "tests/oracle/compare.h"

namespace satchel::oracle {
namespace {

constexpr std::uint64_t kDefaultSeed = 20'000'000;
constexpr std::uint64_t kDefaultCases = 10'000;
constexpr int kMaxFailures = 3;

std::uint64_t NumberFromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

std::uint64_t FirstSeed() {
  return NumberFromEnvironment("SATCHEL_SEED", kDefaultSeed);
}

std::uint64_t NumCases() {
  return NumberFromEnvironment("SATCHEL_ORACLE_CASES", kDefaultCases);
}

std::uint64_t FreshSeed() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  return NumberFromEnvironment("SATCHEL_SEED", static_cast<std::uint64_t>(seconds) * 1'000'000);
}

void CheckSeeds(std::uint64_t first, std::uint64_t count,
                const std::function<std::string(const Universe&)>& check,
                Universe (*make)(std::uint64_t seed)) {
  std::printf("seeds %llu to %llu\n", static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(first + count - 1));
  int num_failures = 0;
  for (std::uint64_t seed = first; seed < first + count && num_failures < kMaxFailures; ++seed) {
    const std::string flaw = Minimised(make(seed), check);
    if (!flaw.empty()) {
      ++num_failures;
      ADD_FAILURE() << "seed " << seed << "\n" << flaw;
    }
  }
}

}  // namespace satchel::oracle

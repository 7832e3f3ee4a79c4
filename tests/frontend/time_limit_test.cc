#include "frontend/config/time_limit.h"

#include "gtest/gtest.h"

namespace satchel {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kMarch31 = 1'711'843'200'000;  // 2024-03-31T00:00:00Z.

struct TimeCase {
  const char* text;
  std::int64_t expected;
  const char* why;
};

constexpr TimeCase kTimes[] = {
    {"2024-03-31", kMarch31 + kDayMs - 1, "the whole day"},
    {"2024-03-31T00:00:00Z", kMarch31, ""},
    {"2024-03-31t12:30:15.5z", kMarch31 + 45'015'500, "small letters and a fraction"},
    {"2024-03-31T02:00:00+02:00", kMarch31, "east is earlier"},
    {"2024-03-30 22:00:00-02:00", kMarch31, "west is later"},
    {"1d", kMarch31 - kDayMs, ""},
    {"2w", kMarch31 - 14 * kDayMs, ""},
    {"12h", kMarch31 - kDayMs / 2, ""},
    {"1m", kMarch31 - 31 * kDayMs, "February has no 31st: its last day, the 29th"},
    {"1y", kMarch31 - 366 * kDayMs, ""},
    {"2024-03-31T00:00:00", kMarch31, "without a zone: UTC"},
    {"7", kMarch31 - 7000, "seconds"},
    {"0", kMarch31, "now"},
    {"3d12h", kMarch31 - 7 * kDayMs / 2, ""},
    {"1W 1D", kMarch31 - 8 * kDayMs, "large letters, and blanks"},
    {"1h30m", kMarch31 - kDayMs / 16, "minutes, beside another unit"},
    {"P7D", kMarch31 - 7 * kDayMs, "ISO 8601"},
    {"P1W", kMarch31 - 7 * kDayMs, ""},
    {"P1M", kMarch31 - 31 * kDayMs, "a month"},
    {"PT1M", kMarch31 - 60'000, "a minute"},
    {"p1dt12h", kMarch31 - 3 * kDayMs / 2, ""},
    {"99999d", kMarch31 - 99999 * kDayMs, "longer than there are packages"},
};

TEST(TimeLimit, Table) {
  for (const TimeCase& c : kTimes) {
    SCOPED_TRACE(::testing::Message() << c.text << " " << c.why);
    const auto parsed = ParseTimeLimit(c.text, kMarch31);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(*parsed, c.expected);
  }
}

TEST(TimeLimit, Errors) {
  for (const char* text : {"",
                           "yesterday",
                           "2024-02-30",
                           "2024-3-1",
                           "2024-03-31T",
                           "2024-03-31T25:00:00Z",
                           "2024-03-31T00:00:00.Z",
                           "d",
                           "-7d",
                           "-7",
                           "7x",
                           "7d x",
                           "P",
                           "PT",
                           "P7",
                           "P7H",
                           "PT7D",
                           "P1DT",
                           "9999999999d",
                           "20240331000000000",
                           "2024-03-31x"}) {
    EXPECT_FALSE(ParseTimeLimit(text, kMarch31).ok()) << text;
  }
}

}  // namespace
}  // namespace satchel

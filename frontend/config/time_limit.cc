#include "frontend/config/time_limit.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "absl/strings/str_format.h"

#include "base/strings.h"

namespace satchel {
namespace {

using std::chrono::milliseconds;
using std::chrono::sys_days;

constexpr std::int64_t kDayMs = 86'400'000;

// Takes exactly `digits` decimal digits off the front; none if they are not there.
std::optional<int> TakeNumber(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) {
    return std::nullopt;
  }
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool Take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

// The day that "YYYY-MM-DD" names, taken off the front.
std::optional<sys_days> TakeDay(std::string_view& text) {
  const auto year = TakeNumber(text, 4);
  if (!year.has_value() || !Take(text, "-")) {
    return std::nullopt;
  }
  const auto month = TakeNumber(text, 2);
  if (!month.has_value() || !Take(text, "-")) {
    return std::nullopt;
  }
  const auto day = TakeNumber(text, 2);
  if (!day.has_value()) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  return date.ok() ? std::optional<sys_days>(sys_days(date)) : std::nullopt;
}

// "hh:mm:ss[.fraction]" as milliseconds.
std::optional<std::int64_t> TakeTime(std::string_view& text) {
  const auto hours = TakeNumber(text, 2);
  if (!hours.has_value() || !Take(text, ":")) {
    return std::nullopt;
  }
  const auto minutes = TakeNumber(text, 2);
  if (!minutes.has_value() || !Take(text, ":")) {
    return std::nullopt;
  }
  const auto seconds = TakeNumber(text, 2);
  if (!seconds.has_value() || *hours > 23 || *minutes > 59 || *seconds > 60) {
    return std::nullopt;
  }
  std::int64_t ms = ((*hours * 60 + *minutes) * 60 + *seconds) * std::int64_t{1000};
  if (Take(text, ".")) {
    std::int64_t unit = 100;
    bool any = false;
    for (auto digit = TakeNumber(text, 1); digit.has_value(); digit = TakeNumber(text, 1)) {
      any = true;
      ms += *digit * unit;
      unit /= 10;
    }
    if (!any) {
      return std::nullopt;
    }
  }
  return ms;
}

// "Z" or "+hh:mm" as milliseconds east of Greenwich.
std::optional<std::int64_t> TakeZone(std::string_view& text) {
  if (Take(text, "Zz")) {
    return 0;
  }
  const bool west = text.starts_with("-");
  if (!Take(text, "+-")) {
    return std::nullopt;
  }
  const auto hours = TakeNumber(text, 2);
  if (!hours.has_value() || !Take(text, ":")) {
    return std::nullopt;
  }
  const auto minutes = TakeNumber(text, 2);
  if (!minutes.has_value() || *hours > 23 || *minutes > 59) {
    return std::nullopt;
  }
  const std::int64_t ms = (*hours * 60 + *minutes) * std::int64_t{60'000};
  return west ? -ms : ms;
}

std::optional<std::int64_t> ParseMoment(std::string_view text) {
  const std::optional<sys_days> day = TakeDay(text);
  if (!day.has_value()) {
    return std::nullopt;
  }
  const std::int64_t start = milliseconds(day->time_since_epoch()).count();
  if (text.empty()) {
    return start + kDayMs - 1;
  }
  if (!Take(text, "Tt ")) {
    return std::nullopt;
  }
  const auto time = TakeTime(text);
  if (!time.has_value()) {
    return std::nullopt;
  }
  const auto zone = text.empty() ? 0 : TakeZone(text);  // Without one: UTC, as in conda.
  return zone.has_value() && text.empty() ? std::optional(start + *time - *zone) : std::nullopt;
}

// `count` months before, on the same day of the month or the last one that it has.
std::int64_t MonthsBefore(std::int64_t now_ms, int count) {
  const sys_days today = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<milliseconds>(milliseconds(now_ms)));
  const std::int64_t time_of_day = now_ms - milliseconds(today.time_since_epoch()).count();
  const std::chrono::year_month_day date(today);
  std::chrono::year_month_day then = date - std::chrono::months(count);
  if (!then.ok()) {
    then = then.year() / then.month() / std::chrono::last;
  }
  return milliseconds(sys_days(then).time_since_epoch()).count() + time_of_day;
}

// A number of at most nine digits; none is an error.
std::optional<int> TakeCount(std::string_view& text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  return digits == 0 || digits > 9 ? std::nullopt : TakeNumber(text, digits);
}

struct Age {
  std::int64_t months = 0;
  std::int64_t ms = 0;
};

// Adds `count` of a unit, a small letter; false if it is none.
bool AddUnits(char unit, bool m_is_minutes, std::int64_t count, Age* age) {
  constexpr std::int64_t kMinuteMs = 60'000;
  switch (unit) {
    case 's':
      age->ms += count * 1000;
      return true;
    case 'm':
      (m_is_minutes ? age->ms : age->months) += count * (m_is_minutes ? kMinuteMs : 1);
      return true;
    case 'h':
      age->ms += count * 60 * kMinuteMs;
      return true;
    case 'd':
      age->ms += count * kDayMs;
      return true;
    case 'w':
      age->ms += count * kDayMs * 7;
      return true;
    case 'y':
      age->months += count * 12;
      return true;
    default:
      return false;
  }
}

// "3d12h", "1w 2d". A single "6m" is months; with other units, m is minutes.
std::optional<Age> ParseCompact(std::string_view text) {
  Age age;
  const bool m_is_minutes =
      std::ranges::count_if(text, [](char c) { return c >= 'a' && c <= 'z'; }) > 1;
  if (text.empty()) {
    return std::nullopt;
  }
  while (!text.empty()) {
    const auto count = TakeCount(text);
    text = StripSpace(text);
    if (!count.has_value() || text.empty() || !AddUnits(text.front(), m_is_minutes, *count, &age)) {
      return std::nullopt;
    }
    text = StripSpace(text.substr(1));
  }
  return age;
}

// ISO 8601: "P7D", "P1Y6M", "PT12H30M".
std::optional<Age> ParseIso(std::string_view text) {
  Age age;
  bool is_time = false;
  bool any = false;
  if (!Take(text, "p")) {
    return std::nullopt;
  }
  while (!text.empty()) {
    if (!is_time && Take(text, "t")) {
      is_time = true;
      any = false;
      continue;
    }
    const auto count = TakeCount(text);
    const std::string_view units = is_time ? "hms" : "ymwd";
    if (!count.has_value() || text.empty() || units.find(text.front()) == std::string_view::npos ||
        !AddUnits(text.front(), is_time, *count, &age)) {
      return std::nullopt;
    }
    text.remove_prefix(1);
    any = true;
  }
  return any ? std::optional(age) : std::nullopt;
}

std::optional<std::int64_t> ParseAge(std::string_view text, std::int64_t now_ms) {
  const std::string small = ToLower(text);
  std::optional<Age> age = ParseIso(small);
  if (!age.has_value()) {
    // A bare number is seconds, as in conda.
    const bool is_number = small.find_first_not_of("0123456789") == std::string::npos;
    age = ParseCompact(is_number && !small.empty() ? small + "s" : small);
  }
  constexpr std::int64_t kMaxMonths = 9999 * 12;  // TakeNumber's four digits of a year.
  if (!age.has_value() || age->months > kMaxMonths) {
    return std::nullopt;
  }
  return MonthsBefore(now_ms, static_cast<int>(age->months)) - age->ms;
}

}  // namespace

bool IsAge(std::string_view text) {
  return !ParseMoment(StripSpace(text)).has_value();
}

absl::StatusOr<std::int64_t> ParseTimeLimit(std::string_view text, std::int64_t now_ms) {
  text = StripSpace(text);
  if (const auto moment = ParseMoment(text); moment.has_value()) {
    return *moment;
  }
  if (const auto age = ParseAge(text, now_ms); age.has_value()) {
    return *age;
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("'%s' is not a date: write 2024-05-31, 2024-05-31T12:00:00Z, or an age such "
                      "as 7d, 3d12h, P7D, 2w, 6m, 1y",
                      std::string(text)));
}

}  // namespace satchel

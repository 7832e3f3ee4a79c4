#include "frontend/config/time_limit.h"

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
  const auto zone = TakeZone(text);
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

std::optional<std::int64_t> ParseAge(std::string_view text, std::int64_t now_ms) {
  if (text.size() < 2 || text.size() > 5) {
    return std::nullopt;
  }
  const char unit = text.back();
  text.remove_suffix(1);
  const auto count = TakeNumber(text, text.size());
  if (!count.has_value()) {
    return std::nullopt;
  }
  switch (unit) {
    case 'h':
      return now_ms - *count * std::int64_t{3'600'000};
    case 'd':
      return now_ms - *count * kDayMs;
    case 'w':
      return now_ms - *count * kDayMs * 7;
    case 'm':
      return MonthsBefore(now_ms, *count);
    case 'y':
      return MonthsBefore(now_ms, *count * 12);
    default:
      return std::nullopt;
  }
}

}  // namespace

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
                      "as 7d, 2w, 6m, 1y",
                      std::string(text)));
}

}  // namespace satchel

#include "encoding/asked.h"

#include <algorithm>

#include "repodata/spec/record_match.h"

namespace satchel {

std::optional<bool> KnownOnMachine(const Request& request, const Condition& condition) {
  if (condition.kind == Condition::Kind::kSpec) {
    const MatchSpec& spec = condition.spec.front();
    if (!spec.name().starts_with("__")) {
      return std::nullopt;
    }
    return std::ranges::any_of(request.virtual_packages, [&](const PackageRecord& record) {
      return MatchesRecord(spec, record);
    });
  }
  // One part that is true decides "or", one that is false decides "and".
  const bool decides = condition.kind == Condition::Kind::kOr;
  bool all_known = true;
  for (const Condition& part : condition.parts) {
    const std::optional<bool> known = KnownOnMachine(request, part);
    if (known == decides) {
      return decides;
    }
    all_known = all_known && known.has_value();
  }
  return all_known ? std::optional(!decides) : std::nullopt;
}

bool CountsAlways(const Request& request, const MatchSpec& spec) {
  const Condition* const when = spec.when();
  return when == nullptr || KnownOnMachine(request, *when) == true;
}

}  // namespace satchel

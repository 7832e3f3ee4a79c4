#include "solver/explain/relaxation.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"

#include "base/status_macros.h"
#include "solver/explain/nearest_spec.h"
#include "solver/explain/record_text.h"
#include "solver/solve_internal.h"

namespace satchel {
namespace {

using Use = OpenProblem::Use;

// So many versions are tried before it is asked whether any works.
constexpr int kMaxFailuresOfStretching = 3;

const Relaxation* Find(const Relaxations& relaxations, std::size_t part) {
  const auto found = std::find_if(relaxations.begin(), relaxations.end(), [&](const Relaxation& r) {
    return r.IsOfPart() && r.part == part;
  });
  return found == relaxations.end() ? nullptr : &*found;
}

// Whole seconds, so that it can be said on a command line.
std::int64_t RoundedUp(std::int64_t ms) {
  return (ms + 999) / 1000 * 1000;
}

std::string DayText(std::int64_t ms) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMillis(ms), absl::UTCTimeZone());
}

// The requested spec of that name which a channel can be put before; the number of specs if none.
std::size_t SpecWithoutChannel(const std::vector<MatchSpec>& specs, const std::string& name) {
  return static_cast<std::size_t>(std::find_if(specs.begin(), specs.end(),
                                               [&](const MatchSpec& s) {
                                                 return s.name() == name && s.channel().empty() &&
                                                        s.when() == nullptr;
                                               }) -
                                  specs.begin());
}

}  // namespace

MatchSpec RelaxedRequests::SpecFor(const Relaxation& allows_channel) const {
  return *MatchSpec::Parse(request_.channels[allows_channel.channel].name +
                           "::" + allows_channel.name);
}

void RelaxedRequests::SetPlain(std::unique_ptr<OpenProblem> problem) {
  Variant variant;
  variant.first_extra = problem->parts().size();
  variant.problem = std::move(problem);
  variants_.emplace("", std::move(variant));
}

Request RelaxedRequests::Relaxed(const Relaxations& relaxations) const {
  Request relaxed = request_;
  for (const Relaxation& one : relaxations) {
    switch (one.kind) {
      case Change::Kind::kAllowChannel:
        relaxed.specs.push_back(SpecFor(one));
        break;
      case Change::Kind::kFlexiblePriority:
        relaxed.priority = ChannelPriority::kFlexible;
        break;
      case Change::Kind::kAllowNewer:
        relaxed.exclude_newer_ms.reset();
        break;
      case Change::Kind::kKeepPackage:
        std::erase_if(relaxed.remove,
                      [&](const MatchSpec& spec) { return spec.name() == one.name; });
        break;
      case Change::Kind::kNewerMachine: {
        auto found =
            std::find_if(relaxed.virtual_packages.begin(), relaxed.virtual_packages.end(),
                         [&](const PackageRecord& record) { return record.name == one.name; });
        if (found == relaxed.virtual_packages.end()) {
          PackageRecord record;
          record.name = one.name;
          record.build = "0";
          relaxed.virtual_packages.push_back(std::move(record));
          found = relaxed.virtual_packages.end() - 1;
        }
        found->version = one.version;
        break;
      }
      case Change::Kind::kRelaxPin:
      case Change::Kind::kWidenSpec:
      case Change::Kind::kDropSpec:
      case Change::Kind::kLetChange:
      case Change::Kind::kLetGo:
        break;  // Questions to the open problem.
    }
  }
  return relaxed;
}

absl::StatusOr<RelaxedRequests::Variant*> RelaxedRequests::VariantFor(
    const Relaxations& relaxations) {
  std::string key;
  Relaxations channels;
  for (const Relaxation& one : relaxations) {
    if (!one.IsOfPart()) {
      key += absl::StrFormat("%d %s %d %s\n", static_cast<int>(one.kind), one.name, one.channel,
                             one.version);
    }
    if (one.kind == Change::Kind::kAllowChannel) {
      channels.push_back(one);
    }
  }
  const auto known = variants_.find(key);
  if (known != variants_.end()) {
    return &known->second;
  }
  Variant variant;
  variant.request = std::make_unique<Request>(Relaxed(relaxations));
  ASSIGN_OR_RETURN(variant.problem, OpenProblem::Make(*variant.request, kept_));
  variant.first_extra = variant.problem->parts().size();
  // One whose text is asked for anyway has made no part.
  for (const Relaxation& channel : channels) {
    const std::string text = SpecFor(channel).ToString();
    const bool is_asked = std::any_of(request_.specs.begin(), request_.specs.end(),
                                      [&](const MatchSpec& s) { return s.ToString() == text; });
    if (!is_asked) {
      variant.allowed_channels.push_back(channel);
      --variant.first_extra;
    }
  }
  return &variants_.emplace(key, std::move(variant)).first->second;
}

OpenProblem::Uses RelaxedRequests::UsesFor(const Variant& variant, const Relaxations& relaxations) {
  OpenProblem::Uses uses(variant.problem->parts().size(), Use::kAsWritten);
  for (const Relaxation& one : relaxations) {
    if (one.IsOfPart()) {
      const bool widens = one.kind == Change::Kind::kWidenSpec ||
                          (one.kind == Change::Kind::kRelaxPin &&
                           variant.problem->parts()[one.part].widened.has_value());
      uses[one.part] = widens ? Use::kWidened : Use::kDropped;
    }
  }
  return uses;
}

// The nearest version of a widened part with which a plan exists. Usually the first one tried
// works, which shows at once that there is a plan; asked first, that would be another search.
Answer RelaxedRequests::StretchPart(OpenProblem& problem, const OpenProblem::Uses& uses,
                                    std::size_t part, bool is_known, const StopSignal& stop,
                                    Stretched* stretched) {
  const MatchSpec original = problem.parts()[part].spec;
  const MatchSpec wide = *problem.parts()[part].widened;
  const std::string prefix =
      (wide.channel().empty() ? "" : std::string(wide.channel()) + "::") + wide.name();
  const std::vector<Word> left = problem.Left(uses, wide.name());
  if (IsEmpty(left)) {
    return false;
  }
  const PackageId package = problem.universe().Intern(wide.name());
  int failures = 0;
  const auto holds_with = [&](const std::string& text) -> Answer {
    const absl::StatusOr<MatchSpec> exact = MatchSpec::Parse(text);
    if (!exact.ok()) {
      return false;
    }
    problem.SetWidened(part, *exact);
    const Answer answer = problem.Holds(uses, stop);
    problem.SetWidened(part, wide);
    return answer;
  };
  // Of the nearest version the build and the extras that were asked for, if there are any. Without
  // its condition it would ask for more.
  std::vector<KeptOfSpec> ways;
  const std::string condition = OptionsText(original, {SpecField::kWhen});
  for (const std::string& options :
       {OptionsText(original, {SpecField::kFlags, SpecField::kExtras, SpecField::kWhen}),
        condition}) {
    for (const std::string_view build : {std::string_view(original.build()), std::string_view()}) {
      const KeptOfSpec way = {std::string(build), options};
      const bool is_known_way = std::ranges::any_of(ways, [&way](const KeptOfSpec& one) {
        return one.build == way.build && one.options == way.options;
      });
      if (!is_known_way) {
        ways.push_back(way);
      }
    }
  }
  for (const VersionRef version : VersionsByDistance(problem.universe(), package, left, original)) {
    for (const KeptOfSpec& way : ways) {
      ASSIGN_OR_RETURN(
          const bool holds,
          holds_with(absl::StrFormat("%s ==%s%s%s%s", prefix, std::string(version.text),
                                     way.build.empty() ? "" : " ", way.build, way.options)));
      if (holds) {
        stretched->emplace(part, satchel::Stretched(original, prefix, version, way));
        return true;
      }
    }
    if (!is_known && ++failures == kMaxFailuresOfStretching) {
      ASSIGN_OR_RETURN(is_known, problem.Holds(uses, stop));
      if (!is_known) {
        return false;
      }
    }
  }
  return false;
}

Answer RelaxedRequests::Holds(const Relaxations& relaxations, const StopSignal& stop,
                              Stretched* stretched) {
  ASSIGN_OR_RETURN(Variant * variant, VariantFor(relaxations));
  OpenProblem& problem = *variant->problem;
  const OpenProblem::Uses uses = UsesFor(*variant, relaxations);
  std::map<std::size_t, MatchSpec> wide;
  Answer answer = true;
  for (std::size_t part = 0; part < uses.size() && answer.ok() && *answer; ++part) {
    if (uses[part] == Use::kWidened) {
      answer = StretchPart(problem, uses, part, !wide.empty(), stop, stretched);
      wide.emplace(part, *problem.parts()[part].widened);
      if (answer.ok() && *answer) {
        problem.SetWidened(part, stretched->at(part));  // The next one's nearest goes with it.
      }
    }
  }
  if (wide.empty()) {
    answer = problem.Holds(uses, stop);
  }
  for (const auto& [part, spec] : wide) {
    problem.SetWidened(part, spec);
  }
  return answer;
}

// The least limit of those that the uploads of the newest plan's names suggest.
absl::StatusOr<std::int64_t> RelaxedRequests::EarliestDay(const Request& request,
                                                          const StopSignal& stop) const {
  ASSIGN_OR_RETURN(const SolveOutcome outcome,
                   internal::SolveWithin(request, SolveOptions(), stop));
  const Plan* plan = std::get_if<Plan>(&outcome);
  if (plan == nullptr) {
    return absl::InternalError("a fix that holds has no plan");
  }
  std::vector<std::int64_t> days;
  std::int64_t enough = 0;
  for (const PlanPackage& package : plan->packages) {
    const PackageRecord& record = package.record;
    enough = std::max(enough, record.timestamp_ms);
    for (const Channel& channel : request_.channels) {
      for (const Index* index : channel.subdirs) {
        const NameId name = index->FindName(record.name);
        const Index::Range range = name.ok() ? index->Records(name) : Index::Range{0, 0};
        for (std::uint32_t at = range.first; at < range.last; ++at) {
          days.push_back(index->Record(RecordId(at)).timestamp_ms);
        }
      }
    }
  }
  std::erase_if(
      days, [&](std::int64_t day) { return day <= *request_.exclude_newer_ms || day > enough; });
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  std::size_t low = 0;
  std::size_t high = days.empty() ? 0 : days.size() - 1;  // The last one is known to do.
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    Request tried = request;
    tried.exclude_newer_ms = RoundedUp(days[middle]);
    ASSIGN_OR_RETURN(const std::unique_ptr<OpenProblem> problem, OpenProblem::Make(tried, kept_));
    const OpenProblem::Uses uses(problem->parts().size(), Use::kAsWritten);
    ASSIGN_OR_RETURN(const bool is_late_enough, problem->Holds(uses, stop));
    is_late_enough ? high = middle : low = middle + 1;
  }
  return RoundedUp(days.empty() ? enough : days[high]);
}

absl::StatusOr<RelaxedRequests::Concrete> RelaxedRequests::MakeConcrete(
    const Relaxations& relaxations, const Stretched& stretched, const StopSignal& stop) {
  ASSIGN_OR_RETURN(const Variant* variant, VariantFor(relaxations));
  const std::vector<Part>& parts = variant->problem->parts();
  Concrete result;
  result.request = Relaxed(relaxations);
  Request& request = result.request;
  request.specs = request_.specs;
  // Texts that are said twice are one part.
  const auto change_specs = [&](const Part& part, const std::optional<MatchSpec>& to) {
    std::vector<MatchSpec>& specs = part.kind == Part::Kind::kPinned ? request.pins : request.specs;
    const std::string text = part.spec.ToString();
    std::vector<MatchSpec> changed;
    for (const MatchSpec& spec : specs) {
      if (spec.ToString() != text) {
        changed.push_back(spec);
      } else if (to.has_value()) {
        changed.push_back(*to);
      }
    }
    specs = std::move(changed);
  };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Relaxation* relaxation = Find(relaxations, i);
    if (relaxation == nullptr) {
      continue;
    }
    Change change;
    change.kind = relaxation->kind;
    change.index = parts[i].index;
    change.name = parts[i].spec.name();
    change.before = PlainText(parts[i].spec);
    switch (relaxation->kind) {
      case Change::Kind::kWidenSpec:
        change.after = PlainText(stretched.at(i));
        change.text = change.after + " instead of " + change.before;
        change_specs(parts[i], stretched.at(i));
        break;
      case Change::Kind::kLetChange:
        change.text = "let " + change.name + " change";
        break;
      case Change::Kind::kLetGo:
        change.text = "remove " + change.name;
        request.remove.push_back(parts[i].spec);
        break;
      case Change::Kind::kRelaxPin:
        if (stretched.contains(i)) {
          change.after = PlainText(stretched.at(i));
          change.text = "the pin " + change.after + " instead of " + change.before;
          change_specs(parts[i], stretched.at(i));
          break;
        }
        [[fallthrough]];
      default:
        change.text = "without " + change.before;
        change_specs(parts[i], std::nullopt);
        break;
    }
    result.changes.push_back(std::move(change));
  }
  Relaxations others;
  std::copy_if(relaxations.begin(), relaxations.end(), std::back_inserter(others),
               [](const Relaxation& one) { return !one.IsOfPart(); });
  // The earliest day depends on all else.
  std::stable_partition(others.begin(), others.end(), [](const Relaxation& one) {
    return one.kind != Change::Kind::kAllowNewer;
  });
  for (const Relaxation& one : others) {
    Change change;
    change.kind = one.kind;
    change.name = one.name;
    if (one.kind == Change::Kind::kAllowChannel) {
      const std::string& channel = request_.channels[one.channel].name;
      const std::size_t at = SpecWithoutChannel(request.specs, one.name);
      change.index = request.specs.size();
      change.after = channel + "::" + one.name;
      if (at < request.specs.size()) {
        change.before = PlainText(request.specs[at]);
        const auto spec = MatchSpec::Parse(channel + "::" + change.before);
        change.index = at;
        change.after = PlainText(*spec);
        request.specs[at] = *spec;
      } else {
        request.specs.push_back(*MatchSpec::Parse(change.after));
      }
      change.text = absl::StrFormat("%s from %s", one.name, channel);
    } else if (one.kind == Change::Kind::kFlexiblePriority) {
      change.before = "strict";
      change.after = "flexible";
      change.text = "flexible channel priority instead of strict";
    } else if (one.kind == Change::Kind::kAllowNewer) {
      ASSIGN_OR_RETURN(request.exclude_newer_ms, EarliestDay(request, stop));
      change.before = DayText(*request_.exclude_newer_ms);
      change.after = DayText(*request.exclude_newer_ms);
      change.text = "what was uploaded until " + change.after;
    } else if (one.kind == Change::Kind::kKeepPackage) {
      change.before = one.name;
      change.text = "keep " + one.name;
    } else {
      change.after = one.version;
      change.text = absl::StrFormat("a machine with %s %s", one.name, one.version);
    }
    result.changes.push_back(std::move(change));
  }
  return result;
}

}  // namespace satchel

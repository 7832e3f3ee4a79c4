#include "tests/oracle/fixes.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "solver/explain/fixes.h"
#include "solver/explain/nearest_spec.h"
#include "solver/explain/open_problem.h"
#include "solver/explain/record_text.h"
#include "tests/oracle/brute_force.h"

namespace satchel::oracle {
namespace {

constexpr int kMaxExpensive = 17;  // What is compared; three changes or so.
constexpr std::size_t kMaxSteps = 14;

bool HasPlan(const Request& request) {
  const absl::StatusOr<BruteForceResult> best = BruteForce(request, Objective::kNewest);
  return !best.ok() || best->num_plans > 0;
}

// A change and how to make it. `part`: two steps of one part exclude each other.
struct Step {
  std::string label;
  Change::Kind kind;
  std::string part;
  std::optional<MatchSpec> widened;
  std::string name;
  std::string channel;
};

// The specs with some texts changed, all at once.
using Replacements = std::map<std::string, std::optional<MatchSpec>>;

void Replace(const Replacements& replacements, std::vector<MatchSpec>& specs) {
  std::vector<MatchSpec> changed;
  for (const MatchSpec& spec : specs) {
    const auto found = replacements.find(spec.ToString());
    if (found == replacements.end()) {
      changed.push_back(spec);
    } else if (found->second.has_value()) {
      changed.push_back(*found->second);
    }
  }
  specs = std::move(changed);
}

Request With(const Request& request, const std::vector<const Step*>& steps) {
  Request changed = request;
  Replacements specs;
  Replacements pins;
  for (const Step* step : steps) {
    if (step->kind == Change::Kind::kRelaxPin) {
      pins.emplace(step->part,
                   *MatchSpec::Parse(step->name));  // It still is pinned, to some version.
    } else if (!step->part.empty()) {
      specs.emplace(step->part, step->widened);
    }
  }
  Replace(specs, changed.specs);
  Replace(pins, changed.pins);
  for (const Step* step : steps) {
    switch (step->kind) {
      case Change::Kind::kAllowChannel:
        changed.specs.push_back(*MatchSpec::Parse(step->channel + "::" + step->name));
        break;
      case Change::Kind::kFlexiblePriority:
        changed.priority = ChannelPriority::kFlexible;
        break;
      case Change::Kind::kAllowNewer:
        changed.exclude_newer_ms.reset();
        break;
      case Change::Kind::kKeepPackage:
        std::erase_if(changed.remove,
                      [&](const MatchSpec& spec) { return spec.name() == step->name; });
        break;
      case Change::Kind::kLetGo:
        std::erase_if(changed.installed, [&](const InstalledPackage& installed) {
          return installed.record.name == step->name;
        });
        break;
      default:
        break;
    }
  }
  return changed;
}

void AddSpecSteps(const Request& request, std::vector<Step>& steps) {
  std::set<std::string> done;
  for (const MatchSpec& spec : request.specs) {
    const std::string text = spec.ToString();
    if (!done.insert(text).second) {
      continue;
    }
    const std::string channel(spec.channel());
    const bool is_known = NameExists(request, spec.name());
    const std::string name = spec.name() + OptionsText(spec, {SpecField::kWhen});
    for (const std::string& wide : {channel.empty() ? name : channel + "::" + name, name}) {
      const MatchSpec parsed = *MatchSpec::Parse(wide);
      if (is_known && parsed.ToString() != text) {
        steps.push_back(
            {"widen " + PlainText(spec), Change::Kind::kWidenSpec, text, parsed, "", ""});
        break;
      }
    }
    steps.push_back(
        {"drop " + PlainText(spec), Change::Kind::kDropSpec, text, std::nullopt, "", ""});
  }
}

std::vector<Step> AllSteps(const Universe& universe, const Request& request) {
  std::vector<Step> steps;
  AddSpecSteps(request, steps);
  std::set<std::string> done;
  for (const MatchSpec& pin : request.pins) {
    if (done.insert(pin.ToString()).second) {
      steps.push_back({"pin " + PlainText(pin), Change::Kind::kRelaxPin, pin.ToString(),
                       std::nullopt, pin.name(), ""});
    }
  }
  for (const InstalledPackage& installed : request.installed) {
    const std::string& name = installed.record.name;
    const bool is_pinned = std::any_of(request.pins.begin(), request.pins.end(),
                                       [&](const MatchSpec& pin) { return pin.name() == name; });
    if (installed.requested.has_value() || is_pinned) {
      steps.push_back({"let go " + name, Change::Kind::kLetGo, "", std::nullopt, name, ""});
    }
  }
  if (request.exclude_newer_ms.has_value()) {
    steps.push_back({"newer", Change::Kind::kAllowNewer, "", std::nullopt, "", ""});
  }
  std::set<std::string> removed;
  for (const MatchSpec& spec : request.remove) {
    if (removed.insert(spec.name()).second) {
      steps.push_back(
          {"keep " + spec.name(), Change::Kind::kKeepPackage, "", std::nullopt, spec.name(), ""});
    }
  }
  if (request.priority == ChannelPriority::kStrict) {
    steps.push_back({"flexible", Change::Kind::kFlexiblePriority, "", std::nullopt, "", ""});
  }
  std::set<std::string> names;
  for (const UniverseChannel& channel : universe.channels) {
    for (const UniverseRecord& record : channel.records) {
      const bool is_new = names.insert(record.name + " " + channel.name).second;
      if (request.priority == ChannelPriority::kStrict && is_new &&
          channel.name != universe.channels.front().name) {
        steps.push_back({"allow " + channel.name + std::string("::") + record.name,
                         Change::Kind::kAllowChannel, "", std::nullopt, record.name, channel.name});
      }
    }
  }
  return steps;
}

std::string LabelOf(const Change& change) {
  switch (change.kind) {
    case Change::Kind::kRelaxPin:
      return "pin " + change.before;
    case Change::Kind::kWidenSpec:
      return "widen " + change.before;
    case Change::Kind::kDropSpec:
      return "drop " + change.before;
    case Change::Kind::kFlexiblePriority:
      return "flexible";
    case Change::Kind::kAllowNewer:
      return "newer";
    case Change::Kind::kLetGo:
      return "let go " + change.name;
    case Change::Kind::kKeepPackage:
      return "keep " + change.name;
    case Change::Kind::kAllowChannel:
      return absl::StrFormat("allow %s::%s", change.after.substr(0, change.after.find("::")),
                             change.name);
    default:
      return "machine";
  }
}

using Labels = std::vector<std::string>;

struct Tried {
  std::vector<const Step*> steps;
  int cost = 0;
};

void Enumerate(const std::vector<Step>& steps, std::size_t from, const Tried& sofar,
               std::vector<Tried>& all) {
  all.push_back(sofar);
  for (std::size_t i = from; i < steps.size(); ++i) {
    const int cost = sofar.cost + CostOf(steps[i].kind);
    const bool is_changed =
        !steps[i].part.empty() &&
        std::any_of(sofar.steps.begin(), sofar.steps.end(), [&](const Step* step) {
          return step->part == steps[i].part && (step->kind == Change::Kind::kRelaxPin) ==
                                                    (steps[i].kind == Change::Kind::kRelaxPin);
        });
    const bool is_undone =
        std::any_of(sofar.steps.begin(), sofar.steps.end(), [&](const Step* step) {
          return step->name == steps[i].name && !step->name.empty() &&
                 std::minmax(step->kind, steps[i].kind) ==
                     std::minmax(Change::Kind::kKeepPackage, Change::Kind::kLetGo);
        });
    if (cost <= kMaxExpensive && !is_changed && !is_undone) {
      Tried more = sofar;
      more.steps.push_back(&steps[i]);
      more.cost = cost;
      Enumerate(steps, i + 1, more, all);
    }
  }
}

bool Does(const Tried& tried, const Step& step) {
  return std::any_of(tried.steps.begin(), tried.steps.end(), [&](const Step* other) {
    return other == &step ||
           (step.kind == Change::Kind::kWidenSpec && other->kind == Change::Kind::kDropSpec &&
            other->part == step.part) ||
           (step.kind == Change::Kind::kAllowChannel &&
            other->kind == Change::Kind::kFlexiblePriority);
  });
}

// By cost; labels sorted within a fix, and fixes of equal cost by labels.
std::vector<std::pair<int, Labels>> Cheapest(const Universe& universe, const Request& request) {
  const std::vector<Step> steps = AllSteps(universe, request);
  std::vector<Tried> all;
  Enumerate(steps, 0, {}, all);
  std::stable_sort(all.begin(), all.end(),
                   [](const Tried& a, const Tried& b) { return a.cost < b.cost; });
  std::vector<Tried> found;
  std::vector<std::pair<int, Labels>> result;
  for (const Tried& tried : all) {
    const bool is_covered = std::any_of(found.begin(), found.end(), [&](const Tried& fix) {
      return std::all_of(fix.steps.begin(), fix.steps.end(),
                         [&](const Step* step) { return Does(tried, *step); });
    });
    if (is_covered || !HasPlan(With(request, tried.steps))) {
      continue;
    }
    found.push_back(tried);
    const Request changed = With(request, tried.steps);
    const bool lets_go = std::any_of(tried.steps.begin(), tried.steps.end(), [](const Step* step) {
      return step->kind == Change::Kind::kLetGo;
    });
    if (changed.specs.empty() && changed.remove.empty() && !changed.update_all && !lets_go) {
      continue;  // Not worth telling.
    }
    Labels labels;
    for (const Step* step : tried.steps) {
      labels.push_back(step->label);
    }
    std::sort(labels.begin(), labels.end());
    result.emplace_back(tried.cost, std::move(labels));
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::string Text(const std::vector<std::pair<int, Labels>>& fixes) {
  std::string text;
  for (const auto& [cost, labels] : fixes) {
    text += absl::StrFormat("  %d: %s\n", cost, absl::StrJoin(labels, "; "));
  }
  return text;
}

}  // namespace

std::string FixFlaw(const Universe& universe) {
  const absl::StatusOr<World> world = BuildWorld(universe);
  if (!world.ok() || HasPlan(world->request)) {
    return "";
  }
  if (AllSteps(universe, world->request).size() > kMaxSteps) {
    return "";  // Too many sets to try.
  }
  FixOptions options;
  options.max_fixes = 1000;
  options.budget_seconds = 0;
  const absl::StatusOr<FixList> list = FindFixes(world->request, options);
  if (!list.ok()) {
    return "FindFixes fails: " + list.status().ToString();
  }
  if (!list->flaw.empty()) {
    return "FindFixes fails: " + list->flaw;
  }
  std::vector<std::pair<int, Labels>> ours;
  int last_cost = 0;
  for (const Fix& fix : list->fixes) {
    Labels labels;
    for (const Change& change : fix.changes) {
      labels.push_back(LabelOf(change));
    }
    std::sort(labels.begin(), labels.end());
    if (fix.cost < last_cost) {
      return "fixes are not in the order of their cost";
    }
    last_cost = fix.cost;
    if (!HasPlan(fix.request)) {
      return absl::StrFormat("no fix: %s", absl::StrJoin(labels, "; "));
    }
    const bool is_of_machine = std::find(labels.begin(), labels.end(), "machine") != labels.end();
    if (fix.cost <= kMaxExpensive && !is_of_machine) {
      ours.emplace_back(fix.cost, std::move(labels));
    }
  }
  std::sort(ours.begin(), ours.end());
  const std::vector<std::pair<int, Labels>> cheapest = Cheapest(universe, world->request);
  return ours == cheapest
             ? std::string()
             : absl::StrFormat("ours:\n%sthe cheapest:\n%s", Text(ours), Text(cheapest));
}

}  // namespace satchel::oracle

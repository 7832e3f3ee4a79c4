// What must hold between the answers to two related universes, whatever the answers are: found
// without an oracle, so it would hold for large channels too.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

#include "tests/oracle/compare.h"
#include "tests/oracle/dice.h"
#include "tests/oracle/random_universe.h"
#include "tests/oracle/seeds.h"
#include "tests/oracle/universe_text.h"

namespace satchel::oracle {
namespace {

struct Answer {
  std::string error;         // Of the solver.
  std::optional<Plan> plan;  // None: unsatisfiable.
};

Answer Ask(const Universe& universe, bool certify = false) {
  const absl::StatusOr<World> world = BuildWorld(universe);
  if (!world.ok()) {
    return {"", std::nullopt};  // Shrinking may make such.
  }
  SolveOptions options;
  options.objective = universe.objective;
  options.certify = certify;
  absl::StatusOr<SolveOutcome> outcome = Solve(world->request, options);
  if (!outcome.ok()) {
    return {outcome.status().ToString(), std::nullopt};
  }
  if (Plan* plan = std::get_if<Plan>(&*outcome)) {
    return {"", std::move(*plan)};
  }
  return {"", std::nullopt};
}

std::string PlanText(const Answer& answer) {
  return answer.plan.has_value() ? absl::StrJoin(Labels(RecordsOf(*answer.plan)), "\n")
                                 : "no plan " + std::string(answer.error);
}

// "" if both have the same plan.
std::string Difference(const Answer& before, const Universe& universe) {
  const Answer after = Ask(universe);
  if (PlanText(before) == PlanText(after)) {
    return "";
  }
  return absl::StrFormat("from\n%s\nto\n%s\nin\n%s", PlanText(before), PlanText(after),
                         ToText(universe));
}

bool IsChosen(const Plan& plan, const std::string& channel, const UniverseRecord& record) {
  return std::any_of(plan.packages.begin(), plan.packages.end(), [&](const PlanPackage& package) {
    return package.record.channel == channel && package.record.subdir == record.subdir &&
           package.record.fn == FileName(record);
  });
}

std::string MustHavePlan(const Universe& universe, const char* what) {
  const Answer answer = Ask(universe);
  return answer.plan.has_value()
             ? ""
             : absl::StrFormat("%s leaves no plan %s:\n%s", what, answer.error, ToText(universe));
}

std::string TakeUnchosenRecordsAway(const Universe& universe) {
  const Answer answer = Ask(universe);
  for (std::size_t c = 0; answer.plan.has_value() && c < universe.channels.size(); ++c) {
    for (std::size_t r = 0; r < universe.channels[c].records.size(); ++r) {
      if (IsChosen(*answer.plan, universe.channels[c].name, universe.channels[c].records[r])) {
        continue;
      }
      Universe smaller = universe;
      std::vector<UniverseRecord>& records = smaller.channels[c].records;
      records.erase(records.begin() + static_cast<std::ptrdiff_t>(r));
      const std::string flaw = MustHavePlan(smaller, "without a record that was not chosen");
      if (!flaw.empty()) {
        return flaw;
      }
    }
  }
  return "";
}

TEST(Metamorphic, AnUnchosenRecordIsNotMissed) {
  CheckSeeds(FirstSeed(), NumCases() / 20, TakeUnchosenRecordsAway);
}

// Strict priority aside, where a record can hide others.
std::string AddRecords(const Universe& universe) {
  if (universe.priority == ChannelPriority::kStrict || !Ask(universe).plan.has_value()) {
    return "";
  }
  Dice dice(universe.channels.size());
  for (const UniverseChannel& channel : universe.channels) {
    for (UniverseRecord record : channel.records) {
      record.build = "new_9";
      record.build_number = 9;
      record.depends.push_back("missing");
      if (dice.Chance(50)) {
        record.depends.clear();
        record.constrains = {"a <0", "b <0", "c <0"};
      }
      Universe larger = universe;
      larger.channels[dice.Below(larger.channels.size())].records.push_back(std::move(record));
      const std::string flaw = MustHavePlan(larger, "one more record");
      if (!flaw.empty()) {
        return flaw;
      }
    }
  }
  return "";
}

TEST(Metamorphic, AnotherRecordDoesNoHarm) {
  CheckSeeds(FirstSeed(), NumCases() / 20, AddRecords);
}

std::string TakeWishesAway(const Universe& universe) {
  if (!Ask(universe).plan.has_value()) {
    return "";
  }
  for (std::vector<std::string> Universe::*list :
       {&Universe::specs, &Universe::pins, &Universe::remove}) {
    for (std::size_t i = 0; i < (universe.*list).size(); ++i) {
      // A spec that names a channel makes it visible for the other specs of that name. A removal
      // also allows what needs the package to go, where all that was asked for has to stay
      // otherwise.
      const bool allows_more = list == &Universe::remove && !universe.installed.empty();
      if ((universe.*list)[i].find("::") == std::string::npos && !allows_more) {
        Universe easier = universe;
        (easier.*list).erase((easier.*list).begin() + static_cast<std::ptrdiff_t>(i));
        const std::string flaw = MustHavePlan(easier, "one wish less");
        if (!flaw.empty()) {
          return flaw;
        }
      }
    }
  }
  for (std::size_t c = 0; c < universe.channels.size(); ++c) {
    for (std::size_t r = 0; r < universe.channels[c].records.size(); ++r) {
      Universe easier = universe;
      UniverseRecord& record = easier.channels[c].records[r];
      if (!record.depends.empty() || !record.constrains.empty()) {
        (record.depends.empty() ? record.constrains : record.depends).pop_back();
        const std::string flaw = MustHavePlan(easier, "one dependency less");
        if (!flaw.empty()) {
          return flaw;
        }
      }
    }
  }
  return "";
}

TEST(Metamorphic, WantingLessDoesNoHarm) {
  CheckSeeds(FirstSeed(), NumCases() / 20, TakeWishesAway);
}

// Puts "-n" after every name that means nothing to the objective, which keeps their order.
std::string Renamed(const std::string& text) {
  const std::size_t colons = text.find("::");
  const std::size_t first = colons == std::string::npos ? 0 : colons + 2;
  const std::size_t last = std::min(text.find_first_of(" <>=!~[", first), text.size());
  const std::string name = text.substr(first, last - first);
  if (name.starts_with("__") || name == "python" || name == "cuda-version") {
    return text;
  }
  return text.substr(0, last) + "-n" + text.substr(last);
}

void Rename(UniverseRecord& record) {
  record.name = Renamed(record.name);
  for (std::vector<std::string>* specs : {&record.depends, &record.constrains}) {
    std::transform(specs->begin(), specs->end(), specs->begin(), Renamed);
  }
}

std::string RenameAll(const Universe& universe) {
  Universe renamed = universe;
  for (UniverseChannel& channel : renamed.channels) {
    std::for_each(channel.records.begin(), channel.records.end(), Rename);
  }
  for (UniverseInstalled& installed : renamed.installed) {
    Rename(installed.record);
    if (installed.requested.has_value()) {
      installed.requested = Renamed(*installed.requested);
    }
  }
  for (std::vector<std::string> Universe::*list :
       {&Universe::specs, &Universe::pins, &Universe::remove}) {
    std::transform((renamed.*list).begin(), (renamed.*list).end(), (renamed.*list).begin(),
                   Renamed);
  }
  const Answer before = Ask(universe);
  Answer expected = before;
  if (expected.plan.has_value()) {
    for (PlanPackage& package : expected.plan->packages) {
      PackageRecord& record = package.record;
      record.fn = Renamed(record.name) + record.fn.substr(record.name.size());
      record.name = Renamed(record.name);
    }
  }
  return Difference(expected, renamed);
}

TEST(Metamorphic, NamesDoNotMatter) {
  CheckSeeds(FirstSeed(), NumCases() / 10, RenameAll);
}

// The plan, said in full and pinned, is the plan.
std::string PinAll(const Universe& universe) {
  const Answer answer = Ask(universe);
  if (!answer.plan.has_value()) {
    return "";
  }
  Universe pinned = universe;
  for (const PackageRecord& record : RecordsOf(*answer.plan)) {
    pinned.pins.push_back(absl::StrFormat("%s/%s::%s==%s=%s", record.channel, record.subdir,
                                          record.name, record.version, record.build));
  }
  return Difference(answer, pinned);
}

TEST(Metamorphic, PinningThePlanKeepsIt) {
  CheckSeeds(FirstSeed(), NumCases() / 10, PinAll);
}

// Asking again once the plan is installed changes nothing.
std::string AskAgain(const Universe& universe) {
  const Answer answer = Ask(universe);
  if (!answer.plan.has_value() || !universe.installed.empty() || universe.ignore_dependencies) {
    return "";
  }
  Universe again = universe;
  for (const UniverseChannel& channel : universe.channels) {
    for (const UniverseRecord& record : channel.records) {
      if (IsChosen(*answer.plan, channel.name, record)) {
        again.installed.push_back({channel.name, record, std::nullopt});
      }
    }
  }
  std::string flaw = Difference(answer, again);
  const Answer second = Ask(again);
  if (flaw.empty() && !(second.plan->link.empty() && second.plan->unlink.empty())) {
    flaw = "links or unlinks what is there already\n" + ToText(again);
  }
  return flaw;
}

TEST(Metamorphic, AskingAgainChangesNothing) {
  CheckSeeds(FirstSeed(), NumCases() / 10, AskAgain);
}

std::string CertifyAll(const Universe& universe) {
  const Answer plain = Ask(universe);
  const Answer certified = Ask(universe, true);
  if (PlanText(plain) != PlanText(certified)) {
    return absl::StrFormat("certifying turns\n%s\ninto\n%s", PlanText(plain), PlanText(certified));
  }
  if (certified.plan.has_value()) {
    for (const LevelValue& level : certified.plan->levels) {
      if (!level.certified || !level.proven) {
        return "not certified: " + std::string(level.level);
      }
    }
  }
  return "";
}

TEST(Metamorphic, EveryLevelCanBeCertified) {
  CheckSeeds(FirstSeed(), NumCases() / 10, CertifyAll);
}

TEST(Metamorphic, EveryLevelCanBeCertifiedWithConditionsExtrasAndFlags) {
  CheckSeeds(FirstSeed(), NumCases() / 10, CertifyAll, RandomUniverseOfRevision3);
}

}  // namespace
}  // namespace satchel::oracle

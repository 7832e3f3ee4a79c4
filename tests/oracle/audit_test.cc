// The audit of channels against all plans of random universes: a record can be installed if some
// plan of the request, with its name besides, has it.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "repodata/spec/record_match.h"
#include "solver/audit/channel_audit.h"
#include "tests/oracle/compare.h"
#include "tests/oracle/plan_list.h"
#include "tests/oracle/random_universe.h"
#include "tests/oracle/seeds.h"
#include "tests/oracle/universe_text.h"

namespace satchel::oracle {
namespace {

constexpr std::size_t kMostPlans = 200'000;

// Of a record; build strings of variants differ.
std::string Identity(const PackageRecord& record) {
  return record.channel + "/" + record.subdir + "::" + record.fn;
}

std::set<std::string> NamesOf(const Universe& universe) {
  std::set<std::string> names;
  for (const UniverseChannel& channel : universe.channels) {
    for (const UniverseRecord& record : channel.records) {
      names.insert(record.name);
    }
  }
  return names;
}

// The records of `name` in plans that have it; nothing if there are too many plans.
absl::StatusOr<std::set<std::string>> InPlans(Universe universe, const std::string& name) {
  universe.specs.push_back(name);
  absl::StatusOr<World> world = BuildWorld(universe);
  if (!world.ok()) {
    return world.status();
  }
  absl::StatusOr<SmallWorld> small = MakeSmallWorld(world->request, universe.objective);
  if (!small.ok()) {
    return small.status();
  }
  const absl::StatusOr<std::vector<SmallPlan>> plans = AllPlans(*small, world->request, kMostPlans);
  if (!plans.ok()) {
    return plans.status();
  }
  std::set<std::string> found;
  for (const SmallPlan& plan : *plans) {
    for (const PackageRecord& record : ToRecords(*small, plan)) {
      if (record.name == name) {
        found.insert(Identity(record));
      }
    }
  }
  return found;
}

absl::StatusOr<AuditReport> Audit(const Request& request, const SearchOptions& search) {
  AuditOptions options;
  options.search = search;
  const absl::StatusOr<std::unique_ptr<ChannelAudit>> audit = ChannelAudit::Make(request, options);
  if (!audit.ok()) {
    return audit.status();
  }
  for (std::size_t part = 0; part < (*audit)->num_parts(); ++part) {
    if (absl::Status status = (*audit)->Decide(part); !status.ok()) {
      return status;
    }
  }
  return (*audit)->Report();
}

struct Counts {
  int worlds = 0;
  int records = 0;
  int broken = 0;
  int without_company = 0;
};

void CheckUniverse(const Universe& universe, const SearchOptions& search, Counts* counts) {
  absl::StatusOr<World> world = BuildWorld(universe);
  ASSERT_TRUE(world.ok()) << world.status();
  const absl::StatusOr<AuditReport> report = Audit(world->request, search);
  if (!report.ok()) {
    // What must be there has no plan: no name has one with it.
    for (const std::string& name : NamesOf(universe)) {
      const absl::StatusOr<std::set<std::string>> in_plans = InPlans(universe, name);
      EXPECT_TRUE(!in_plans.ok() || in_plans->empty()) << report.status() << ToText(universe);
    }
    ++counts->without_company;
    return;
  }
  std::set<std::string> broken;
  for (const PackageRecord& record : report->broken) {
    broken.insert(Identity(record));
  }
  EXPECT_TRUE(report->undecided.empty());
  std::size_t num_installable = 0;
  for (const std::string& name : NamesOf(universe)) {
    const absl::StatusOr<std::set<std::string>> in_plans = InPlans(universe, name);
    if (!in_plans.ok()) {
      return;
    }
    num_installable += in_plans->size();
    for (const std::string& record : *in_plans) {
      EXPECT_FALSE(broken.contains(record)) << record << "\n" << ToText(universe);
    }
  }
  EXPECT_EQ(report->num_installable, num_installable) << ToText(universe);
  EXPECT_EQ(report->num_records, num_installable + broken.size());
  std::vector<int> times(report->broken.size(), 0);
  for (const AuditCause& cause : report->causes) {
    EXPECT_FALSE(cause.specs.empty());
    EXPECT_FALSE(cause.direct.empty() && cause.indirect.empty());
    for (const std::vector<std::size_t>* which : {&cause.direct, &cause.indirect}) {
      for (const std::size_t i : *which) {
        ++times[i];
      }
    }
  }
  for (const int count : times) {
    EXPECT_EQ(count, 1) << "each has one cause";
  }
  ++counts->worlds;
  counts->records += static_cast<int>(report->num_records);
  counts->broken += static_cast<int>(broken.size());
}

Counts CheckUniverses(std::uint64_t num_universes, const SearchOptions& search) {
  Counts counts;
  const std::uint64_t first = FirstSeed();
  for (std::uint64_t seed = first; seed < first + num_universes; ++seed) {
    Universe universe = seed % 2 == 0 ? RandomUniverse(seed) : RandomUniverseOfRevision3(seed);
    universe.installed.clear();
    universe.remove.clear();
    universe.ignore_dependencies = false;
    if (seed % 4 < 2) {
      universe.specs.clear();
    }
    CheckUniverse(universe, search, &counts);
  }
  return counts;
}

TEST(AuditTest, EqualsAllPlans) {
  const Counts counts = CheckUniverses(400, SearchOptions());
  EXPECT_GT(counts.worlds, 200);
  EXPECT_GT(counts.broken, counts.records / 20);
  EXPECT_GT(counts.without_company, 5);
}

// What dives give up is asked of CryptoMiniSat.
TEST(AuditTest, EqualsAllPlansWithoutDives) {
  SearchOptions search;
  search.dives = false;
  EXPECT_GT(CheckUniverses(200, search).worlds, 100);
}

}  // namespace
}  // namespace satchel::oracle

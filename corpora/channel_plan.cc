// How the numbers here were found is told in corpora/README.md, "The generator".

#include "corpora/channel_plan.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "corpora/channel_builds.h"
#include "corpora/package_names.h"
#include "corpora/random.h"

namespace satchel {
namespace {

// A quantity at some sizes of a channel; linear between them.
struct SizePoint {
  std::int64_t num_records;
  std::int64_t value;
};
constexpr SizePoint kAgeDays[] = {{1'000, 450},       {10'000, 900},      {100'000, 1'800},
                                  {1'000'000, 3'900}, {2'000'000, 4'800}, {10'000'000, 7'000}};
constexpr SizePoint kNames[] = {{1'000, 200},        {10'000, 1'010},     {100'000, 5'060},
                                {1'000'000, 25'400}, {2'000'000, 41'000}, {10'000'000, 127'000}};

template <std::size_t kSize>
std::int64_t AtSize(const SizePoint (&points)[kSize], std::int64_t num_records) {
  std::size_t i = 1;
  while (i + 1 < kSize && points[i].num_records < num_records) {
    ++i;
  }
  const SizePoint& a = points[i - 1];
  const SizePoint& b = points[i];
  const std::int64_t at = std::clamp(num_records, a.num_records, b.num_records);
  return a.value + (b.value - a.value) * (at - a.num_records) / (b.num_records - a.num_records);
}

// The inverse of a distribution function, at equal steps from 0 to 1.
template <std::size_t kSize>
std::int32_t FromQuantiles(const std::array<std::int32_t, kSize>& quantiles, SplitMix* random) {
  const std::uint32_t scaled = random->Below((kSize - 1) * 1024);
  const std::size_t i = scaled / 1024;
  const auto rest = static_cast<std::int32_t>(scaled % 1024);
  return quantiles[i] + (quantiles[i + 1] - quantiles[i]) * rest / 1024;
}

// Mean days between two versions of a name: log-normal with sigma 1.2, in thousandths of the
// median.
constexpr std::array<std::int32_t, 17> kReleaseGap = {
    40, 159, 252, 345, 445, 556, 682, 828, 1000, 1207, 1466, 1800, 2250, 2900, 3970, 6290, 11800};
constexpr Day kMedianReleaseGap = 230;

// Dependencies of a name, those on python and the compiler's libraries aside, in hundredths.
constexpr std::array<std::int32_t, 21> kLibraryDepends = {0,   0,   0,   50,  100,  100,  150,
                                                          200, 200, 250, 300, 300,  350,  400,
                                                          450, 500, 600, 800, 1200, 2000, 4500};
constexpr std::array<std::int32_t, 21> kExtensionDepends = {0,   0,   50,  100, 100,  100,  150,
                                                            150, 200, 200, 200, 250,  300,  350,
                                                            400, 500, 600, 700, 1000, 1600, 4000};
constexpr std::array<std::int32_t, 21> kPureDepends = {0,   0,   0,   0,   50,   100,  100,
                                                       150, 150, 200, 250, 300,  350,  400,
                                                       500, 600, 700, 850, 1050, 1500, 3000};

constexpr std::size_t kNumFirstLibraries = 12;  // Those that the interpreter may need.

class Planner {
 public:
  Planner(std::int64_t num_records, std::uint64_t seed) {
    plan_.seed = seed;
    plan_.first_day = FirstDay(num_records);
    plan_.last_day = kLastDay;
    expected_names_ = AtSize(kNames, num_records);
  }

  ChannelPlan Run(std::int64_t num_records);

 private:
  using Targets = std::vector<std::uint32_t>;

  NameKind PickKind(SplitMix* random) const;
  void AddName(NameKind kind, SplitMix* random);
  void PlanOutput(const Targets& bases, PlannedName* name, SplitMix* random);
  void PlanRecipe(PlannedName* name, SplitMix* random);
  void PlanPythonVersions(PlannedName* name) const;
  void PlanVersions(Day birth, Day last_release, PlannedName* name, SplitMix* random) const;
  void PlanMigrations(PlannedName* name, SplitMix* random) const;
  void PlanDependencies(PlannedName* name, SplitMix* random);
  void PlanConstrains(PlannedName* name, SplitMix* random) const;
  void AddDependency(const Targets& targets, SpecShape shape, bool constrains, PlannedName* name,
                     SplitMix* random) const;
  Targets& Of(NameKind kind) { return by_kind_[static_cast<std::size_t>(kind)]; }
  const Targets& Of(NameKind kind) const { return by_kind_[static_cast<std::size_t>(kind)]; }

  ChannelPlan plan_;
  PackageNames package_names_;
  std::int64_t expected_names_;
  std::array<Targets, 5>
      by_kind_;  // Most popular first; outputs of others' recipes are in it, too.
  std::vector<std::uint32_t> last_output_;  // Of each name's recipe.
};

// Zipf-like: half of the picks go to the first eighth.
std::uint32_t PickPopular(const std::vector<std::uint32_t>& targets, SplitMix* random) {
  const std::uint64_t u = random->Next32();
  std::uint64_t skewed = (u * u) >> 32;
  if (random->Chance(500)) {
    skewed = (skewed * skewed) >> 32;
  }
  return targets[static_cast<std::size_t>((skewed * targets.size()) >> 32)];
}

SpecShape PickShape(NameKind from, NameKind to, SplitMix* random) {
  const std::uint32_t roll = random->Below(1000);
  if (from == NameKind::kData || (from == NameKind::kLibrary && to != NameKind::kLibrary)) {
    return roll < 800 ? SpecShape::kBare : SpecShape::kLowerBound;
  }
  if (from != NameKind::kPure && to == NameKind::kLibrary) {
    return roll < 860   ? SpecShape::kPinned
           : roll < 920 ? SpecShape::kBare
           : roll < 970 ? SpecShape::kLowerBound
                        : SpecShape::kPrefix;
  }
  if (from == NameKind::kExtension && to == NameKind::kExtension && roll < 250) {
    return SpecShape::kPinned;
  }
  return roll < 480   ? SpecShape::kLowerBound
         : roll < 750 ? SpecShape::kBare
         : roll < 950 ? SpecShape::kRange
         : roll < 967 ? SpecShape::kPrefix
         : roll < 980 ? SpecShape::kExcluding
         : roll < 991 ? SpecShape::kExact
                      : SpecShape::kUpperBound;
}

SpecShape PickConstrainsShape(SplitMix* random) {
  const std::uint32_t roll = random->Below(1000);
  return roll < 640   ? SpecShape::kLowerBound
         : roll < 760 ? SpecShape::kRange
         : roll < 850 ? SpecShape::kUpperBound
         : roll < 915 ? SpecShape::kPrefix
         : roll < 990 ? SpecShape::kAlternatives
                      : SpecShape::kBare;
}

VariantAxis PickAxis(NameKind kind, SplitMix* random) {
  const std::uint32_t roll = random->Below(1000);
  switch (kind) {
    case NameKind::kLibrary:
      return roll < 12   ? VariantAxis::kCuda
             : roll < 27 ? VariantAxis::kMpi
             : roll < 39 ? VariantAxis::kFeature
                         : VariantAxis::kNone;
    case NameKind::kExtension:
      return roll < 30   ? VariantAxis::kCuda
             : roll < 40 ? VariantAxis::kMpi
             : roll < 48 ? VariantAxis::kFeature
                         : VariantAxis::kNone;
    case NameKind::kPure:
      return roll < 40 ? VariantAxis::kPlatform : VariantAxis::kNone;
    case NameKind::kData:
    case NameKind::kPython:
      return VariantAxis::kNone;
  }
  return VariantAxis::kNone;
}

ChannelPlan Planner::Run(std::int64_t num_records) {
  SplitMix random(MixSeed(plan_.seed, 0));
  std::int64_t num_left = num_records;
  while (num_left > 0) {
    const std::size_t i = plan_.names.size();
    AddName(i < kNumFirstLibraries    ? NameKind::kLibrary
            : i == kNumFirstLibraries ? NameKind::kPython
                                      : PickKind(&random),
            &random);
    const std::int64_t count = CountRecords(plan_, static_cast<std::uint32_t>(i));
    plan_.names.back().max_records = std::min(count, num_left);
    num_left -= plan_.names.back().max_records;
  }
  return std::move(plan_);
}

NameKind Planner::PickKind(SplitMix* random) const {
  const std::uint32_t roll = random->Below(1000);
  return roll < 340   ? NameKind::kLibrary
         : roll < 465 ? NameKind::kExtension
         : roll < 970 ? NameKind::kPure
                      : NameKind::kData;
}

void Planner::AddName(NameKind kind, SplitMix* random) {
  PlannedName name;
  name.kind = kind;
  name.name = kind == NameKind::kPython ? "python" : package_names_.Invent(kind, random);
  const Targets& bases = Of(kind);
  const std::uint32_t outputs_per_mille = kind == NameKind::kLibrary     ? 220
                                          : kind == NameKind::kExtension ? 80
                                          : kind == NameKind::kPure      ? 40
                                                                         : 0;
  const bool is_output = bases.size() > kNumFirstLibraries && random->Chance(outputs_per_mille);
  const auto index = static_cast<std::uint32_t>(plan_.names.size());
  last_output_.push_back(index);
  if (is_output) {
    PlanOutput(bases, &name, random);
  } else {
    PlanRecipe(&name, random);
  }
  if (kind != NameKind::kPython) {
    Of(kind).push_back(index);
  }
  plan_.names.push_back(std::move(name));
}

// Another output of an earlier name's recipe: same versions, same builds, and it needs that very
// build.
void Planner::PlanOutput(const Targets& bases, PlannedName* name, SplitMix* random) {
  const std::uint32_t picked = PickPopular(bases, random);
  name->base = plan_.names[picked].base == PlannedName::kNoBase ? picked : plan_.names[picked].base;
  PlannedName& base = plan_.names[name->base];
  name->axis = base.axis;
  name->abi_parts = base.abi_parts;
  name->version_parts = base.version_parts;
  name->versions = base.versions;
  name->migrations = base.migrations;
  const Day since = base.versions.front().day;
  name->dependencies.push_back({name->base, since, SpecShape::kSibling, false});
  for (const PlannedDependency& dependency : base.dependencies) {
    if (dependency.shape == SpecShape::kPinned && random->Chance(500)) {
      name->dependencies.push_back(dependency);
    }
  }
  const auto own_index = static_cast<std::uint32_t>(plan_.names.size());
  std::uint32_t& last_output = last_output_[name->base];
  if (last_output != name->base && random->Chance(500)) {
    name->dependencies.push_back({last_output, since, SpecShape::kSibling, random->Chance(400)});
  }
  last_output = own_index;
  if (random->Chance(30)) {  // A cycle, as between a tool and its library.
    base.dependencies.push_back({own_index, since, SpecShape::kSibling, false});
  }
}

void Planner::PlanRecipe(PlannedName* name, SplitMix* random) {
  name->axis = PickAxis(name->kind, random);
  name->abi_parts = static_cast<std::uint8_t>(random->Chance(500)   ? 1
                                              : random->Chance(750) ? 2
                                                                    : 3);
  name->version_parts = random->Chance(60) ? 2 : 3;
  const std::uint32_t delay = random->Below(100);
  name->python_delay = delay < 60   ? random->Between(10, 90)
                       : delay < 88 ? random->Between(90, 250)
                                    : random->Between(250, 700);
  name->python_drop = random->Between(0, 900);
  // Names are born in the order of their popularity, more or less, over nine tenths of the time.
  const std::int64_t rank = std::min<std::int64_t>(
      static_cast<std::int64_t>(plan_.names.size()) * 1024 / expected_names_, 1024);
  const std::int64_t age = plan_.last_day - plan_.first_day;
  const std::int64_t spread = std::max(random->Between(0, 1024), random->Between(0, 1024));
  const Day birth = plan_.first_day + static_cast<Day>(age * 9 / 10 * rank / 1024 * spread / 1024);
  Day last_release = plan_.last_day;
  name->last_rebuild = plan_.last_day;
  if (name->kind != NameKind::kPython && random->Chance(rank < 100 ? 30 : 320)) {
    last_release = random->Between(birth, plan_.last_day);
    if (random->Chance(400)) {
      name->last_rebuild = last_release + 200;
    }
  }
  if (name->kind == NameKind::kPython) {
    PlanPythonVersions(name);
  } else {
    PlanVersions(birth, last_release, name, random);
    PlanMigrations(name, random);
  }
  PlanDependencies(name, random);
  PlanConstrains(name, random);
}

// A patch release every two months for four years, in every series that is not dropped yet.
void Planner::PlanPythonVersions(PlannedName* name) const {
  for (const PythonSeries& series : kPythonSeries) {
    if (series.dropped <= plan_.first_day || series.released > plan_.last_day) {
      continue;
    }
    const Day last = std::min(series.released + 1'460, plan_.last_day);
    Day day = std::max(series.released, std::min(plan_.first_day, last));
    for (; day <= last; day += 60) {
      name->versions.push_back({day, series.major, series.minor,
                                static_cast<std::uint16_t>((day - series.released) / 60)});
    }
  }
}

void Planner::PlanVersions(Day birth, Day last_release, PlannedName* name, SplitMix* random) const {
  const std::int64_t gap = std::max<std::int64_t>(
      6, std::int64_t{kMedianReleaseGap} * FromQuantiles(kReleaseGap, random) / 1000);
  PlannedVersion version{.day = birth,
                         .major = static_cast<std::uint16_t>(random->Chance(400) ? 0 : 1),
                         .minor = static_cast<std::uint16_t>(random->Below(8)),
                         .patch = 0};
  while (version.day <= last_release) {
    name->versions.push_back(version);
    version.day += static_cast<Day>(1 + gap * (26 + random->Below(460)) / 256);
    const std::uint32_t roll = random->Below(1000);
    if (roll < 60) {
      ++version.major;
      version.minor = 0;
      version.patch = 0;
    } else if (roll < 400 || name->version_parts == 2) {
      ++version.minor;
      version.patch = 0;
    } else {
      ++version.patch;
    }
  }
}

// The channel's pin of a library moves when its ABI changes, but neither at once nor too often:
// every move makes all that is built against it be built again.
void Planner::PlanMigrations(PlannedName* name, SplitMix* random) const {
  if (name->kind != NameKind::kLibrary && name->kind != NameKind::kExtension) {
    return;
  }
  const Day spacing = random->Between(120, 500);
  const auto abi_of = [&](const PlannedVersion& v) {
    return std::array<int, 3>{v.major, name->abi_parts > 1 ? v.minor : 0,
                              name->abi_parts > 2 ? v.patch : 0};
  };
  for (std::uint32_t i = 0; i < name->versions.size(); ++i) {
    const PlannedVersion& version = name->versions[i];
    if (name->migrations.empty()) {
      name->migrations.push_back({version.day, i});
      continue;
    }
    const Migration& last = name->migrations.back();
    if (version.day >= last.day + spacing &&
        abi_of(version) != abi_of(name->versions[last.version])) {
      name->migrations.push_back({version.day + random->Between(10, 60), i});
    }
  }
}

void Planner::AddDependency(const Targets& targets, SpecShape shape, bool constrains,
                            PlannedName* name, SplitMix* random) const {
  if (targets.empty()) {
    return;
  }
  const std::uint32_t target = PickPopular(targets, random);
  for (const PlannedDependency& other : name->dependencies) {
    if (other.target == target) {
      return;
    }
  }
  const Day birth = name->versions.front().day;
  const Day since = random->Chance(700) ? birth : random->Between(birth, plan_.last_day);
  name->dependencies.push_back(
      {target, std::max(since, plan_.names[target].versions.front().day), shape, constrains});
}

void Planner::PlanDependencies(PlannedName* name, SplitMix* random) {
  if (name->kind == NameKind::kPython) {
    for (const std::uint32_t library : Of(NameKind::kLibrary)) {
      name->dependencies.push_back(
          {library, plan_.names[library].versions.front().day, SpecShape::kPinned, false});
    }
    return;
  }
  const std::int32_t count =
      name->kind == NameKind::kLibrary     ? FromQuantiles(kLibraryDepends, random)
      : name->kind == NameKind::kExtension ? FromQuantiles(kExtensionDepends, random)
      : name->kind == NameKind::kPure      ? FromQuantiles(kPureDepends, random)
                                           : 50;
  const auto rest = static_cast<std::uint32_t>(count % 100);
  const std::int32_t num_dependencies = count / 100 + (random->Below(100) < rest ? 1 : 0);
  for (std::int32_t i = 0; i < num_dependencies; ++i) {
    const std::uint32_t roll = random->Below(100);
    NameKind to = NameKind::kLibrary;
    if (name->kind == NameKind::kExtension) {
      to = roll < 49 ? NameKind::kLibrary : roll < 77 ? NameKind::kExtension : NameKind::kPure;
    } else if (name->kind == NameKind::kPure) {
      to = roll < 6 ? NameKind::kLibrary : roll < 36 ? NameKind::kExtension : NameKind::kPure;
    } else if (roll < 3) {
      to = NameKind::kPure;
    }
    AddDependency(Of(to), PickShape(name->kind, to, random), false, name, random);
  }
  // Now and then two pure python packages need each other.
  if (name->kind == NameKind::kPure && !name->dependencies.empty() && random->Chance(5)) {
    PlannedName& other = plan_.names[name->dependencies.front().target];
    if (other.kind == NameKind::kPure) {
      other.dependencies.push_back({static_cast<std::uint32_t>(plan_.names.size()),
                                    name->versions.front().day, SpecShape::kBare, false});
    }
  }
}

void Planner::PlanConstrains(PlannedName* name, SplitMix* random) const {
  const std::uint32_t per_mille = name->kind == NameKind::kLibrary     ? 210
                                  : name->kind == NameKind::kExtension ? 290
                                  : name->kind == NameKind::kPure      ? 190
                                                                       : 0;
  if (!random->Chance(per_mille)) {
    return;
  }
  const std::int32_t count = random->Chance(750)   ? 1
                             : random->Chance(850) ? random->Between(2, 3)
                                                   : random->Between(4, 13);
  for (std::int32_t i = 0; i < count; ++i) {
    const NameKind to = random->Chance(500) ? name->kind : NameKind::kPure;
    AddDependency(Of(to), PickConstrainsShape(random), true, name, random);
  }
}

}  // namespace

ChannelPlan PlanChannel(std::int64_t num_records, std::int64_t num_core_records,
                        std::uint64_t seed) {
  return Planner(num_records, seed).Run(num_records - num_core_records);
}

Day FirstDay(std::int64_t num_records) {
  return kLastDay - static_cast<Day>(AtSize(kAgeDays, num_records));
}

std::uint32_t NewestOn(std::span<const PlannedVersion> versions, Day day) {
  const auto later = std::upper_bound(versions.begin(), versions.end(), day,
                                      [](Day d, const PlannedVersion& v) { return d < v.day; });
  return static_cast<std::uint32_t>(later == versions.begin() ? 0 : later - versions.begin() - 1);
}

std::uint32_t PinnedOn(const PlannedName& name, Day day) {
  const auto later = std::upper_bound(name.migrations.begin(), name.migrations.end(), day,
                                      [](Day d, const Migration& m) { return d < m.day; });
  return later == name.migrations.begin() ? 0 : std::prev(later)->version;
}

}  // namespace satchel

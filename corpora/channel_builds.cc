#include "corpora/channel_builds.h"

#include <algorithm>
#include <iterator>

#include "corpora/random.h"

namespace satchel {
namespace {

// The release of the next version stops the rebuilds of this one. The interpreter's series each
// have releases of their own.
Day SupersededOn(const ChannelPlan& plan, const PlannedName& recipe, std::uint32_t version) {
  const std::size_t next = std::size_t{version} + 1;
  const bool has_next = next < recipe.versions.size() &&
                        (recipe.kind != NameKind::kPython ||
                         recipe.versions[next].minor == recipe.versions[version].minor);
  return std::min(has_next ? recipe.versions[next].day : plan.last_day, recipe.last_rebuild);
}

bool IsBuiltFor(const PlannedName& recipe, const PythonSeries& series, Day day) {
  return series.released + recipe.python_delay <= day && day < series.dropped - recipe.python_drop;
}

// The first day after `day` on which something that the recipe is built against changes.
Day NextChange(const ChannelPlan& plan, const PlannedName& recipe, Day day) {
  Day next = plan.last_day;
  for (const PlannedDependency& dependency : recipe.dependencies) {
    if (dependency.shape != SpecShape::kPinned || dependency.since > day) {
      continue;
    }
    const std::vector<Migration>& migrations = plan.names[dependency.target].migrations;
    const auto later = std::upper_bound(migrations.begin(), migrations.end(), day,
                                        [](Day d, const Migration& m) { return d < m.day; });
    if (later != migrations.end()) {
      next = std::min(next, later->day);
    }
  }
  if (recipe.kind == NameKind::kExtension) {
    for (const PythonSeries& series : kPythonSeries) {
      if (const Day adopted = series.released + recipe.python_delay; adopted > day) {
        next = std::min(next, adopted);
      }
    }
  }
  return next;
}

// How often a build is followed by another only because the recipe had a fault.
std::uint32_t MendsPerMille(NameKind kind) {
  switch (kind) {
    case NameKind::kLibrary:
      return 450;
    case NameKind::kPure:
      return 160;
    case NameKind::kExtension:
    case NameKind::kData:
    case NameKind::kPython:
      return 100;
  }
  return 0;
}

void VisitVariants(const PlannedName& recipe, PlannedRecord record,
                   absl::FunctionRef<void(const PlannedRecord&)> visit) {
  const std::uint16_t number = record.build_number;
  record.variant = 0;
  switch (recipe.axis) {
    case VariantAxis::kNone:
      visit(record);
      return;
    case VariantAxis::kCuda:
      visit(record);
      record.build_number = static_cast<std::uint16_t>(number + 200);
      for (const CudaSeries& series : kCudaSeries) {
        ++record.variant;
        if (series.released <= record.day && record.day < series.dropped) {
          visit(record);
        }
      }
      return;
    case VariantAxis::kMpi:
      record.build_number = static_cast<std::uint16_t>(number + 100);
      visit(record);
      record.build_number = number;
      for (record.variant = 1; record.variant <= 2; ++record.variant) {
        visit(record);
      }
      return;
    case VariantAxis::kFeature:
    case VariantAxis::kPlatform:
      for (record.variant = 0; record.variant <= 1; ++record.variant) {
        visit(record);
      }
      return;
  }
}

void VisitPythons(const PlannedName& recipe, PlannedRecord record,
                  absl::FunctionRef<void(const PlannedRecord&)> visit) {
  record.python = -1;
  if (recipe.kind != NameKind::kExtension) {
    VisitVariants(recipe, record, visit);
    return;
  }
  for (std::size_t i = 0; i < std::size(kPythonSeries); ++i) {
    if (IsBuiltFor(recipe, kPythonSeries[i], record.day)) {
      record.python = static_cast<std::int8_t>(i);
      VisitVariants(recipe, record, visit);
    }
  }
}

}  // namespace

void VisitRecords(const ChannelPlan& plan, std::uint32_t name,
                  absl::FunctionRef<void(const PlannedRecord&)> visit) {
  const PlannedName& own = plan.names[name];
  const PlannedName& recipe = plan.Recipe(own);
  const std::uint32_t recipe_index = own.base == PlannedName::kNoBase ? name : own.base;
  std::int64_t num_left = own.max_records;
  const auto visit_limited = [&](const PlannedRecord& record) {
    if (num_left > 0) {
      --num_left;
      visit(record);
    }
  };
  for (std::uint32_t v = 0; v < recipe.versions.size(); ++v) {
    SplitMix random(MixSeed(plan.seed, recipe_index, v, 1));
    PlannedRecord record{
        .version = v, .day = recipe.versions[v].day, .build_number = 0, .python = -1, .variant = 0};
    const Day superseded = SupersededOn(plan, recipe, v);
    do {
      VisitPythons(recipe, record, visit_limited);
      ++record.build_number;
      // Migrations take weeks; what else changes meanwhile goes into the same build.
      const Day migrated = NextChange(plan, recipe, record.day) + random.Between(3, 45);
      const Day mended = record.day + random.Between(2, 150);
      record.day =
          random.Chance(MendsPerMille(recipe.kind)) ? std::min(mended, migrated) : migrated;
    } while (record.day < superseded);
  }
}

std::int64_t CountRecords(const ChannelPlan& plan, std::uint32_t name) {
  std::int64_t num_records = 0;
  VisitRecords(plan, name, [&](const PlannedRecord&) { ++num_records; });
  return num_records;
}

}  // namespace satchel

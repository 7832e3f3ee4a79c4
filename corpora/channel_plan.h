#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace satchel {

// The skeleton of a generated channel: its names, the release days of their versions, and their
// dependencies. The records (channel_builds.h) and their specs (channel_specs.h) follow from it,
// each by its own random stream, so nothing else need be kept in memory: about 50 bytes per record.

using Day = std::int32_t;  // Since 1970-01-01.

enum class NameKind : std::uint8_t {
  kLibrary,    // Compiled, no python.
  kExtension,  // Compiled for each python.
  kPure,       // noarch: python.
  kData,       // noarch: generic.
  kPython,     // The interpreter itself.
};

// How a name's builds of one version and python differ.
enum class VariantAxis : std::uint8_t {
  kNone,
  kCuda,      // cpu, and the CUDA versions of the day with a higher build number.
  kMpi,       // nompi with a higher build number, mpich, openmpi.
  kFeature,   // A default, and an alternative that tracks a feature.
  kPlatform,  // noarch for __unix and for __win.
};

enum class SpecShape : std::uint8_t {
  kBare,
  kLowerBound,    // >=a
  kRange,         // >=a,<b
  kUpperBound,    // <b
  kPrefix,        // x.y.*
  kExact,         // ==x.y.z
  kExcluding,     // >=a,!=x.y.z
  kAlternatives,  // x.y|x.y.*
  kPinned,        // >=x.y.z,<b of the version that the whole channel is built against at that time.
  kSibling,       // x.y.z build, of another output of the same recipe.
};

struct PlannedVersion {
  Day day;
  std::uint16_t major;
  std::uint16_t minor;
  std::uint16_t patch;
};

// From `day` on, the channel builds against this version of a library.
struct Migration {
  Day day;
  std::uint32_t version;
};

struct PlannedDependency {
  std::uint32_t target;
  Day since;  // Older records do not depend on it.
  SpecShape shape;
  bool constrains;
};

struct PlannedName {
  static constexpr std::uint32_t kNoBase = std::numeric_limits<std::uint32_t>::max();

  std::string name;
  NameKind kind = NameKind::kLibrary;
  VariantAxis axis = VariantAxis::kNone;
  std::uint8_t abi_parts = 1;  // The number of leading version parts that determine the ABI.
  std::uint8_t version_parts = 3;
  Day last_rebuild = 0;          // Unmaintained from then on.
  Day python_drop = 0;           // Days by which it drops an old python before the others do.
  Day python_delay = 0;          // Days until it has builds for a new python.
  std::uint32_t base = kNoBase;  // The name of whose recipe this is another output.
  std::vector<PlannedVersion>
      versions;  // Oldest first (the interpreter's: by series); the base's if it has one.
  std::vector<Migration> migrations;
  std::vector<PlannedDependency> dependencies;
  std::int64_t max_records = std::numeric_limits<std::int64_t>::max();
};

struct PythonSeries {
  std::uint16_t major;
  std::uint16_t minor;
  Day released;
  Day dropped;  // No builds from then on.
};
inline constexpr PythonSeries kPythonSeries[] = {
    {2, 7, 14796, 18322},  {3, 4, 16146, 17410},  {3, 5, 16691, 17790},  {3, 6, 17158, 18992},
    {3, 7, 17709, 19540},  {3, 8, 18183, 20010},  {3, 9, 18540, 20400},  {3, 10, 18904, 20800},
    {3, 11, 19289, 21200}, {3, 12, 19632, 21600}, {3, 13, 20003, 22000}, {3, 14, 20368, 22400},
};

struct ChannelPlan {
  std::uint64_t seed = 0;
  Day first_day = 0;
  Day last_day = 0;
  std::vector<PlannedName> names;  // Dependencies point backwards except for a few deliberate
                                   // cycles.

  // The name that provides the versions and rebuilds of `name`.
  const PlannedName& Recipe(const PlannedName& name) const {
    return name.base == PlannedName::kNoBase ? name : names[name.base];
  }
};

// Plans names until their records, with the toolchain's `num_core_records`, are exactly
// `num_records`. Cost: about 0.3 us per record.
[[nodiscard]] ChannelPlan PlanChannel(std::int64_t num_records, std::int64_t num_core_records,
                                      std::uint64_t seed);

// The first day of a channel of this size: large channels are old channels.
[[nodiscard]] Day FirstDay(std::int64_t num_records);
inline constexpr Day kLastDay = 20423;  // 2025-12-01.

// The index of the newest version released by `day`, or of the first if there was none.
[[nodiscard]] std::uint32_t NewestOn(std::span<const PlannedVersion> versions, Day day);

// The same for the version that the channel was built against.
[[nodiscard]] std::uint32_t PinnedOn(const PlannedName& name, Day day);

}  // namespace satchel

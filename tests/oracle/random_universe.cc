#include "tests/oracle/random_universe.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "tests/oracle/brute_force.h"
#include "tests/oracle/dice.h"
#include "tests/oracle/random_spec.h"

namespace satchel::oracle {
namespace {

// Later than the bound below which timestamps count as seconds.
constexpr std::int64_t kFirstTimestamp = 1'600'000'000'000;
constexpr std::size_t kMaxRecords = 5;  // A name.
constexpr std::int64_t kDayMs = 86'400'000;

class Generator final {
 public:
  Generator(std::uint64_t seed, bool is_v3) : dice_(seed), is_v3_(is_v3) {}

  Universe Make();

 private:
  void MakeNames();
  void MakeRecords(std::size_t at);
  std::vector<UniverseRecord> MakeBuilds(std::size_t at, const std::string& version);
  void Decorate(UniverseRecord& record);
  std::int64_t Timestamp();
  std::size_t IndexOf(const std::string& name) const {
    return static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin());
  }
  void Place(std::vector<UniverseRecord> records);
  std::vector<std::string> Dependencies(std::size_t at);
  std::vector<std::string> TightDependencies(std::size_t at);
  std::string Spec(std::size_t target);
  std::string PlainSpec(std::size_t target);
  std::vector<SpecTarget> Targets() const;
  void AddFlagsAndExtras(UniverseRecord& record);

  void MakeVirtualPackages();
  void MakeRequest();
  void MakeEnvironment();
  void MakeConsistentEnvironment();
  void MakeOddEnvironment();
  void MakeHistory();
  void MakeOptions();
  const UniverseRecord* Find(const PackageRecord& record) const;

  Dice dice_;
  const bool is_v3_;
  Universe universe_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> versions_;  // By name.
  bool is_tight_ = false;  // Made of trade-offs: what one package wants, another one pays for.
  std::size_t axis_ = 0;   // The name whose versions others are built for, as python's.
};

void Generator::MakeNames() {
  const std::vector<std::string> plain = {"1.0", "2.0", "3.0"};
  // Equal to each other in part; pre-releases, epochs.
  const std::vector<std::string> odd = {"1.0", "1.0.0", "1.1", "2.0a1", "2.0", "1!0.5", "2.0.1"};
  const std::size_t num_names = is_tight_ ? 4 + dice_.Below(3) : 2 + dice_.Below(5);
  for (std::size_t at = 0; at < num_names; ++at) {
    const bool is_cuda = at == 2 && dice_.Chance(15);
    names_.push_back(is_cuda ? "cuda-version" : std::string(1, static_cast<char>('a' + at)));
    std::vector<std::string> versions = dice_.Chance(75) ? plain : odd;
    dice_.Shuffle(versions);
    versions.resize(is_tight_ ? 3 : 1 + dice_.Below(3));
    versions_.push_back(std::move(versions));
  }
  axis_ = num_names - 1 - dice_.Below(2);
  if (dice_.Chance(50)) {
    names_[axis_] = "python";
  }
}

std::string Generator::PlainSpec(std::size_t target) {
  return RandomSpec(names_[target], versions_[target], dice_);
}

std::string Generator::Spec(std::size_t target) {
  std::string spec = PlainSpec(target);
  return is_v3_ ? WithOptions(std::move(spec), Targets(), dice_) : spec;
}

std::vector<SpecTarget> Generator::Targets() const {
  std::vector<SpecTarget> targets;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    targets.push_back({names_[i], versions_[i]});
  }
  return targets;
}

void Generator::AddFlagsAndExtras(UniverseRecord& record) {
  if (dice_.Chance(30)) {
    record.flags.emplace_back("cuda");
  }
  if (dice_.Chance(30)) {
    record.flags.emplace_back(dice_.Chance(50) ? "mpi:a" : "mpi:b");
  }
  for (const char* group : {"x", "y"}) {
    if (!dice_.Chance(30)) {
      continue;
    }
    std::vector<std::string> specs;
    for (std::size_t i = 0; i < dice_.Below(3); ++i) {
      specs.push_back(Spec(dice_.Below(names_.size())));
    }
    record.extra_depends.push_back({group, std::move(specs)});
  }
}

// Of a package in the upper half of a tight universe: narrow wishes about the lower half, most of
// them about one name on which no two packages agree.
std::vector<std::string> Generator::TightDependencies(std::size_t at) {
  const std::size_t half = (names_.size() + 1) / 2;
  std::vector<std::string> depends;
  if (dice_.Chance(65)) {
    depends.push_back(names_[axis_] + (dice_.Chance(75) ? " " : " <=") +
                      dice_.Pick(versions_[axis_]));
  }
  if (depends.empty() || dice_.Chance(35)) {
    const std::size_t target = half + dice_.Below(names_.size() - half);
    depends.push_back(names_[target] + (dice_.Chance(50) ? " " : " >=") +
                      dice_.Pick(versions_[target]));
  }
  if (dice_.Chance(10)) {
    depends.push_back(Spec(at + 1));
  }
  for (std::string& text : depends) {
    if (is_v3_ && !text.ends_with(']')) {
      text = WithOptions(std::move(text), Targets(), dice_);
    }
  }
  return depends;
}

std::vector<std::string> Generator::Dependencies(std::size_t at) {
  if (is_tight_ && at < (names_.size() + 1) / 2 && dice_.Chance(85)) {
    return TightDependencies(at);
  }
  static constexpr std::size_t kCounts[] = {0, 0, 0, 1, 1, 1, 1, 2, 2, 3};
  std::vector<std::string> depends;
  const std::size_t count = kCounts[dice_.Below(std::size(kCounts))];
  for (std::size_t i = 0; i < count; ++i) {
    // Usually on later names; cycles are rare, as they are in channels.
    const bool downwards = at + 1 < names_.size() && dice_.Chance(88);
    const std::size_t target =
        downwards ? at + 1 + dice_.Below(names_.size() - at - 1) : dice_.Below(names_.size());
    if (target != at) {
      depends.push_back(Spec(target));
    }
  }
  if (dice_.Chance(4)) {
    depends.push_back(RandomVirtualSpec(dice_));
  }
  if (dice_.Chance(2)) {
    depends.push_back("missing");
  }
  return depends;
}

// Some on one day, some days apart, some more than an accelerator is worth, some absurd.
std::int64_t Generator::Timestamp() {
  static constexpr std::int64_t kDays[] = {0,  0,   0,   1,   1,   2,   10,  10,  40,          40,
                                           99, 130, 130, 400, 400, 900, 900, 900, 100'000'000, 0};
  return kFirstTimestamp + kDayMs * kDays[dice_.Below(std::size(kDays))] +
         1000 * static_cast<std::int64_t>(dice_.Below(3));
}

void Generator::Decorate(UniverseRecord& record) {
  if (dice_.Chance(70)) {
    record.timestamp_ms = Timestamp();
  }
  if (dice_.Chance(7)) {
    record.track_features = dice_.Chance(80) ? "x" : "x y";
  }
  if (dice_.Chance(14)) {
    const std::size_t target = dice_.Below(names_.size());
    const bool is_other = names_[target] != record.name && dice_.Chance(80);
    record.constrains.push_back(is_other ? Spec(target) : RandomVirtualSpec(dice_));
  }
  record.is_conda_format = dice_.Chance(70);
  if (is_v3_) {
    AddFlagsAndExtras(record);
  }
}

// The builds of one version: one for each version of the axis, or alternatives with the same or
// with different dependencies.
std::vector<UniverseRecord> Generator::MakeBuilds(std::size_t at, const std::string& version) {
  UniverseRecord base;
  base.name = names_[at];
  base.version = version;
  if (dice_.Chance(5)) {
    base.track_features = "x";  // Of all builds.
  }
  // The oldest versions ask for little, so that there usually is some way out.
  if (!is_tight_ || version != "1.0" || dice_.Chance(30)) {
    base.depends = Dependencies(at);
  }
  std::vector<UniverseRecord> builds;
  if (at < axis_ && dice_.Chance(35)) {
    for (const std::string& axis_version : versions_[axis_]) {
      UniverseRecord build = base;
      build.build = "x" + axis_version + "_0";
      build.depends.push_back(names_[axis_] + " " + axis_version + ".*");
      if (dice_.Chance(25)) {
        build.depends.push_back(Spec(dice_.Below(names_.size())));
      }
      builds.push_back(std::move(build));
    }
  } else {
    const std::size_t count = dice_.Chance(65) ? 1 : 2;
    for (std::size_t i = 0; i < count; ++i) {
      UniverseRecord build = base;
      build.build_number = dice_.Chance(70) ? 0 : dice_.Below(3);
      build.build = absl::StrFormat("%s_%d", i == 0 ? "h" : "g", build.build_number);
      if (i > 0 && dice_.Chance(60)) {
        build.depends = Dependencies(at);
      }
      builds.push_back(std::move(build));
    }
  }
  for (UniverseRecord& build : builds) {
    std::erase_if(build.depends,
                  [&](const std::string& text) { return text.starts_with(build.name); });
    Decorate(build);
  }
  return builds;
}

// Most names live in one channel; some are spread, some are in two.
void Generator::Place(std::vector<UniverseRecord> records) {
  const std::size_t home = dice_.Below(universe_.channels.size());
  const bool is_spread = dice_.Chance(35);
  const bool is_noarch = dice_.Chance(20);
  for (UniverseRecord& record : records) {
    record.subdir = is_noarch != dice_.Chance(5) ? "noarch" : "linux-64";
    const std::size_t channel = is_spread ? dice_.Below(universe_.channels.size()) : home;
    universe_.channels[channel].records.push_back(record);
    if (dice_.Chance(10)) {  // A rebuild, a mirror, or the same file for the other subdir.
      UniverseRecord copy = record;
      if (dice_.Chance(30)) {
        copy.subdir = copy.subdir == "noarch" ? "linux-64" : "noarch";
      }
      const std::size_t other = dice_.Below(universe_.channels.size());
      if (other != channel || copy.subdir != record.subdir) {
        universe_.channels[other].records.push_back(std::move(copy));
      }
    }
  }
}

void Generator::MakeRecords(std::size_t at) {
  std::vector<UniverseRecord> records;
  for (const std::string& version : versions_[at]) {
    for (UniverseRecord& build : MakeBuilds(at, version)) {
      if (records.size() < kMaxRecords) {
        records.push_back(std::move(build));
      }
    }
  }
  Place(std::move(records));
}

void Generator::MakeVirtualPackages() {
  const auto add = [&](const char* name, const char* version, unsigned percent) {
    if (dice_.Chance(percent)) {
      UniverseRecord record;
      record.name = name;
      record.version = version;
      record.build = "0";
      universe_.virtual_packages.push_back(std::move(record));
    }
  };
  add("__linux", "6.1", 90);
  add("__glibc", dice_.Chance(50) ? "2.17" : "2.36", 90);
  add("__cuda", dice_.Chance(50) ? "11.8" : "12.4", 50);
}

void Generator::MakeRequest() {
  const std::size_t count = is_tight_ ? 3 : 1 + dice_.Below(3);
  for (std::size_t i = 0; i < count; ++i) {
    // The first names have the most below them.
    const std::size_t target = dice_.Chance(is_tight_ ? 90 : 60) ? std::min(i, names_.size() - 1)
                                                                 : dice_.Below(names_.size());
    std::string spec = dice_.Chance(is_tight_ ? 85 : 65) ? names_[target] : Spec(target);
    if (dice_.Chance(6)) {
      spec = dice_.Pick(universe_.channels).name + "::" + spec;
    }
    universe_.specs.push_back(std::move(spec));
  }
  dice_.Shuffle(universe_.specs);
  if (dice_.Chance(8)) {
    universe_.specs.push_back(std::string(universe_.specs.front()));
  }
  if (dice_.Chance(20)) {
    universe_.pins.push_back(dice_.Chance(8) ? RandomVirtualSpec(dice_)
                                             : Spec(dice_.Below(names_.size())));
  }
  if (dice_.Chance(2)) {
    universe_.specs.push_back(RandomVirtualSpec(dice_));
  }
}

const UniverseRecord* Generator::Find(const PackageRecord& record) const {
  for (const UniverseChannel& channel : universe_.channels) {
    for (const UniverseRecord& candidate : channel.records) {
      if (channel.name == record.channel && candidate.subdir == record.subdir &&
          FileName(candidate) == record.fn) {
        return &candidate;
      }
    }
  }
  return nullptr;
}

// What an earlier solve with other wishes would have left behind.
void Generator::MakeConsistentEnvironment() {
  Universe earlier;
  earlier.channels = universe_.channels;
  earlier.virtual_packages = universe_.virtual_packages;
  for (std::size_t i = 0; i < 1 + dice_.Below(3); ++i) {
    const std::size_t target = dice_.Below(names_.size());
    earlier.specs.push_back(dice_.Chance(50) ? names_[target] : Spec(target));
  }
  const absl::StatusOr<World> world = BuildWorld(earlier);
  if (!world.ok()) {
    return;
  }
  const absl::StatusOr<BruteForceResult> result =
      BruteForce(world->request, dice_.Chance(60) ? Objective::kLowest : Objective::kNewest);
  if (!result.ok()) {
    return;
  }
  for (const PackageRecord& record : result->plan) {
    if (const UniverseRecord* found = Find(record)) {
      universe_.installed.push_back({record.channel, *found, std::nullopt});
    }
  }
}

// Any records, fitting together or not.
void Generator::MakeOddEnvironment() {
  for (const std::string& name : names_) {
    std::vector<UniverseInstalled> choices;
    for (const UniverseChannel& channel : universe_.channels) {
      for (const UniverseRecord& record : channel.records) {
        if (record.name == name) {
          choices.push_back({channel.name, record, std::nullopt});
        }
      }
    }
    if (!choices.empty() && dice_.Chance(50)) {
      universe_.installed.push_back(dice_.Pick(choices));
    }
  }
}

// Turns some of the environment into what no channel has (any more), or has with other metadata.
void Generator::MakeHistory() {
  for (UniverseInstalled& installed : universe_.installed) {
    const std::size_t target = IndexOf(installed.record.name);
    if (dice_.Chance(40)) {
      installed.requested = dice_.Chance(60) ? names_[target] : Spec(target);
    }
    switch (dice_.Below(25)) {
      case 0:
        installed.record.build = "local_0";
        break;
      case 1:
        installed.channel = "elsewhere";
        break;
      case 2:
        installed.record.version = "0.9";
        installed.record.constrains.clear();
        break;
      case 3:
        installed.record.depends = Dependencies(target);
        break;
      default:
        break;
    }
  }
}

void Generator::MakeEnvironment() {
  if (dice_.Chance(60)) {
    MakeConsistentEnvironment();
  } else {
    MakeOddEnvironment();
  }
  MakeHistory();
  if (universe_.installed.empty()) {
    return;
  }
  universe_.update_all = dice_.Chance(20);
  universe_.prune = dice_.Chance(20);
  if (dice_.Chance(15)) {
    const UniverseRecord& victim = dice_.Pick(universe_.installed).record;
    universe_.remove.push_back(dice_.Chance(60) ? victim.name : PlainSpec(IndexOf(victim.name)));
  }
  if (dice_.Chance(universe_.update_all || !universe_.remove.empty() ? 60 : 10)) {
    universe_.specs.clear();
  }
}

void Generator::MakeOptions() {
  const std::size_t priority = dice_.Below(100);
  universe_.priority = priority < 40   ? ChannelPriority::kStrict
                       : priority < 75 ? ChannelPriority::kFlexible
                                       : ChannelPriority::kDisabled;
  const std::size_t objective = dice_.Below(100);
  universe_.objective = objective < 45   ? Objective::kNewest
                        : objective < 60 ? Objective::kOrdered
                        : objective < 72 ? Objective::kLowest
                        : objective < 85 ? Objective::kLowestDirect
                                         : Objective::kFewestChanges;
  if (dice_.Chance(12)) {
    universe_.exclude_newer_ms = Timestamp();
  }
  universe_.ignore_dependencies = dice_.Chance(2);
}

Universe Generator::Make() {
  is_tight_ = dice_.Chance(70);
  const std::size_t num_channels = 1 + dice_.Below(is_tight_ ? 2 : 3);
  for (std::size_t i = 0; i < num_channels; ++i) {
    universe_.channels.push_back({absl::StrFormat("chan%d", i + 1), {}});
  }
  MakeNames();
  for (std::size_t at = 0; at < names_.size(); ++at) {
    MakeRecords(at);
  }
  MakeVirtualPackages();
  MakeRequest();
  MakeOptions();
  if (dice_.Chance(45)) {
    MakeEnvironment();
  }
  return std::move(universe_);
}

}  // namespace

Universe RandomUniverse(std::uint64_t seed) {
  return Generator(seed, false).Make();
}

Universe RandomUniverseOfRevision3(std::uint64_t seed) {
  return Generator(seed, true).Make();
}

}  // namespace satchel::oracle

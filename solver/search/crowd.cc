#include "solver/search/crowd.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>

namespace satchel {
namespace {

constexpr std::size_t kMaxCandidates = 2048;
constexpr std::size_t kMaxOfPackage = kWordBits;  // Slots are the bits of a word.
constexpr std::size_t kMaxSets = 256;             // That are asked of one package.
constexpr std::size_t kMaxSeeds = 128;
constexpr std::size_t kMaxNewSlots = 8;  // Beyond those of the first package.

// Which candidates exclude which.
class Exclusions final {
 public:
  explicit Exclusions(Domains& domains) : domains_(domains), universe_(domains.universe()) {
    const std::vector<PackageId> required(domains.Required().begin(), domains.Required().end());
    for (const PackageId package : required) {
      const std::size_t size = Count(domains.Domain(package));
      if (size < 2 || size > kMaxOfPackage || universe_.IsVirtual(package)) {
        continue;
      }
      first_.push_back(members_.size());
      packages_.push_back(package);
      ForEach(domains.Domain(package), [&](Position at) {
        members_.push_back({package, static_cast<std::uint32_t>(packages_.size() - 1), at});
      });
      if (members_.size() > kMaxCandidates) {
        packages_.clear();  // Too large.
        return;
      }
    }
    first_.push_back(members_.size());
    rows_.assign(members_.size(), std::vector<Word>(WordsFor(members_.size()), 0));
    Compare();
  }

  std::size_t num_packages() const { return packages_.size(); }
  std::size_t num_members() const { return members_.size(); }
  PackageId package(std::size_t i) const { return packages_[i]; }
  std::size_t package_of(std::size_t member) const { return members_[member].package_index; }
  // The candidates of a package, as members: from its first to that of the next one.
  std::size_t first(std::size_t package) const { return first_[package]; }
  bool Exclude(std::size_t a, std::size_t b) const {
    return Contains(rows_[a], static_cast<Position>(b));
  }
  // By package: whether some candidate of it excludes one of this package.
  std::vector<bool> Neighbours(std::size_t package) const {
    std::vector<bool> neighbours(num_packages(), false);
    for (std::size_t member = first(package); member < first(package + 1); ++member) {
      ForEach(rows_[member], [&](Position other) { neighbours[package_of(other)] = true; });
    }
    return neighbours;
  }

 private:
  struct Member {
    PackageId package;
    std::uint32_t package_index;
    Position at;
  };
  // A member asks that of `target`, if that is there, only what the set has is chosen.
  struct Asked {
    PackageId target;
    std::uint32_t set;  // A requirement; beyond those: the one candidate of the member itself.
    bool is_there;      // The target is, if the member is.
    std::uint32_t member;
    auto Key() const { return std::tuple(target, set, is_there); }
  };

  std::vector<Asked> AllAsked() {
    std::vector<Asked> asked;
    for (std::uint32_t m = 0; m < members_.size(); ++m) {
      const Member& member = members_[m];
      asked.push_back({member.package, kOwn + member.at, true, m});
      if (!universe_.IsGrounded(member.package, member.at)) {
        continue;  // What it asks for is not known.
      }
      const Links links = universe_.LinksOf(member.package, member.at);
      for (const RequirementId requirement : links.depends) {
        asked.push_back({universe_.RequirementOf(requirement).package,
                         static_cast<std::uint32_t>(requirement.index()), true, m});
      }
      for (const RequirementId requirement : links.constrains) {
        const PackageId target = universe_.RequirementOf(requirement).package;
        asked.push_back({target, static_cast<std::uint32_t>(requirement.index()),
                         domains_.IsRequired(target), m});
      }
    }
    std::sort(asked.begin(), asked.end(),
              [](const Asked& a, const Asked& b) { return a.Key() < b.Key(); });
    return asked;
  }

  bool AreDisjoint(const Asked& a, const Asked& b) const {
    if (a.set >= kOwn) {
      return b.set >= kOwn ? a.set != b.set
                           : !Contains(universe_.Allowed(RequirementId(b.set)), a.set - kOwn);
    }
    return b.set >= kOwn ? AreDisjoint(b, a)
                         : FirstCommon(universe_.Allowed(RequirementId(a.set)),
                                       universe_.Allowed(RequirementId(b.set))) == kNoPosition;
  }

  void Compare() {
    const std::vector<Asked> asked = AllAsked();
    std::vector<std::size_t> sets;  // Where each begins, of one target.
    for (std::size_t i = 0; i < asked.size();) {
      sets.clear();
      const PackageId target = asked[i].target;
      for (; i < asked.size() && asked[i].target == target; ++i) {
        if (sets.empty() || asked[i].Key() != asked[sets.back()].Key()) {
          sets.push_back(i);
        }
      }
      sets.push_back(i);
      for (std::size_t a = 0; sets.size() <= kMaxSets && a + 1 < sets.size(); ++a) {
        for (std::size_t b = 0; b < a; ++b) {
          if ((asked[sets[a]].is_there || asked[sets[b]].is_there) &&
              AreDisjoint(asked[sets[a]], asked[sets[b]])) {
            Mark({asked.data() + sets[a], asked.data() + sets[a + 1]},
                 {asked.data() + sets[b], asked.data() + sets[b + 1]});
          }
        }
      }
    }
  }

  void Mark(std::span<const Asked> some, std::span<const Asked> others) {
    for (const Asked& a : some) {
      for (const Asked& b : others) {
        if (package_of(a.member) != package_of(b.member)) {
          Insert(rows_[a.member], b.member);
          Insert(rows_[b.member], a.member);
        }
      }
    }
  }

  static constexpr std::uint32_t kOwn = 0x80000000;

  Domains& domains_;
  Universe& universe_;
  std::vector<PackageId> packages_;
  std::vector<std::size_t> first_;
  std::vector<Member> members_;
  std::vector<std::vector<Word>> rows_;  // By member: whom it excludes.
};

// Grows a crowd from one package.
class Growth final {
 public:
  Growth(const Exclusions& exclusions, const std::vector<std::vector<bool>>& neighbours)
      : exclusions_(exclusions),
        neighbours_(neighbours),
        room_(exclusions.num_members(), 0),
        is_in_(exclusions.num_packages(), false) {}

  // The packages, if it is one.
  std::vector<std::size_t> Run(std::size_t seed) {
    AddPackage(seed);
    const std::size_t limit = std::min(num_slots_ + kMaxNewSlots, kMaxOfPackage);
    while (packages_.size() <= num_slots_) {
      const std::size_t next = Next(num_slots_ < limit);
      if (next == exclusions_.num_packages()) {
        return {};
      }
      AddPackage(next);
    }
    return packages_;
  }
  std::size_t num_slots() const { return num_slots_; }

 private:
  // The package with the fewest candidates that find no room; of these the one with most
  // neighbours that could come in too. Each must be a neighbour of all that are in.
  std::size_t Next(bool may_open) const {
    std::vector<std::size_t> eligible;
    for (std::size_t p = 0; p < exclusions_.num_packages(); ++p) {
      if (!is_in_[p] && std::all_of(packages_.begin(), packages_.end(),
                                    [&](std::size_t in) { return neighbours_[in][p]; })) {
        eligible.push_back(p);
      }
    }
    std::size_t best = exclusions_.num_packages();
    std::pair<std::size_t, std::size_t> least;
    for (const std::size_t p : eligible) {
      const std::size_t without = NumWithoutRoom(p);
      const std::size_t size = exclusions_.first(p + 1) - exclusions_.first(p);
      if (without == size || (without > 0 && !may_open)) {
        continue;
      }
      const auto strangers = static_cast<std::size_t>(std::count_if(
          eligible.begin(), eligible.end(), [&](std::size_t q) { return !neighbours_[p][q]; }));
      if (best == exclusions_.num_packages() || std::pair(without, strangers) < least) {
        best = p;
        least = {without, strangers};
      }
    }
    return best;
  }

  std::size_t NumWithoutRoom(std::size_t package) const {
    std::size_t count = 0;
    for (std::size_t m = exclusions_.first(package); m < exclusions_.first(package + 1); ++m) {
      count += room_[m] == 0 ? 1 : 0;
    }
    return count;
  }

  // Each candidate into the first slot with room, the others into one that is new, or, of the first
  // package, into one each.
  void AddPackage(std::size_t package) {
    is_in_[package] = true;
    const bool is_first = packages_.empty();
    packages_.push_back(package);
    std::vector<std::size_t> without;
    for (std::size_t m = exclusions_.first(package); m < exclusions_.first(package + 1); ++m) {
      if (room_[m] != 0 && !is_first) {
        Put(m, static_cast<std::size_t>(std::countr_zero(room_[m])));
      } else {
        without.push_back(m);
      }
    }
    for (std::size_t i = 0; i < without.size(); ++i) {
      if (i == 0 || is_first) {
        const Word bit = Word{1} << num_slots_++;
        for (Word& room : room_) {
          room |= bit;
        }
      }
      Put(without[i], num_slots_ - 1);
    }
  }

  void Put(std::size_t member, std::size_t slot) {
    for (std::size_t other = 0; other < room_.size(); ++other) {
      if (!exclusions_.Exclude(other, member) &&
          exclusions_.package_of(other) != exclusions_.package_of(member)) {
        room_[other] &= ~(Word{1} << slot);
      }
    }
  }

  const Exclusions& exclusions_;
  const std::vector<std::vector<bool>>& neighbours_;
  std::vector<Word> room_;  // By member: the slots where it excludes all that are in.
  std::vector<bool> is_in_;
  std::vector<std::size_t> packages_;
  std::size_t num_slots_ = 0;
};

}  // namespace

std::optional<Crowd> FindCrowd(Domains& domains) {
  const std::vector<PackageId> required(domains.Required().begin(), domains.Required().end());
  for (const PackageId package : required) {
    if (Count(domains.Domain(package)) <= kMaxOfPackage && !domains.GroundAll(package)) {
      return std::nullopt;  // Refuted by arc consistency; whoever propagates next sees it.
    }
  }
  const Exclusions exclusions(domains);
  std::vector<std::vector<bool>> neighbours;
  std::vector<std::pair<std::size_t, std::size_t>> seeds;  // By how many neighbours they have.
  for (std::size_t p = 0; p < exclusions.num_packages(); ++p) {
    neighbours.push_back(exclusions.Neighbours(p));
    const auto degree = static_cast<std::size_t>(std::ranges::count(neighbours.back(), true));
    if (degree >= exclusions.first(p + 1) - exclusions.first(p)) {
      seeds.emplace_back(exclusions.num_packages() - degree, p);
    }
  }
  std::sort(seeds.begin(), seeds.end());
  seeds.resize(std::min(seeds.size(), kMaxSeeds));
  for (const auto& [strangers, seed] : seeds) {
    Growth growth(exclusions, neighbours);
    const std::vector<std::size_t> packages = growth.Run(seed);
    if (!packages.empty()) {
      Crowd crowd{{}, growth.num_slots()};
      for (const std::size_t p : packages) {
        crowd.packages.push_back(exclusions.package(p));
      }
      return crowd;
    }
  }
  return std::nullopt;
}

}  // namespace satchel

#include "encoding/candidates.h"

#include <algorithm>
#include <utility>

#include "encoding/age_limit.h"
#include "encoding/asked.h"

namespace satchel {
namespace {

// The objective's constants, in days (ARCHITECTURE.md, "The objective").
constexpr std::uint32_t kAcceleratorCost = 365;
constexpr std::uint32_t kFeatureCost = 100;
constexpr std::uint32_t kGapWithoutTimestamp = 30;

constexpr std::string_view kAccelerator = "__cuda";
constexpr std::string_view kAcceleratorNames[] = {"__cuda", "cuda-version", "cudatoolkit",
                                                  "pytorch-cuda"};
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kNoDay = -1;
constexpr std::int64_t kLastDay = 2'932'896;  // Of the year 9999; also keeps sums small.

}  // namespace

// What sorting looks at, gathered once a record. What seldom decides is left in the index: to read
// the builds and file names of all candidates would double the pages that a solve touches.
struct CandidateFinder::Row {
  std::uint32_t source;
  RecordId record;
  std::uint32_t channel_rank;
  std::uint16_t num_track_features;
  std::uint16_t num_features;
  bool is_installed;
  std::uint64_t build_number;
  std::int64_t timestamp_ms;
  VersionId version_id;  // Of the source.
  VersionRef version;
  std::uint32_t version_number = 0;  // Equal for rows of one version.
};

// The candidates of one version (in one channel, unless channels do not rank).
struct CandidateFinder::Version {
  std::size_t first;  // Its rows.
  std::size_t last;
  std::int64_t day;  // Of its first visible record, kNoDay if none says.
  std::uint16_t fewest_features = 0;
  std::uint32_t gap = 0;  // Days since the version before.
};

CandidateFinder::CandidateFinder(const Request& request, const std::vector<Source>& sources,
                                 VersionPreference preference)
    : request_(request),
      sources_(sources),
      preference_(preference),
      has_accelerator_(
          std::any_of(request.virtual_packages.begin(), request.virtual_packages.end(),
                      [](const PackageRecord& record) { return record.name == kAccelerator; })) {
  for (const MatchSpec& spec : request.specs) {
    if (CountsAlways(request, spec)) {
      rules_[spec.name()].specs.push_back(&spec);
    }
  }
  for (const MatchSpec& pin : request.pins) {
    if (CountsAlways(request, pin)) {
      rules_[pin.name()].pins.push_back(&pin);
    }
  }
  for (const MatchSpec& removal : request.remove) {
    rules_[removal.name()].removals.push_back(&removal);
  }
}

const CandidateFinder::NameRules& CandidateFinder::RulesOf(std::string_view name) const {
  const auto found = rules_.find(std::string(name));
  return found == rules_.end() ? no_rules_ : found->second;
}

RecordView CandidateFinder::ViewOf(std::uint32_t source, RecordId record) const {
  const Source& from = sources_[source];
  return from.index->View(record, from.channel, from.channel_url);
}

// Whether the source has the name, with records that may be chosen or without.
bool CandidateFinder::AddRows(std::uint32_t source, std::string_view name,
                              std::vector<Row>& rows) const {
  const Source& from = sources_[source];
  const Index& index = *from.index;
  const NameId id = index.FindName(name);
  if (!id.ok()) {
    return false;
  }
  const bool is_installed = from.kind == Source::Kind::kInstalled;
  const std::optional<std::int64_t> newest = from.kind == Source::Kind::kChannel
                                                 ? NewestAllowed(request_, name, from.channel_rank)
                                                 : std::nullopt;
  const Index::Range range = index.Records(id);
  rows.reserve(rows.size() + range.last - range.first);
  for (std::uint32_t at = range.first; at < range.last; ++at) {
    const RecordId record(at);
    const RecordRow& row = index.Record(record);
    if (newest.has_value() && row.timestamp_ms > *newest) {
      continue;
    }
    // Neighbours usually have the same version: no look-up then.
    const bool is_last =
        !rows.empty() && rows.back().source == source && rows.back().version_id == row.version;
    rows.push_back({source, record, from.channel_rank, row.num_track_features, row.num_features,
                    is_installed, row.build_number, row.timestamp_ms, row.version,
                    is_last ? rows.back().version : index.VersionOf(row.version), 0});
  }
  return true;
}

bool CandidateFinder::Allowed(const NameRules& rules, const RecordView& view) const {
  const auto matches = [&](const MatchSpec* spec) { return spec->Matches(view); };
  return std::all_of(rules.specs.begin(), rules.specs.end(), matches) &&
         std::all_of(rules.pins.begin(), rules.pins.end(), matches) &&
         (view.name.starts_with("__") ||  // What the machine has is not removed.
          std::none_of(rules.removals.begin(), rules.removals.end(), matches));
}

// All records of the name that are visible, in source order.
std::vector<CandidateFinder::Row> CandidateFinder::Gather(std::string_view name) const {
  const NameRules& rules = RulesOf(name);
  const auto names_channel = [](const MatchSpec* spec) { return !spec->channel().empty(); };
  const bool override_priority = std::any_of(rules.specs.begin(), rules.specs.end(), names_channel);
  const bool strict = request_.priority == ChannelPriority::kStrict && !override_priority;
  const bool is_virtual = name.starts_with("__");

  std::vector<Row> rows;
  std::optional<std::uint32_t> first_channel;
  for (std::uint32_t source = 0; source < sources_.size(); ++source) {
    const Source& from = sources_[source];
    if ((from.kind == Source::Kind::kVirtual) != is_virtual) {
      continue;
    }
    // Strict: the first channel that has the name hides it in all the others, whatever hides the
    // records of the first: a private name must never be taken from a public channel.
    if (strict && from.kind == Source::Kind::kChannel && first_channel.has_value() &&
        *first_channel != from.channel_rank) {
      continue;
    }
    if (AddRows(source, name, rows) && from.kind == Source::Kind::kChannel) {
      first_channel = from.channel_rank;
    }
  }
  return rows;
}

// Whether an installed record is the record of a channel: by hash if both have one, else by channel
// and subdir.
bool CandidateFinder::SameRecord(const Row& installed, const Row& other) const {
  if (installed.version.text != other.version.text ||
      installed.build_number != other.build_number) {
    return false;
  }
  const RecordView a = ViewOf(installed.source, installed.record);
  const RecordView b = ViewOf(other.source, other.record);
  if (a.build != b.build) {
    return false;
  }
  if (!a.sha256.empty() && !b.sha256.empty()) {
    return a.sha256 == b.sha256;
  }
  if (!a.md5.empty() && !b.md5.empty()) {
    return a.md5 == b.md5;
  }
  return a.channel == b.channel && a.subdir == b.subdir;
}

// Where a channel still has the installed record, the channel's row stands for both.
void CandidateFinder::DropInstalledDuplicate(std::vector<Row>& rows) const {
  const auto installed =
      std::find_if(rows.begin(), rows.end(), [](const Row& row) { return row.is_installed; });
  if (installed == rows.end()) {
    return;
  }
  const std::string_view name = ViewOf(installed->source, installed->record).name;
  if (std::any_of(request_.installed.begin(), request_.installed.end(),
                  [&](const InstalledPackage& package) {
                    return package.stands_alone && package.record.name == name;
                  })) {
    return;
  }
  for (Row& row : rows) {
    if (!row.is_installed && SameRecord(*installed, row)) {
      row.is_installed = true;
      rows.erase(installed);
      return;
    }
  }
}

bool CandidateFinder::SameVersion(const Row& a, const Row& b) const {
  return a.version.key == b.version.key &&
         (request_.priority == ChannelPriority::kDisabled || a.channel_rank == b.channel_rank);
}

bool CandidateFinder::SameRankClass(const Row& a, const Row& b) const {
  return SameVersion(a, b) && a.num_track_features == b.num_track_features &&
         a.build_number == b.build_number;
}

// The order of preference but for the versions' features, which only their candidates tell. Total,
// so that file order never shows.
bool CandidateFinder::Precedes(const Row& a, const Row& b, bool lowest) const {
  const bool channels_rank = request_.priority != ChannelPriority::kDisabled;
  if (channels_rank && a.channel_rank != b.channel_rank) {
    return a.channel_rank < b.channel_rank;
  }
  if (const int order = a.version.key.compare(b.version.key); order != 0) {
    return lowest ? order < 0 : order > 0;
  }
  if (a.num_track_features != b.num_track_features) {
    return a.num_track_features < b.num_track_features;
  }
  if (a.build_number != b.build_number) {
    return a.build_number > b.build_number;
  }
  if (a.num_features != b.num_features) {
    return a.num_features < b.num_features;  // Builds for a feature that nobody asked for.
  }
  if (a.timestamp_ms != b.timestamp_ms) {
    return a.timestamp_ms > b.timestamp_ms;
  }
  const Index& left = *sources_[a.source].index;
  const Index& right = *sources_[b.source].index;
  const RecordRow& left_row = left.Record(a.record);
  const RecordRow& right_row = right.Record(b.record);
  if (const int order = left.String(left_row.build).compare(right.String(right_row.build));
      order != 0) {
    return order > 0;
  }
  if (a.channel_rank != b.channel_rank) {
    return a.channel_rank < b.channel_rank;
  }
  return std::pair(left.String(left_row.fn), left.subdir()) <
         std::pair(right.String(right_row.fn), right.subdir());
}

// The versions, best first, of the sorted visible `rows`, of which the candidates are kept.
std::vector<CandidateFinder::Version> CandidateFinder::FindVersions(std::vector<Row>& rows,
                                                                    const NameRules& rules) const {
  std::vector<std::int64_t> days;  // By version number, of what is no candidate too.
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || !SameVersion(rows[i - 1], rows[i])) {
      days.push_back(kNoDay);
    }
    rows[i].version_number = static_cast<std::uint32_t>(days.size() - 1);
    if (rows[i].timestamp_ms > 0) {
      const std::int64_t day = std::min(rows[i].timestamp_ms / kDayMs, kLastDay);
      days.back() = days.back() == kNoDay ? day : std::min(days.back(), day);
    }
  }
  if (!rules.specs.empty() || !rules.pins.empty() || !rules.removals.empty()) {
    std::erase_if(rows,
                  [&](const Row& row) { return !Allowed(rules, ViewOf(row.source, row.record)); });
  }
  DropInstalledDuplicate(rows);
  std::vector<Version> versions;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i].version_number != rows[i - 1].version_number) {
      versions.push_back({i, i, days[rows[i].version_number], rows[i].num_track_features});
    }
    versions.back().last = i + 1;
  }
  std::stable_sort(versions.begin(), versions.end(), [](const Version& a, const Version& b) {
    return a.fewest_features < b.fewest_features;
  });
  return versions;
}

// How long each version was awaited: the days since the one before it, by time, of those of its
// channel with as many features.
void CandidateFinder::SetGaps(std::vector<Version>& versions, const std::vector<Row>& rows,
                              bool lowest) const {
  const auto same_group = [&](const Version& a, const Version& b) {
    return a.fewest_features == b.fewest_features &&
           (request_.priority == ChannelPriority::kDisabled ||
            rows[a.first].channel_rank == rows[b.first].channel_rank);
  };
  std::vector<Version*> by_day;
  for (std::size_t first = 0; first < versions.size();) {
    std::size_t last = first + 1;
    while (last < versions.size() && same_group(versions[first], versions[last])) {
      ++last;
    }
    by_day.clear();
    for (std::size_t i = first; i < last; ++i) {
      by_day.push_back(&versions[lowest ? i : first + last - 1 - i]);  // The older version first.
    }
    const auto earlier = [](const Version* a, const Version* b) { return a->day < b->day; };
    if (!std::is_sorted(by_day.begin(), by_day.end(), earlier)) {
      std::stable_sort(by_day.begin(), by_day.end(), earlier);
    }
    std::int64_t before = kNoDay;
    for (Version* const version : by_day) {
      if (version->day == kNoDay) {
        version->gap = kGapWithoutTimestamp;
        continue;
      }
      const std::int64_t gap = before == kNoDay ? 1 : version->day - before;
      version->gap = static_cast<std::uint32_t>(std::max<std::int64_t>(1, gap));
      before = version->day;
    }
    first = last;
  }
}

// Whether the record itself depends on what an accelerator needs.
bool CandidateFinder::UsesAccelerator(const Row& row) const {
  const Index& index = *sources_[row.source].index;
  const std::span<const SpecId> depends = index.SpecList(index.Record(row.record).depends);
  return std::any_of(depends.begin(), depends.end(), [&](SpecId spec) {
    const std::string_view text = index.String(index.Spec(spec).text);
    // Most are ruled out without parsing them.
    return std::any_of(std::begin(kAcceleratorNames), std::end(kAcceleratorNames),
                       [&](std::string_view name) {
                         if (text.find(name) == std::string_view::npos) {
                           return false;
                         }
                         const absl::StatusOr<MatchSpec> parsed = MatchSpec::Parse(text);
                         return parsed.ok() && parsed->name() == name && parsed->when() == nullptr;
                       });
  });
}

CandidateList CandidateFinder::Find(std::string_view name) const {
  std::vector<Row> rows = Gather(name);
  const NameRules& rules = RulesOf(name);
  const bool lowest =
      preference_ == VersionPreference::kLowest ||
      (preference_ == VersionPreference::kLowestForRequested && !rules.specs.empty());
  const auto precedes = [&](const Row& a, const Row& b) { return Precedes(a, b, lowest); };
  // An index is sorted by this very order already but for features, so one source needs no sorting.
  if (!std::is_sorted(rows.begin(), rows.end(), precedes)) {
    std::sort(rows.begin(), rows.end(), precedes);
  }
  std::vector<Version> versions = FindVersions(rows, rules);
  SetGaps(versions, rows, lowest);

  CandidateList list;
  list.candidates.reserve(rows.size());
  std::vector<bool> uses_accelerator;
  std::uint32_t lag = 0;
  const Row* before = nullptr;
  for (const Version& version : versions) {
    for (std::size_t i = version.first; i < version.last; ++i) {
      const Row& row = rows[i];
      if (before != nullptr && !SameRankClass(*before, row)) {
        list.class_end.push_back(static_cast<Position>(list.candidates.size()));
      }
      before = &row;
      // Versions that are equal but written differently ("1.1", "1.1.0") differ for regex specs.
      if (list.versions.empty() || list.versions.back().text != row.version.text) {
        list.versions.push_back(row.version);
      }
      if (row.is_installed) {
        list.installed = static_cast<Position>(list.candidates.size());
      }
      const std::uint32_t features =
          kFeatureCost * (row.num_track_features - version.fewest_features);
      list.lag_is_cost = list.lag_is_cost && features == 0;
      list.candidates.push_back(
          {row.source, row.record, static_cast<std::uint32_t>(list.class_end.size()),
           static_cast<std::uint32_t>(list.versions.size() - 1), lag, 0, features});
      if (has_accelerator_) {
        uses_accelerator.push_back(UsesAccelerator(row));
      }
    }
    lag += version.gap;
  }
  if (!rows.empty()) {
    list.class_end.push_back(static_cast<Position>(rows.size()));
  }
  if (std::find(uses_accelerator.begin(), uses_accelerator.end(), true) != uses_accelerator.end()) {
    list.lag_is_cost = false;
    for (std::size_t i = 0; i < list.candidates.size(); ++i) {
      list.candidates[i].accelerator = uses_accelerator[i] ? 0 : kAcceleratorCost;
    }
  }
  return list;
}

}  // namespace satchel

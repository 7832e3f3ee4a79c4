#include "repodata/index/index_order.h"

#include <algorithm>
#include <tuple>

namespace satchel {
namespace {

// The numbers of a record that decide most comparisons, side by side.
struct SortKey {
  std::uint64_t features_and_version;  // Fewer features, then newer version; less is better.
  std::uint64_t build_number;
  std::int64_t timestamp_ms;
  std::uint32_t row;
};

std::vector<DraftTextId> SortNames(const IndexDraft& draft) {
  std::vector<DraftTextId> names;
  for (std::size_t i = 0; i < draft.names.size(); ++i) {
    names.push_back(DraftTextId(i));
  }
  std::sort(names.begin(), names.end(),
            [&](DraftTextId a, DraftTextId b) { return draft.names[a] < draft.names[b]; });
  return names;
}

std::vector<DraftVersionId> SortVersions(const IndexDraft& draft) {
  std::vector<bool> is_used(draft.versions.size());
  for (const DraftRecord& record : draft.records) {
    is_used[record.version.index()] = true;
  }
  std::vector<DraftVersionId> versions;
  for (std::size_t i = 0; i < is_used.size(); ++i) {
    if (is_used[i]) {
      versions.push_back(DraftVersionId(i));
    }
  }
  std::sort(versions.begin(), versions.end(), [&](DraftVersionId a, DraftVersionId b) {
    const DraftVersion& left = draft.versions[a.index()];
    const DraftVersion& right = draft.versions[b.index()];
    const int order = left.key.compare(right.key);
    return order != 0 ? order < 0 : left.text < right.text;
  });
  return versions;
}

// Draft version id -> rank; versions that are equal though spelt otherwise share one.
std::vector<std::uint32_t> RankVersions(const IndexDraft& draft,
                                        const std::vector<DraftVersionId>& sorted) {
  std::vector<std::uint32_t> ranks(draft.versions.size());
  std::uint32_t rank = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 &&
        draft.versions[sorted[i].index()].key != draft.versions[sorted[i - 1].index()].key) {
      ++rank;
    }
    ranks[sorted[i].index()] = rank;
  }
  return ranks;
}

// Puts the records of each name together: `first_row` and, within a name, any order in `keys`.
std::vector<SortKey> GroupByName(const IndexDraft& draft, IndexOrder& order) {
  std::vector<std::uint32_t> name_ranks(draft.names.size());
  for (std::size_t i = 0; i < order.names.size(); ++i) {
    name_ranks[order.names[i].index()] = static_cast<std::uint32_t>(i);
  }
  order.first_row.assign(order.names.size() + 1, 0);
  for (const DraftRecord& record : draft.records) {
    ++order.first_row[name_ranks[record.name.index()] + 1];
  }
  for (std::size_t i = 1; i < order.first_row.size(); ++i) {
    order.first_row[i] += order.first_row[i - 1];
  }
  const std::vector<std::uint32_t> version_ranks = RankVersions(draft, order.versions);
  std::vector<std::uint32_t> next(order.first_row.begin(), order.first_row.end() - 1);
  std::vector<SortKey> keys(draft.records.size());
  for (std::size_t row = 0; row < draft.records.size(); ++row) {
    const DraftRecord& record = draft.records[row];
    const std::uint64_t features = record.num_track_features;
    keys[next[name_ranks[record.name.index()]]++] = {
        .features_and_version = features << 32 | (~version_ranks[record.version.index()]),
        .build_number = record.build_number,
        .timestamp_ms = record.timestamp_ms,
        .row = static_cast<std::uint32_t>(row)};
  }
  return keys;
}

}  // namespace

IndexOrder OrderIndex(const IndexDraft& draft) {
  IndexOrder order;
  order.names = SortNames(draft);
  order.versions = SortVersions(draft);
  std::vector<SortKey> keys = GroupByName(draft, order);
  const auto is_better = [&](const SortKey& a, const SortKey& b) {
    if (a.features_and_version != b.features_and_version) {
      return a.features_and_version < b.features_and_version;
    }
    if (a.build_number != b.build_number) {
      return a.build_number > b.build_number;
    }
    if (a.timestamp_ms != b.timestamp_ms) {
      return a.timestamp_ms > b.timestamp_ms;
    }
    const DraftRecord& left = draft.records[a.row];
    const DraftRecord& right = draft.records[b.row];
    if (left.build != right.build) {
      return draft.builds[left.build] > draft.builds[right.build];
    }
    return left.fn < right.fn;
  };
  for (std::size_t name = 0; name < order.names.size(); ++name) {
    std::sort(keys.begin() + order.first_row[name], keys.begin() + order.first_row[name + 1],
              is_better);
  }
  order.rows.reserve(keys.size());
  for (const SortKey& key : keys) {
    order.rows.push_back(key.row);
  }
  return order;
}

bool ContentLess(const IndexDraft& draft, const DraftRecord& a, const DraftRecord& b) {
  const auto text = [&](DraftTextId id) { return id.ok() ? draft.texts[id] : std::string_view(); };
  const auto numbers = [&](const DraftRecord& r) {
    return std::tuple(r.size_bytes, r.noarch, r.is_conda_format);
  };
  const auto texts = [&](const DraftRecord& r) {
    return std::tuple(r.fn, r.md5, r.sha256, r.url, draft.versions[r.version.index()].text,
                      draft.names[r.name], text(r.license), text(r.license_family),
                      text(r.track_features), text(r.features), text(r.python_site_packages_path),
                      text(r.flags), text(r.extra_depends));
  };
  const auto specs = [&](const DraftRecord& r) {
    std::vector<std::string_view> all;
    for (const DraftSpecId id : draft.List(r.depends)) {
      all.push_back(draft.specs[id.index()].text);
    }
    all.push_back({});  // No spec is empty: parts depends from constrains.
    for (const DraftSpecId id : draft.List(r.constrains)) {
      all.push_back(draft.specs[id.index()].text);
    }
    return all;
  };
  const auto worth = [&](const DraftRecord& r) {
    return std::tuple(0xFFFF - r.num_track_features, draft.versions[r.version.index()].key,
                      r.build_number, r.timestamp_ms, draft.builds[r.build]);
  };
  if (worth(a) != worth(b)) {
    return worth(a) > worth(b);
  }
  if (texts(a) != texts(b)) {
    return texts(a) < texts(b);
  }
  if (numbers(a) != numbers(b)) {
    return numbers(a) < numbers(b);
  }
  return specs(a) < specs(b);
}

}  // namespace satchel

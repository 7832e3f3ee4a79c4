#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "repodata/index/index.h"
#include "repodata/json/text_hash.h"

namespace satchel {

// The contents of an index while records still arrive: the same tables as in the image, with ids in
// the order of arrival. Views point into the reader's text or the builder's arena.

using DraftTextId = Id<struct DraftTextTag>;
using DraftVersionId = Id<struct DraftVersionTag>;
using DraftSpecId = Id<struct DraftSpecTag>;
using DraftListId = Id<struct DraftListTag>;

// Gives each distinct text one id.
class TextTable final {
 public:
  // `text` must outlive the table.
  DraftTextId Intern(std::string_view text) {
    if (IsLast(text)) {
      return last_;
    }
    const auto [at, inserted] = ids_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
    if (inserted) {
      texts_.push_back(text);
    }
    last_ = DraftTextId(at->second);
    return last_;
  }
  // None if there is no such text.
  DraftTextId Find(std::string_view text) const {
    if (IsLast(text)) {
      return last_;
    }
    const auto at = ids_.find(text);
    return at == ids_.end() ? DraftTextId::None() : DraftTextId(at->second);
  }
  std::string_view operator[](DraftTextId id) const { return texts_[id.index()]; }
  std::size_t size() const { return texts_.size(); }

 private:
  // Neighbours usually have the same name and the same license: this avoids a look-up.
  bool IsLast(std::string_view text) const { return last_.ok() && texts_[last_.index()] == text; }

  TextMap<std::uint32_t> ids_;
  DraftTextId last_;
  std::vector<std::string_view> texts_;
};

struct DraftVersion {
  std::string_view text;
  std::string_view key;  // Empty if the version is malformed.
  std::string error;
};

struct DraftSpec {
  std::string_view text;
  std::string_view name;  // As the spec names it, lower case; empty for a glob.
  std::string error;      // Not empty if the spec is malformed or unsupported.
};

struct DraftRecord {
  DraftTextId name;
  DraftVersionId version;
  DraftTextId build;
  DraftListId depends;
  DraftListId constrains;
  std::uint64_t build_number = 0;
  std::int64_t timestamp_ms = 0;
  std::uint64_t size_bytes = 0;
  std::uint16_t num_track_features = 0;
  std::uint16_t num_features = 0;
  NoarchKind noarch = NoarchKind::kNone;
  bool is_conda_format = false;
  // Often repeated, so interned; None if absent.
  DraftTextId license;
  DraftTextId license_family;
  DraftTextId track_features;
  DraftTextId features;
  DraftTextId python_site_packages_path;
  DraftTextId flags;
  DraftTextId extra_depends;
  // Different in every record.
  std::string_view fn;
  std::string_view md5;
  std::string_view sha256;
  std::string_view url;
};

struct IndexDraft {
  TextTable names;  // Of skipped records too.
  TextTable builds;
  TextTable texts;  // Of the cold rows.
  std::vector<DraftVersion> versions;
  std::vector<DraftSpec> specs;
  std::vector<std::uint32_t> list_starts = {0};  // One more than the number of lists.
  std::vector<DraftSpecId> list_items;
  std::vector<DraftRecord> records;

  std::span<const DraftSpecId> List(DraftListId id) const {
    const std::uint32_t first = list_starts[id.index()];
    return std::span(list_items).subspan(first, list_starts[id.index() + 1] - first);
  }
};

}  // namespace satchel

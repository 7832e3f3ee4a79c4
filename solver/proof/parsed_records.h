#pragma once

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "repodata/json/text_hash.h"
#include "repodata/spec/match_spec.h"
#include "repodata/spec/record.h"
#include "repodata/version/version.h"

namespace satchel {

// A record with its texts parsed. The view is made on demand: the strings move with the struct.
struct Parsed {
  const PackageRecord* record = nullptr;
  std::string_view channel_url;  // Empty if the request has no such channel.
  Version version;
  std::vector<std::pair<std::string_view, const MatchSpec*>> depends;
  std::vector<std::pair<std::string_view, const MatchSpec*>> constrains;
  struct Group {
    std::string_view name;
    std::vector<std::pair<std::string_view, const MatchSpec*>> depends;
  };
  std::vector<Group> groups;     // Of optional dependencies.
  const Parsed* next = nullptr;  // Another of the same name; there should be none.
};

// Those of a plan, or the virtual ones.
class ParsedRecords final {
 public:
  void Reserve(std::size_t num_records) { all_.reserve(num_records); }
  // No more may be added than there is room for: the others stay where they are.
  void Add(Parsed parsed) {
    SATCHEL_CHECK(all_.size() < all_.capacity());
    const Parsed*& last = by_name_[parsed.record->name];
    parsed.next = last;
    last = &all_.emplace_back(std::move(parsed));
  }

  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

  // Calls visit(parsed) for those of a name until it returns true; whether it did.
  template <typename Visit>
  bool AnyNamed(std::string_view name, Visit visit) const {
    const auto at = by_name_.find(name);
    for (const Parsed* parsed = at == by_name_.end() ? nullptr : at->second; parsed != nullptr;
         parsed = parsed->next) {
      if (visit(*parsed)) {
        return true;
      }
    }
    return false;
  }
  // The same for all that a spec may match by its name.
  template <typename Visit>
  bool AnyConcerned(const MatchSpec& spec, Visit visit) const {
    return spec.name_is_glob() || spec.name().empty() ? std::any_of(begin(), end(), visit)
                                                      : AnyNamed(spec.name(), visit);
  }

 private:
  std::vector<Parsed> all_;
  TextMap<const Parsed*> by_name_;
};

}  // namespace satchel

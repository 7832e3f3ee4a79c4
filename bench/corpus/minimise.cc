#include "bench/corpus/minimise.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "repodata/spec/match_spec.h"
#include "repodata/spec/record_match.h"

namespace satchel {
namespace {

class Minimiser final {
 public:
  Minimiser(std::string scratch, const CaseCheck& check, bool keep_matches)
      : scratch_(std::move(scratch)), check_(check), keep_matches_(keep_matches) {}

  absl::StatusOr<MinimisedCase> Minimise(const Problem& problem) && {
    result_.problem = problem;
    ASSIGN_OR_RETURN(const std::vector<std::string> names, ReachableNames(problem));
    ASSIGN_OR_RETURN(result_.parts, ReadSubchannels(problem, names));
    ASSIGN_OR_RETURN(const bool holds, Check(result_.problem.specs, result_.parts));
    if (!holds) {
      return absl::FailedPreconditionError(
          "the original case does not have this property: there is nothing to minimise");
    }
    RETURN_IF_ERROR(DropSpecs());
    RETURN_IF_ERROR(DropNames());
    RETURN_IF_ERROR(DropRecords());
    RETURN_IF_ERROR(DropSpecs());  // Some are needed only as long as others are there.
    return std::move(result_);
  }

 private:
  absl::StatusOr<bool> Check(const std::vector<std::string>& specs,
                             const std::vector<Subchannel>& parts) {
    if (keep_matches_ && !AllMatch(specs, parts)) {
      return false;
    }
    ++result_.num_checks;
    Problem problem = result_.problem;
    problem.specs = specs;
    RETURN_IF_ERROR(WriteSubchannels(parts, scratch_, &problem));
    return check_(problem);
  }

  // Whether what once had a matching record has one.
  bool AllMatch(const std::vector<std::string>& specs, const std::vector<Subchannel>& parts) {
    std::set<std::string> asked(specs.begin(), specs.end());
    for (const Subchannel& part : parts) {
      for (const RawRecord& record : part.records) {
        for (const auto& depends : record.fields.value("depends", nlohmann::json::array())) {
          asked.insert(depends.get<std::string>());
        }
      }
    }
    return std::ranges::all_of(asked, [&](const std::string& spec) {
      const auto known = matched_.find(spec);
      const bool had_match =
          known != matched_.end()
              ? known->second
              : matched_.emplace(spec, HasMatch(spec, result_.parts)).first->second;
      return !had_match || HasMatch(spec, parts);
    });
  }

  static bool HasMatch(const std::string& text, const std::vector<Subchannel>& parts) {
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
    return spec.ok() && std::ranges::any_of(parts, [&spec](const Subchannel& part) {
             return std::ranges::any_of(part.records, [&spec](const RawRecord& raw) {
               PackageRecord record;
               record.name = raw.name;
               record.version = raw.fields.value("version", "");
               record.build = raw.fields.value("build", "");
               record.build_number = raw.fields.value("build_number", 0);
               return raw.name == spec->name() && MatchesRecord(*spec, record);
             });
           });
  }

  absl::Status DropSpecs() {
    const std::vector<std::string> all = result_.problem.specs;
    const auto pick = [&all](const std::vector<int>& kept) {
      std::vector<std::string> specs;
      for (const int i : kept) {
        specs.push_back(all[i]);
      }
      return specs;
    };
    ASSIGN_OR_RETURN(const std::vector<int> kept,
                     DeltaDebug(static_cast<int>(all.size()), [&](const std::vector<int>& some) {
                       return Check(pick(some), result_.parts);
                     }));
    result_.problem.specs = pick(kept);
    return absl::OkStatus();
  }

  template <typename Keeps>
  std::vector<Subchannel> Filter(const Keeps& keeps) const {
    std::vector<Subchannel> parts = result_.parts;
    for (Subchannel& part : parts) {
      std::erase_if(part.records, [&](const RawRecord& record) { return !keeps(part, record); });
    }
    return parts;
  }

  absl::Status DropNames() {
    std::set<std::string> names;
    for (const Subchannel& part : result_.parts) {
      for (const RawRecord& record : part.records) {
        names.insert(record.name);
      }
    }
    const std::vector<std::string> all(names.begin(), names.end());
    const auto pick = [&](const std::vector<int>& kept) {
      std::set<std::string> chosen;
      for (const int i : kept) {
        chosen.insert(all[i]);
      }
      return Filter([&chosen](const Subchannel&, const RawRecord& record) {
        return chosen.contains(record.name);
      });
    };
    ASSIGN_OR_RETURN(const std::vector<int> kept,
                     DeltaDebug(static_cast<int>(all.size()), [&](const std::vector<int>& some) {
                       return Check(result_.problem.specs, pick(some));
                     }));
    result_.parts = pick(kept);
    return absl::OkStatus();
  }

  absl::Status DropRecords() {
    using Key = std::pair<std::string, std::string>;  // Where, and the file's name.
    std::vector<Key> all;
    const auto key_of = [](const Subchannel& part, const RawRecord& record) {
      return Key(part.channel.name + "/" + part.subdir, record.fn);
    };
    for (const Subchannel& part : result_.parts) {
      for (const RawRecord& record : part.records) {
        all.push_back(key_of(part, record));
      }
    }
    const auto pick = [&](const std::vector<int>& kept) {
      std::set<Key> chosen;
      for (const int i : kept) {
        chosen.insert(all[i]);
      }
      return Filter([&](const Subchannel& part, const RawRecord& record) {
        return chosen.contains(key_of(part, record));
      });
    };
    ASSIGN_OR_RETURN(const std::vector<int> kept,
                     DeltaDebug(static_cast<int>(all.size()), [&](const std::vector<int>& some) {
                       return Check(result_.problem.specs, pick(some));
                     }));
    result_.parts = pick(kept);
    return absl::OkStatus();
  }

  std::string scratch_;
  const CaseCheck& check_;
  const bool keep_matches_;
  std::map<std::string, bool> matched_;  // At the start, by spec; looked up only.
  MinimisedCase result_;
};

}  // namespace

absl::StatusOr<std::vector<int>> DeltaDebug(
    int count, const std::function<absl::StatusOr<bool>(const std::vector<int>&)>& holds) {
  std::vector<int> kept(static_cast<std::size_t>(count));
  std::iota(kept.begin(), kept.end(), 0);
  std::size_t chunk = kept.size() / 2;
  while (chunk > 0 && !kept.empty()) {
    bool dropped = false;
    for (std::size_t first = 0; first < kept.size();) {
      const std::size_t last = std::min(first + chunk, kept.size());
      std::vector<int> rest(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(first));
      rest.insert(rest.end(), kept.begin() + static_cast<std::ptrdiff_t>(last), kept.end());
      ASSIGN_OR_RETURN(const bool still, holds(rest));
      if (still) {
        kept = std::move(rest);
        dropped = true;
      } else {
        first = last;
      }
    }
    // At single ones again and again, until none can go: that is what 1-minimal means.
    chunk = chunk > 1 ? chunk / 2 : dropped ? 1 : 0;
  }
  if (kept.size() == 1) {
    ASSIGN_OR_RETURN(const bool nothing_is_enough, holds({}));
    return nothing_is_enough ? std::vector<int>() : kept;
  }
  return kept;
}

absl::StatusOr<MinimisedCase> MinimiseCase(const Problem& problem, const std::string& scratch,
                                           const CaseCheck& check, bool keep_matches) {
  return Minimiser(scratch, check, keep_matches).Minimise(problem);
}

}  // namespace satchel

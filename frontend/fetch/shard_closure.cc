#include "frontend/fetch/shard_closure.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_format.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "frontend/files.h"
#include "repodata/io/url.h"
#include "repodata/spec/extra_depends.h"
#include "repodata/spec/string_matcher.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours kDay{24};
constexpr std::chrono::hours kUnusedFor = 60 * kDay;

// Shards that are used keep a recent time of change: written once a day at most.
void NoteUse(const std::string& path) {
  std::error_code error;
  const auto now = fs::file_time_type::clock::now();
  if (const auto last = fs::last_write_time(path, error); !error && now - last > kDay) {
    fs::last_write_time(path, now, error);
  }
}

// Once a day those go that were not used for long.
void Sweep(const std::string& directory) {
  std::error_code error;
  const auto now = fs::file_time_type::clock::now();
  const std::string mark = directory + "/swept";
  if (const auto last = fs::last_write_time(mark, error); !error && now - last < kDay) {
    return;
  }
  if (!WriteFile(mark, "").ok()) {
    return;
  }
  std::vector<fs::path> unused;
  const auto entries = EntriesBelow(directory);
  if (!entries.ok()) {
    return;
  }
  for (const fs::directory_entry& entry : *entries) {
    const auto last = entry.last_write_time(error);
    if (!error && now - last > kUnusedFor && entry.is_regular_file(error)) {
      unused.push_back(entry.path());
    }
  }
  for (const fs::path& path : unused) {
    fs::remove(path, error);
  }
}

}  // namespace

class ShardClosure::Walker final {
 public:
  Walker(const ShardClosure& closure, const std::vector<const Index*>& whole,
         std::vector<ShardedSubdir>* subdirs, const DownloadWatch& watch)
      : closure_(closure), whole_(whole), subdirs_(*subdirs), watch_(watch) {
    for (const Index* index : whole_) {
      seen_lists_.emplace_back(index->num_spec_lists(), false);
    }
  }

  absl::Status Run(const WantedNames& wanted) {
    RETURN_IF_ERROR(AddRoots(wanted));
    follow_ = wanted.with_dependencies;
    while (!frontier_.empty()) {
      // First all that can be reached without the network, so that few batches are waited for.
      while (!frontier_.empty()) {
        const std::vector<std::string> level = std::exchange(frontier_, {});
        for (const std::string& name : level) {
          RETURN_IF_ERROR(Visit(name));
        }
      }
      RETURN_IF_ERROR(FetchMissing());
    }
    if (has_fetched_) {
      Sweep(closure_.directory_);
    }
    return absl::OkStatus();
  }

 private:
  struct Missing {
    std::size_t subdir;
    std::string hash;
    std::string path;
  };

  void Add(const std::string& name) {
    if (!name.empty() && seen_.insert(name).second) {
      frontier_.push_back(name);
    }
  }

  absl::Status AddRoots(const WantedNames& wanted) {
    std::vector<StringMatcher> patterns;
    for (const std::string& pattern : wanted.patterns) {
      ASSIGN_OR_RETURN(StringMatcher matcher, StringMatcher::Parse(pattern));
      patterns.push_back(std::move(matcher));
    }
    const auto is_wanted = [&](std::string_view name) {
      return wanted.everything ||
             std::ranges::any_of(
                 patterns, [name](const StringMatcher& pattern) { return pattern.Matches(name); });
    };
    for (const std::string& name : wanted.names) {
      Add(name);
    }
    if (!wanted.everything && patterns.empty()) {
      return absl::OkStatus();
    }
    for (const ShardedSubdir& subdir : subdirs_) {
      for (const auto& [name, hash] : subdir.index.hashes) {
        if (is_wanted(name)) {
          Add(name);
        }
      }
    }
    for (const Index* index : whole_) {
      for (std::size_t i = 0; i < index->num_names(); ++i) {
        if (const std::string_view name = index->Name(NameId(i)); is_wanted(name)) {
          Add(std::string(name));
        }
      }
    }
    return absl::OkStatus();
  }

  // Follows what is there of a name; notes what has to be fetched.
  absl::Status Visit(const std::string& name) {
    for (std::size_t i = 0; i < whole_.size(); ++i) {
      FollowIndex(*whole_[i], &seen_lists_[i], name);
    }
    for (std::size_t i = 0; i < subdirs_.size(); ++i) {
      const auto found = subdirs_[i].index.hashes.find(name);
      if (found == subdirs_[i].index.hashes.end()) {
        continue;
      }
      Missing shard{i, found->second,
                    absl::StrFormat("%s/%s/%s.msgpack.zst", closure_.directory_,
                                    found->second.substr(0, 2), found->second)};
      const absl::StatusOr<std::string> bytes = ReadFile(shard.path);
      if (bytes.ok() && Sha256Hex(*bytes) == shard.hash) {
        NoteUse(shard.path);
        RETURN_IF_ERROR(Take(shard, *bytes));
      } else {
        missing_.push_back(std::move(shard));
      }
    }
    return absl::OkStatus();
  }

  void FollowIndex(const Index& index, std::vector<bool>* seen_lists, const std::string& name) {
    const NameId id = index.FindName(name);
    if (!id.ok() || !follow_) {
      return;
    }
    const Index::Range records = index.Records(id);
    for (std::uint32_t row = records.first; row < records.last; ++row) {
      FollowExtras(index, RecordId(row));
      const SpecListId list = index.Record(RecordId(row)).depends;
      if ((*seen_lists)[list.index()]) {
        continue;
      }
      (*seen_lists)[list.index()] = true;
      for (const SpecId spec : index.SpecList(list)) {
        Add(DependencyName(index.String(index.Spec(spec).text)));
      }
    }
  }

  void FollowExtras(const Index& index, RecordId record) {
    for (const auto& group : ParseExtraDepends(index.String(index.Cold(record).extra_depends))) {
      for (const std::string& spec : group.second) {
        Add(DependencyName(spec));
      }
    }
  }

  absl::Status Take(const Missing& shard, std::string_view bytes) {
    ASSIGN_OR_RETURN(const Shard read, ReadShard(bytes, shard.path));
    subdirs_[shard.subdir].records.Append(read.records);
    for (const std::string& name : read.depends) {
      if (follow_) {
        Add(name);
      }
    }
    return absl::OkStatus();
  }

  absl::Status FetchMissing() {
    if (missing_.empty()) {
      return absl::OkStatus();
    }
    if (closure_.offline_) {
      return absl::NotFoundError(
          absl::StrFormat("%s: %d of its shards are not in the cache, and satchel is offline",
                          subdirs_[missing_[0].subdir].label, missing_.size()));
    }
    has_fetched_ = true;
    const std::vector<Missing> shards = std::exchange(missing_, {});
    std::vector<Download> downloads;
    std::error_code error;
    for (const Missing& shard : shards) {
      const ShardedSubdir& subdir = subdirs_[shard.subdir];
      std::filesystem::create_directories(std::filesystem::path(shard.path).parent_path(), error);
      Download download;
      for (const std::string& url : subdir.urls) {
        download.urls.push_back(
            JoinUrl(ResolveUrl(url, subdir.index.shards_base_url), shard.hash + ".msgpack.zst"));
      }
      download.destination = shard.path;
      download.sha256 = shard.hash;
      downloads.push_back(std::move(download));
    }
    closure_.report_->num_rounds += 1;
    closure_.report_->num_requests += downloads.size();
    // What has come is read while the rest is still on its way.
    absl::Status taken;
    DownloadWatch watch = watch_;
    watch.done = [&](std::size_t item, const DownloadResult& result) {
      if (watch_.done) {
        watch_.done(item, result);
      }
      if (result.status.ok() && taken.ok()) {
        const absl::StatusOr<std::string> bytes = ReadFile(shards[item].path);
        taken = bytes.ok() ? Take(shards[item], *bytes) : bytes.status();
      }
    };
    for (const DownloadResult& result : closure_.downloader_->Fetch(downloads, watch)) {
      closure_.report_->received_bytes += result.received_bytes;
      RETURN_IF_ERROR(result.status);
    }
    return taken;
  }

  const ShardClosure& closure_;
  const std::vector<const Index*>& whole_;
  std::vector<ShardedSubdir>& subdirs_;
  const DownloadWatch& watch_;
  std::vector<std::vector<bool>> seen_lists_;  // Of each of `whole_`.
  absl::flat_hash_set<std::string> seen_;
  std::vector<std::string> frontier_;
  std::vector<Missing> missing_;
  bool follow_ = true;
  bool has_fetched_ = false;
};

absl::Status ShardClosure::Run(const WantedNames& wanted, const std::vector<const Index*>& whole,
                               std::vector<ShardedSubdir>* subdirs, const DownloadWatch& watch) {
  return Walker(*this, whole, subdirs, watch).Run(wanted);
}

}  // namespace satchel

#include "tools/cli/environment/package_progress.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "frontend/link/cache/cache_entry.h"

namespace satchel {

PackageProgress::PackageProgress(bool enabled, const std::vector<PackageRecord>& to_fetch)
    : enabled_(enabled),
      has_terminal_(StderrIsTerminal()),
      num_to_fetch_(to_fetch.size()),
      line_(std::in_place, enabled) {
  std::uint64_t bytes = 0;
  for (const PackageRecord& record : to_fetch) {
    bytes += record.size_bytes;
  }
  meter_.Expect(to_fetch.size(), bytes);
}

void PackageProgress::Listen(ProvideWatch* watch) {
  using Clock = DownloadMeter::Clock;
  watch->fetching = [this](const PackageRecord& record, std::uint64_t bytes) {
    meter_.Progress(ArchiveName(record), bytes, record.size_bytes, Clock::now());
    Show();
  };
  watch->fetched = [this](const PackageRecord& record) {
    meter_.Finish(ArchiveName(record), Clock::now());
    ++num_fetched_;
    if (enabled_ && !has_terminal_) {
      PrintNote(absl::StrFormat("Fetched %s (%s), %d of %d\n", ArchiveName(record),
                                SizeText(record.size_bytes), num_fetched_,
                                std::max(num_fetched_, num_to_fetch_)));
    }
    Show();
  };
  watch->retrying = [this](const std::string& what) {
    if (enabled_) {
      line_.reset();
      PrintWarning(what);
      line_.emplace(enabled_);
    }
  };
  watch->extracted = [this](std::size_t done, std::size_t total) {
    extracted_ = absl::StrFormat("%d of %d extracted", done, total);
    Show();
  };
  watch->waiting = [this](const std::string& /*path*/) {
    line_->SetPhase("waiting for another process that fetches the same package");
  };
}

void PackageProgress::Show() {
  if (!enabled_ || !has_terminal_) {
    return;
  }
  if (num_fetched_ >= num_to_fetch_) {
    line_->SetPhase("Unpacking, " + extracted_);
    return;
  }
  constexpr std::size_t kRoom = 25;  // For the spinner, the word and the time that has passed.
  const std::size_t width = StderrWidth();
  line_->SetPhase("Fetching " + meter_.Text(width - std::min(width, kRoom), width - 1));
}

}  // namespace satchel

#include "tools/cli/watched_channels.h"

#include "tools/cli/download_meter.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/terminal.h"

namespace satchel {

// Lives as long as one Fetch(). Its line is made when something is on its way: what is on this disk
// takes less time than to start a thread.
struct WatchedChannels::Watcher {
  InterruptGuard interrupt;
  DownloadMeter meter;
  std::optional<ProgressLine> line;

  void Show(bool enabled) {
    if (!line.has_value()) {
      line.emplace(enabled);
    }
    line->SetPhase("Fetching repodata, " + meter.Text(kShortLine, /*with_files=*/false));
  }

  static constexpr std::size_t kShortLine = 50;
};

WatchedChannels::WatchedChannels(bool show_progress, LocalChannelSource local, ChannelNames names,
                                 NetworkOptions network, NetworkSourceOptions options) {
  options.watch.cancel = InterruptGuard::flag();
  options.watch.progress = [this, show_progress](std::size_t item, std::uint64_t bytes,
                                                 std::uint64_t total) {
    watcher_->meter.Progress(std::to_string(item), bytes, total, DownloadMeter::Clock::now());
    watcher_->Show(show_progress);
  };
  options.watch.done = [this](std::size_t item, const DownloadResult&) {
    watcher_->meter.Finish(std::to_string(item), DownloadMeter::Clock::now());
  };
  source_ = std::make_unique<NetworkChannelSource>(std::move(local), std::move(names),
                                                   std::move(network), std::move(options));
}

WatchedChannels::~WatchedChannels() = default;

absl::Status WatchedChannels::Fetch(const WantedNames& wanted,
                                    std::vector<ChannelLocation>* locations,
                                    FetchReport* report) const {
  watcher_ = std::make_unique<Watcher>();
  absl::Status fetched = source_->Fetch(wanted, locations, report);
  watcher_.reset();
  return fetched;
}

}  // namespace satchel

#include "tools/cli/channels/watched_channels.h"

#include <algorithm>

#include "repodata/spec/channel_name.h"
#include "tools/cli/channels/download_meter.h"
#include "tools/cli/framework/interrupt.h"
#include "tools/cli/framework/terminal.h"

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
    line->SetPhase("Fetching repodata, " + meter.Text(kShortLine, /*file_width=*/0));
  }

  static constexpr std::size_t kShortLine = 50;
};

WatchedChannels::WatchedChannels(bool show_progress, LocalChannelSource local, ChannelNames names,
                                 NetworkOptions network, NetworkSourceOptions options)
    : show_progress_(show_progress) {
  options.watch.cancel = InterruptGuard::flag();
  options.watch.progress = [this](std::size_t item, std::uint64_t bytes, std::uint64_t total) {
    watcher_->meter.Progress(std::to_string(item), bytes, total, DownloadMeter::Clock::now());
    watcher_->Show(show_progress_);
  };
  options.watch.retrying = [this](const std::string& what) {
    if (show_progress_) {
      watcher_->line.reset();
      PrintWarning(what);
      watcher_->Show(show_progress_);
    }
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
  const auto is_remote = [](const ChannelLocation& channel) {
    return !channel.subdirs.empty() && HasScheme(channel.subdirs[0].repodata);
  };
  if (std::ranges::any_of(*locations, is_remote)) {
    watcher_->Show(show_progress_);
  }
  absl::Status fetched = source_->Fetch(wanted, locations, report);
  watcher_.reset();
  return fetched;
}

}  // namespace satchel

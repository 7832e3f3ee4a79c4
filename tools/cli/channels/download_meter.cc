#include "tools/cli/channels/download_meter.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"

namespace satchel {
namespace {

constexpr std::chrono::milliseconds kSampleEvery{200};
constexpr std::size_t kMaxSamples = 25;  // The speed is that of the last five seconds.
constexpr std::size_t kMaxFileLines = 5;
constexpr std::size_t kBarWidth = 20;

std::string TimeText(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
  return whole < 100 ? absl::StrFormat("%d s", whole)
                     : absl::StrFormat("%d:%02d min", whole / 60, whole % 60);
}

std::string Bar(std::uint64_t bytes, std::uint64_t total) {
  const std::size_t full = total == 0 ? 0 : std::min(bytes, total) * kBarWidth / total;
  return "[" + std::string(full, '#') + std::string(kBarWidth - full, ' ') + "]";
}

}  // namespace

std::string SizeText(std::uint64_t bytes) {
  const double megabytes = static_cast<double>(bytes) / 1e6;
  return megabytes < 1e4 ? absl::StrFormat("%.1f MB", megabytes)
                         : absl::StrFormat("%.1f GB", megabytes / 1e3);
}

void DownloadMeter::Expect(std::uint64_t num_files, std::uint64_t num_bytes) {
  expected_files_ = num_files;
  expected_bytes_ = num_bytes;
}

void DownloadMeter::Progress(const std::string& name, std::uint64_t bytes,
                             std::uint64_t total_bytes, Clock::time_point now) {
  File& file = files_[name];
  bytes_ += bytes - file.bytes;
  file = {bytes, total_bytes};
  Note(now);
}

void DownloadMeter::Finish(const std::string& name, Clock::time_point now) {
  files_.erase(name);
  ++finished_files_;
  Note(now);
}

void DownloadMeter::Note(Clock::time_point now) {
  if (!samples_.empty() && now - samples_.back().time < kSampleEvery) {
    return;
  }
  samples_.push_back({now, bytes_});
  if (samples_.size() > kMaxSamples) {
    samples_.pop_front();
  }
}

double DownloadMeter::BytesPerSecond() const {
  if (samples_.size() < 2 || samples_.back().bytes < samples_.front().bytes) {
    return 0;
  }
  const std::chrono::duration<double> time = samples_.back().time - samples_.front().time;
  return static_cast<double>(samples_.back().bytes - samples_.front().bytes) / time.count();
}

std::uint64_t DownloadMeter::TotalBytes() const {
  if (expected_bytes_ != 0) {
    return std::max(expected_bytes_, bytes_);
  }
  std::uint64_t total = bytes_;
  for (const auto& [name, file] : files_) {
    if (file.total_bytes < file.bytes || file.total_bytes == 0) {
      return 0;
    }
    total += file.total_bytes - file.bytes;
  }
  return total;
}

std::string DownloadMeter::Text(std::size_t width, std::size_t file_width) const {
  const std::uint64_t total = TotalBytes();
  std::string text =
      total <= bytes_
          ? SizeText(bytes_)
          : absl::StrFormat("%.1f of %s", static_cast<double>(bytes_) / 1e6, SizeText(total));
  if (expected_files_ != 0) {
    text += absl::StrFormat(", %d of %d files", finished_files_, expected_files_);
  }
  if (const double rate = BytesPerSecond(); rate > 0) {
    text += absl::StrFormat(", %.1f MB/s", rate / 1e6);
    if (total > bytes_) {
      text += ", " + TimeText(static_cast<double>(total - bytes_) / rate) + " left";
    }
  }
  text.resize(std::min(text.size(), width));
  std::size_t lines = 0;
  for (const auto& [name, file] : files_) {
    if (file_width == 0 || ++lines > kMaxFileLines) {
      break;
    }
    std::string line = absl::StrFormat("  %s %s %s", Bar(file.bytes, file.total_bytes),
                                       SizeText(file.total_bytes), name);
    line.resize(std::min(line.size(), file_width));
    text += "\n" + line;
  }
  return text;
}

}  // namespace satchel

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace satchel {

// The progress, speed and remaining time of downloads. Not thread-safe.
class DownloadMeter final {
 public:
  using Clock = std::chrono::steady_clock;

  // The expected totals; 0: unknown.
  void Expect(std::uint64_t num_files, std::uint64_t num_bytes);
  // The number of bytes of a file so far; may decrease. `total_bytes` is 0 if unknown.
  void Progress(const std::string& name, std::uint64_t bytes, std::uint64_t total_bytes,
                Clock::time_point now);
  // The file is complete, or has failed.
  void Finish(const std::string& name, Clock::time_point now);

  // "12.3 of 134.5 MB, 3 of 23 files, 10.2 MB/s, 12 s left", at most `width` long, and below it a
  // line for each of the first few files in progress, at most `file_width` long (0: none).
  std::string Text(std::size_t width, std::size_t file_width) const;

 private:
  struct File {
    std::uint64_t bytes = 0;
    std::uint64_t total_bytes = 0;
  };
  struct Sample {
    Clock::time_point time;
    std::uint64_t bytes;
  };
  std::uint64_t TotalBytes() const;
  double BytesPerSecond() const;
  void Note(Clock::time_point now);

  std::uint64_t expected_files_ = 0;
  std::uint64_t expected_bytes_ = 0;
  std::uint64_t finished_files_ = 0;
  std::uint64_t bytes_ = 0;
  std::map<std::string, File> files_;  // Those in progress.
  std::deque<Sample> samples_;         // Of the last few seconds.
};

// "0.3 MB", "134.5 MB", "12.0 GB".
std::string SizeText(std::uint64_t bytes);

}  // namespace satchel

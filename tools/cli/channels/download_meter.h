#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace satchel {

// How far downloads are, how fast they come, and how long the rest will take. Not thread-safe.
class DownloadMeter final {
 public:
  using Clock = std::chrono::steady_clock;

  // What will be fetched; 0: not known.
  void Expect(std::uint64_t num_files, std::uint64_t num_bytes);
  // Bytes that are there of a file; may fall. `total_bytes` is 0 if not known.
  void Progress(const std::string& name, std::uint64_t bytes, std::uint64_t total_bytes,
                Clock::time_point now);
  // It is there, or will not come.
  void Finish(const std::string& name, Clock::time_point now);

  // "12.3 of 134.5 MB, 3 of 23 files, 10.2 MB/s, 12 s left", at most `width` long, and below it a
  // line for each of the first few files that are on their way, at most `file_width` long (0:
  // none).
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
  std::map<std::string, File> files_;  // Those on their way.
  std::deque<Sample> samples_;         // Of the last seconds.
};

// "0.3 MB", "134.5 MB", "12.0 GB".
std::string SizeText(std::uint64_t bytes);

}  // namespace satchel

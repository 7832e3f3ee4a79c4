#include "tools/cli/channels/download_meter.h"

#include <algorithm>
#include <string>

#include "gtest/gtest.h"

namespace satchel {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kWide = 200;

TEST(DownloadMeter, TotalSpeedAndTimeLeft) {
  DownloadMeter meter;
  const DownloadMeter::Clock::time_point start{};
  meter.Expect(3, 10'000'000);
  EXPECT_EQ(meter.Text(kWide, kWide), "0.0 of 10.0 MB, 0 of 3 files");
  meter.Progress("a", 0, 4'000'000, start);
  meter.Progress("a", 1'000'000, 4'000'000, start + milliseconds(500));
  meter.Progress("b", 1'000'000, 6'000'000, start + milliseconds(1000));
  EXPECT_EQ(meter.Text(kWide, 0), "2.0 of 10.0 MB, 0 of 3 files, 2.0 MB/s, 4 s left");
  EXPECT_EQ(meter.Text(kWide, kWide),
            "2.0 of 10.0 MB, 0 of 3 files, 2.0 MB/s, 4 s left\n"
            "  [#####               ] 4.0 MB a\n"
            "  [###                 ] 6.0 MB b");
  meter.Progress("a", 4'000'000, 4'000'000, start + milliseconds(2000));
  meter.Finish("a", start + milliseconds(2000));
  EXPECT_EQ(meter.Text(kWide, kWide),
            "5.0 of 10.0 MB, 1 of 3 files, 2.5 MB/s, 2 s left\n"
            "  [###                 ] 6.0 MB b");
}

TEST(DownloadMeter, ATransferThatStartsAgain) {
  DownloadMeter meter;
  const DownloadMeter::Clock::time_point start{};
  meter.Expect(1, 4'000'000);
  meter.Progress("a", 3'000'000, 4'000'000, start);
  meter.Progress("a", 1'000'000, 4'000'000, start + milliseconds(1000));
  EXPECT_EQ(meter.Text(kWide, 0), "1.0 of 4.0 MB, 0 of 1 files") << "no speed below zero";
}

TEST(DownloadMeter, WhatIsNotKnownIsNotClaimed) {
  DownloadMeter meter;
  const DownloadMeter::Clock::time_point start{};
  meter.Progress("0", 300'000, 0, start);
  EXPECT_EQ(meter.Text(kWide, 0), "0.3 MB");
  meter.Finish("0", start);
  meter.Progress("0", 1'000'000, 5'000'000, start);
  EXPECT_EQ(meter.Text(kWide, 0), "1.3 of 5.3 MB");
  EXPECT_EQ(meter.Text(5, 0), "1.3 o");
}

TEST(DownloadMeter, OnlyAFewLines) {
  DownloadMeter meter;
  meter.Expect(100, 1'000'000);
  for (int i = 0; i < 100; ++i) {
    meter.Progress(std::to_string(i), 1, 10'000, {});
  }
  EXPECT_EQ(std::ranges::count(meter.Text(kWide, kWide), '\n'), 5);
}

}  // namespace
}  // namespace satchel

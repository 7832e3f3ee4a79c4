#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

namespace satchel {

// The pages of an image in a file, each compared with its checksum at the first access. So
// everything that is read is checked, unread pages cost nothing, and opening takes the same time
// whatever the size. The table of checksums is checked in the same way, by groups, against `roots`,
// which the code that opens the file has checked.
//
// A page that fails stays failed, so a reader never sees different data; damaged() says that
// answers drawn from the image may be wrong.
//
// Thread-safe. Lifetime: the three spans outlive it.
class CheckedPages final {
 public:
  // Smaller than the machine's pages: a request reads scattered data, so smaller pages mean less to
  // check and to fetch from memory, at the price of a larger table (ARCHITECTURE.md, "The index
  // file").
  static constexpr std::size_t kPageBytes = 1024;
  static constexpr std::size_t kPagesPerRoot = 512;  // 4 KiB of the table.

  static constexpr std::size_t NumPages(std::size_t image_bytes) {
    return (image_bytes + kPageBytes - 1) / kPageBytes;
  }
  static constexpr std::size_t NumRoots(std::size_t num_pages) {
    return (num_pages + kPagesPerRoot - 1) / kPagesPerRoot;
  }

  // Requires: NumPages(image.size()) checksums and NumRoots of them.
  CheckedPages(std::span<const std::byte> image, std::span<const std::uint64_t> checksums,
               std::span<const std::uint64_t> roots);

  // The table for an image, and the roots for a table.
  static void ComputeChecksums(std::span<const std::byte> image,
                               std::span<std::uint64_t> checksums);
  static void ComputeRoots(std::span<const std::uint64_t> checksums,
                           std::span<std::uint64_t> roots);

  // Whether these bytes of the image are as they were written. Cost: two loads and a compare once
  // the pages are known; 0.1 us a page the first time. Always inlined: as a call it made an
  // everyday solve 4 % longer, and the compiler takes it for one or not as files are grouped.
  [[gnu::always_inline]] bool Touch(const void* first, std::size_t num_bytes) const {
    const auto offset =
        static_cast<std::size_t>(static_cast<const std::byte*>(first) - image_.data());
    const std::size_t first_page = offset / kPageBytes;
    const std::size_t last_page = (offset + num_bytes - 1) / kPageBytes;
    if (num_bytes - 1 < kPageBytes && State(first_page) == kSound && State(last_page) == kSound)
        [[likely]] {
      return true;
    }
    return num_bytes == 0 || CheckRange(first_page, last_page);
  }
  // Touches all of it.
  bool TouchAll() const { return image_.empty() || Touch(image_.data(), image_.size()); }

  bool damaged() const { return damaged_.load(std::memory_order_relaxed); }
  void MarkDamaged() const { damaged_.store(true, std::memory_order_relaxed); }

 private:
  enum PageState : std::uint8_t { kUnknown = 0, kSound, kFailed };
  struct FreeMemory {
    void operator()(std::uint8_t* memory) const { std::free(memory); }
  };

  // Relaxed: a thread that loses a race checks the page again, with the same result.
  PageState State(std::size_t page) const {
    return static_cast<PageState>(StateOf(page).load(std::memory_order_relaxed));
  }
  std::atomic_ref<std::uint8_t> StateOf(std::size_t i) const {
    return std::atomic_ref<std::uint8_t>(states_[i]);
  }
  bool CheckRange(std::size_t first_page, std::size_t last_page) const;
  bool CheckPage(std::size_t page) const;
  bool CheckRoot(std::size_t root) const;

  std::span<const std::byte> image_;
  std::span<const std::uint64_t> checksums_;
  std::span<const std::uint64_t> roots_;
  // By page, then by root. From calloc, which costs no time for pages that are never accessed.
  std::unique_ptr<std::uint8_t[], FreeMemory> states_;
  mutable std::atomic<bool> damaged_ = false;
};

}  // namespace satchel

#include "repodata/index/checked_pages.h"

#include <algorithm>

#include "base/allocated.h"
#include "base/check.h"
#include "repodata/index/checksum.h"

namespace satchel {
namespace {

std::span<const std::byte> PageOf(std::span<const std::byte> image, std::size_t page) {
  const std::size_t first = page * CheckedPages::kPageBytes;
  return image.subspan(first, std::min(CheckedPages::kPageBytes, image.size() - first));
}

std::span<const std::byte> GroupOf(std::span<const std::uint64_t> checksums, std::size_t root) {
  const std::size_t first = root * CheckedPages::kPagesPerRoot;
  return std::as_bytes(
      checksums.subspan(first, std::min(CheckedPages::kPagesPerRoot, checksums.size() - first)));
}

}  // namespace

CheckedPages::CheckedPages(std::span<const std::byte> image,
                           std::span<const std::uint64_t> checksums,
                           std::span<const std::uint64_t> roots)
    : image_(image),
      checksums_(checksums),
      roots_(roots),
      states_(Allocated(
          static_cast<std::uint8_t*>(std::calloc(checksums.size() + roots.size() + 1, 1)))) {
  SATCHEL_CHECK(checksums.size() == NumPages(image.size()));
  SATCHEL_CHECK(roots.size() == NumRoots(checksums.size()));
}

void CheckedPages::ComputeChecksums(std::span<const std::byte> image,
                                    std::span<std::uint64_t> checksums) {
  for (std::size_t page = 0; page < checksums.size(); ++page) {
    checksums[page] = Checksum(PageOf(image, page));
  }
}

void CheckedPages::ComputeRoots(std::span<const std::uint64_t> checksums,
                                std::span<std::uint64_t> roots) {
  for (std::size_t root = 0; root < roots.size(); ++root) {
    roots[root] = Checksum(GroupOf(checksums, root));
  }
}

bool CheckedPages::CheckRange(std::size_t first_page, std::size_t last_page) const {
  bool all_sound = true;
  for (std::size_t page = first_page; page <= last_page; ++page) {
    all_sound = CheckPage(page) && all_sound;
  }
  return all_sound;
}

bool CheckedPages::CheckPage(std::size_t page) const {
  if (const PageState known = State(page); known != kUnknown) {
    return known == kSound;
  }
  const bool is_sound =
      CheckRoot(page / kPagesPerRoot) && Checksum(PageOf(image_, page)) == checksums_[page];
  StateOf(page).store(is_sound ? kSound : kFailed, std::memory_order_relaxed);
  if (!is_sound) {
    MarkDamaged();
  }
  return is_sound;
}

bool CheckedPages::CheckRoot(std::size_t root) const {
  const std::atomic_ref<std::uint8_t> state = StateOf(checksums_.size() + root);
  if (const std::uint8_t known = state.load(std::memory_order_relaxed); known != kUnknown) {
    return known == kSound;
  }
  const bool is_sound = Checksum(GroupOf(checksums_, root)) == roots_[root];
  state.store(is_sound ? kSound : kFailed, std::memory_order_relaxed);
  return is_sound;
}

}  // namespace satchel

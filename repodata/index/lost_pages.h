#pragma once

#include <cstddef>
#include <span>

namespace satchel {

class CheckedPages;

// While it lives, a mapped file may be cut short by someone else: reading a page beyond its new end
// raises SIGBUS, which would end the process. The page reads as zeros instead, and `pages`, once
// set, is marked as damaged. The handler is installed with the first guard and passes on every
// other SIGBUS to the one that was there before. A library does not do that to its host: there,
// index files are read and not mapped (IndexAccess). Thread-safe; a few hundred guards at once,
// those beyond do nothing.
class LostPagesGuard final {
 public:
  explicit LostPagesGuard(std::span<const std::byte> mapping);
  ~LostPagesGuard();
  LostPagesGuard(const LostPagesGuard&) = delete;
  LostPagesGuard& operator=(const LostPagesGuard&) = delete;

  void SetPages(const CheckedPages* pages);

 private:
  std::size_t slot_;
};

}  // namespace satchel

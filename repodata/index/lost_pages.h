#pragma once

#include <cstddef>
#include <span>

namespace satchel {

class CheckedPages;

// Another process may truncate a mapped file. Reading a page beyond its new end raises SIGBUS,
// which would end the process. During the lifetime of this guard, the page reads as zeros instead
// and, once `pages` is set, marks it as damaged. The first guard installs the handler, which passes
// every other SIGBUS to the previous handler. A library does not do that to its host: it reads
// index files instead of mapping them (IndexAccess). Thread-safe; for a few hundred guards at once,
// further ones do nothing.
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

#include "repodata/index/lost_pages.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>

#include "repodata/index/checked_pages.h"

namespace satchel {
namespace {

struct Slot {
  std::atomic<std::uintptr_t> begin = 0;
  std::atomic<std::uintptr_t> end = 0;  // 0: free. Written last, cleared first.
  std::atomic<const CheckedPages*> pages = nullptr;
};

// Only what is lock-free may be touched by a signal's handler.
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free &&
              std::atomic<const CheckedPages*>::is_always_lock_free);

constexpr std::size_t kNoSlot = 256;
std::array<Slot, kNoSlot> slots;
std::mutex slots_mutex;  // Of those who take and free slots.
std::uintptr_t page_size = 0;
struct sigaction previous = {};

// To whoever had it before us.
void PassOn(int signal, siginfo_t* info, void* context) {
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(signal, info, context);
    return;
  }
  const bool is_fault = info->si_code > 0;  // Else somebody sent it.
  if (previous.sa_handler == SIG_DFL || (previous.sa_handler == SIG_IGN && is_fault)) {
    struct sigaction usual = {};
    usual.sa_handler = SIG_DFL;
    sigaction(signal, &usual, nullptr);
    if (!is_fault) {
      raise(signal);  // A fault comes again by itself.
    }
  } else if (previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  }
}

void HandleBusError(int signal, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (Slot& slot : slots) {
    const std::uintptr_t end = slot.end.load();
    if (end == 0 || address < slot.begin.load() || address >= end) {
      continue;
    }
    void* const page = reinterpret_cast<void*>(address & ~(page_size - 1));
    if (mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page) {
      if (const CheckedPages* const pages = slot.pages.load(); pages != nullptr) {
        pages->MarkDamaged();
      }
      return;
    }
  }
  PassOn(signal, info, context);
}

void InstallOnce() {
  static const bool installed = [] {
    page_size = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    struct sigaction action = {};
    action.sa_sigaction = HandleBusError;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    return sigaction(SIGBUS, &action, &previous) == 0;
  }();
  static_cast<void>(installed);
}

}  // namespace

LostPagesGuard::LostPagesGuard(std::span<const std::byte> mapping) : slot_(kNoSlot) {
  InstallOnce();
  const std::lock_guard lock(slots_mutex);
  for (std::size_t i = 0; i < kNoSlot && slot_ == kNoSlot; ++i) {
    if (slots[i].end.load() == 0) {
      const auto begin = reinterpret_cast<std::uintptr_t>(mapping.data());
      slots[i].begin.store(begin);
      slots[i].end.store(begin + mapping.size());
      slot_ = i;
    }
  }
}

LostPagesGuard::~LostPagesGuard() {
  if (slot_ != kNoSlot) {
    const std::lock_guard lock(slots_mutex);
    slots[slot_].end.store(0);
    slots[slot_].pages.store(nullptr);
  }
}

void LostPagesGuard::SetPages(const CheckedPages* pages) {
  if (slot_ != kNoSlot) {
    slots[slot_].pages.store(pages);
  }
}

}  // namespace satchel

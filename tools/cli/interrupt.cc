#include "tools/cli/interrupt.h"

namespace satchel {
namespace {

std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);  // Safe within a signal handler.

void HandleInterrupt(int /*signal*/) {
  interrupted.store(true);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  interrupted.store(false);
  struct sigaction action = {};
  action.sa_handler = HandleInterrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // The second one is not ours.
  sigaction(SIGINT, nullptr, &previous_);
  if (previous_.sa_handler != SIG_IGN) {  // A background job of a shell stays uninterrupted.
    sigaction(SIGINT, &action, nullptr);
  }
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &previous_, nullptr);
}

const std::atomic<bool>* InterruptGuard::flag() const {
  return &interrupted;
}

}  // namespace satchel

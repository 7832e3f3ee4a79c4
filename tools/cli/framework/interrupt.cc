#include "tools/cli/framework/interrupt.h"

#include <array>
#include <mutex>

#include "frontend/link/script/child_process.h"

namespace satchel {
namespace {

constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};

std::atomic<bool> interrupted = false;
std::mutex guards_mutex;
int num_guards = 0;
std::array<struct sigaction, 3> previous = {};          // Of the first guard.
static_assert(std::atomic<bool>::is_always_lock_free);  // Safe within a signal handler.

// The first time sets the flag; the second one ends the process as if it had not been caught, and
// with it what it runs, which has a process group of its own and hears nothing of a Ctrl-C.
void HandleInterrupt(int signal) {
  if (!interrupted.exchange(true)) {
    return;
  }
  KillRunningChild();
  struct sigaction usual = {};
  usual.sa_handler = SIG_DFL;
  sigaction(signal, &usual, nullptr);
  raise(signal);  // Comes when this returns.
}

}  // namespace

InterruptGuard::InterruptGuard() {
  const std::lock_guard lock(guards_mutex);
  if (num_guards++ > 0) {
    return;
  }
  interrupted.store(false);
  struct sigaction action = {};
  action.sa_handler = HandleInterrupt;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &previous[i]);
    if (previous[i].sa_handler != SIG_IGN) {  // A background job of a shell stays uninterrupted.
      sigaction(kSignals[i], &action, nullptr);
    }
  }
}

InterruptGuard::~InterruptGuard() {
  const std::lock_guard lock(guards_mutex);
  if (--num_guards > 0) {
    return;
  }
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], &previous[i], nullptr);
  }
}

const std::atomic<bool>* InterruptGuard::flag() {
  return &interrupted;
}

}  // namespace satchel

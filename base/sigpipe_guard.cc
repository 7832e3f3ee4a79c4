#include "base/sigpipe_guard.h"

#include <time.h>

#include <cerrno>

namespace satchel {
namespace {

sigset_t OnlySigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  return set;
}

bool IsPending() {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGPIPE) == 1;
}

}  // namespace

SigpipeGuard::SigpipeGuard() : was_pending_(IsPending()) {
  const sigset_t sigpipe = OnlySigpipe();
  pthread_sigmask(SIG_BLOCK, &sigpipe, &previous_mask_);
}

// The signal of a write of ours is taken back: it would arrive when it is unblocked.
SigpipeGuard::~SigpipeGuard() {
  const sigset_t sigpipe = OnlySigpipe();
  constexpr timespec kNow = {0, 0};
  if (!was_pending_ && IsPending()) {
    while (sigtimedwait(&sigpipe, nullptr, &kNow) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &previous_mask_, nullptr);
}

}  // namespace satchel

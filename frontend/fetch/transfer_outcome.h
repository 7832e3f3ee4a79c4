#pragma once

#include <string>

#include <curl/curl.h>

#include "absl/status/status.h"

#include "frontend/fetch/easy_handle.h"

namespace satchel {

// What an attempt that did not succeed means for the next one.
struct TransferFailure {
  absl::Status status;    // The message says what happened, without the URL.
  bool may_pass = false;  // It is worth trying again.
  bool restart = false;   // Not from where it ended, but from the beginning.
  double retry_after_s = 0;
};

// `code` is libcurl's verdict, `handle` the finished request. OK if the file is there, or if it was
// asked for in another version and has not changed (304).
TransferFailure JudgeTransfer(CURLcode code, const EasyHandle& handle);

}  // namespace satchel

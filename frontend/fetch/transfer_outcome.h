#pragma once

#include <string>

#include <curl/curl.h>

#include "absl/status/status.h"

#include "frontend/fetch/easy_handle.h"

namespace satchel {

// The consequences of a failed attempt for the next one.
struct TransferFailure {
  absl::Status status;    // The message says what happened, without the URL.
  bool may_pass = false;  // A retry may succeed.
  bool restart = false;   // Retry from the beginning, not from where it ended.
  double retry_after_s = 0;
};

// `code` is libcurl's result, `handle` the finished request. OK if the file arrived, or if a
// conditional request found it unchanged (304).
TransferFailure JudgeTransfer(CURLcode code, const EasyHandle& handle);

}  // namespace satchel

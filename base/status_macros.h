#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// RETURN_IF_ERROR(expr): returns the status of `expr` from the function unless it is OK.
// ASSIGN_OR_RETURN(lhs, expr): the same for a StatusOr; assigns its value to `lhs`. (Abseil
// 20220623 has neither.)

#define SATCHEL_CONCAT_INNER(a, b) a##b
#define SATCHEL_CONCAT(a, b) SATCHEL_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR(expr)                           \
  do {                                                  \
    if (absl::Status status_ = (expr); !status_.ok()) { \
      return status_;                                   \
    }                                                   \
  } while (false)

#define ASSIGN_OR_RETURN(lhs, expr) \
  ASSIGN_OR_RETURN_INNER(SATCHEL_CONCAT(statusor_, __LINE__), lhs, expr)

#define ASSIGN_OR_RETURN_INNER(statusor, lhs, expr) \
  auto statusor = (expr);                           \
  if (!statusor.ok()) {                             \
    return std::move(statusor).status();            \
  }                                                 \
  lhs = std::move(statusor).value()

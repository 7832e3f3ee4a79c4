#pragma once

namespace satchel::internal {

// Throws std::logic_error. The program and the C interface report it as an internal error; a
// process that only uses the library survives.
[[noreturn]] void CheckFailed(const char* expression, const char* file, int line);

}  // namespace satchel::internal

// For programming errors only; always on. Bad input gets an absl::Status instead.
#define SATCHEL_CHECK(condition) \
  (static_cast<bool>(condition)  \
       ? static_cast<void>(0)    \
       : ::satchel::internal::CheckFailed(#condition, __FILE__, __LINE__))

// The same for hot loops: on in debug builds only.
#ifdef NDEBUG
#define SATCHEL_DCHECK(condition) static_cast<void>(0)
#else
#define SATCHEL_DCHECK(condition) SATCHEL_CHECK(condition)
#endif

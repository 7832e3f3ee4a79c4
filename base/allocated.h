#pragma once

#include <new>

namespace satchel {

// Memory that a C library allocated. Throws std::bad_alloc if there was none, as `new` does.
template <typename T>
T* Allocated(T* memory) {
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

}  // namespace satchel

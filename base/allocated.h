#pragma once

#include <new>

namespace satchel {

// What a C library allocated. That there was no memory for it is told as `new` tells it.
template <typename T>
T* Allocated(T* memory) {
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

}  // namespace satchel

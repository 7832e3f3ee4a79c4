#pragma once

#include "base/file_descriptor.h"

namespace satchel {

using FileHandle = FileDescriptor;

}  // namespace satchel

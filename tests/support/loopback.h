#pragma once

#include <string_view>

namespace satchel::testing {

// Sockets on the loopback interface, as file descriptors.

// One that listens on a free port, which it sets.
int ListenOnLoopback(int* port);
// A connection; -1 if nobody listens there.
int ConnectToLoopback(int port);

// False if the other side is gone.
bool SendAll(int fd, std::string_view bytes);

}  // namespace satchel::testing

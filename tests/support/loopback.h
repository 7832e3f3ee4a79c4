#pragma once

#include <string_view>

namespace satchel::testing {

// Sockets on the loopback interface, as file descriptors.

// Listens on a free port and sets `*port`.
int ListenOnLoopback(int* port);
// A connection; -1 if nobody listens there.
int ConnectToLoopback(int port);

// False if the other side is closed.
bool SendAll(int fd, std::string_view bytes);

}  // namespace satchel::testing

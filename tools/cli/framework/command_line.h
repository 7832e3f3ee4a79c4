#pragma once

#include <string>
#include <vector>

namespace satchel {

// The command line as typed, but without credentials in URLs, "satchel install numpy", for the
// history of an environment. main() sets it once, from the words after the program.
void SetCommandLine(const std::vector<std::string>& words);
const std::string& CommandLine();

}  // namespace satchel

#pragma once

#include <string>
#include <vector>

namespace satchel {

// The command line as satchel's own tables say it: options before the command go after it, and the
// verbs of conda and micromamba that have another name here get it ("uninstall", "shell hook -s
// bash", "config set KEY VALUE", "help install").
std::vector<std::string> OwnWords(std::vector<std::string> words);

}  // namespace satchel

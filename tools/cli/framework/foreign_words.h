#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace satchel {

// The command line as satchel's own tables say it: options before the command go after it, and the
// verbs of conda and micromamba that have another name here get it ("uninstall", "shell hook -s
// bash", "config set KEY VALUE", "help install").
std::vector<std::string> OwnWords(std::vector<std::string> words);

// Of a verb of conda or micromamba that satchel has not: what to use instead; else "".
std::string_view InsteadOfVerb(std::string_view verb);

}  // namespace satchel

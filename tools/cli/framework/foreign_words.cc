#include "tools/cli/framework/foreign_words.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>

#include "base/strings.h"
#include "tools/cli/framework/commands.h"
#include "tools/cli/framework/foreign_options.h"

namespace satchel {
namespace {

struct Alias {
  std::string_view foreign;
  std::string_view own;
};
constexpr Alias kAliases[] = {
    {"uninstall", "remove"},
    {"upgrade", "update"},
    {"check", "doctor"},
    {"env ls", "env list"},
    {"env upgrade", "env update"},
    {"env uninstall", "env remove"},
    {"shell hook", "hook"},
    {"shell init", "init"},
    {"shell deinit", "init --reverse"},
    {"shell activate", "activate"},
    {"shell deactivate", "deactivate"},
    {"shell reactivate", "reactivate"},
    {"shell completion", "completion"},
    {"config list", "config --list"},
    {"config get", "config --list"},
    {"config sources", "config --files"},
    {"config describe", "config --describe"},
    {"config set", "config --set"},
    {"config append", "config --append"},
    {"config prepend", "config --prepend"},
    {"config remove", "config --remove"},
    {"config remove-key", "config --remove-key"},
};

bool IsOption(const std::string& word) {
  return word.size() > 1 && word.starts_with("-");
}

// Whether any command has an option of this name that takes the next word.
bool TakesValue(const std::string& name) {
  const auto takes = [&name](const Command& command) {
    return std::ranges::any_of(command.groups, [&name](const OptionGroup& group) {
      return std::ranges::any_of(group.options, [&name](const Option& option) {
        return !option.metavar.empty() && std::ranges::count(OptionNames(option), name) > 0;
      });
    });
  };
  if (std::ranges::any_of(Commands(), takes)) {
    return true;
  }
  const Command* const install = FindCommand("install");
  return std::ranges::any_of(ForeignOptionsOf(*install), [&name](const ForeignOption& option) {
    const std::vector<std::string_view> names = Split(option.names, ',');
    return option.takes_value && std::ranges::count(names, name) > 0;
  });
}

// Where the command begins: behind the options, with their values, that stand before it.
std::size_t CommandBegin(const std::vector<std::string>& words) {
  std::size_t at = 0;
  while (at < words.size() && IsOption(words[at])) {
    at += words[at].find('=') == std::string::npos && TakesValue(words[at]) ? 2 : 1;
  }
  return std::min(at, words.size());
}

bool BeginsWith(const std::vector<std::string>& words, const std::vector<std::string_view>& begin) {
  return words.size() >= begin.size() && std::equal(begin.begin(), begin.end(), words.begin());
}

void ReplaceAlias(std::vector<std::string>* words) {
  for (const Alias& alias : kAliases) {
    const std::vector<std::string_view> foreign = Split(alias.foreign, ' ');
    if (BeginsWith(*words, foreign)) {
      const std::vector<std::string_view> own = Split(alias.own, ' ');
      words->erase(words->begin(), words->begin() + static_cast<std::ptrdiff_t>(foreign.size()));
      words->insert(words->begin(), own.begin(), own.end());
      return;
    }
  }
  // conda's own: `conda shell.posix activate NAME`.
  constexpr std::string_view kShell = "shell.";
  if (words->size() > 1 && words->front().starts_with(kShell)) {
    const std::string shell = words->front().substr(kShell.size());
    words->erase(words->begin());
    words->insert(words->begin() + 1, {"--shell", shell});
    return;
  }
  if (!words->empty() && words->front() == "help") {
    words->erase(words->begin());
    words->emplace_back("--help");
  }
}

// "shell -y init" is `shell init -y`: options between the two words of a command go behind it.
void JoinGroup(std::vector<std::string>* words) {
  if (words->size() < 3 || !IsOption((*words)[1])) {
    return;
  }
  std::size_t at = 1;
  while (at < words->size() && IsOption((*words)[at])) {
    at += (*words)[at].find('=') == std::string::npos && TakesValue((*words)[at]) ? 2 : 1;
  }
  if (at >= words->size()) {
    return;
  }
  const std::string name = words->front() + " " + (*words)[at];
  const bool is_alias =
      std::ranges::any_of(kAliases, [&name](const Alias& alias) { return alias.foreign == name; });
  if (is_alias || FindCommand(name) != nullptr) {
    std::rotate(words->begin() + 1, words->begin() + static_cast<std::ptrdiff_t>(at),
                words->begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
}

// How many of the first words name a command.
std::size_t CommandLength(const std::vector<std::string>& words) {
  std::string name;
  std::size_t length = 0;
  for (std::size_t i = 0; i < words.size() && !IsOption(words[i]); ++i) {
    name += (i == 0 ? "" : " ") + words[i];
    length = FindCommand(name) != nullptr ? i + 1 : length;
  }
  return length;
}

// What is left of conda's and micromamba's verbs, and of their best-known plug-ins.
constexpr Alias kInstead[] = {
    {"auth", "credentials are read from ~/.netrc, from URLs and from the files of conda and mamba"},
    {"build", "packages are built with rattler-build or conda-build"},
    {"constructor", "installers are made with conda's constructor"},
    {"content-trust", "signatures of packages are not verified, but all hashes are"},
    {"convert", "packages are converted with 'cph transmute'"},
    {"debug", "packages are built and debugged with rattler-build or conda-build"},
    {"develop", "'satchel run pip install -e DIRECTORY' installs from a directory"},
    {"login",
     "credentials are read from ~/.netrc, from URLs and from the files of conda and mamba"},
    {"logout",
     "credentials are read from ~/.netrc, from URLs and from the files of conda and mamba"},
    {"package", "package files are unpacked, packed and converted with 'cph'"},
    {"plugins", "satchel has no plug-ins"},
    {"ps", "no programs are kept track of; see ps(1)"},
    {"self-update", "update satchel the way you installed it"},
    {"server", "'python -m http.server' serves a channel in a directory"},
    {"token",
     "credentials are read from ~/.netrc, from URLs and from the files of conda and mamba"},
};

}  // namespace

std::string_view InsteadOfVerb(std::string_view verb) {
  const auto* const found = std::ranges::find(kInstead, verb, &Alias::foreign);
  return found == std::end(kInstead) ? std::string_view() : found->own;
}

std::vector<std::string> OwnWords(std::vector<std::string> words) {
  if (words.size() < 2) {  // `satchel --version` need not know the tables.
    ReplaceAlias(&words);
    return words;
  }
  const auto begin = static_cast<std::ptrdiff_t>(CommandBegin(words));
  const std::vector<std::string> early(words.begin(), words.begin() + begin);
  words.erase(words.begin(), words.begin() + begin);
  JoinGroup(&words);
  ReplaceAlias(&words);
  const std::size_t length = CommandLength(words);
  words.insert(words.begin() + static_cast<std::ptrdiff_t>(length), early.begin(), early.end());
  return words;
}

}  // namespace satchel

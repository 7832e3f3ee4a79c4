// The options of conda and micromamba that mean nothing here, or whose meaning is the default: what
// a script says to them may be said to satchel.

#include "tools/cli/framework/foreign_options.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

#include "absl/strings/str_join.h"

namespace satchel {
namespace {

Option Flag(std::string_view names) {
  return {names, "", "", &Arguments::ignored_flag};
}
Option Valued(std::string_view names) {
  return {names, "VALUE", "", &Arguments::ignored_values};
}

// Of every command.
std::vector<Option> Everywhere() {
  return {Flag("--debug"),
          Flag("--trace"),
          Flag("--no-plugins"),
          Flag("-q,--quiet"),
          Flag("-v,--verbose"),
          Flag("-y,--yes"),
          Flag("--no-banner"),
          Valued("--console"),
          Valued("--log-level"),
          Valued("--experimental"),
          {"-r,--root-prefix", "DIR", "", &Arguments::root_prefix},
          {"--rc-file", "FILE", "", &Arguments::condarc},
          {"--no-rc", "", "", &Arguments::no_rc},
          {"--no-env", "", "", &Arguments::no_env},
          {"--json", "", "", &Arguments::ignored_flag}};
}

// Of those that solve.
std::vector<Option> OfSolving() {
  return {Flag("--no-lock"),
          Flag("--repodata-use-zst"),
          Flag("--no-repodata-use-zst"),
          Flag("--repodata-use-shards"),
          Flag("--no-repodata-use-shards"),
          Flag("--no-strict-channel-priority"),
          Flag("--shortcuts"),
          Flag("--no-shortcuts"),
          Flag("--force-pscheck"),
          Flag("--unknown"),
          Flag("--clobber"),
          Flag("--show-channel-urls"),
          Flag("--no-show-channel-urls"),
          Flag("--dev"),
          Flag("--update-specs"),
          Flag("--force"),
          Flag("--use-uv"),
          Flag("--freeze-installed"),
          Flag("-m,--mkdir"),
          Flag("--py-pin"),
          Flag("--no-py-pin"),
          Flag("--allow-uninstall"),
          Flag("--no-allow-uninstall"),
          Flag("--allow-downgrade"),
          Flag("--no-allow-downgrade"),
          Flag("--always-softlink"),
          Flag("--allow-softlinks"),
          Flag("--verify-artifacts"),
          Flag("--retry-clean-cache"),
          Flag("--pyc"),
          Flag("--mamba-repodata-parsing"),
          Flag("--no-mamba-repodata-parsing"),
          Flag("--use-parsing-cache"),
          Flag("--no-use-parsing-cache"),
          Flag("--allow-channel-subdir"),
          Flag("--use-local"),
          Flag("--features"),
          Flag("--no-default-packages"),
          Flag("--no-pin"),
          Valued("--shortcuts-only"),
          Valued("--repodata-fn"),
          Valued("--solver"),
          Valued("--environment-specifier"),
          Valued("--env-spec"),
          Valued("--format"),
          Valued("--category"),
          Valued("--safety-checks"),
          Valued("--trusted-channels"),
          Valued("--lock-timeout"),
          Valued("--relocate-prefix"),
          {"--ssl-verify,--cacert-path", "VALUE", "", &Arguments::ssl_verify},
          {"--repodata-ttl", "SECONDS", "", &Arguments::repodata_ttl},
          {"--always-copy", "", "", &Arguments::copy}};
}

std::vector<Option> Of(std::string_view command) {
  if (command == "remove") {
    return {{"--prune", "", "", &Arguments::prune},
            Flag("--prune-deps"),
            {"--no-prune-deps", "", "", &Arguments::ignored_flag},
            {"-a", "", "", &Arguments::all},
            {"-f", "", "", &Arguments::no_deps}};
  }
  if (command == "update" || command == "env update") {
    return {{"-a", "", "", &Arguments::all}, {"--prune-deps", "", "", &Arguments::prune}};
  }
  if (command == "install") {
    return {{"--prune,--prune-deps", "", "", &Arguments::prune},
            {"-a,--all,--update-all", "", "", &Arguments::update_all}};
  }
  if (command == "env create") {
    return {{"--no-default-packages", "", "", &Arguments::no_default_packages},
            {"--no-deps", "", "", &Arguments::no_deps},
            {"--only-deps", "", "", &Arguments::only_deps}};
  }
  if (command == "list") {
    return {Flag("--no-show-channel-urls"), Flag("--auth")};
  }
  if (command == "export" || command == "env export") {
    return {Flag("--override-platforms")};
  }
  if (command == "doctor") {
    return {Flag("--list")};
  }
  if (command.starts_with("config")) {
    return {Flag("--force"),
            Flag("-d,--descriptions"),
            Flag("-l,--long-descriptions"),
            Flag("-g,--groups"),
            {"--offline", "", "", &Arguments::offline}};
  }
  if (command == "search" || command.starts_with("repoquery")) {
    return {Flag("--skip-flexible-search"),
            Flag("--use-local"),
            Flag("--pretty"),
            Flag("--spec"),
            Valued("--solver"),
            Valued("--repodata-fn"),
            {"--recursive", "", "", &Arguments::tree}};
  }
  if (command == "info") {
    return {Flag("-a,--all"), Flag("-s,--system"), Flag("--unsafe-channels")};
  }
  if (command == "init") {
    return {Flag("--all"),     Flag("--install"),  Flag("--user"),
            Flag("--no-user"), Flag("--condabin"), Flag("--dev")};
  }
  if (command == "completion") {
    return {{"-s,--shell", "SHELL", "", &Arguments::shell}};
  }
  if (command == "run") {
    return {Flag("--dev"),
            Flag("--debug-wrapper-scripts"),
            Flag("-s"),
            {"-a,--attach", "STREAMS", "", &Arguments::attach},
            Valued("--label")};
  }
  return {};
}

bool Solves(const Command& command) {
  return std::ranges::any_of(command.groups, [](const OptionGroup& group) {
    return std::ranges::any_of(group.options,
                               [](const Option& option) { return option.names == "--objective"; });
  });
}

std::set<std::string> NamesOf(const Command& command) {
  std::set<std::string> names;
  for (const OptionGroup& group : command.groups) {
    for (const Option& option : group.options) {
      std::ranges::copy(OptionNames(option), std::inserter(names, names.end()));
    }
  }
  return names;
}

}  // namespace

bool ForeignOption::is_ignored() const {
  const auto* const flag = std::get_if<bool Arguments::*>(&target);
  const auto* const values = std::get_if<std::vector<std::string> Arguments::*>(&target);
  return (flag != nullptr && *flag == &Arguments::ignored_flag) ||
         (values != nullptr && *values == &Arguments::ignored_values);
}

std::vector<ForeignOption> ForeignOptionsOf(const Command& command) {
  std::vector<Option> options = Of(command.name);
  if (Solves(command)) {
    std::ranges::copy(OfSolving(), std::back_inserter(options));
  }
  std::ranges::copy(Everywhere(), std::back_inserter(options));
  std::set<std::string> taken = NamesOf(command);
  std::vector<ForeignOption> foreign;
  for (const Option& option : options) {
    std::vector<std::string> names;
    for (const std::string& name : OptionNames(option)) {
      if (taken.insert(name).second) {
        names.push_back(name);
      }
    }
    if (!names.empty()) {
      foreign.push_back({absl::StrJoin(names, ","), !option.metavar.empty(), option.target});
    }
  }
  return foreign;
}

}  // namespace satchel

#include "tools/cli/solve/fix_command.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "frontend/environment/shell.h"
#include "solver/explain/record_text.h"
#include "tools/cli/framework/commands.h"

namespace satchel {
namespace {

std::string DateText(std::int64_t ms) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMillis(ms), absl::UTCTimeZone());
}

// Those of `a` that are not in `b`.
std::vector<MatchSpec> Without(const std::vector<MatchSpec>& a, const std::vector<MatchSpec>& b) {
  std::vector<MatchSpec> rest;
  for (const MatchSpec& spec : a) {
    if (std::ranges::find(b, spec.ToString(), &MatchSpec::ToString) == b.end()) {
      rest.push_back(spec);
    }
  }
  return rest;
}

// Takes the spec that `text` means out of `specs`. False if it is not there.
bool Take(const std::string& text, std::vector<MatchSpec>* specs) {
  const absl::StatusOr<MatchSpec> wanted = MatchSpec::Parse(text);
  if (!wanted.ok()) {
    return false;
  }
  const auto found = std::ranges::find(*specs, wanted->ToString(), &MatchSpec::ToString);
  if (found == specs->end()) {
    return false;
  }
  specs->erase(found);
  return true;
}

// Takes the first spec of this name out of `specs`: what it is to be written as; empty if none.
std::string TakeName(const std::string& name, std::vector<MatchSpec>* specs) {
  const auto found =
      std::ranges::find_if(*specs, [&](const MatchSpec& spec) { return spec.name() == name; });
  if (found == specs->end()) {
    return "";
  }
  std::string text = PlainText(*found);
  specs->erase(found);
  return text;
}

std::string NameOf(const std::string& text) {
  const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
  return spec.ok() ? spec->name() : text;
}

class Writer final {
 public:
  Writer(const Arguments& arguments, const PreparedRequest& prepared, const Request& request)
      : typed_(arguments.typed != nullptr ? *arguments.typed : arguments),
        prepared_(prepared),
        original_(prepared.request),
        request_(request),
        command_(FindCommand(arguments.command.empty() || arguments.command == "explain"
                                 ? "solve"
                                 : arguments.command)),
        lost_(Without(original_.specs, request_.specs)),
        gained_(Without(request_.specs, original_.specs)),
        lost_pins_(Without(original_.pins, request_.pins)),
        gained_pins_(Without(request_.pins, original_.pins)) {}

  FixCommand Write() && {
    if (command_->name == "remove") {
      for (const MatchSpec& removal : request_.remove) {
        AddWord(PlainText(removal));
      }
    } else {
      Specs();
      Removals();
    }
    Pins();
    if (request_.exclude_newer_ms.has_value()) {
      Add("--exclude-newer", request_.exclude_newer_ms == original_.exclude_newer_ms
                                 ? typed_.exclude_newer
                                 : DateText(*request_.exclude_newer_ms));
    }
    if (request_.priority != original_.priority) {
      without_.insert(without_.end(), {"--channel-priority", "--strict-channel-priority"});
      Add("--channel-priority", "flexible");
    }
    OtherOptions();
    std::ranges::sort(files_);
    files_.erase(std::unique(files_.begin(), files_.end()), files_.end());
    return {before_ + Overrides() + "satchel " + std::string(command_->name) + words_ + options_,
            absl::StrJoin(files_, " and ")};
  }

 private:
  bool Takes(std::string_view option) const {
    return std::ranges::any_of(command_->groups, [&](const OptionGroup& group) {
      return std::ranges::any_of(group.options, [&](const Option& one) {
        return std::ranges::count(OptionNames(one), option) > 0;
      });
    });
  }
  void AddWord(const std::string& word) { words_ += " " + AsTyped(word); }
  void Add(const std::string& option, const std::string& value) {
    if (!value.empty()) {
      options_ += " " + option + " " + AsTyped(value);
    }
  }

  // Those of the configuration are made anyway. What the command cannot remove along with the rest
  // goes before it.
  void Removals() {
    std::string words;
    std::vector<MatchSpec> known = original_.remove;
    for (const MatchSpec& removal : request_.remove) {
      const std::string text = PlainText(removal);
      const bool is_new = !Take(removal.ToString(), &known);
      if (Takes("--remove") && (is_new || std::ranges::count(typed_.remove, text) > 0)) {
        Add("--remove", text);
      } else if (is_new) {
        words += " " + AsTyped(text);
      }
    }
    if (!words.empty()) {
      before_ = "satchel remove" + words +
                (!typed_.name.empty()     ? " --name " + AsTyped(typed_.name)
                 : !typed_.prefix.empty() ? " --prefix " + AsTyped(typed_.prefix)
                                          : "") +
                " && ";
    }
  }

  void Specs() {
    for (const std::string& word : typed_.positional) {
      if (!Take(word, &lost_)) {
        AddWord(word);
      } else if (const std::string now = TakeName(NameOf(word), &gained_); !now.empty()) {
        AddWord(now);
      }
    }
    if (command_->name == "create") {
      DefaultPackages();
    }
    if (!lost_.empty() && !typed_.files.empty()) {
      SpecsOfFiles();
    }
    for (const MatchSpec& spec : gained_) {  // A channel that is allowed for one package.
      command_->positional.empty() ? files_.push_back(FileNames()) : AddWord(PlainText(spec));
    }
  }

  // What the configuration's create_default_packages ask for; all of them, if any changes.
  void DefaultPackages() {
    const std::vector<std::string> defaults =
        prepared_.configuration.List("create_default_packages");
    if (typed_.no_default_packages || std::ranges::none_of(defaults, [this](const auto& text) {
          return std::ranges::any_of(
              lost_, [&](const MatchSpec& spec) { return spec.name() == NameOf(text); });
        })) {
      return;
    }
    options_ += " --no-default-packages";
    for (const std::string& text : defaults) {
      if (!Take(text, &lost_)) {
        AddWord(text);
      } else if (const std::string now = TakeName(NameOf(text), &gained_); !now.empty()) {
        AddWord(now);
      }
    }
  }

  // A file is changed where it is; for a mere solve its specs are said one by one instead, with its
  // channels.
  void SpecsOfFiles() {
    if (command_->name != "solve") {
      files_.push_back(FileNames());
      for (const MatchSpec& spec : lost_) {
        TakeName(spec.name(), &gained_);
      }
      return;
    }
    words_.clear();
    gained_.clear();
    for (const MatchSpec& spec : request_.specs) {
      AddWord(PlainText(spec));
    }
    without_.insert(without_.end(), {"--file", "--channel"});
    for (const LoadedChannel& channel : prepared_.channels.channels) {
      Add("-c", channel.url);
    }
  }

  std::string FileNames() const {
    return typed_.files.empty() ? "environment.yml" : absl::StrJoin(typed_.files, " or ");
  }

  void Pins() {
    for (const std::string& pin : typed_.pins) {
      Add("--pin", Take(pin, &lost_pins_) ? TakeName(NameOf(pin), &gained_pins_) : pin);
    }
    for (const std::string& pin : prepared_.configuration.List("pinned_packages")) {
      if (Take(pin, &lost_pins_)) {
        files_.emplace_back("the pinned_packages of the configuration");
        TakeName(NameOf(pin), &gained_pins_);
      }
    }
    if (lost_pins_.empty()) {
      return;
    }
    if (typed_.freeze_installed) {  // What is named is not frozen.
      for (const MatchSpec& pin : lost_pins_) {
        AddWord(pin.name());
      }
      return;
    }
    // To leave them out is of use only where others can be put in their place: `env update` and
    // `remove` take --no-pin alone.
    if (!Takes("--no-pin") || !Takes("--pin")) {
      files_.push_back(prepared_.prefix.empty() ? "the environment's conda-meta/pinned"
                                                : prepared_.prefix + "/conda-meta/pinned");
      return;
    }
    options_ += " --no-pin";
    without_.emplace_back("--no-pin");
    const std::vector<std::string> configured = prepared_.configuration.List("pinned_packages");
    for (std::size_t i = typed_.pins.size() + configured.size(); i < original_.pins.size(); ++i) {
      const MatchSpec& pin = original_.pins[i];
      Add("--pin",
          Take(pin.ToString(), &lost_pins_) ? TakeName(pin.name(), &gained_pins_) : PlainText(pin));
    }
  }

  // Every other option that was given.
  void OtherOptions() {
    for (const OptionGroup& group : command_->groups) {
      for (const Option& option : group.options) {
        const std::string name = OptionNames(option).front();
        if (std::ranges::count(without_, OptionNames(option).back()) > 0) {
          continue;
        }
        if (const auto* flag = std::get_if<bool Arguments::*>(&option.target)) {
          options_ += typed_.**flag ? " " + name : "";
        } else if (const auto* one = std::get_if<std::string Arguments::*>(&option.target)) {
          Add(name, typed_.**one);
        } else {
          for (const std::string& value :
               typed_.*std::get<std::vector<std::string> Arguments::*>(option.target)) {
            Add(name, value);
          }
        }
      }
    }
  }

  // Of the machine, where the request plans for another one.
  std::string Overrides() const {
    std::string text;
    for (const PackageRecord& record : request_.virtual_packages) {
      const auto same = [&](const PackageRecord& other) {
        return other.name == record.name && other.version == record.version;
      };
      if (!std::ranges::any_of(original_.virtual_packages, same)) {
        std::string name = record.name.substr(2);
        std::ranges::transform(name, name.begin(), [](char c) {
          return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
        text += absl::StrFormat("CONDA_OVERRIDE_%s=%s ", name, record.version);
      }
    }
    return text;
  }

  const Arguments& typed_;
  const PreparedRequest& prepared_;
  const Request& original_;
  const Request& request_;
  const Command* command_;
  std::vector<MatchSpec> lost_;  // Of the specs; less those that are dealt with.
  std::vector<MatchSpec> gained_;
  std::vector<MatchSpec> lost_pins_;
  std::vector<MatchSpec> gained_pins_;
  std::vector<std::string> without_ = {"--pin",         "--remove", "--exclude-newer", "--json",
                                       "--html",        "--quiet",  "--verbose",       "--proof",
                                       "--certificate", "--timeout"};
  std::string before_;  // Another command.
  std::string words_;
  std::string options_;
  std::vector<std::string> files_;
};

}  // namespace

FixCommand CommandFor(const Arguments& arguments, const PreparedRequest& prepared,
                      const Request& request) {
  return Writer(arguments, prepared, request).Write();
}

}  // namespace satchel

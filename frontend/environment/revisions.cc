#include "frontend/environment/revisions.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/strings.h"

namespace satchel {
namespace {

std::vector<std::string> Difference(const std::set<std::string>& left,
                                    const std::set<std::string>& right) {
  std::vector<std::string> only_left;
  std::ranges::set_difference(left, right, std::back_inserter(only_left));
  return only_left;
}

// The text after `start` in a line; empty if it begins otherwise.
std::string After(std::string_view line, std::string_view start) {
  return line.starts_with(start) ? std::string(StripSpace(line.substr(start.size())))
                                 : std::string();
}

// Fills in a revision from the lines below its date; `before` is what was installed.
class Block final {
 public:
  Block(std::string_view date, std::set<std::string> before)
      : before_(before), packages_(std::move(before)) {
    revision_.date = date;
  }

  void AddLine(std::string_view line) {
    if (line.starts_with("#")) {
      if (std::string command = After(line, "# cmd:"); !command.empty()) {
        revision_.command = std::move(command);
      } else if (line.find(" specs:") != std::string_view::npos) {
        revision_.specs.emplace_back(StripSpace(line.substr(1)));
      }
      return;
    }
    if (line[0] == '+' || line[0] == '-') {
      const std::string package(line.substr(1));
      line[0] == '+' ? void(packages_.insert(package)) : Erase(package);
      return;
    }
    if (!std::exchange(is_full_list_, true)) {
      packages_.clear();  // Not a difference: all that is there.
    }
    packages_.emplace(line);
  }

  Revision Finish() && {
    revision_.unlinked = Difference(before_, packages_);
    revision_.linked = Difference(packages_, before_);
    revision_.packages = std::move(packages_);
    return std::move(revision_);
  }

 private:
  // Whatever its channel is called there: it may be by name here, and by URL there.
  void Erase(std::string_view removed) {
    const HistoryPackage package = ParseHistoryPackage(removed);
    std::erase_if(packages_, [&package](const std::string& text) {
      const HistoryPackage other = ParseHistoryPackage(text);
      return other.name == package.name && other.version == package.version &&
             other.build == package.build;
    });
  }

  std::set<std::string> before_;
  std::set<std::string> packages_;
  bool is_full_list_ = false;
  Revision revision_;
};

}  // namespace

std::vector<Revision> ParseRevisions(std::string_view history) {
  std::vector<Revision> revisions;
  std::optional<Block> block;
  const auto finish = [&] {
    if (block.has_value()) {
      revisions.push_back(std::move(*block).Finish());
      block.reset();
    }
  };
  for (std::string_view line : Split(history, '\n')) {
    line = StripSpace(line);
    if (line.starts_with("==>") && line.ends_with("<==")) {
      finish();
      block.emplace(StripSpace(line.substr(3, line.size() - 6)),
                    revisions.empty() ? std::set<std::string>() : revisions.back().packages);
    } else if (block.has_value() && !line.empty()) {
      block->AddLine(line);
    }
  }
  finish();
  return revisions;
}

HistoryPackage ParseHistoryPackage(std::string_view text) {
  HistoryPackage package;
  if (const std::size_t colons = text.find("::"); colons != std::string_view::npos) {
    std::string_view source = text.substr(0, colons);
    if (const std::size_t slash = source.rfind('/'); slash != std::string_view::npos) {
      package.subdir = source.substr(slash + 1);
      source = source.substr(0, slash);
    }
    package.channel = source;
    text = text.substr(colons + 2);
  }
  if (const std::size_t dash = text.rfind('-'); dash != std::string_view::npos) {
    package.build = text.substr(dash + 1);
    text = text.substr(0, dash);
  }
  if (const std::size_t dash = text.rfind('-'); dash != std::string_view::npos) {
    package.version = text.substr(dash + 1);
    text = text.substr(0, dash);
  }
  package.name = text;
  return package;
}

}  // namespace satchel

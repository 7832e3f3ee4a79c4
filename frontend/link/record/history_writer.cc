#include "frontend/link/record/history_writer.h"

#include <algorithm>
#include <array>
#include <ctime>

namespace satchel {
namespace {

std::string TimeText(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm local = {};
  localtime_r(&time, &local);
  std::array<char, 32> text;
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local);
  return std::string(text.data(), size);
}

std::string DistText(const PackageRecord& record) {
  return record.channel + (record.subdir.empty() ? "" : "/" + record.subdir) + "::" + record.name +
         "-" + record.version + "-" + record.build;
}

void AddSorted(char sign, const std::vector<PackageRecord>& records, std::string* text) {
  std::vector<std::string> lines;
  for (const PackageRecord& record : records) {
    lines.push_back(sign + DistText(record) + "\n");
  }
  std::ranges::sort(lines);
  for (const std::string& line : lines) {
    *text += line;
  }
}

// What is linked anew has not changed.
std::vector<PackageRecord> Without(const std::vector<PackageRecord>& records,
                                   const std::vector<PackageRecord>& others) {
  std::vector<PackageRecord> rest;
  for (const PackageRecord& record : records) {
    const auto same = std::ranges::find_if(others, [&record](const PackageRecord& other) {
      return DistText(other) == DistText(record);
    });
    if (same == others.end()) {
      rest.push_back(record);
    }
  }
  return rest;
}

// A Python string, as repr() writes it.
std::string Quoted(const std::string& text) {
  const char quote =
      text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') {
      quoted += '\\';
    }
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + quote;
}

}  // namespace

std::string HistoryText(const HistoryEntry& entry) {
  std::string command = entry.command;
  std::ranges::replace(command, '\n', ' ');
  std::string text = "==> " + TimeText(entry.time_seconds) + " <==\n";
  text += "# cmd: " + command + "\n";
  text += "# satchel version: " + entry.version + "\n";
  AddSorted('-', Without(entry.unlinked, entry.linked), &text);
  AddSorted('+', Without(entry.linked, entry.unlinked), &text);
  if (!entry.specs.empty()) {
    text += "# " + entry.verb + " specs: [";
    for (const std::string& spec : entry.specs) {
      text += text.back() == '[' ? "" : ", ";
      text += Quoted(spec);
    }
    text += "]\n";
  }
  return text;
}

}  // namespace satchel

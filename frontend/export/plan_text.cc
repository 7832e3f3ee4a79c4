#include "frontend/export/plan_text.h"

#include <algorithm>
#include <string_view>

namespace satchel {
namespace {

// A YAML scalar: plain where no reader could take it for anything else.
std::string Quote(const std::string& text) {
  const bool plain =
      !text.empty() &&
      std::ranges::all_of(text,
                          [](char c) {
                            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                   (c >= 'A' && c <= 'Z') ||
                                   std::string_view("-_.=/+!:").find(c) != std::string_view::npos;
                          }) &&
      text[0] >= 'A' && !text.ends_with(":");
  if (plain) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
    }
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string ToExplicitFile(const Plan& plan, const std::string& platform) {
  std::string text =
      "# This file may be used to create an environment using:\n"
      "# $ conda create --name <env> --file <this file>\n"
      "# platform: ";
  text += platform + "\n@EXPLICIT\n";
  for (const PlanPackage& package : plan.packages) {
    text += package.record.url;
    if (!package.record.sha256.empty()) {
      text += "#sha256:" + package.record.sha256;
    } else if (!package.record.md5.empty()) {
      text += "#" + package.record.md5;
    }
    text += '\n';
  }
  return text;
}

std::string ToEnvironmentYaml(const Plan& plan, const EnvironmentYamlOptions& options) {
  std::string text;
  if (!options.name.empty()) {
    text += "name: " + Quote(options.name) + "\n";
  }
  text += "channels:\n";
  for (const std::string& channel : options.channels) {
    text += "  - " + Quote(channel) + "\n";
  }
  text += "  - nodefaults\ndependencies:\n";
  std::vector<std::string> specs;
  for (const PlanPackage& package : plan.packages) {
    specs.push_back(package.record.name + "=" + package.record.version + "=" +
                    package.record.build);
  }
  std::ranges::sort(specs);
  for (const std::string& spec : specs) {
    text += "  - " + Quote(spec) + "\n";
  }
  return text;
}

}  // namespace satchel

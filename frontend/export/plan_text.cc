#include "frontend/export/plan_text.h"

#include <algorithm>

#include "frontend/fetch/url.h"
#include "frontend/yaml_node.h"

namespace satchel {

std::string ToExplicitFile(const Plan& plan, const std::string& platform) {
  std::string text =
      "# This file may be used to create an environment using:\n"
      "# $ conda create --name <env> --file <this file>\n"
      "# platform: ";
  text += platform + "\n@EXPLICIT\n";
  for (const PlanPackage& package : plan.packages) {
    text += UrlToKeep(package.record.url);
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
    text += "name: " + YamlScalar(options.name) + "\n";
  }
  text += "channels:\n";
  for (const std::string& channel : options.channels) {
    text += "  - " + YamlScalar(UrlScheme(channel).empty() ? channel : StripCredentials(channel)) +
            "\n";
  }
  text += "  - nodefaults\ndependencies:\n";
  std::vector<std::string> specs;
  for (const PlanPackage& package : plan.packages) {
    specs.push_back(package.record.name + "=" + package.record.version + "=" +
                    package.record.build);
  }
  std::ranges::sort(specs);
  for (const std::string& spec : specs) {
    text += "  - " + YamlScalar(spec) + "\n";
  }
  return text;
}

}  // namespace satchel

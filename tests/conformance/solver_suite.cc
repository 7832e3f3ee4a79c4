#include "tests/conformance/solver_suite.h"

#include <algorithm>
#include <utility>

#include <yaml-cpp/yaml.h>

#include "base/status_macros.h"

namespace satchel::testing {
namespace {

constexpr const char* kFiles[] = {"basic.yaml", "constricting_specs.yaml", "cuda.yaml"};

std::string WithArch(std::string text) {
  const std::string arch = "${{ arch }}";
  for (std::size_t at = text.find(arch); at != std::string::npos; at = text.find(arch)) {
    text.replace(at, arch.size(), "linux-64");
  }
  return text;
}

// One text, a list of texts, or nothing.
std::vector<std::string> Texts(const YAML::Node& node) {
  std::vector<std::string> texts;
  if (node.IsDefined() && node.IsScalar()) {
    texts.push_back(WithArch(node.as<std::string>()));
  } else if (node.IsDefined() && node.IsSequence()) {
    for (const YAML::Node& item : node) {
      texts.push_back(WithArch(item.as<std::string>()));
    }
  }
  return texts;
}

std::string Text(const YAML::Node& node, const std::string& otherwise) {
  return node.IsDefined() && node.IsScalar() ? node.as<std::string>() : otherwise;
}

std::optional<std::string> OptionalText(const YAML::Node& node) {
  return node.IsDefined() ? std::optional<std::string>(Text(node, "")) : std::nullopt;
}

PackageRecord SolutionRecord(const YAML::Node& node) {
  PackageRecord record;
  record.name = node["name"].as<std::string>();
  record.version = node["version"].as<std::string>();
  record.build = node["build"].as<std::string>();
  record.build_number = node["build_number"].as<std::uint64_t>();
  record.channel = node["channel"].as<std::string>();
  record.subdir = "noarch";
  record.fn = record.name + "-" + record.version + "-" + record.build + ".conda";
  record.depends = Texts(node["depends"]);
  record.constrains = Texts(node["constrains"]);
  return record;
}

SuiteCase ReadCase(const YAML::Node& node) {
  SuiteCase test;
  test.id = node["id"].as<std::string>();
  test.name = node["name"].as<std::string>();
  test.kind = node["kind"].as<std::string>();
  const YAML::Node input = node["input"];
  test.channels = Texts(input["channels"]);
  test.specs_to_add = Texts(input["specs_to_add"]);
  test.prefix = Texts(input["prefix"]);
  test.history_specs = Texts(input["history_specs"]);
  test.aggressive_updates = Texts(input["aggressive_update_packages"]);
  test.channel_priority = Text(input["channel_priority"], test.channel_priority);
  test.update_modifier = Text(input["update_modifier"], "");
  test.deps_modifier = Text(input["deps_modifier"], "");
  test.override_cuda = OptionalText(input["override_cuda"]);
  test.override_glibc = OptionalText(input["override_glibc"]);
  test.add_pip = Text(input["add_pip"], "") == "true";
  test.auto_update_conda = Text(input["auto_update_conda"], "") == "true";
  test.set_sys_prefix = Text(input["set_sys_prefix"], "") == "true";
  if (input["solution_records"].IsDefined()) {
    for (const YAML::Node& record : input["solution_records"]) {
      test.solution_records.push_back(SolutionRecord(record));
    }
  }
  const YAML::Node output = node["output"];
  if (output.IsDefined()) {
    test.final_state = Texts(output["final_state"]);
    test.unlink_precs = Texts(output["unlink_precs"]);
    test.link_precs = Texts(output["link_precs"]);
    if (output["constrictions"].IsDefined() && output["constrictions"].IsSequence()) {
      for (const YAML::Node& constriction : output["constrictions"]) {
        test.constrictions.push_back(constriction["package"].as<std::string>());
      }
    }
  }
  return test;
}

absl::Status AddSpec(const std::string& text, std::vector<MatchSpec>& specs) {
  ASSIGN_OR_RETURN(MatchSpec spec, MatchSpec::Parse(text));
  specs.push_back(std::move(spec));
  return absl::OkStatus();
}

absl::Status AddPrefix(const SuiteCase& test, SuiteChannels& channels, Request& request) {
  for (const std::string& label : test.prefix) {
    InstalledPackage package;
    ASSIGN_OR_RETURN(package.record, channels.Find(label));
    for (const std::string& text : test.history_specs) {
      ASSIGN_OR_RETURN(MatchSpec spec, MatchSpec::Parse(text));
      if (spec.name() == package.record.name) {
        package.requested = std::move(spec);
      }
    }
    request.installed.push_back(std::move(package));
  }
  return absl::OkStatus();
}

// What conda updates without being asked to, if it is there.
absl::Status AddUpdates(const SuiteCase& test, Request& request) {
  std::vector<std::string> names = test.aggressive_updates;
  if (test.auto_update_conda && test.set_sys_prefix) {
    names.push_back("conda");
  }
  for (const std::string& name : names) {
    const bool is_installed =
        std::any_of(request.installed.begin(), request.installed.end(),
                    [&](const InstalledPackage& package) { return package.record.name == name; });
    if (is_installed) {
      RETURN_IF_ERROR(AddSpec(name, request.specs));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<SuiteCase> ReadSolverSuite() {
  std::vector<SuiteCase> cases;
  for (const char* file : kFiles) {
    const std::string text =
        ReadWholeFile(ConformanceDirectory() + "/solver-tests/" + std::string(file));
    if (text.empty()) {
      continue;
    }
    for (const YAML::Node& node : YAML::Load(text)["tests"]) {
      cases.push_back(ReadCase(node));
    }
  }
  return cases;
}

std::vector<Deviation> ReadDeviations(const std::string& path) {
  std::vector<Deviation> deviations;
  for (const YAML::Node& node : YAML::LoadFile(path)["deviations"]) {
    deviations.push_back({node["id"].as<std::string>(), node["reason"].as<std::string>(),
                          Texts(node["final_state"]), Texts(node["unlink_precs"]),
                          Texts(node["link_precs"])});
  }
  return deviations;
}

std::vector<PackageRecord> SuiteVirtualPackages(const SuiteCase& test) {
  std::vector<PackageRecord> packages;
  const auto add = [&](const char* name, const std::string& version, const char* build) {
    PackageRecord record;
    record.name = name;
    record.version = version;
    record.build = build;
    record.channel = "@";
    packages.push_back(std::move(record));
  };
  add("__unix", "0", "0");
  add("__linux", "5.10", "0");
  add("__glibc", test.override_glibc.value_or("2.31"), "0");
  add("__archspec", "1", "x86_64");
  if (test.override_cuda.has_value() && !test.override_cuda->empty()) {
    add("__cuda", *test.override_cuda, "0");
  }
  return packages;
}

absl::StatusOr<Request> ToRequest(const SuiteCase& test, SuiteChannels& channels) {
  Request request;
  for (const std::string& name : test.channels) {
    ASSIGN_OR_RETURN(Channel channel, channels.Get(name));
    request.channels.push_back(std::move(channel));
  }
  for (const std::string& text : test.specs_to_add) {
    RETURN_IF_ERROR(AddSpec(text, request.specs));
  }
  RETURN_IF_ERROR(AddPrefix(test, channels, request));
  RETURN_IF_ERROR(AddUpdates(test, request));
  request.virtual_packages = SuiteVirtualPackages(test);
  request.priority = test.channel_priority == "strict"     ? ChannelPriority::kStrict
                     : test.channel_priority == "disabled" ? ChannelPriority::kDisabled
                                                           : ChannelPriority::kFlexible;
  request.update_all = test.update_modifier == "update_all";
  return request;
}

}  // namespace satchel::testing

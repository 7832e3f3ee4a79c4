#include "frontend/export/plan_text.h"

#include "gtest/gtest.h"

#include "frontend/request/request_file.h"

namespace satchel {
namespace {

Plan TwoPackages() {
  Plan plan;
  for (const char* name : {"python", "a"}) {
    PlanPackage package;
    package.record.name = name;
    package.record.version = "1!3.10";
    package.record.build = "h0_0";
    package.record.url = std::string("https://host/c/linux-64/") + name + "-1!3.10-h0_0.conda";
    plan.packages.push_back(package);
  }
  plan.packages[0].record.md5 = std::string(32, 'a');
  plan.packages[1].record.md5 = std::string(32, 'b');
  plan.packages[1].record.sha256 = std::string(64, 'c');
  return plan;
}

TEST(ExplicitFile, KeepsTheOrderAndTheBestHash) {
  const std::string text = ToExplicitFile(TwoPackages(), "linux-64");
  EXPECT_EQ(text,
            "# This file may be used to create an environment using:\n"
            "# $ conda create --name <env> --file <this file>\n"
            "# platform: linux-64\n"
            "@EXPLICIT\n"
            "https://host/c/linux-64/python-1!3.10-h0_0.conda#" +
                std::string(32, 'a') + "\nhttps://host/c/linux-64/a-1!3.10-h0_0.conda#sha256:" +
                std::string(64, 'c') + "\n");
  const auto read_back = ParseSpecsText(text, "lock.txt");
  ASSERT_TRUE(read_back.ok()) << read_back.status();
  ASSERT_EQ(read_back->packages.size(), 2U);
  EXPECT_EQ(read_back->packages[1].sha256, std::string(64, 'c'));
}

TEST(EnvironmentYaml, IsReadBackAsWritten) {
  EnvironmentYamlOptions options;
  options.name = "my \"env\"";
  options.channels = {"conda-forge", "file:///a b"};
  const auto file =
      ParseEnvironmentYaml(ToEnvironmentYaml(TwoPackages(), options), "env.yml", "linux-64");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->name, options.name);
  EXPECT_EQ(file->channels, options.channels);
  EXPECT_TRUE(file->nodefaults);
  ASSERT_EQ(file->specs.size(), 2U);
  EXPECT_EQ(file->specs[0].text, "a=1!3.10=h0_0");
}

}  // namespace
}  // namespace satchel

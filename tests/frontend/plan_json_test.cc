#include "frontend/export/plan_json.h"

#include "gtest/gtest.h"

#include "frontend/request/record_json.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;

PackageRecord Record(const std::string& name) {
  PackageRecord record;
  record.name = name;
  record.version = "1.0";
  record.build = "h0_2";
  record.build_number = 2;
  record.channel = "c";
  record.subdir = "noarch";
  record.fn = name + "-1.0-h0_2.conda";
  record.url = "https://host/c/noarch/" + record.fn;
  record.md5 = std::string(32, '0');
  record.size_bytes = 1234;
  record.timestamp_ms = 1'600'000'000'123;
  record.noarch = NoarchKind::kPython;
  record.depends = {"b >=1"};
  return record;
}

Plan OnePackage() {
  Plan plan;
  PlanPackage package;
  package.record = Record("a");
  package.requested = true;
  package.versions_behind = 3;
  package.days_behind = 40;
  package.limited_by = "b";
  plan.packages.push_back(package);
  plan.link.push_back(package.record);
  plan.unlink.push_back(Record("old"));
  plan.levels.push_back({"requested", 3, true, true, LevelValue::Unit::kDays});
  return plan;
}

AnswerContext Context() {
  AnswerContext context;
  context.platform = "linux-64";
  context.prefix = "/opt/env";
  context.objective = "newest";
  context.warnings = {"a warning"};
  context.load_ms = 1.5;
  return context;
}

TEST(PlanJson, HasCondasTransaction) {
  const Json json = Json::parse(ToJson(OnePackage(), Context()));
  EXPECT_EQ(json["success"], true);
  EXPECT_EQ(json["dry_run"], true);
  EXPECT_EQ(json["prefix"], "/opt/env");
  const Json& link = json["actions"]["LINK"][0];
  EXPECT_EQ(link["base_url"], "https://host/c");
  EXPECT_EQ(link["build_number"], 2);
  EXPECT_EQ(link["build_string"], "h0_2");
  EXPECT_EQ(link["channel"], "c");
  EXPECT_EQ(link["dist_name"], "a-1.0-h0_2");
  EXPECT_EQ(link["platform"], "noarch");
  EXPECT_EQ(link["noarch"], "python");
  EXPECT_EQ(link["size"], 1234);
  EXPECT_EQ(link["timestamp"], 1'600'000'000'123);
  EXPECT_EQ(link["depends"][0], "b >=1");
  EXPECT_FALSE(link.contains("sha256"));
  EXPECT_EQ(json["actions"]["FETCH"], json["actions"]["LINK"]);
  EXPECT_EQ(json["actions"]["UNLINK"][0]["name"], "old");
}

TEST(PlanJson, HasOurPart) {
  const Json ours = Json::parse(ToJson(OnePackage(), Context()))["satchel"];
  EXPECT_EQ(ours["schema"], 2);
  EXPECT_EQ(ours["status"], "solved");
  EXPECT_EQ(ours["proven"], true);
  EXPECT_EQ(ours["certified"], true);
  EXPECT_EQ(ours["levels"][0]["value"], 3);
  EXPECT_EQ(ours["levels"][0]["unit"], "days");
  EXPECT_EQ(ours["packages"][0]["held_by"], "b");
  EXPECT_EQ(ours["packages"][0]["versions_behind"], 3);
  EXPECT_EQ(ours["packages"][0]["days_behind"], 40);
  EXPECT_EQ(ours["timings_ms"]["load"], 1.5);
  EXPECT_EQ(ours["warnings"][0], "a warning");
}

TEST(PlanJson, IsReadBackForVerification) {
  const auto packages = ParsePlanJson(ToJson(OnePackage(), Context()), "plan.json");
  ASSERT_TRUE(packages.ok()) << packages.status();
  ASSERT_EQ(packages->size(), 1U);
  EXPECT_EQ((*packages)[0].name, "a");
  EXPECT_EQ((*packages)[0].md5, std::string(32, '0'));
  EXPECT_FALSE(ParsePlanJson("{}", "plan.json").ok());
  EXPECT_FALSE(ParsePlanJson("[", "plan.json").ok());
  EXPECT_FALSE(ParsePlanJson(R"({"satchel": {"packages": [1]}})", "plan.json").ok());
}

TEST(PlanJson, BytesThatAreNotTextAreReplaced) {
  Plan plan = OnePackage();
  plan.link[0].license = "\xff\xfe";
  EXPECT_TRUE(Json::accept(ToJson(plan, Context())));
}

TEST(ConflictJson, IsCondasError) {
  Conflict conflict;
  conflict.blamed = {"a (requested)", "b (pin)"};
  Reason root;
  root.text = "a is requested";
  root.target = "a";
  Reason needs;
  needs.kind = ReasonKind::kNeeds;
  needs.parent = 0;
  needs.subject = "a";
  needs.because = {"but b is pinned"};
  conflict.reasons = {root, needs};
  FixList fixes;
  fixes.fixes.emplace_back();
  fixes.fixes[0].changes.emplace_back();
  fixes.fixes[0].changes[0].text = "without b";
  fixes.fixes[0].command = "satchel solve a";
  Json json = Json::parse(ToJson(conflict, fixes, Context()));
  EXPECT_TRUE(json["satchel"]["reasons"][0]["parent"].is_null());
  EXPECT_EQ(json["satchel"]["reasons"][1]["parent"], 0);
  EXPECT_EQ(json["satchel"]["reasons"][1]["kind"], "needs");
  EXPECT_EQ(json["satchel"]["reasons"][1]["because"][0], "but b is pinned");
  EXPECT_EQ(json["satchel"]["fixes"][0]["command"], "satchel solve a");
  EXPECT_EQ(json["satchel"]["fixes"][0]["changes"][0]["text"], "without b");
  EXPECT_EQ(json["success"], false);
  EXPECT_EQ(json["exception_name"], "UnsatisfiableError");
  EXPECT_EQ(json["satchel"]["blamed"][1], "b (pin)");
  EXPECT_EQ(json["satchel"]["status"], "unsatisfiable");
  AnswerContext context = Context();
  context.not_found = {"a"};
  json = Json::parse(ToJson(conflict, FixList(), context));
  EXPECT_EQ(json["exception_name"], "PackagesNotFoundError");
  EXPECT_EQ(json["packages"][0], "a");
}

TEST(ErrorJson, NamesConditionAndException) {
  const Json json = Json::parse(ToJson(absl::InvalidArgumentError("bad spec")));
  EXPECT_EQ(json["success"], false);
  EXPECT_EQ(json["error"], "CondaValueError: bad spec");
  EXPECT_EQ(json["satchel"]["status"], "bad input");
  EXPECT_EQ(Json::parse(ToJson(absl::NotFoundError("x")))["satchel"]["status"], "io");
}

}  // namespace
}  // namespace satchel

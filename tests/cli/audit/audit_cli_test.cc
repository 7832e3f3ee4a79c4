// satchel audit: what it prints, in each form.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class AuditTest : public ::testing::Test {
 protected:
  AuditTest() {
    const auto record = [](const std::string& name, const std::string& version,
                           const std::string& depends) {
      return "\"" + name + "-" + version + "-0.conda\": {\"name\": \"" + name +
             "\", \"version\": \"" + version +
             "\", \"build\": \"0\", \"build_number\": 0, \"depends\": [" + depends + "]}";
    };
    const std::string records =
        record("python", "3.12", "") + "," + record("python", "3.13", "") + "," +
        record("good", "1", "\"python\"") + "," + record("lost", "1", "\"gone >=2,<3\"") + "," +
        record("above", "1", "\"lost\"") + "," + record("over", "1", "\"above\"") + "," +
        record("torn", "1", "\"python 3.12\", \"new\"") + "," +
        record("new", "1", "\"python >=3.13\"") + "," + record("gpu", "1", "\"__cuda >=12\"") +
        "," + record("old", "1", "\"python <3.13\"") + "," + record("self", "1", "\"self >=2\"") +
        "," + record("odd<b>", "1", "\"<script>\"");
    directory_.Write(
        "chan/linux-64/repodata.json",
        R"({"info": {"subdir": "linux-64"}, "packages": {}, "packages.conda": {)" + records + "}}");
  }

  Finished Audit(std::vector<std::string> words) const {
    words.insert(words.begin(), "audit");
    words.insert(words.end(), {At("chan"), "--platform", "linux-64", "--no-rc"});
    return RunProgram(words);
  }
  std::string At(const std::string& name) const { return directory_.path() + "/" + name; }

  TemporaryDirectory directory_;
};

TEST_F(AuditTest, GroupsByCause) {
  const Finished finished = Audit({});
  EXPECT_EQ(finished.exit_code, 1) << finished.error;
  EXPECT_THAT(finished.output, HasSubstr("12 records, 5 can be installed, 7 cannot"));
  EXPECT_THAT(finished.output, HasSubstr("    3 no record matches gone >=2,<3\n      lost-1-0\n"
                                         "      and through them above-1-0, over-1-0\n"));
  EXPECT_THAT(finished.output, HasSubstr("new and python 3.12 exclude each other\n"));
  EXPECT_THAT(finished.output, HasSubstr("no record matches __cuda >=12"));
  EXPECT_THAT(finished.output, HasSubstr("no record matches self >=2"));
}

TEST_F(AuditTest, CompanyAndMachineCount) {
  const Finished finished = Audit({"--with", "python=3.13", "--virtual-package", "__cuda=12.4"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.output, AllOf(HasSubstr("with python=3.13"), Not(HasSubstr("__cuda")),
                                     HasSubstr("no record matches python <3.13")));
  EXPECT_THAT(Audit({"--with", "lost"}).error, HasSubstr("what must be there has no plan"));
  EXPECT_THAT(Audit({"--virtual-package", "cuda=12"}).error, HasSubstr("'cuda=12' is not"));
}

TEST_F(AuditTest, ASelection) {
  EXPECT_EQ(Audit({"--only", "good"}).exit_code, 0);
  EXPECT_THAT(Audit({"--only", "python <3.13"}).output, HasSubstr("1 records, 1 can"));
  EXPECT_THAT(Audit({"--newest"}).output, HasSubstr("11 records"));
}

TEST_F(AuditTest, Json) {
  const Json json = Json::parse(Audit({"--json"}).output, nullptr, false);
  ASSERT_TRUE(json.is_object());
  const Json& platform = json["platforms"][0];
  EXPECT_EQ(platform["records"], 12);
  EXPECT_EQ(platform["installable"], 5);
  ASSERT_EQ(platform["broken"].size(), 7U);
  const Json& cause = platform["causes"][0];
  EXPECT_EQ(cause["kind"], "missing");
  EXPECT_EQ(platform["broken"][cause["direct"][0].get<std::size_t>()]["name"], "lost");
  EXPECT_EQ(cause["indirect"].size(), 2U);
}

TEST_F(AuditTest, CsvAndPage) {
  EXPECT_THAT(Audit({"--csv"}).output,
              HasSubstr("linux-64,lost,1,0,chan,linux-64,broken,missing,\"gone >=2,<3\",yes\n"));
  Audit({"--html", At("page.html")});
  const std::string page = ReadFile(At("page.html")).value_or("");
  EXPECT_THAT(page, AllOf(HasSubstr("gone &gt;=2,&lt;3"), HasSubstr("odd&lt;b&gt;-1-0"),
                          Not(HasSubstr("<b>-1")), Not(HasSubstr("<script>\""))));
}

TEST_F(AuditTest, WhatIsWrong) {
  EXPECT_THAT(RunProgram({"audit", At("none"), "--no-rc"}).exit_code, 4);
  EXPECT_THAT(RunProgram({"audit", "--no-rc"}).error, HasSubstr("audit what?"));
  EXPECT_THAT(Audit({"--platform", "moon-1"}).exit_code, 2);
  EXPECT_THAT(Audit({"--only", "a["}).exit_code, 2);
}

}  // namespace
}  // namespace satchel::testing

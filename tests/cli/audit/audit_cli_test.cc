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
        "," + record("old", "1", "\"python <3.13\"") + "," + record("self", "1", "\"self >=2\"");
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
  EXPECT_THAT(finished.output, HasSubstr("11 records, 5 can be installed, 6 cannot"));
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
                                     HasSubstr("python <3.13 does not go with python=3.13")));
  EXPECT_THAT(Audit({"--with", "lost"}).error, HasSubstr("what must be there has no plan"));
  EXPECT_THAT(Audit({"--virtual-package", "cuda=12"}).error, HasSubstr("'cuda=12' is not"));
}

TEST_F(AuditTest, ASelection) {
  EXPECT_THAT(Audit({"--only", "o*"}).output, HasSubstr("2 records"));
  EXPECT_EQ(Audit({"--only", "good"}).exit_code, 0);
  EXPECT_THAT(Audit({"--only", "python <3.13"}).output, HasSubstr("1 records, 1 can"));
  EXPECT_THAT(Audit({"--newest"}).output, HasSubstr("10 records"));
}

TEST_F(AuditTest, Json) {
  const Json json = Json::parse(Audit({"--json"}).output, nullptr, false);
  ASSERT_TRUE(json.is_object());
  const Json& platform = json["platforms"][0];
  EXPECT_EQ(platform["records"], 11);
  EXPECT_EQ(platform["installable"], 5);
  ASSERT_EQ(platform["broken"].size(), 6U);
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
  EXPECT_THAT(page, AllOf(HasSubstr("gone &gt;=2,&lt;3"), HasSubstr("lost-1-0"),
                          Not(HasSubstr("gone >="))));
}

class ImpactTest : public AuditTest {
 protected:
  Finished Impact(std::vector<std::string> words) const {
    words.insert(words.begin(), "impact");
    words.insert(words.end(), {"--platform", "linux-64", "--no-rc"});
    return RunProgram(words);
  }
};

TEST_F(ImpactTest, WithoutRecords) {
  const Finished finished = Impact({At("chan"), "--without", "python=3.12"});
  EXPECT_EQ(finished.exit_code, 1) << finished.error;
  EXPECT_THAT(finished.output,
              HasSubstr("linux-64: 1 records break, 0 become possible, 1 are gone"));
  EXPECT_THAT(finished.output, HasSubstr("no record matches python <3.13\n  old-1-0\n"));
  EXPECT_EQ(Impact({At("chan"), "--without", "good"}).exit_code, 0);
}

TEST_F(ImpactTest, WithAFurtherChannel) {
  directory_.Write("more/linux-64/repodata.json", R"({"info": {"subdir": "linux-64"},
      "packages": {}, "packages.conda": {
      "gone-2.5-0.conda": {"name": "gone", "version": "2.5", "build": "0", "build_number": 0, "depends": []},
      "bad-1-0.conda": {"name": "bad", "version": "1", "build": "0", "build_number": 0, "depends": ["none"]}}})");
  const Finished finished = Impact({At("chan"), "--with", At("more"), "--markdown"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.output,
              AllOf(HasSubstr("1 records break, 3 become possible, 0 are gone, 1 are new"),
                    HasSubstr("| bad-1-0 (new) | no record matches none |")));
  const Json json = Json::parse(
      Impact({"--before", At("chan"), "--after", At("more"), "--json"}).output, nullptr, false);
  EXPECT_EQ(json["platforms"][0]["gone"].size(), 5U);
  EXPECT_EQ(json["platforms"][0]["added"], 1);
}

TEST_F(ImpactTest, OfAPatch) {
  directory_.Write("patch.json", R"({"patch_instructions_version": 1,
      "packages.conda": {"lost-1-0.conda": {"depends": ["python"]},
                         "good-1-0.conda": {"depends": ["python >=4"]},
                         "unknown-1-0.conda": {"depends": []}},
      "remove": ["old-1-0.tar.bz2"], "revoke": ["new-1-0.conda"]})");
  const std::string before = ReadFile(At("chan/linux-64/repodata.json")).value_or("");
  const Finished finished = Impact({At("chan"), "--patch", At("patch.json")});
  EXPECT_EQ(finished.exit_code, 1) << finished.error;
  EXPECT_THAT(finished.output,
              AllOf(HasSubstr("2 records break, 3 become possible, 1 are gone"),
                    HasSubstr("no record matches python >=4\n  good-1-0\n"),
                    HasSubstr("no record matches package_has_been_revoked\n  new-1-0\n"),
                    HasSubstr("linux-64/over-1-0.conda")));
  EXPECT_EQ(ReadFile(At("chan/linux-64/repodata.json")).value_or(""), before);
  directory_.Write("patch.json", R"({"remove": {"a": 1}})");
  EXPECT_THAT(Impact({At("chan"), "--patch", At("patch.json")}).error,
              HasSubstr("patch.json: 'remove' must be a list"));
  directory_.Write("patch.json", "[");
  EXPECT_EQ(Impact({At("chan"), "--patch", At("patch.json")}).exit_code, 2);
}

TEST_F(ImpactTest, WhatIsMissing) {
  EXPECT_THAT(Impact({}).error, HasSubstr("impact on what?"));
  EXPECT_THAT(Impact({At("chan")}).error, HasSubstr("impact of what?"));
  EXPECT_THAT(Impact({At("chan"), "--before", At("chan")}).error, HasSubstr("belong together"));
}

TEST_F(AuditTest, WhatIsWrong) {
  EXPECT_THAT(RunProgram({"audit", At("none"), "--no-rc"}).exit_code, 4);
  EXPECT_THAT(RunProgram({"audit", "--no-rc"}).error, HasSubstr("audit what?"));
  EXPECT_THAT(Audit({"--platform", "moon-1"}).exit_code, 2);
  EXPECT_THAT(Audit({"--only", "a["}).exit_code, 2);
}

}  // namespace
}  // namespace satchel::testing

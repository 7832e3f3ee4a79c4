// What was asked for with extras or flags stays asked for: in the history, through updates, in
// exports and what is made from them. (Repodata v3.)

#include <string>
#include <vector>

#include "gmock/gmock.h"

#include "tests/cli/environment/change_fixture.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Revision3Test : public ChangeTest {
 protected:
  // app gets a group of extras and flags, and needs lib only under a condition.
  Revision3Test() {
    const std::string path = channel_.directory() + "/linux-64/repodata.json";
    auto repodata = nlohmann::json::parse(*ReadFile(path));
    nlohmann::json& kinds = repodata["v3"]["conda"];
    for (auto& [fn, record] : repodata["packages.conda"].items()) {
      if (record["name"] == "app") {
        record["extra_depends"]["x"] = {"other"};
        record["flags"] = {record["version"] == "1.0" ? "cuda" : "cpu"};
        record["depends"] = {"lib[when=\"__linux and lib>=1\"]"};
        kinds[fn.substr(0, fn.rfind(".conda"))] = record;
      }
    }
    for (auto& [stem, record] : kinds.items()) {
      repodata["packages.conda"].erase(stem + ".conda");
    }
    EXPECT_EQ(kinds.size(), 2U);
    directory_.Write("channel/linux-64/repodata.json", repodata.dump());
  }

  bool Has(const std::string& dist) const {
    return ReadFile(Env() + "/conda-meta/" + dist + ".json").ok();
  }
};

TEST_F(Revision3Test, ExtrasStay) {
  const Finished created = Change({"create", "-n", "work", "app[extras=[x]]"});
  ASSERT_EQ(created.exit_code, 0) << created.error;
  EXPECT_TRUE(Has("app-2.0-0") && Has("other-1.0-0"));
  EXPECT_FALSE(Has("lib-2.0-0"));  // Nothing makes its condition true.
  EXPECT_THAT(History(), HasSubstr("app[extras=[x]]"));
  const std::string meta = *ReadFile(Env() + "/conda-meta/app-2.0-0.json");
  EXPECT_THAT(meta, HasSubstr("\"extra_depends\""));
  EXPECT_THAT(meta, HasSubstr("\"requested_spec\": \"app[extras=[x]]\""));
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"install", "-n", "work", "app"},
        {"update", "-n", "work", "app"},
        {"update", "-n", "work", "--all", "--prune"}}) {
    const Finished changed = Change(command);
    EXPECT_EQ(changed.exit_code, 0) << changed.error;
    EXPECT_TRUE(Has("other-1.0-0")) << command[0];
  }
  const Finished exported = Run({"env", "export", "-n", "work", "--from-history"});
  EXPECT_THAT(exported.output, HasSubstr("app[extras=[x]]")) << exported.error;
  directory_.Write("again.yml", exported.output);
  const Finished again = Change({"env", "create", "-p", directory_.path() + "/again", "-f",
                                 directory_.path() + "/again.yml"});
  EXPECT_EQ(again.exit_code, 0) << again.error;
  EXPECT_TRUE(ReadFile(directory_.path() + "/again/conda-meta/other-1.0-0.json").ok());
}

TEST_F(Revision3Test, FlagsStay) {
  ASSERT_EQ(Change({"create", "-n", "work", "app[flags=[cuda]]", "lib"}).exit_code, 0);
  EXPECT_TRUE(Has("app-1.0-0") && Has("lib-2.0-0"));
  EXPECT_THAT(*ReadFile(Env() + "/conda-meta/app-1.0-0.json"), HasSubstr("\"cuda\""));
  EXPECT_EQ(Change({"update", "-n", "work", "--all"}).exit_code, 0);
  EXPECT_TRUE(Has("app-1.0-0"));
  const Finished why = Run({"why", "lib", "-n", "work"});
  EXPECT_THAT(why.output, HasSubstr("lib")) << why.error;
}

TEST_F(Revision3Test, ConditionsAreToldInWords) {
  const Finished none =
      Run({"solve", "app", "lib", "--pin", "lib<1", "-c", channel_.directory(), "--no-rc"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.error, Not(HasSubstr("@")));
}

}  // namespace
}  // namespace satchel::testing

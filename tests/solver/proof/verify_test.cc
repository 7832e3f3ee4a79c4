// For each rule of a valid plan: a plan that breaks this rule only, and the one line that says so.

#include "solver/proof/verify.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "tests/oracle/universe.h"
#include "tests/oracle/universe_text.h"

namespace satchel {
namespace {

using oracle::BuildWorld;
using oracle::ParseUniverse;
using oracle::Universe;
using oracle::UniverseChannel;
using oracle::UniverseInstalled;
using oracle::UniverseRecord;
using oracle::World;

// "chan/name-version-build" of a channel's record, "=name" of an installed one.
PackageRecord FindRecord(const Universe& universe, const std::string& label) {
  for (const UniverseInstalled& installed : universe.installed) {
    if (label == "=" + installed.record.name) {
      return ToPackageRecord(installed.record, installed.channel);
    }
  }
  for (const UniverseChannel& channel : universe.channels) {
    for (const UniverseRecord& record : channel.records) {
      if (label == channel.name + "/" + record.name + "-" + record.version + "-" + record.build) {
        return ToPackageRecord(record, channel.name);
      }
    }
  }
  ADD_FAILURE() << "no record " << label;
  return {};
}

struct Case {
  std::string why;
  std::string_view universe;
  std::vector<std::string> plan;
  std::vector<std::string> lines;  // Expected.
};

void Check(const Case& c) {
  SCOPED_TRACE(c.why);
  const absl::StatusOr<Universe> universe = ParseUniverse(c.universe);
  ASSERT_TRUE(universe.ok()) << universe.status();
  const absl::StatusOr<World> world = BuildWorld(*universe);
  ASSERT_TRUE(world.ok()) << world.status();
  std::vector<PackageRecord> plan;
  for (const std::string& label : c.plan) {
    plan.push_back(FindRecord(*universe, label));
  }
  EXPECT_EQ(VerifyPlan(world->request, plan), c.lines);
}

constexpr std::string_view kApp = R"(
channel main
  app 1 0 | depends: lib >=2
  lib 1 0
  lib 2 0
  lib 3 0
  other 1 0
request app
)";

TEST(VerifyPlan, Requests) {
  Check({"a valid plan", kApp, {"main/app-1-0", "main/lib-2-0"}, {}});
  Check({"nothing requested is there", kApp, {}, {"'app' is requested, but the plan has no app"}});
  Check({"two records of a name",
         kApp,
         {"main/app-1-0", "main/lib-2-0", "main/lib-3-0"},
         {"two records of one name: lib-2-0 and lib-3-0"}});
  Check({"a version that was not asked for",
         "channel main\n  app 1\n  app 2\nrequest app >=2\n",
         {"main/app-1-0"},
         {"'app[version='>=2']' is requested, but the plan has app-1-0",
          "app-1-0: nothing needs it"}});
  Check({"a pin",
         "channel main\n  app 1\n  app 2\nrequest app\npin app 2.*\n",
         {"main/app-1-0"},
         {"app-1-0 violates the pin 'app=2'"}});
  Check({"a pin on what is absent",
         "channel main\n  app 1\nrequest app\npin lib 2.*\n",
         {"main/app-1-0"},
         {}});
  Check({"a removal",
         "channel main\n  app 1\nrequest app\nremove app <2\n",
         {"main/app-1-0"},
         {"app-1-0 is to be removed by 'app[version='<2']'"}});
}

TEST(VerifyPlan, Depends) {
  Check({"a dependency is absent",
         kApp,
         {"main/app-1-0"},
         {"app-1-0 needs 'lib >=2', but the plan has no lib"}});
  Check({"a dependency's version",
         kApp,
         {"main/app-1-0", "main/lib-1-0"},
         {"app-1-0 needs 'lib >=2', but the plan has lib-1-0", "lib-1-0: nothing needs it"}});
  Check({"a virtual package satisfies",
         "channel main\n  app 1 | depends: __glibc >=2.17\nvirtual __glibc 2.28\nrequest app\n",
         {"main/app-1-0"},
         {}});
  Check({"a virtual package is too old",
         "channel main\n  app 1 | depends: __glibc >=2.17\nvirtual __glibc 2.12\nrequest app\n",
         {"main/app-1-0"},
         {"app-1-0 needs '__glibc >=2.17', but the machine has __glibc-2.12-0"}});
  Check({"a virtual package is absent",
         "channel main\n  app 1 | depends: __cuda\nrequest app\n",
         {"main/app-1-0"},
         {"app-1-0 needs '__cuda', but the plan has no __cuda"}});
  Check({"--no-deps",
         "channel main\n  app 1 | depends: lib\nrequest app\nno-deps\n",
         {"main/app-1-0"},
         {}});
}

TEST(VerifyPlan, Constrains) {
  constexpr std::string_view kConstrains = R"(
channel main
  app 1 0 | constrains: lib >=2; __cuda >=12
  lib 1 0
  lib 2 0
request app
)";
  const std::string with_lib = std::string(kConstrains) + "request lib\n";
  Check({"on what is absent", kConstrains, {"main/app-1-0"}, {}});
  Check({"satisfied", with_lib, {"main/app-1-0", "main/lib-2-0"}, {}});
  Check({"violated",
         with_lib,
         {"main/app-1-0", "main/lib-1-0"},
         {"app-1-0 constrains 'lib >=2', but the plan has lib-1-0"}});
  const std::string with_cuda = std::string(kConstrains) + "virtual __cuda 11.8\n";
  Check({"violated by the machine",
         with_cuda,
         {"main/app-1-0"},
         {"app-1-0 constrains '__cuda >=12', but the machine has __cuda-11.8-0"}});
}

TEST(VerifyPlan, Visibility) {
  constexpr std::string_view kTwoChannels = R"(
channel first
  app 1 0
channel second
  app 2 0
)";
  const auto with = [&](std::string_view rest) {
    return std::string(kTwoChannels) + std::string(rest);
  };
  const std::string strict = with("request app\npriority strict\n");
  Check({"strict, the first channel", strict, {"first/app-1-0"}, {}});
  Check({"strict, hidden",
         strict,
         {"second/app-2-0"},
         {"app-2-0 from 'second' is hidden by 'first' (strict priority)"}});
  const std::string flexible = with("request app\npriority flexible\n");
  Check({"flexible", flexible, {"second/app-2-0"}, {}});
  const std::string disabled = with("request app\npriority disabled\n");
  Check({"disabled", disabled, {"second/app-2-0"}, {}});
  const std::string named = with("request second::app\npriority strict\n");
  Check({"strict, but asked for by channel", named, {"second/app-2-0"}, {}});
  const std::string installed =
      with("request app\ninstalled from second: app 2\npriority strict\n");
  Check({"strict, but installed", installed, {"second/app-2-0"}, {}});
}

TEST(VerifyPlan, ExcludeNewer) {
  constexpr std::string_view kTimes = R"(
channel first
  app 1 0 @1600000000000
  app 2 0 @1600000002000
channel second
  lib 3 0 @1600000000000
request app
exclude-newer 1600000001000
)";
  Check({"old enough", kTimes, {"first/app-1-0"}, {}});
  Check({"too new",
         kTimes,
         {"first/app-2-0"},
         {"app-2-0 is newer than exclude-newer (1600000002000 > 1600000001000)"}});
  const std::string installed =
      std::string(kTimes) + "installed from first: app 2 0 @1600000002000\n";
  Check({"too new, but installed", installed, {"first/app-2-0"}, {}});
}

TEST(VerifyPlan, Origin) {
  const absl::StatusOr<Universe> universe = ParseUniverse(kApp);
  ASSERT_TRUE(universe.ok()) << universe.status();
  const absl::StatusOr<World> world = BuildWorld(*universe);
  ASSERT_TRUE(world.ok()) << world.status();
  const PackageRecord lib = FindRecord(*universe, "main/lib-2-0");
  const auto check = [&](const PackageRecord& app) {
    EXPECT_EQ(VerifyPlan(world->request, {app, lib}),
              std::vector<std::string>({"app-1-" + app.build + " is neither in the channel '" +
                                        app.channel + "' nor installed"}));
  };
  const PackageRecord app = FindRecord(*universe, "main/app-1-0");
  EXPECT_TRUE(VerifyPlan(world->request, {app, lib}).empty());
  PackageRecord other = app;
  other.channel = "other";
  check(other);
  other = app;
  other.build = "1";
  check(other);
  other = app;
  other.build_number = 1;
  check(other);
  other = app;
  other.subdir = "noarch";
  check(other);
  other = app;
  other.fn = "app.conda";
  check(other);
  other = app;
  other.depends = {"lib"};
  check(other);
  other = app;
  other.version = "x/y";
  EXPECT_EQ(VerifyPlan(world->request, {other, lib}).front(), "app-x/y-0: malformed version");
  other = app;
  other.depends = {"lib >>1"};
  EXPECT_EQ(VerifyPlan(world->request, {other, lib}).front(), "app-1-0: malformed spec 'lib >>1'");
}

// What is installed is a file, not only a version and a build.
TEST(VerifyPlan, AnInstalledRecordIsTheSameFile) {
  const absl::StatusOr<Universe> universe =
      ParseUniverse("channel main\n  lib 1 0\ninstalled from gone: app 1 0\nrequest app\n");
  ASSERT_TRUE(universe.ok()) << universe.status();
  const absl::StatusOr<World> world = BuildWorld(*universe);
  ASSERT_TRUE(world.ok()) << world.status();
  PackageRecord app = FindRecord(*universe, "=app");
  EXPECT_TRUE(VerifyPlan(world->request, {app}).empty());
  for (const auto change : {+[](PackageRecord* record) { record->fn = "app-1-0.tar.bz2"; },
                            +[](PackageRecord* record) { record->depends = {"lib"}; },
                            +[](PackageRecord* record) { record->constrains = {"lib"}; }}) {
    PackageRecord other = app;
    change(&other);
    const std::vector<std::string> lines = VerifyPlan(world->request, {other});
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines.back(), "app-1-0 is neither in the channel 'gone' nor installed");
  }
}

TEST(VerifyPlan, Staying) {
  const std::string world =
      "channel main\n  base 1\n  app 1 | depends: base\n  app 2 | depends: base\n  new 1\n"
      "installed from main: base 1\ninstalled from main: app 1 | depends: base | requested as: app "
      "1\n"
      "request new\n";
  Check({"what was asked for before is there, in another version",
         world,
         {"main/base-1-0", "main/app-2-0", "main/new-1-0"},
         {}});
  Check({"it is gone",
         world,
         {"main/base-1-0", "main/new-1-0"},
         {"app was asked for before, but the plan has none"}});
  Check({"it needs what is to be removed", world + "remove base\n", {"main/new-1-0"}, {}});
  Check({"what a pin names is gone",
         "channel main\n  base 1\n  new 1\ninstalled from main: base 1\npin base 1\nrequest new\n",
         {"main/new-1-0"},
         {"base is installed and pinned, but the plan has none"}});
  Check({"a pin keeps it, with prune",
         "channel main\n  base 1\n  new 1\ninstalled from main: base 1\npin base 1\nrequest new\n"
         "prune\n",
         {"main/base-1-0", "main/new-1-0"},
         {}});
}

TEST(VerifyPlan, Strict) {
  const std::string world =
      "channel first\n  lib 2 @1700000000000\nchannel second\n  lib 1 @1500000000000\nrequest lib\n"
      "exclude-newer 1600000000000\npriority strict\n";
  Check({"all that the first channel has is too new: it hides the name all the same",
         world,
         {"second/lib-1-0"},
         {"lib-1-0 from 'second' is hidden by 'first' (strict priority)"}});
}

TEST(VerifyPlan, ConstrainsOnItself) {
  Check({"a record's constrains does not concern the record",
         "channel main\n  app 1 | constrains: app >=2\nrequest app\n",
         {"main/app-1-0"},
         {}});
}

TEST(VerifyPlan, Needed) {
  Check({"nobody asked for it",
         kApp,
         {"main/app-1-0", "main/lib-2-0", "main/other-1-0"},
         {"other-1-0: nothing needs it"}});
  const std::string installed = std::string(kApp) + "installed from main: other 1 0\n";
  Check({"it is installed", installed, {"main/app-1-0", "main/lib-2-0", "main/other-1-0"}, {}});
  const std::string pruned = installed + "prune\n";
  Check({"it is installed, but prune",
         pruned,
         {"main/app-1-0", "main/lib-2-0", "main/other-1-0"},
         {"other-1-0: nothing needs it"}});
  Check({"prune, but it was once asked for",
         "channel main\n  other 1\ninstalled from main: other 1 | requested as: other\nprune\n",
         {"=other"},
         {}});
  Check({"a cycle that nothing enters",
         "channel main\n  a 1 | depends: b\n  b 1 | depends: a\n  c 1\nrequest c\n",
         {"main/a-1-0", "main/b-1-0", "main/c-1-0"},
         {"a-1-0: nothing needs it", "b-1-0: nothing needs it"}});
  // What the user wants gone comes back only where something needs it.
  Check({"an installed one is to go, and another version of it takes its place",
         "channel main\n  old 1\n  old 2\n  app 1\ninstalled from main: old 1\n"
         "request app\nremove old <2\n",
         {"main/app-1-0", "main/old-2-0"},
         {"old-2-0: nothing needs it"}});
}

}  // namespace
}  // namespace satchel

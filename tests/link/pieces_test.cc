// The parts of linking that are functions of texts.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/link/change/environment_change.h"
#include "frontend/link/layout/prefix_replacement.h"
#include "frontend/link/layout/python_layout.h"
#include "frontend/link/package/package_contents.h"
#include "frontend/link/paths/relative_path.h"
#include "frontend/link/record/conda_meta.h"
#include "frontend/link/record/history_writer.h"
#include "frontend/request/history.h"
#include "frontend/request/record_json.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using ::testing::ElementsAre;

TEST(RelativePathTest, AcceptsOnlyWhatStaysInside) {
  EXPECT_EQ(NormalRelativePath("./lib//a/./b/"), "lib/a/b");
  for (const std::string bad : {"", "/", "/a", "..", "a/../b", "a/..", ".", "./", "a/../../b"}) {
    EXPECT_EQ(NormalRelativePath(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(NormalRelativePath(std::string("a\0b", 3)), std::nullopt);
  EXPECT_EQ(NormalRelativePath(std::string(300, 'x')), std::nullopt);
}

constexpr char kBuilt[] = "/build/placehold_placehold";

TEST(PrefixReplacementTest, Text) {
  const auto replace = [](std::string_view content, std::string_view prefix) {
    return *ReplacePrefix(content, kBuilt, prefix, FileMode::kText);
  };
  EXPECT_EQ(replace("a=/build/placehold_placehold/x\nb=/build/placehold_placehold", "/e"),
            "a=/e/x\nb=/e");
  EXPECT_EQ(replace("nothing", "/e"), "nothing");
  const std::string longer(400, 'l');
  EXPECT_EQ(replace("p=/build/placehold_placehold", "/" + longer), "p=/" + longer);
}

TEST(PrefixReplacementTest, Shebangs) {
  const auto replace = [](std::string_view content, std::string_view prefix) {
    return *ReplacePrefix(content, kBuilt, prefix, FileMode::kText);
  };
  EXPECT_EQ(replace("#!/build/placehold_placehold/bin/perl -w\nx\n", "/e"),
            "#!/e/bin/perl -w\nx\n");
  const std::string longer = "/" + std::string(200, 'l');
  EXPECT_EQ(replace("#!/build/placehold_placehold/bin/perl -w\nx\n", longer),
            "#!/usr/bin/env perl -w\nx\n");
  EXPECT_EQ(replace("#!/build/placehold_placehold/bin/python -s\nx\n", longer),
            "#!/bin/sh\n'''exec' \"" + longer + "/bin/python\" -s \"$0\" \"$@\"\n' '''\nx\n");
  EXPECT_EQ(replace("#!/build/placehold_placehold/bin/bash\n", "/my envs/e"),
            "#!/usr/bin/env bash\n");
  // Another's interpreter is not ours to change, whatever the environment is called.
  EXPECT_EQ(replace("#!/usr/bin/env /build/placehold_placehold\n", "/my envs/e"),
            "#!/usr/bin/env /my envs/e\n");
  EXPECT_EQ(replace("#!/opt/python -m /build/placehold_placehold/x\n", longer),
            "#!/opt/python -m " + longer + "/x\n");
  // The options are within the environment, too.
  EXPECT_EQ(
      replace("#!/build/placehold_placehold/bin/perl -I/build/placehold_placehold/lib", longer),
      "#!/usr/bin/env perl -I" + longer + "/lib");
  EXPECT_EQ(
      replace("#!/build/placehold_placehold/bin/python /build/placehold_placehold/x", longer),
      "#!/bin/sh\n'''exec' \"" + longer + "/bin/python\" " + longer + "/x \"$0\" \"$@\"\n' '''");
  // An interpreter that is not the environment's own is no matter of its blanks.
  EXPECT_EQ(replace("#!/usr/bin/env x\n/build/placehold_placehold\n", "/my envs/e"),
            "#!/usr/bin/env x\n/my envs/e\n");
  EXPECT_EQ(replace("#!/bin/sh\nexec /build/placehold_placehold/x\n", longer),
            "#!/bin/sh\nexec " + longer + "/x\n");
}

TEST(PrefixReplacementTest, BinaryKeepsItsLength) {
  using namespace std::string_literals;
  const std::string content =
      "\x7f"s + "ELF\0/build/placehold_placehold/lib:/build/placehold_placehold/x\0rest\0"s +
      "/build/placehold_placehold\0"s + "tail"s;
  const auto replaced = ReplacePrefix(content, kBuilt, "/e", FileMode::kBinary);
  ASSERT_TRUE(replaced.ok());
  EXPECT_EQ(replaced->size(), content.size());
  const std::string expected = "\x7f"s + "ELF\0/e/lib:/e/x"s + std::string(49, '\0') + "rest\0/e"s +
                               std::string(25, '\0') + "tail"s;
  EXPECT_EQ(*replaced, expected);
  EXPECT_EQ(*ReplacePrefix("no end /build/placehold_placehold/z", kBuilt, "/e", FileMode::kBinary),
            "no end /e/z" + std::string(24, '\0'));
}

TEST(PrefixReplacementTest, BinaryRefusesALongerPrefix) {
  const std::string longer = kBuilt + std::string("x");
  EXPECT_TRUE(
      absl::IsInvalidArgument(ReplacePrefix(kBuilt, kBuilt, longer, FileMode::kBinary).status()));
  // Where there is nothing to replace there is nothing to refuse.
  EXPECT_TRUE(ReplacePrefix("x", kBuilt, longer, FileMode::kBinary).ok());
  EXPECT_TRUE(ReplacePrefix(kBuilt, kBuilt, "/same/length/as/placehold_", FileMode::kBinary).ok());
}

PackageRecord Python(const std::string& version, const std::string& site_packages = "") {
  PackageRecord python;
  python.name = "python";
  python.version = version;
  python.python_site_packages_path = site_packages;
  return python;
}

TEST(PythonLayoutTest, PutsNoarchFilesWherePythonLooks) {
  const PythonLayout python = *LayoutOf(Python("3.12.4"));
  EXPECT_EQ(NoarchPythonTarget(python, "site-packages/a/b.py"),
            "lib/python3.12/site-packages/a/b.py");
  EXPECT_EQ(NoarchPythonTarget(python, "python-scripts/run"), "bin/run");
  EXPECT_EQ(NoarchPythonTarget(python, "share/x"), "share/x");
  EXPECT_EQ(BytecodePath(python, "lib/python3.12/site-packages/a/b.py"),
            "lib/python3.12/site-packages/a/__pycache__/b.cpython-312.pyc");
  EXPECT_EQ(BytecodePath(*LayoutOf(Python("2.7.18")), "lib/a.py"), "lib/a.pyc");
  // CEP 17: a free-threaded python has a directory of its own.
  const PythonLayout free = *LayoutOf(Python("3.13.0", "lib/python3.13t/site-packages"));
  EXPECT_EQ(NoarchPythonTarget(free, "site-packages/a.py"), "lib/python3.13t/site-packages/a.py");
  EXPECT_FALSE(LayoutOf(Python("3")).has_value());
  EXPECT_EQ(LayoutOf(Python("3.12.1", "../../etc"))->site_packages, "lib/python3.12/site-packages");
}

TEST(EntryPointTest, Parses) {
  const auto point = ParseEntryPoint("tool = pkg.cli:App.main [extra]");
  ASSERT_TRUE(point.ok());
  EXPECT_EQ(point->command, "tool");
  EXPECT_EQ(point->module, "pkg.cli");
  EXPECT_EQ(point->function, "App.main");
  const std::string script = EntryPointScript(*LayoutOf(Python("3.12.4")), "/e", *point);
  EXPECT_TRUE(script.starts_with("#!/e/bin/python3.12\n"));
  EXPECT_NE(script.find("from pkg.cli import App\n"), std::string::npos);
  EXPECT_NE(script.find("sys.exit(App.main())"), std::string::npos);
  for (const char* bad :
       {"", "tool", "tool = pkg", "../x = a:b", "x = a;os.system:b", "x = a:b()"}) {
    EXPECT_FALSE(ParseEntryPoint(bad).ok()) << bad;
  }
}

PackageRecord Numpy() {
  PackageRecord record;
  record.name = "numpy";
  record.version = "1.26.4";
  record.build = "py312_0";
  record.channel = "conda-forge";
  record.subdir = "linux-64";
  record.fn = "numpy-1.26.4-py312_0.conda";
  record.url = "https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py312_0.conda";
  record.sha256 = std::string(64, 'a');
  record.depends = {"python >=3.12"};
  return record;
}

TEST(HistoryWriterTest, IsReadBack) {
  HistoryEntry entry;
  entry.command = "satchel install 'numpy'";
  entry.version = "1.2";
  entry.linked = {Numpy()};
  const std::string quotes = R"(zlib[license='it"s \x'])";
  entry.specs = {"numpy[build='py312*']", "python >=3.10,<3.13", "conda-forge::scipy=1", quotes};
  const std::string text = HistoryText(entry);
  EXPECT_NE(text.find("\n+conda-forge/linux-64::numpy-1.26.4-py312_0\n"), std::string::npos);
  EXPECT_NE(text.find("\n# cmd: satchel install 'numpy'\n"), std::string::npos);
  const auto requested = RequestedSpecs(text);
  ASSERT_EQ(requested.size(), 4U);
  EXPECT_EQ(requested.at("zlib").ToString(), MatchSpec::Parse(quotes)->ToString());
  EXPECT_EQ(requested.at("python").ToString(), MatchSpec::Parse("python >=3.10,<3.13")->ToString());
  HistoryEntry removal;
  removal.verb = "remove";
  removal.specs = {"scipy"};
  EXPECT_EQ(RequestedSpecs(text + HistoryText(removal)).size(), 3U);
}

TEST(CondaMetaTest, IsWhatAJsonLibraryWouldWrite) {
  InstalledMeta meta;
  meta.record = Numpy();
  meta.requested_spec = "numpy=1.26";
  meta.extracted_directory = "/pkgs/numpy";
  InstalledPath plain;
  plain.path = "lib/a \"b\"\\c.py";
  plain.sha256 = plain.sha256_in_prefix = std::string(64, 'b');
  plain.size_bytes = 3;
  plain.size_known = true;
  InstalledPath replaced;
  replaced.path = "bin/x";
  replaced.placeholder = "/build";
  replaced.mode = FileMode::kBinary;
  replaced.no_link = true;
  meta.paths = {plain, replaced};
  const std::string text = CondaMetaText(meta, R"({"arch": "x86_64", "name": "ignored"})");
  const auto json = nlohmann::json::parse(text, nullptr, false);
  ASSERT_TRUE(json.is_object()) << text;
  EXPECT_EQ(json.dump(2) + "\n", text);
  EXPECT_EQ(json["arch"], "x86_64");
  EXPECT_EQ(json["channel"], "https://conda.anaconda.org/conda-forge/linux-64");
  const nlohmann::json& paths = json["paths_data"]["paths"];
  EXPECT_EQ(paths[0]["sha256_in_prefix"], plain.sha256_in_prefix);
  EXPECT_EQ(paths[0]["size_in_bytes"], 3);
  EXPECT_FALSE(paths[0].contains("file_mode") || paths[0].contains("no_link"));
  EXPECT_EQ(paths[1]["file_mode"], "binary");
  EXPECT_EQ(paths[1]["prefix_placeholder"], "/build");
  EXPECT_EQ(paths[1]["no_link"], true);
  EXPECT_FALSE(paths[1].contains("sha256_in_prefix") || paths[1].contains("size_in_bytes"));
  const auto files = InstalledFiles(text, "label");
  ASSERT_TRUE(files.ok());
  EXPECT_THAT(*files, ElementsAre(plain.path, "bin/x"));
  const auto parsed = ParseCondaMeta(text, "label");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->record.name, "numpy");
  EXPECT_EQ(parsed->record.channel, "conda-forge");
  EXPECT_EQ(parsed->requested_spec, "numpy=1.26");
}

TEST(CondaMetaTest, ListsNoFilesOutsideOfTheEnvironment) {
  const auto files = InstalledFiles(R"({"files": ["a", "../b", "/etc/passwd", "c/../../d"]})", "x");
  ASSERT_TRUE(files.ok());
  EXPECT_THAT(*files, ElementsAre("a"));
}

TEST(EnvironmentChangeTest, RelinksNoarchPythonWhenPythonMoves) {
  InstalledPackage python{Python("3.11.2"), std::nullopt};
  InstalledPackage pip;
  pip.record.name = "pip";
  pip.record.noarch = NoarchKind::kPython;
  InstalledPackage zlib;
  zlib.record.name = "zlib";
  Plan plan;
  plan.unlink = {python.record};
  plan.link = {Python("3.12.1")};
  const EnvironmentChange moved = ChangeOf(plan, {pip, python, zlib});
  ASSERT_EQ(moved.link.size(), 2U);
  EXPECT_EQ(moved.link[1].name, "pip");
  EXPECT_EQ(moved.unlink[1].name, "pip");
  ASSERT_EQ(moved.kept.size(), 1U);
  plan.link = {Python("3.11.9")};
  EXPECT_EQ(ChangeOf(plan, {pip, python, zlib}).link.size(), 1U);
}

}  // namespace
}  // namespace satchel

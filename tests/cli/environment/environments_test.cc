// What the program tells of an environment that is there.

#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "base/digest.h"
#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// An environment `work` with python, six (which conda brought) and toolz (which pip brought).
class Environments : public ::testing::Test {
 protected:
  Environments() {
    options_.variables = {{"HOME", home_.path()}, {"SATCHEL_ROOT_PREFIX", home_.path() + "/root"}};
    Package("python", "3.12.1", "linux-64", R"("bzip2 >=1.0,<2.0a0", "__glibc")");
    Package("six", "1.16.0", "noarch", R"("python")");
    Write("conda-meta/history",
          "==> 2024-05-01 10:00:00 <==\n# cmd: satchel create -n work python=3.12\n"
          "+conda-forge/linux-64::python-3.12.0-h_0\n+conda-forge/noarch::pip-24.0-h_0\n"
          "# update specs: ['python=3.12', 'six']\n"
          "==> 2024-06-01 10:00:00 <==\n# cmd: satchel install six\n"
          "-conda-forge/linux-64::python-3.12.0-h_0\n-conda-forge/noarch::pip-24.0-h_0\n"
          "+conda-forge/linux-64::python-3.12.1-h_0\n+conda-forge/noarch::six-1.16.0-h_0\n");
    const std::string site = "lib/python3.12/site-packages/";
    Write(site + "toolz-1.0.dist-info/METADATA", "Name: toolz\nVersion: 1.0\n\nVersion: text\n");
    Write(site + "toolz-1.0.dist-info/INSTALLER", "pip\n");
    Write("conda-meta/state", R"({"env_vars": {"ANSWER": "42"}})");
  }

  void Write(const std::string& file, const std::string& text) const {
    home_.Write("root/envs/work/" + file, text);
  }
  std::string prefix() const { return home_.path() + "/root/envs/work"; }

  void Package(const std::string& name, const std::string& version, const std::string& subdir,
               const std::string& depends) const {
    const std::string content = "content of " + name;
    Write("share/" + name, content);
    Write("conda-meta/" + name + "-" + version + "-h_0.json",
          R"({"name": ")" + name + R"(", "version": ")" + version +
              R"(", "build": "h_0", "build_number": 0, "fn": ")" + name + "-" + version +
              R"(-h_0.conda", "channel": "https://conda.anaconda.org/conda-forge/)" + subdir +
              R"(", "url": "https://conda.anaconda.org/conda-forge/)" + subdir + "/" + name + "-" +
              version + R"(-h_0.conda", "subdir": ")" + subdir +
              R"(", "md5": "0123", "sha256": "4567", "depends": [)" + depends +
              R"(], "files": ["share/)" + name +
              R"("], "paths_data": {"paths_version": 1, "paths": [{"_path": "share/)" + name +
              R"(", "path_type": "hardlink", "sha256_in_prefix": ")" + Sha256Hex(content) +
              R"("}]}})");
  }

  Finished Do(std::vector<std::string> words) const {
    words.insert(words.end(), {"-n", "work"});
    return RunProgram(words, options_);
  }
  Json DoJson(std::vector<std::string> words) const {
    words.push_back("--json");
    return Json::parse(Do(words).output);
  }

  TemporaryDirectory home_;
  RunOptions options_;
};

TEST_F(Environments, ListAsText) {
  EXPECT_EQ(Do({"list"}).output, "# packages in environment at " + prefix() +
                                     ":\n#\n"
                                     "# Name  Version  Build   Channel\n"
                                     "python  3.12.1   h_0     conda-forge\n"
                                     "six     1.16.0   h_0     conda-forge\n"
                                     "toolz   1.0      pypi_0  pypi\n");
  EXPECT_THAT(Do({"list", "--export"}).output, HasSubstr("\npython=3.12.1=h_0\nsix=1.16.0=h_0\n"));
  EXPECT_THAT(Do({"list", "--explicit", "--sha256"}).output,
              HasSubstr("@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/linux-64/"
                        "python-3.12.1-h_0.conda#sha256:4567\n"));
  EXPECT_THAT(Do({"list", "--explicit", "--md5"}).output, HasSubstr("six-1.16.0-h_0.conda#0123\n"));
  EXPECT_THAT(Do({"list", "--explicit"}).output, Not(HasSubstr("#0123")));
}

TEST_F(Environments, ListAsJsonAndFiltered) {
  const Json all = DoJson({"list"});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0]["name"], "python");
  EXPECT_EQ(all[0]["dist_name"], "python-3.12.1-h_0");
  EXPECT_EQ(all[0]["base_url"], "https://conda.anaconda.org/conda-forge");
  EXPECT_EQ(all[2]["channel"], "pypi");
  EXPECT_EQ(DoJson({"list", "--no-pip"}).size(), 2U);
  EXPECT_EQ(DoJson({"list", "ix|yth"}).size(), 2U);
  EXPECT_EQ(DoJson({"list", "-f", "si"}).size(), 0U);
  EXPECT_EQ(DoJson({"list", "-f", "six"}).size(), 1U);
  EXPECT_EQ(Do({"list", "("}).exit_code, 2);
}

TEST_F(Environments, RevisionsSayWhatChanged) {
  const Json revisions = DoJson({"list", "--revisions"});
  ASSERT_EQ(revisions.size(), 2U);
  EXPECT_EQ(revisions[0]["install"].size(), 2U);
  EXPECT_EQ(revisions[1]["upgrade"][0]["new"], "conda-forge/linux-64::python-3.12.1-h_0");
  EXPECT_EQ(revisions[1]["remove"][0], "conda-forge/noarch::pip-24.0-h_0");
  EXPECT_EQ(revisions[1]["install"][0], "conda-forge/noarch::six-1.16.0-h_0");
  EXPECT_THAT(Do({"history"}).output,
              HasSubstr("(rev 1)\n    satchel install six\n     python-3.12.0-h_0 (conda-forge) -> "
                        "python-3.12.1-h_0 (conda-forge)\n    -pip-24.0-h_0 (conda-forge)\n"
                        "    +six-1.16.0-h_0 (conda-forge)\n"));
}

TEST_F(Environments, ExportsInEveryForm) {
  EXPECT_EQ(Do({"env", "export", "--no-builds"}).output,
            "name: work\nchannels:\n  - conda-forge\ndependencies:\n"
            "  - python=3.12.1\n  - six=1.16.0\n  - pip:\n      - toolz==1.0\n"
            "variables:\n  ANSWER: \"42\"\nprefix: " +
                prefix() + "\n");
  EXPECT_THAT(Do({"export", "--from-history"}).output,
              HasSubstr("dependencies:\n  - python=3.12\n  - six\nvariables"));
  const Json json = Json::parse(Do({"export", "--format", "json"}).output);
  EXPECT_EQ(json["dependencies"][0], "python=3.12.1=h_0");
  EXPECT_EQ(json["dependencies"][2]["pip"][0], "toolz==1.0");
  const std::string lock = Do({"export", "--format", "conda-lock"}).output;
  EXPECT_THAT(lock, HasSubstr("- name: six\n  version: \"1.16.0\"\n  manager: conda\n"));
  EXPECT_THAT(lock, HasSubstr("    bzip2: \">=1.0,<2.0a0\"\n  url: https:"));
  EXPECT_THAT(lock, HasSubstr("    __glibc: \"\"\n"));  // CEP 37: what a MatchSpec says.
  const std::string file = home_.path() + "/lock.txt";
  EXPECT_EQ(Do({"export", "-f", file}).exit_code, 0);
  EXPECT_GT(std::filesystem::file_size(file), 100U);
  EXPECT_THAT(Do({"export", "-c", "mine", "--override-channels"}).output,
              HasSubstr("channels:\n  - mine\ndependencies:\n"));
}

TEST_F(Environments, AreListed) {
  const Finished list = RunProgram({"env", "list", "--json"}, options_);
  EXPECT_THAT(Json::parse(list.output)["envs"].get<std::vector<std::string>>(),
              ElementsAre(home_.path() + "/root", prefix()));
  RunOptions active = options_;
  active.variables.emplace_back("CONDA_PREFIX", prefix());
  EXPECT_THAT(RunProgram({"info", "--envs"}, active).output,
              HasSubstr("work                   *  " + prefix() + "\n"));
  EXPECT_THAT(RunProgram({"list"}, active).output, HasSubstr("six"));
}

TEST_F(Environments, CompareToAFile) {
  const std::string good = home_.Write("good.yml", "dependencies: [python=3.12, six]\n");
  EXPECT_EQ(Do({"compare", good}).exit_code, 0);
  const std::string bad = home_.Write("bad.yml", "dependencies: [python=3.11, numpy]\n");
  const Finished finished = Do({"compare", bad});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.output, HasSubstr("python found but mismatch"));
  EXPECT_THAT(finished.output, HasSubstr("numpy not found\n"));
  EXPECT_EQ(DoJson({"compare", bad}).size(), 2U);
}

TEST_F(Environments, DoctorFindsWhatIsWrong) {
  EXPECT_EQ(Do({"doctor"}).exit_code, 0) << Do({"doctor"}).output;
  Write("share/six", "changed");
  std::filesystem::remove(prefix() + "/share/python");
  Write("conda-meta/broken.json", "{");
  const Finished finished = Do({"doctor"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.output, HasSubstr("python-3.12.1-h_0\n  missing  share/python\n"));
  EXPECT_THAT(finished.output, HasSubstr("six-1.16.0-h_0\n  altered  share/six\n"));
  EXPECT_THAT(finished.output, HasSubstr("broken.json: cannot be read\n"));
  EXPECT_EQ(DoJson({"doctor"})["packages"]["six-1.16.0-h_0"]["altered"][0], "share/six");
}

}  // namespace
}  // namespace satchel::testing

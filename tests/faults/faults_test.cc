// Every command that changes something, with every fault at every one of its system calls.
// SATCHEL_FAULTS=all tries all kinds of faults; otherwise one error, and the end of the process.

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "tests/cli/framework/run_program.h"
#include "tests/faults/system_calls.h"
#include "tests/faults/trials.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/package_builder.h"

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kBuilt[] = "/build/placehold_placehold_placehold_placehold_placehold";

void WriteUserFile(const std::string& path, const std::string& content, mode_t mode = 0644) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << content;
  chmod(path.c_str(), mode);
}

// Few files, but of all kinds; from one version to the next directories become files, and files
// directories.
void BuildChannel(ChannelBuilder* channel) {
  for (const std::string version : {"1.0", "2.0"}) {
    const bool is_first = version == "1.0";
    channel->Add({.name = "lib",
                  .version = version,
                  .files = {{.path = "lib/lib.so." + version, .content = "lib " + version},
                            {.path = "lib/lib.so", .link = "lib.so." + version}}});
    channel->Add({.name = "app",
                  .version = version,
                  .depends = {"lib >=" + version},
                  .files = {{.path = "bin/app",
                             .content = std::string("#!") + kBuilt + "/bin/sh\n" + version,
                             .mode = 0755,
                             .placeholder = kBuilt},
                            {.path = "etc/app.conf", .content = version, .no_link = true},
                            {.path = "share/app/data", .content = version},
                            {.path = is_first ? "share/a/b" : "share/a", .content = version},
                            {.path = is_first ? "share/c" : "share/c/d", .content = version}}});
  }
  channel->Add({.name = "script",
                .files = {{.path = "share/script", .content = "x"},
                          {.path = "bin/.script-post-link.sh",
                           .content = "echo hello > $PREFIX/.messages.txt"},
                          {.path = "bin/.script-pre-unlink.sh", .content = "true"}}});
  channel->Add({.name = "refuses",
                .depends = {"app 2.*"},
                .files = {{.path = "opt/x", .content = "x"},
                          {.path = "opt2/x", .content = "x"},
                          {.path = "bin/.refuses-post-link.sh", .content = "echo no; exit 3"}}});
  channel->Write();
}

// In the way of app, and beside it.
void PlaceUserFiles(const std::string& prefix) {
  WriteUserFile(prefix + "/share/app/data", "mine", 0600);
  WriteUserFile(prefix + "/share/app/notes", "mine too", 0444);
  WriteUserFile(prefix + "/work/report", "long work", 0640);
  fs::create_hard_link(prefix + "/work/report", prefix + "/work/report.bak");
  fs::create_directories(prefix + "/bin");
  fs::create_symlink("/usr/bin/true", prefix + "/bin/app");
  fs::create_symlink("nowhere", prefix + "/dangling");
  fs::create_directory_symlink("../../../outside", prefix + "/out");
  fs::create_directories(prefix + "/etc/app.conf");
  chmod((prefix + "/etc/app.conf").c_str(), 0700);
  fs::create_directory(prefix + "/empty");
}
void PlaceInWork(const std::string& world) {
  PlaceUserFiles(world + "/root/envs/work");
  WriteUserFile(world + "/outside/file", "mine");
}
void PlaceInDirectory(const std::string& world) {
  PlaceUserFiles(world + "/dir");
}
void PlaceSettings(const std::string& world) {
  WriteUserFile(world + "/outside/condarc", "# Mine.\nchannels: [one, two]  # both\n", 0600);
  fs::create_symlink("../outside/condarc", world + "/home/.condarc");
}
void PlaceYaml(const std::string& world) {
  WriteUserFile(world + "/outside/environment.yml",
                "name: made\ndependencies: [app=1.0]\nvariables: {A: b}\n");
}
void PlaceShellFiles(const std::string& world) {
  WriteUserFile(world + "/home/.bashrc", "alias x=y\n", 0600);
}
const Command kWork = {"create", "-n", "work", "lib=1.0", "--yes"};
const Command kWorkWithApp = {"create", "-n", "work", "app=1.0", "--yes"};
const Command kFill = {"create", "-n", "other", "lib=2.0", "script", "--yes"};
const Command kFillApp = {"create", "-n", "other", "app=2.0", "--yes"};

std::vector<Scenario> Scenarios() {
  return {
      {.name = "create",
       .command = {"create", "-n", "new", "app=1.0", "--yes"},
       .setup = {kWorkWithApp}},
      {.name = "create_over_files",
       .command = {"create", "-p", "$WORLD/dir", "app=1.0", "--yes"},
       .setup = {kWorkWithApp},
       .place = &PlaceInDirectory},
      {.name = "create_over_environment",
       .command = {"create", "-n", "work", "lib=2.0", "--yes"},
       .setup = {kFill, kWork},
       .place = &PlaceInWork},
      {.name = "create_and_fill_cache", .command = {"create", "-n", "new", "lib=1.0", "--yes"}},
      {.name = "fill_cache",
       .command = {"install", "-n", "work", "lib=2.0", "--download-only", "--yes"},
       .setup = {kWork}},
      {.name = "install",
       .command = {"install", "-n", "work", "app=1.0", "--yes"},
       .setup = {kWorkWithApp, {"remove", "-n", "work", "app", "--yes"}, kWork},
       .place = &PlaceInWork},
      {.name = "install_copies",
       .command = {"install", "-n", "work", "app=1.0", "--copy", "--yes"},
       .setup = {kWorkWithApp, {"remove", "-n", "work", "app", "--yes"}, kWork},
       .place = &PlaceInWork},
      {.name = "install_with_script",
       .command = {"install", "-n", "work", "script", "--yes"},
       .setup = {kFill, kWork}},
      {.name = "install_that_fails",
       .command = {"install", "-n", "work", "refuses", "--yes"},
       .setup = {{"create", "-n", "other", "refuses", "--yes", "--download-only"}, kWorkWithApp},
       .place =
           [](const std::string& world) {
             WriteUserFile(world + "/root/envs/work/share/app/mine", "mine", 0600);
           },
       .exit_code = 4,
       .says = "the post-link script of refuses failed"},
      {.name = "update",
       .command = {"update", "-n", "work", "app", "--yes"},
       .setup = {kFillApp, kWorkWithApp},
       .place =
           [](const std::string& world) {
             WriteUserFile(world + "/root/envs/work/share/app/mine.conf", "mine", 0600);
           }},
      {.name = "update_refused",  // A file of the user's is where a directory becomes a file.
       .command = {"update", "-n", "work", "app", "--yes"},
       .setup = {kFillApp, kWorkWithApp},
       .place =
           [](const std::string& world) {
             WriteUserFile(world + "/root/envs/work/share/a/mine.conf", "mine", 0600);
             WriteUserFile(world + "/root/envs/work/share/app/mine.conf", "mine", 0600);
           },
       .exit_code = 2,
       .says = "a directory with files in it is in the way"},
      {.name = "undo",
       .command = {"update", "-n", "work", "app", "--yes"},
       .setup = {kFillApp, kWorkWithApp},
       .place =
           [](const std::string& world) {
             WriteUserFile(world + "/root/envs/work/share/app/mine.conf", "mine", 0600);
           },
       .killed_before = "/conda-meta/.satchel/committed"},
      {.name = "remove",
       .command = {"remove", "-n", "work", "app", "--yes"},
       .setup = {kWorkWithApp},
       .place =
           [](const std::string& world) {
             WriteUserFile(world + "/root/envs/work/share/app/mine", "mine", 0600);
           }},
      {.name = "remove_with_script",
       .command = {"remove", "-n", "other", "script", "--yes"},
       .setup = {kFill}},
      {.name = "revision",
       .command = {"install", "-n", "work", "--revision", "0", "--yes"},
       .setup = {kWork, {"install", "-n", "work", "app=2.0", "--yes"}}},
      {.name = "clone",
       .command = {"create", "-n", "copy", "--clone", "work", "--yes"},
       .setup = {kWork},
       .place = &PlaceInWork,
       .has_parts = true},
      {.name = "rename",
       .command = {"rename", "-n", "work", "play", "--yes"},
       .setup = {kWork},
       .place = &PlaceInWork,
       .has_parts = true},
      {.name = "remove_environment",
       .command = {"env", "remove", "-n", "work", "--yes"},
       .setup = {kWork},
       .place = &PlaceInWork},
      {.name = "create_from_file",
       .command = {"env", "create", "-f", "$WORLD/outside/environment.yml"},
       .setup = {kWorkWithApp},
       .place = &PlaceYaml,
       .has_parts = true},
      {.name = "set_variable",
       .command = {"env", "config", "vars", "set", "-n", "work", "A=b"},
       .setup = {kWork}},
      {.name = "index", .command = {"index", "$CHANNEL"}, .keeps_index = true},
      {.name = "solve", .command = {"solve", "app"}, .keeps_index = true},
      {.name = "config_append",
       .command = {"config", "--append", "channels", "three"},
       .place = &PlaceSettings},
      {.name = "config_remove",
       .command = {"config", "--remove", "channels", "one"},
       .place = &PlaceSettings},
      {.name = "config_set", .command = {"config", "--set", "always_yes", "true"}},
      {.name = "init", .command = {"init", "bash"}, .place = &PlaceShellFiles},
      {.name = "clean",
       .command = {"clean", "--all", "--yes"},
       .setup = {kFill, kWork},
       .place = [](const std::string& world) { fs::remove_all(world + "/root/envs/other"); }},
  };
}

// Empty if it can; a container may forbid it.
std::string WhyNoCallCanFail() {
  const TemporaryDirectory directory;
  RunOptions options;
  options.program = SATCHEL_SUPERVISOR;
  const Finished run =
      RunProgram({directory.path(), "0", "count", directory.path() + "/log", "true"}, options);
  EXPECT_TRUE(run.exit_code == 0 || run.exit_code == kNotPermitted) << run.error;
  return run.exit_code == kNotPermitted ? run.error : "";
}

class FaultsTest : public ::testing::TestWithParam<Scenario> {};

TEST_P(FaultsTest, BeforeOrAfter) {
  if (const std::string why = WhyNoCallCanFail(); !why.empty()) {
    GTEST_SKIP() << "calls of the system cannot be watched here: " << why;
  }
  const TemporaryDirectory directory;
  ChannelBuilder channel(directory.path() + "/channel");
  BuildChannel(&channel);
  const TrialCount count = Trials(GetParam(), channel.directory()).Run();
  std::printf("%s: %d calls, %d points of failure tried: %d ended as before, %d as after\n",
              GetParam().name.c_str(), count.calls, count.trials, count.before, count.after);
  EXPECT_GT(count.trials, 0);
}

INSTANTIATE_TEST_SUITE_P(All, FaultsTest, ::testing::ValuesIn(Scenarios()),
                         [](const auto& scenario) { return scenario.param.name; });

}  // namespace
}  // namespace satchel::testing

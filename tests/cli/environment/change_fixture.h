#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "frontend/files.h"
#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/package_builder.h"

namespace satchel::testing {

// app needs lib; both lib and app have two versions.
class ChangeTest : public ::testing::Test {
 protected:
  ChangeTest() : channel_(directory_.path() + "/channel") {
    for (const std::string version : {"1.0", "2.0"}) {
      channel_.Add({.name = "lib",
                    .version = version,
                    .files = {{.path = "lib/lib.txt", .content = "lib " + version}}});
      channel_.Add({.name = "app",
                    .version = version,
                    .depends = {"lib >=" + version},
                    .files = {{.path = "bin/app",
                               .content = "#!/bin/sh\necho app " + version +
                                          " in PLACEHOLDER_OF_THE_BUILD\n",
                               .mode = 0755,
                               .placeholder = "PLACEHOLDER_OF_THE_BUILD"}}});
    }
    channel_.Add({.name = "other", .files = {{.path = "share/other", .content = "x"}}});
    channel_.Write();
  }

  std::vector<std::pair<std::string, std::string>> Variables() const {
    return {{"HOME", directory_.path()},
            {"SATCHEL_NO_SYNC", "1"},
            {"SATCHEL_ROOT_PREFIX", directory_.path() + "/root"},
            {"CONDA_PKGS_DIRS", directory_.path() + "/pkgs"},
            {"CONDA_SUBDIR", "linux-64"}};
  }
  Finished Run(const std::vector<std::string>& arguments) const {
    RunOptions options;
    options.variables = Variables();
    return RunProgram(arguments, options);
  }
  Finished Change(std::vector<std::string> arguments) {
    return Run(Join(std::move(arguments), {"-c", channel_.directory(), "--yes"}));
  }

  std::string Env() const { return directory_.path() + "/root/envs/work"; }
  std::string History() const { return *ReadFile(Env() + "/conda-meta/history"); }

  TemporaryDirectory directory_;
  ChannelBuilder channel_;
};

}  // namespace satchel::testing

#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/link/change/transaction.h"
#include "repodata/spec/record.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/package_builder.h"

namespace satchel::testing {

// Packages, a cache and an environment in one directory of a test.
class TestEnvironment final {
 public:
  TestEnvironment();

  // Makes the package's file and, from it, the record that a channel would have.
  PackageRecord Build(const BuiltPackage& package);

  // Writes the channel's repodata.
  void WriteChannel() const { channel_.Write(); }

  // Links and unlinks; all other installed packages stay.
  absl::StatusOr<TransactionReport> Change(const std::vector<PackageRecord>& link,
                                           const std::vector<PackageRecord>& unlink,
                                           const TransactionOptions& options = {});

  // Every path of the environment with its content, its mode, or the target of a link.
  std::map<std::string, std::string> Snapshot() const;
  static std::map<std::string, std::string> SnapshotOf(const std::string& directory);

  std::string prefix() const { return prefix_; }
  void set_prefix(const std::string& name) { prefix_ = directory_.path() + "/" + name; }
  std::string cache() const { return directory_.path() + "/pkgs"; }
  const std::string& path() const { return directory_.path(); }

 private:
  TemporaryDirectory directory_;
  std::string prefix_;
  ChannelBuilder channel_;
};

}  // namespace satchel::testing

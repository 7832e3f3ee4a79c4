#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "repodata/spec/record.h"

namespace satchel::testing {

// The directory of the conformance data: SATCHEL_CONFORMANCE, else the one beside the source tree.
std::string ConformanceDirectory();

// Nothing if the file does not exist.
std::string ReadWholeFile(const std::string& path);

// The suite's name for a record: "channel-1/linux-64::zlib-1.2.7-0".
std::string SuiteLabel(const PackageRecord& record);

// The channels in solver-tests/channels, read on demand. Their files contain {filename: record},
// for linux-64 and for noarch.
class SuiteChannels final {
 public:
  // With `add_pip`, python needs pip, as in conda with that option.
  explicit SuiteChannels(bool add_pip) : add_pip_(add_pip) {}

  // Errors: those of IngestRepodata; kNotFound.
  absl::StatusOr<Channel> Get(const std::string& name);
  // By its label. Errors: kNotFound.
  absl::StatusOr<PackageRecord> Find(std::string_view label);

 private:
  struct Loaded {
    std::vector<std::unique_ptr<Index>> subdirs;
    std::map<std::string, PackageRecord> by_label;
  };
  absl::StatusOr<const Loaded*> Load(const std::string& name);

  const bool add_pip_;
  std::map<std::string, Loaded> channels_;
};

}  // namespace satchel::testing

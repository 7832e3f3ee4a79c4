#include "tests/conformance/suite_channels.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "repodata/io/ingest.h"

namespace satchel::testing {
namespace {

constexpr const char* kSubdirs[] = {"linux-64", "noarch"};

// Gives the records of python 2 and 3 in `text` a dependency on pip. The files are written with one
// key a line, so that the first line of `depends` is easily found.
std::string WithPip(const std::string& text) {
  std::string result;
  bool is_python = false;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const std::string line = text.substr(begin, end - begin);
    begin = end;
    if (line.starts_with("  \"")) {
      is_python = line.starts_with("  \"python-2.") || line.starts_with("  \"python-3.");
    }
    result += line;
    if (is_python && line.find("\"depends\": [") != std::string::npos) {
      const bool is_empty = line.find(']') != std::string::npos;
      if (is_empty) {
        result.replace(result.rfind("[]"), 2, "[\"pip\"]");
      } else {
        result += "\"pip\",\n";
      }
    }
  }
  return result;
}

}  // namespace

std::string ConformanceDirectory() {
  const char* directory = std::getenv("SATCHEL_CONFORMANCE");
  return directory != nullptr ? directory : SATCHEL_DEFAULT_CONFORMANCE;
}

std::string ReadWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string SuiteLabel(const PackageRecord& record) {
  return absl::StrFormat("%s/%s::%s-%s-%s", record.channel, record.subdir, record.name,
                         record.version, record.build);
}

absl::StatusOr<const SuiteChannels::Loaded*> SuiteChannels::Load(const std::string& name) {
  if (const auto found = channels_.find(name); found != channels_.end()) {
    return &found->second;
  }
  Loaded loaded;
  for (const std::string subdir : kSubdirs) {
    const std::string path =
        absl::StrFormat("%s/solver-tests/channels/%s_%s.json", ConformanceDirectory(), name,
                        subdir == "noarch" ? "noarch" : "non-noarch");
    std::string records = ReadWholeFile(path);
    if (records.empty()) {
      return absl::NotFoundError("no " + path);
    }
    if (add_pip_) {
      records = WithPip(records);
    }
    const std::string repodata = absl::StrFormat(
        R"({"info":{"subdir":"%s"},"packages":%s,"packages.conda":{}})", subdir, records);
    IngestReport report;
    ASSIGN_OR_RETURN(Index index, IngestRepodata(repodata, {subdir, path}, &report));
    for (std::size_t i = 0; i < index.num_records(); ++i) {
      PackageRecord record = CopyRecord(index, RecordId(i), name);
      std::string label = SuiteLabel(record);
      loaded.by_label.emplace(std::move(label), std::move(record));
    }
    loaded.subdirs.push_back(std::make_unique<Index>(std::move(index)));
  }
  return &channels_.emplace(name, std::move(loaded)).first->second;
}

absl::StatusOr<Channel> SuiteChannels::Get(const std::string& name) {
  ASSIGN_OR_RETURN(const Loaded* loaded, Load(name));
  Channel channel;
  channel.name = name;
  channel.url = "https://example.test/" + std::string(name);
  for (const std::unique_ptr<Index>& index : loaded->subdirs) {
    channel.subdirs.push_back(index.get());
  }
  return channel;
}

absl::StatusOr<PackageRecord> SuiteChannels::Find(std::string_view label) {
  ASSIGN_OR_RETURN(const Loaded* loaded, Load(std::string(label.substr(0, label.find('/')))));
  const auto found = loaded->by_label.find(std::string(label));
  if (found == loaded->by_label.end()) {
    return absl::NotFoundError("no record " + std::string(label));
  }
  return found->second;
}

}  // namespace satchel::testing

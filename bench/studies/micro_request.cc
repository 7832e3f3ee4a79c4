#include "bench/studies/micro_request.h"

#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

#include "bench/harness/linux_machine.h"
#include "repodata/io/ingest.h"

namespace satchel {
namespace {

std::string ChannelDirectory() {
  const char* const named = std::getenv("SATCHEL_CORPORA");
  const char* const channel = std::getenv("SATCHEL_BENCH_CHANNEL");
  return absl::StrFormat("%s/%s", named != nullptr ? named : SATCHEL_DEFAULT_CORPORA,
                         channel != nullptr ? channel : "conda-forge");
}

}  // namespace

const std::vector<std::unique_ptr<Index>>& ChannelIndexes() {
  static const auto* const indexes = [] {
    auto* loaded = new std::vector<std::unique_ptr<Index>>;
    for (const char* const subdir : {"linux-64", "noarch"}) {
      IngestOptions options;
      options.subdir = subdir;
      absl::StatusOr<Index> index = IngestRepodataFile(
          absl::StrFormat("%s/%s/repodata.json", ChannelDirectory(), subdir), options, nullptr);
      if (index.ok()) {
        loaded->push_back(std::make_unique<Index>(*std::move(index)));
      }
    }
    return loaded;
  }();
  return *indexes;
}

Request MakeRequest(const std::string& texts) {
  Request request;
  Channel channel{"conda-forge", "", {}};
  for (const std::unique_ptr<Index>& index : ChannelIndexes()) {
    channel.subdirs.push_back(index.get());
  }
  request.channels.push_back(std::move(channel));
  for (const absl::string_view text : absl::StrSplit(texts, ' ')) {
    request.specs.push_back(*MatchSpec::Parse({text.data(), text.size()}));
  }
  request.virtual_packages = LinuxMachine();
  return request;
}

bool HasChannel(benchmark::State& state) {
  const bool has = ChannelIndexes().size() >= 2;
  if (!has) {
    state.SkipWithError("no channel (SATCHEL_CORPORA?)");
  }
  return has;
}

void Count(benchmark::State& state, const char* name, std::size_t value) {
  state.counters[name] = benchmark::Counter(static_cast<double>(value));
}

}  // namespace satchel

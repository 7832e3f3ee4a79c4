// What versions and specs cost: those of a real channel ($SATCHEL_CORPORA), all of them.

#include <cstdlib>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "repodata/io/ingest.h"
#include "repodata/spec/match_spec.h"
#include "repodata/version/version.h"

namespace satchel {
namespace {

const Index& ChannelIndex() {
  static const Index index = [] {
    const char* const named = std::getenv("SATCHEL_CORPORA");
    absl::StatusOr<Index> read =
        IngestRepodataFile(std::string(named != nullptr ? named : SATCHEL_DEFAULT_CORPORA) +
                               "/conda-forge/linux-64/repodata.json",
                           {}, nullptr);
    return read.ok() ? *std::move(read) : Index();
  }();
  return index;
}

bool Skipped(benchmark::State& state) {
  if (ChannelIndex().num_records() > 0) {
    return false;
  }
  state.SkipWithError("no channel (SATCHEL_CORPORA?)");
  return true;
}

void BM_ParseVersion(benchmark::State& state) {
  const Index& index = ChannelIndex();
  if (Skipped(state)) {
    return;
  }
  for (auto _ : state) {
    for (std::size_t i = 0; i < index.num_versions(); ++i) {
      const absl::StatusOr<Version> version = Version::Parse(index.VersionOf(VersionId(i)).text);
      if (!version.ok() || version->key() != index.VersionOf(VersionId(i)).key) {
        state.SkipWithError("a version parses to another key than in the index");
        return;
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(index.num_versions()));
}
BENCHMARK(BM_ParseVersion)->Unit(benchmark::kMillisecond);

void BM_CompareVersions(benchmark::State& state) {
  const Index& index = ChannelIndex();
  if (Skipped(state)) {
    return;
  }
  for (auto _ : state) {
    for (std::size_t i = 1; i < index.num_versions(); ++i) {
      if (index.VersionOf(VersionId(i)).key < index.VersionOf(VersionId(i - 1)).key) {
        state.SkipWithError("the versions of the index are out of order");
        return;
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(index.num_versions() - 1));
}
BENCHMARK(BM_CompareVersions)->Unit(benchmark::kMicrosecond);

void BM_ParseSpec(benchmark::State& state) {
  const Index& index = ChannelIndex();
  if (Skipped(state)) {
    return;
  }
  for (auto _ : state) {
    for (std::size_t i = 0; i < index.num_specs(); ++i) {
      if (!MatchSpec::Parse(index.String(index.Spec(SpecId(i)).text)).ok()) {
        state.SkipWithError("a spec of the index does not parse");
        return;
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(index.num_specs()));
}
BENCHMARK(BM_ParseSpec)->Unit(benchmark::kMillisecond);

// Each spec of the channel against every record of its name.
void BM_MatchSpec(benchmark::State& state) {
  const Index& index = ChannelIndex();
  if (Skipped(state)) {
    return;
  }
  std::vector<std::pair<MatchSpec, Index::Range>> specs;
  for (std::size_t i = 0; i < index.num_specs(); ++i) {
    absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(index.String(index.Spec(SpecId(i)).text));
    if (spec.ok() && index.Spec(SpecId(i)).name.ok()) {
      specs.emplace_back(*std::move(spec), index.Records(index.Spec(SpecId(i)).name));
    }
  }
  std::int64_t tried = 0;
  std::int64_t matched = 0;
  for (auto _ : state) {
    for (const auto& [spec, range] : specs) {
      for (std::uint32_t row = range.first; row < range.last; ++row) {
        matched += spec.Matches(index.View(RecordId(row), "conda-forge")) ? 1 : 0;
        ++tried;
      }
    }
  }
  if (matched == 0 || matched == tried) {
    state.SkipWithError("the answers cannot be right");
  }
  state.SetItemsProcessed(tried);
}
BENCHMARK(BM_MatchSpec)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace satchel

// How fast repodata becomes an index, and what reading an index costs. On the shared corpora
// ($SATCHEL_CORPORA); each run's answer is checked.
//
//   build/release/bin/ingest_bench --benchmark_min_time=2

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <zstd.h>

#include "repodata/index/index_file.h"
#include "repodata/io/ingest.h"

namespace satchel {
namespace {

constexpr const char* kChannels[] = {"conda-forge/linux-64", "conda-forge/noarch",
                                     "conda-forge-large/linux-64", "osx-2018/bioconda/osx-64"};

std::string ChannelPath(const benchmark::State& state) {
  const char* const named = std::getenv("SATCHEL_CORPORA");
  return std::string(named != nullptr ? named : SATCHEL_DEFAULT_CORPORA) + "/" +
         kChannels[state.range(0)] + "/repodata.json";
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Greatest resident memory of the process so far: meaningful for the first benchmark only.
double PeakMegabytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void Report(benchmark::State& state, std::size_t json_bytes, const IngestReport& report) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(json_bytes));
  state.counters["records"] = static_cast<double>(report.num_records);
  state.counters["peak_MB"] = PeakMegabytes();
  state.SetLabel(kChannels[state.range(0)]);
}

void IngestAll(benchmark::State& state, const std::string& path, std::size_t json_bytes) {
  IngestReport report;
  for (auto _ : state) {
    const absl::StatusOr<Index> index = IngestRepodataFile(path, {}, &report);
    if (!index.ok() || index->num_records() != report.num_records || report.num_skipped != 0) {
      state.SkipWithError(index.ok() ? "records were lost" : "cannot ingest (SATCHEL_CORPORA?)");
      return;
    }
  }
  Report(state, json_bytes, report);
}

void BM_IngestFile(benchmark::State& state) {
  const std::string path = ChannelPath(state);
  IngestAll(state, path, ReadFile(path).size());
}
BENCHMARK(BM_IngestFile)->DenseRange(0, std::size(kChannels) - 1)->Unit(benchmark::kMillisecond);

// Gone with this object. The path is empty if none can be made.
struct TemporaryFile {
  TemporaryFile() {
    std::string name = (std::filesystem::temp_directory_path() / "ingest_bench_XXXXXX").string();
    const int fd = mkstemp(name.data());
    if (fd >= 0) {
      ::close(fd);
      path = std::move(name);
    }
  }
  ~TemporaryFile() { std::remove(path.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  std::string path;
};

// MB/s of JSON, not of zstd.
void BM_IngestZstdFile(benchmark::State& state) {
  const std::string json = ReadFile(ChannelPath(state));
  std::string packed(ZSTD_compressBound(json.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), json.data(), json.size(), 9));
  const TemporaryFile file;
  if (file.path.empty()) {
    state.SkipWithError("no temporary file");
    return;
  }
  std::ofstream(file.path, std::ios::binary) << packed;
  IngestAll(state, file.path, json.size());
}
BENCHMARK(BM_IngestZstdFile)->Arg(0)->Unit(benchmark::kMillisecond);

// Opening must not depend on the size.
void BM_OpenImage(benchmark::State& state) {
  const absl::StatusOr<Index> index = IngestRepodataFile(ChannelPath(state), {}, nullptr);
  if (!index.ok()) {
    state.SkipWithError("cannot ingest (SATCHEL_CORPORA?)");
    return;
  }
  const auto owner = std::make_shared<Index>(*index);
  for (auto _ : state) {
    benchmark::DoNotOptimize(Index::FromImage(owner, index->image()));
  }
  state.SetLabel(kChannels[state.range(0)]);
}
BENCHMARK(BM_OpenImage)->Arg(1)->Arg(2);

// The index of a channel in a file of its own, gone with this object.
struct KeptIndex {
  explicit KeptIndex(const benchmark::State& state) {
    const absl::StatusOr<Index> index = IngestRepodataFile(ChannelPath(state), {}, nullptr);
    is_there = index.ok() && WriteIndexFile(file.path, *index, {}).ok();
  }

  TemporaryFile file;
  bool is_there = false;
};

void BM_OpenFile(benchmark::State& state) {
  const KeptIndex kept(state);
  if (!kept.is_there) {
    state.SkipWithError("cannot ingest (SATCHEL_CORPORA?)");
    return;
  }
  for (auto _ : state) {
    if (!OpenIndexFile(kept.file.path).ok()) {
      state.SkipWithError("cannot open");
      return;
    }
  }
  state.SetLabel(kChannels[state.range(0)]);
}
BENCHMARK(BM_OpenFile)->Arg(1)->Arg(2);

template <absl::Status (Index::*kCheck)() const>
void BM_Check(benchmark::State& state) {
  const absl::StatusOr<Index> index = IngestRepodataFile(ChannelPath(state), {}, nullptr);
  if (!index.ok()) {
    state.SkipWithError("cannot ingest (SATCHEL_CORPORA?)");
    return;
  }
  for (auto _ : state) {
    if (!((*index).*kCheck)().ok()) {
      state.SkipWithError("the image is damaged");
      return;
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(index->image().size()));
}
BENCHMARK_TEMPLATE(BM_Check, &Index::Validate)->Arg(2);

// The solver's access pattern: from each record to its version and to the names of its
// dependencies. Items are dependencies.
void Walk(benchmark::State& state, const Index& index) {
  std::int64_t num_depends = 0;
  for (auto _ : state) {
    std::uint64_t sum = 0;
    num_depends = 0;
    for (std::size_t i = 0; i < index.num_records(); ++i) {
      const RecordRow& row = index.Record(RecordId(i));
      sum += index.VersionOf(row.version).key.size();
      for (const SpecId spec : index.SpecList(row.depends)) {
        sum += index.Spec(spec).name.value();
        ++num_depends;
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * num_depends);
}

// What the check of ids costs shows in comparison with a build without it.
void BM_WalkDependencies(benchmark::State& state) {
  const absl::StatusOr<Index> index = IngestRepodataFile(ChannelPath(state), {}, nullptr);
  if (!index.ok()) {
    state.SkipWithError("cannot ingest (SATCHEL_CORPORA?)");
    return;
  }
  Walk(state, *index);
}
BENCHMARK(BM_WalkDependencies)->Arg(0);

// The difference is what the check of pages costs once they are known.
void BM_WalkMappedDependencies(benchmark::State& state) {
  const KeptIndex kept(state);
  const absl::StatusOr<IndexFile> file = OpenIndexFile(kept.file.path);
  if (!kept.is_there || !file.ok()) {
    state.SkipWithError("cannot ingest (SATCHEL_CORPORA?)");
    return;
  }
  Walk(state, file->index);
}
BENCHMARK(BM_WalkMappedDependencies)->Arg(0);

}  // namespace
}  // namespace satchel

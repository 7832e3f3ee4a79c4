#include "corpora/channel_core.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "corpora/channel_builds.h"

namespace satchel {
namespace {

constexpr std::int64_t kMsPerDay = 86'400'000;
constexpr Day kYear = 365;

struct Release {
  std::uint32_t major;
  std::uint32_t minor;
  Day day;
};
constexpr Release kCompilers[] = {{4, 8, 15'500},  {7, 5, 17'500},  {9, 5, 18'300},
                                  {11, 4, 19'000}, {12, 4, 19'300}, {13, 3, 19'850},
                                  {14, 3, 20'200}, {15, 2, 20'350}};
constexpr Release kOpenblas[] = {{2, 20, 17'000}, {3, 7, 18'100},  {3, 12, 18'600},
                                 {3, 18, 19'000}, {3, 21, 19'300}, {3, 25, 19'700},
                                 {3, 28, 19'980}, {3, 30, 20'300}};
constexpr Release kMpich[] = {{3, 2, 16'700}, {3, 4, 18'600}, {4, 1, 19'400}, {4, 3, 20'100}};
constexpr Release kOpenmpi[] = {{3, 1, 17'700}, {4, 0, 18'000}, {4, 1, 18'700}, {5, 0, 19'700}};

class Core {
 public:
  // The record added last, to be filled in further.
  PackageRecord& Add(std::string name, std::string version, std::string build, Day day) {
    PackageRecord record;
    record.name = std::move(name);
    record.version = std::move(version);
    record.build = std::move(build);
    record.subdir = "linux-64";
    record.timestamp_ms = day * kMsPerDay;
    record.size_bytes = 20'000;
    records_.push_back(std::move(record));
    return records_.back();
  }

  std::vector<PackageRecord> Take() { return std::move(records_); }

 private:
  std::vector<PackageRecord> records_;
};

void AddCompiler(Core* core) {
  core->Add("_libgcc_mutex", "0.1", "conda_forge", 15'500);
  PackageRecord& openmp = core->Add("_openmp_mutex", "4.5", "2_gnu", 15'500);
  openmp.build_number = 16;
  openmp.depends = {"_libgcc_mutex 0.1 conda_forge", "libgomp >=4.8"};
  for (const Release& gcc : kCompilers) {
    const std::string version = absl::StrFormat("%d.%d.0", gcc.major, gcc.minor);
    for (int number = 0; number < 3; ++number) {
      const Day day = gcc.day + number * 60;
      const std::string build = absl::StrFormat("h%07x_%d", gcc.day + number * 4'099, number);
      const auto set = [&](PackageRecord& record, std::vector<std::string> depends) {
        record.build_number = static_cast<std::uint64_t>(number);
        record.depends = std::move(depends);
      };
      set(core->Add("libgomp", version, build, day), {"_libgcc_mutex 0.1 conda_forge"});
      PackageRecord& libgcc = core->Add("libgcc", version, build, day);
      set(libgcc, {"_libgcc_mutex 0.1 conda_forge", "_openmp_mutex >=4.5"});
      libgcc.constrains = {absl::StrFormat("libgomp %s %s", version, build)};
      set(core->Add("libstdcxx", version, build, day),
          {absl::StrFormat("libgcc %s %s", version, build)});
    }
  }
}

void AddPythonAbi(Day first_day, Day last_day, Core* core) {
  for (const PythonSeries& series : kPythonSeries) {
    if (series.dropped <= first_day || series.released > last_day) {
      continue;
    }
    PackageRecord& record =
        core->Add("python_abi", absl::StrFormat("%d.%d", series.major, series.minor),
                  absl::StrFormat("5_%s", PythonAbiTag(series)), series.released);
    record.build_number = 5;
    record.constrains = {absl::StrFormat("python %d.%d.*", series.major, series.minor)};
  }
}

// libblas, libcblas and liblapack in an openblas and an mkl build, of which the second tracks a
// feature.
void AddBlas(Core* core) {
  std::uint64_t number = 4;
  for (const Release& openblas : kOpenblas) {
    number += 4;
    const std::string version = absl::StrFormat("0.%d.%d", openblas.major, openblas.minor);
    const std::int32_t year = 1970 + openblas.day / kYear;
    core->Add("libopenblas", version, "pthreads_h1_0", openblas.day).depends = {"libgcc >=4.8"};
    core->Add("mkl", absl::StrFormat("%d.%d.0", year, openblas.minor), "h1_0", openblas.day)
        .depends = {"libgcc >=4.8"};
    for (const std::string_view flavour : {"openblas", "mkl"}) {
      const std::string build = absl::StrFormat("%d_linux64_%s", number, flavour);
      for (const std::string_view name : {"libblas", "libcblas", "liblapack"}) {
        PackageRecord& record = core->Add(std::string(name), "3.9.0", build, openblas.day);
        record.build_number = number;
        record.track_features = flavour == "mkl" ? "blas_mkl" : "";
        if (name != "libblas") {
          record.depends = {absl::StrFormat("libblas 3.9.0 %s", build)};
        } else if (flavour == "mkl") {
          record.depends = {
              absl::StrFormat("mkl >=%d.%d.0,<%d.0a0", year, openblas.minor, year + 1)};
        } else {
          record.depends = {absl::StrFormat("libopenblas >=%s,<1.0a0", version)};
        }
      }
    }
  }
}

void AddMpi(Core* core) {
  for (const std::string_view flavour : {"mpich", "openmpi"}) {
    core->Add("mpi", "1.0", std::string(flavour), 15'500);
    for (const Release& release : flavour == "mpich" ? kMpich : kOpenmpi) {
      core->Add(std::string(flavour), absl::StrFormat("%d.%d.0", release.major, release.minor),
                "h1_100", release.day)
          .depends = {absl::StrFormat("mpi 1.0 %s", flavour), "libgcc >=4.8"};
    }
  }
}

void AddCuda(Core* core) {
  for (const CudaSeries& series : kCudaSeries) {
    PackageRecord& record =
        core->Add("cuda-version", absl::StrFormat("%d.%d", series.major, series.minor), "h1_3",
                  series.released);
    record.build_number = 3;
    record.constrains = {absl::StrFormat("cudatoolkit %d.%d|%d.%d.*", series.major, series.minor,
                                         series.major, series.minor),
                         absl::StrFormat("__cuda >=%d", series.major)};
  }
}

}  // namespace

std::vector<PackageRecord> CoreRecords(Day first_day, Day last_day) {
  Core core;
  AddCompiler(&core);
  AddPythonAbi(first_day, last_day, &core);
  AddBlas(&core);
  AddMpi(&core);
  AddCuda(&core);
  for (Day day = 15'500; day < last_day; day += kYear) {
    PackageRecord& tzdata =
        core.Add("tzdata", absl::StrFormat("%da", 1970 + day / kYear), "h1_0", day);
    tzdata.subdir = "noarch";
    tzdata.noarch = NoarchKind::kGeneric;
  }
  std::vector<PackageRecord> records = core.Take();
  // A young channel has no old compilers; what was new within four years before it is still there.
  std::erase_if(records, [&](const PackageRecord& record) {
    const auto day = static_cast<Day>(record.timestamp_ms / kMsPerDay);
    return day > last_day || (day > 15'500 && day < first_day - 4 * kYear);
  });
  return records;
}

std::string PythonAbiTag(const PythonSeries& series) {
  const char* suffix = series.major == 2 ? "mu" : series.minor < 8 ? "m" : "";
  return absl::StrFormat("cp%d%d%s", series.major, series.minor, suffix);
}

std::uint32_t CompilerOn(Day day) {
  std::uint32_t major = kCompilers[0].major;
  for (const Release& gcc : kCompilers) {
    // A compiler is taken into use half a year after its libraries are there.
    if (gcc.day + kYear / 2 <= day) {
      major = gcc.major;
    }
  }
  return major;
}

}  // namespace satchel

#include "corpora/channel_specs.h"

#include <array>
#include <charconv>
#include <iterator>
#include <string_view>
#include <vector>

#include "corpora/channel_core.h"
#include "corpora/random.h"

namespace satchel {
namespace {

constexpr Day kCondaFormatDay = 18'915;  // 2021-10-15; older files are .tar.bz2.
constexpr Day kGlibcDay = 19'700;        // Since then the compiler adds a dependency on __glibc.
constexpr Day kPythonAbiDay = 18'200;
constexpr std::string_view kLicenses[] = {"MIT",     "BSD-3-Clause",      "Apache-2.0",
                                          "GPL-3.0", "LGPL-2.1-or-later", "MPL-2.0"};

void AppendNumber(std::uint64_t number, std::string* text) {
  char digits[20];
  text->append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

void AppendHex(std::uint64_t number, int num_digits, std::string* text) {
  static constexpr char kHexDigits[] = "0123456789abcdef";
  for (int i = num_digits - 1; i >= 0; --i) {
    text->push_back(kHexDigits[(number >> (4 * i)) & 15]);
  }
}

// "1.2.3", or only its first `num_parts`.
void AppendVersion(const PlannedVersion& version, int num_parts, std::string* text) {
  AppendNumber(version.major, text);
  text->push_back('.');
  AppendNumber(version.minor, text);
  if (num_parts > 2) {
    text->push_back('.');
    AppendNumber(version.patch, text);
  }
}

void AppendSeries(std::uint32_t major, std::uint32_t minor, std::string* text) {
  AppendNumber(major, text);
  text->push_back('.');
  AppendNumber(minor, text);
}

// The first version after the ABI that `version` belongs to: "2.0a0", "1.3.0a0", "1.2.4.0a0".
void AppendAbiEnd(const PlannedVersion& version, int abi_parts, std::string* text) {
  if (abi_parts == 1) {
    AppendNumber(version.major + 1U, text);
    text->append(".0a0");
  } else if (abi_parts == 2) {
    AppendSeries(version.major, version.minor + 1U, text);
    text->append(".0a0");
  } else {
    AppendSeries(version.major, version.minor, text);
    text->push_back('.');
    AppendNumber(version.patch + 1U, text);
    text->append(".0a0");
  }
}

// A list of strings that is written anew for every record without giving its memory back.
class SpecList {
 public:
  explicit SpecList(std::vector<std::string>* specs) : specs_(specs) {}
  ~SpecList() { specs_->resize(size_); }
  SpecList(const SpecList&) = delete;
  SpecList& operator=(const SpecList&) = delete;

  std::string* Add(std::string_view begin) {
    if (size_ == specs_->size()) {
      specs_->emplace_back();
    }
    std::string* spec = &(*specs_)[size_++];
    spec->assign(begin);
    return spec;
  }

 private:
  std::vector<std::string>* specs_;
  std::size_t size_ = 0;
};

// What distinguishes this record from all others, as a number.
std::uint64_t RecordSeed(const ChannelPlan& plan, std::uint32_t name, const PlannedRecord& record) {
  return MixSeed(plan.seed, name, record.version, record.build_number,
                 static_cast<std::uint64_t>(record.python + 1), record.variant);
}

void AppendVariantPrefix(VariantAxis axis, std::uint8_t variant, std::string* text) {
  static constexpr std::array<std::string_view, 3> kMpi = {"nompi_", "mpi_mpich_", "mpi_openmpi_"};
  switch (axis) {
    case VariantAxis::kNone:
      return;
    case VariantAxis::kCuda:
      text->append(variant == 0 ? "cpu_" : "cuda");
      if (variant > 0) {
        AppendNumber(kCudaSeries[variant - 1].major * 10U + kCudaSeries[variant - 1].minor, text);
        text->push_back('_');
      }
      return;
    case VariantAxis::kMpi:
      text->append(kMpi[variant]);
      return;
    case VariantAxis::kFeature:
      text->append(variant == 0 ? "" : "alt_");
      return;
    case VariantAxis::kPlatform:
      text->append(variant == 0 ? "unix_" : "win_");
      return;
  }
}

void AppendBuild(const ChannelPlan& plan, std::uint32_t index, const PlannedRecord& record,
                 std::string* text) {
  const PlannedName& name = plan.names[index];
  AppendVariantPrefix(name.axis, record.variant, text);
  if (name.kind == NameKind::kPure) {
    text->append(name.axis == VariantAxis::kNone ? "pyhd8ed1ab" : "pyh707e725");
  } else {
    if (name.kind == NameKind::kExtension) {
      const PythonSeries& series = kPythonSeries[record.python];
      text->append("py");
      AppendNumber(series.major, text);
      AppendNumber(series.minor, text);
    }
    text->push_back('h');
    AppendHex(RecordSeed(plan, index, record), 7, text);
  }
  text->push_back('_');
  AppendNumber(record.build_number, text);
  if (name.kind == NameKind::kPython) {
    text->append("_cpython");
  }
}

// The version part of a dependency in `record` of `name` on `target`, and its build part if it has
// one.
class SpecText {
 public:
  SpecText(const ChannelPlan& plan, const PlannedRecord& record,
           const PlannedDependency& dependency, std::uint64_t seed)
      : plan_(plan),
        record_(record),
        dependency_(dependency),
        target_(plan.names[dependency.target]),
        random_(seed) {}

  void Append(std::string* text) {
    text_ = text;
    switch (dependency_.shape) {
      case SpecShape::kBare:
        return;
      case SpecShape::kLowerBound:
        return AppendLowerBound();
      case SpecShape::kRange:
        AppendLowerBound();
        text_->append(",<");
        return AppendUpperBound();
      case SpecShape::kUpperBound:
        text_->append(" <");
        return AppendUpperBound();
      case SpecShape::kPrefix:
        text_->push_back(' ');
        AppendVersion(Newest(), 2, text_);
        text_->append(".*");
        return;
      case SpecShape::kExact:
        text_->append(" ==");
        return AppendVersion(Newest(), target_.version_parts, text_);
      case SpecShape::kExcluding:
        AppendLowerBound();
        text_->append(",!=");
        return AppendVersion(Newest(), target_.version_parts, text_);
      case SpecShape::kAlternatives:
        text_->push_back(' ');
        AppendVersion(Newest(), 2, text_);
        text_->push_back('|');
        AppendVersion(Newest(), 2, text_);
        text_->append(".*");
        return;
      case SpecShape::kPinned:
        return AppendPinned();
      case SpecShape::kSibling:
        return AppendSibling();
    }
  }

 private:
  const PlannedVersion& Newest() const {
    return target_.versions[NewestOn(target_.versions, record_.day)];
  }

  // Something that was new up to three years before: packagers are slow to raise their bounds.
  void AppendLowerBound() {
    const Day day = record_.day - random_.Between(0, 1'100);
    text_->append(" >=");
    AppendVersion(target_.versions[NewestOn(target_.versions, day)],
                  random_.Chance(500) ? 2 : target_.version_parts, text_);
  }

  void AppendUpperBound() {
    if (random_.Chance(250)) {
      AppendSeries(Newest().major, Newest().minor + 1U, text_);
    } else {
      AppendNumber(Newest().major + 1U, text_);
    }
  }

  void AppendPinned() {
    const PlannedVersion& pinned = target_.versions[PinnedOn(target_, record_.day)];
    text_->append(" >=");
    AppendVersion(pinned, target_.version_parts, text_);
    text_->append(",<");
    AppendAbiEnd(pinned, target_.abi_parts, text_);
  }

  void AppendSibling() {
    text_->push_back(' ');
    AppendVersion(target_.versions[record_.version], target_.version_parts, text_);
    text_->push_back(' ');
    AppendBuild(plan_, dependency_.target, record_, text_);
  }

  const ChannelPlan& plan_;
  const PlannedRecord& record_;
  const PlannedDependency& dependency_;
  const PlannedName& target_;
  SplitMix random_;
  std::string* text_ = nullptr;
};

void AddVariantSpecs(VariantAxis axis, std::uint8_t variant, SpecList* depends) {
  if (axis == VariantAxis::kCuda && variant > 0) {
    const CudaSeries& series = kCudaSeries[variant - 1];
    std::string* spec = depends->Add("cuda-version >=");
    AppendSeries(series.major, series.minor, spec);
    spec->append(",<");
    AppendNumber(series.major + 1U, spec);
    depends->Add("__cuda");
  } else if (axis == VariantAxis::kMpi && variant > 0) {
    depends->Add(variant == 1 ? "mpi 1.0 mpich" : "mpi 1.0 openmpi");
    depends->Add(variant == 1 ? "mpich >=3.2" : "openmpi >=3.1");
  } else if (axis == VariantAxis::kPlatform) {
    depends->Add(variant == 0 ? "__unix" : "__win");
  }
}

// What the compilers add, from name to name differently but for all records of a name alike.
void AddCompilerSpecs(const ChannelPlan& plan, std::uint32_t index, Day day, SpecList* depends) {
  SplitMix random(MixSeed(plan.seed, index, 2));
  if (random.Chance(150)) {
    return;  // Headers, scripts.
  }
  if (day >= kGlibcDay) {
    depends->Add("__glibc >=2.17,<3.0.a0");
  }
  const std::uint32_t compiler = CompilerOn(day);
  AppendNumber(compiler, depends->Add("libgcc >="));
  if (random.Chance(500)) {
    AppendNumber(compiler, depends->Add("libstdcxx >="));
  }
  if (random.Chance(30) && plan.names[index].kind != NameKind::kPython) {
    depends->Add("libblas >=3.9.0,<4.0a0");
    depends->Add("libcblas >=3.9.0,<4.0a0");
    depends->Add("liblapack >=3.9.0,<4.0a0");
  }
}

// The python of an extension's build.
void AddBuildPythonSpecs(const PlannedRecord& record, SpecList* depends) {
  const PythonSeries& series = kPythonSeries[record.python];
  std::string* python = depends->Add("python >=");
  AppendSeries(series.major, series.minor, python);
  python->append(",<");
  AppendSeries(series.major, series.minor + 1U, python);
  python->append(".0a0");
  if (record.day >= kPythonAbiDay) {
    std::string* abi = depends->Add("python_abi ");
    AppendSeries(series.major, series.minor, abi);
    abi->append(".* *_");
    abi->append(PythonAbiTag(series));
  }
}

// The pythons that a noarch package says it runs with: from the oldest that was built for then.
void AddPurePythonSpec(Day day, SplitMix* random, SpecList* depends) {
  const std::uint32_t roll = random->Below(1000);
  std::string* python = depends->Add("python");
  if (roll < 170) {
    return;
  }
  const PythonSeries* oldest = kPythonSeries;
  const PythonSeries* newest = kPythonSeries;
  for (const PythonSeries& series : kPythonSeries) {
    oldest = oldest->dropped <= day ? &series : oldest;
    newest = series.released <= day ? &series : newest;
  }
  python->append(" >=");
  AppendSeries(oldest->major, oldest->minor, python);
  if (roll < 200) {
    python->append(",<");
    AppendSeries(newest->major, newest->minor + 1U, python);
  }
}

void FillSpecs(const ChannelPlan& plan, std::uint32_t index, const PlannedRecord& planned,
               PackageRecord* record) {
  const PlannedName& name = plan.names[index];
  SpecList depends(&record->depends);
  SpecList constrains(&record->constrains);
  AddVariantSpecs(name.axis, planned.variant, &depends);
  for (std::size_t i = 0; i < name.dependencies.size(); ++i) {
    const PlannedDependency& dependency = name.dependencies[i];
    if (dependency.since > planned.day) {
      continue;
    }
    // Bounds are looked at every eight releases or so.
    const std::uint64_t seed = MixSeed(plan.seed, index, i, planned.version / 8, 3);
    SpecList& specs = dependency.constrains ? constrains : depends;
    SpecText(plan, planned, dependency, seed).Append(specs.Add(plan.names[dependency.target].name));
  }
  switch (name.kind) {
    case NameKind::kExtension:
      AddBuildPythonSpecs(planned, &depends);
      AddCompilerSpecs(plan, index, planned.day, &depends);
      return;
    case NameKind::kPython:
      AddCompilerSpecs(plan, index, planned.day, &depends);
      depends.Add("tzdata");
      return;
    case NameKind::kLibrary:
      AddCompilerSpecs(plan, index, planned.day, &depends);
      return;
    case NameKind::kPure: {
      SplitMix random(MixSeed(plan.seed, index, planned.version / 8, 4));
      AddPurePythonSpec(planned.day, &random, &depends);
      return;
    }
    case NameKind::kData:
      return;
  }
}

}  // namespace

void FillRecord(const ChannelPlan& plan, std::uint32_t index, const PlannedRecord& planned,
                PackageRecord* record) {
  const PlannedName& name = plan.names[index];
  const bool is_noarch = name.kind == NameKind::kPure || name.kind == NameKind::kData;
  SplitMix random(RecordSeed(plan, index, planned));
  record->name = name.name;
  record->version.clear();
  AppendVersion(name.versions[planned.version], name.version_parts, &record->version);
  record->build.clear();
  AppendBuild(plan, index, planned, &record->build);
  record->build_number = planned.build_number;
  record->subdir = is_noarch ? "noarch" : "linux-64";
  record->noarch = name.kind == NameKind::kPure   ? NoarchKind::kPython
                   : name.kind == NameKind::kData ? NoarchKind::kGeneric
                                                  : NoarchKind::kNone;
  record->fn = name.name;
  record->fn += '-';
  record->fn += record->version;
  record->fn += '-';
  record->fn += record->build;
  record->fn += FileExtension(planned);
  record->timestamp_ms = planned.day * std::int64_t{86'400'000} + random.Between(0, 86'399'999);
  record->size_bytes = std::uint64_t{5'000} << random.Below(12);
  record->size_bytes += random.Below(static_cast<std::uint32_t>(record->size_bytes));
  record->license = kLicenses[MixSeed(plan.seed, index, 5) % std::size(kLicenses)];
  record->track_features =
      name.axis == VariantAxis::kFeature && planned.variant == 1 ? name.name + "-alt" : "";
  record->md5.clear();
  record->sha256.clear();
  for (int i = 0; i < 2; ++i) {
    AppendHex(random.Next(), 16, &record->md5);
    AppendHex(random.Next(), 16, &record->sha256);
    AppendHex(random.Next(), 16, &record->sha256);
  }
  FillSpecs(plan, index, planned, record);
}

std::string_view FileExtension(const PlannedRecord& planned) {
  return planned.day < kCondaFormatDay ? ".tar.bz2" : ".conda";
}

}  // namespace satchel

#include "corpora/generator.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "corpora/channel_builds.h"
#include "corpora/channel_core.h"
#include "corpora/channel_plan.h"
#include "corpora/channel_specs.h"
#include "corpora/corpus_file.h"
#include "corpora/json_output.h"
#include "corpora/repodata_json.h"
#include "corpora/revision3.h"

namespace satchel {
namespace {

constexpr std::size_t kFlushBytes = std::size_t{1} << 20;

// Writes the repodata.json of one subdir.
class SubdirWriter {
 public:
  SubdirWriter(const ChannelPlan& plan, const std::vector<PackageRecord>& core,
               const std::vector<std::uint32_t>& order, std::string_view subdir,
               std::int64_t revision3_percent)
      : plan_(plan),
        core_(core),
        order_(order),
        subdir_(subdir),
        revision3_percent_(revision3_percent) {}

  absl::Status Write(const std::string& directory);

  std::int64_t num_records() const { return num_records_; }
  std::int64_t num_bytes() const { return num_bytes_; }

 private:
  // One of the two members that hold records. Every record is planned anew for each; keeping them
  // would cost a gigabyte where the largest channels are made.
  void WriteSection(std::string_view key, std::string_view extension, bool of_revision3);
  void Add(const PackageRecord& record);
  void Flush();

  const ChannelPlan& plan_;
  const std::vector<PackageRecord>& core_;
  const std::vector<std::uint32_t>& order_;
  std::string_view subdir_;
  const std::int64_t revision3_percent_;
  std::unique_ptr<CorpusFile> file_;
  std::string json_;
  std::string_view separator_;
  std::int64_t num_records_ = 0;
  std::int64_t num_bytes_ = 0;
};

absl::Status SubdirWriter::Write(const std::string& directory) {
  ASSIGN_OR_RETURN(file_,
                   CorpusFile::Create(absl::StrFormat("%s/%s/repodata.json", directory, subdir_)));
  json_ = absl::StrFormat("{\n\"info\": {\"subdir\": \"%s\"}", subdir_);
  json_ += ",\n";
  WriteSection("packages", ".tar.bz2", false);
  json_ += ",\n";
  WriteSection("packages.conda", ".conda", false);
  json_ += ",\n\"removed\": [],\n\"repodata_version\": 1";
  if (revision3_percent_ > 0) {
    json_ += ",\n\"v3\": {\n";
    WriteSection("conda", ".conda", true);
    json_ += "\n}";
  }
  json_ += "\n}\n";
  Flush();
  return file_->Commit();
}

void SubdirWriter::WriteSection(std::string_view key, std::string_view extension,
                                bool of_revision3) {
  absl::StrAppendFormat(&json_, "\"%s\": {", key);
  separator_ = "\n";
  for (const PackageRecord& record : core_) {
    if (record.subdir == subdir_ && record.fn.ends_with(extension) && !of_revision3) {
      Add(record);
    }
  }
  PackageRecord record;
  for (const std::uint32_t index : order_) {
    const NameKind kind = plan_.names[index].kind;
    const bool is_noarch = kind == NameKind::kPure || kind == NameKind::kData;
    if (is_noarch != (subdir_ == "noarch")) {
      continue;
    }
    VisitRecords(plan_, index, [&](const PlannedRecord& planned) {
      if (FileExtension(planned) == extension) {
        FillRecord(plan_, index, planned, &record);
        if (IsChosenForRevision3(record, revision3_percent_) != of_revision3) {
          return;
        }
        if (of_revision3) {
          PackageRecord revised = record;
          MakeRevision3(&revised);
          Add(revised);
        } else {
          Add(record);
        }
      }
    });
  }
  json_ += "\n}";
}

void SubdirWriter::Add(const PackageRecord& record) {
  json_ += separator_;
  AppendRepodataRecord(record, &json_);
  separator_ = ",\n";
  ++num_records_;
  if (json_.size() >= kFlushBytes) {
    Flush();
  }
}

void SubdirWriter::Flush() {
  file_->Append(json_);
  num_bytes_ += static_cast<std::int64_t>(json_.size());
  json_.clear();
}

// The toolchain's records with what CoreRecords() leaves open.
std::vector<PackageRecord> CompleteCoreRecords(std::int64_t num_records) {
  std::vector<PackageRecord> records = CoreRecords(FirstDay(num_records), kLastDay);
  for (PackageRecord& record : records) {
    record.fn = absl::StrFormat("%s-%s-%s.conda", record.name, record.version, record.build);
    record.license = "BSD-3-Clause";
    record.md5 = MadeUpMd5(record.fn);
    record.sha256 = MadeUpSha256(record.fn);
  }
  return records;
}

}  // namespace

absl::StatusOr<GeneratedChannel> GenerateChannel(const GeneratorOptions& options,
                                                 const std::string& directory) {
  if (options.num_records < kMinGeneratedRecords || options.num_records > kMaxGeneratedRecords) {
    return absl::InvalidArgumentError(
        absl::StrFormat("a channel can be generated with %d to %d records, not %d",
                        kMinGeneratedRecords, kMaxGeneratedRecords, options.num_records));
  }
  const std::vector<PackageRecord> core = CompleteCoreRecords(options.num_records);
  const ChannelPlan plan =
      PlanChannel(options.num_records, static_cast<std::int64_t>(core.size()), options.seed);
  std::vector<std::uint32_t> order(plan.names.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return plan.names[a].name < plan.names[b].name;
  });
  GeneratedChannel channel;
  absl::flat_hash_set<std::string_view> core_names;
  for (const PackageRecord& record : core) {
    core_names.insert(record.name);
  }
  channel.num_names = static_cast<std::int64_t>(plan.names.size() + core_names.size());
  for (const std::string_view subdir : {"linux-64", "noarch"}) {
    SubdirWriter writer(plan, core, order, subdir, options.revision3_percent);
    RETURN_IF_ERROR(writer.Write(directory));
    channel.num_records += writer.num_records();
    channel.num_bytes += writer.num_bytes();
    channel.num_noarch_records += subdir == "noarch" ? writer.num_records() : 0;
  }
  return channel;
}

}  // namespace satchel

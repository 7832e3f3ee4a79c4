#include "repodata/index/index_builder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/index/image_writer.h"
#include "repodata/index/index_order.h"
#include "repodata/spec/match_spec.h"
#include "repodata/spec/record_rules.h"
#include "repodata/version/version.h"

namespace satchel {
namespace {

// The report names so many; a channel of which every record is bad must not double its memory.
constexpr std::size_t kMaxSkippedNamed = 1000;

std::string Message(const absl::Status& status) {
  return std::string(ToStd(status.message()));
}

// The file names of .conda and .tar.bz2 packages differ at least in their ends, so what makes two
// records the same package is this.
using PackageKey = std::array<std::uint32_t, 3>;

// Each of the record's own texts; the version and the specs are looked at when they are first seen.
std::string WhyTextTooLong(const RecordFields& fields) {
  struct Field {
    const char* name;
    std::string_view text;
    std::size_t max_bytes = kMaxTextBytes;
  };
  for (const Field& field :
       {Field{"file name", fields.fn, kMaxFileNameBytes},
        Field{"build", fields.build, kMaxFileNameBytes}, Field{"license", fields.license},
        Field{"license_family", fields.license_family},
        Field{"track_features", fields.track_features}, Field{"features", fields.features},
        Field{"python_site_packages_path", fields.python_site_packages_path},
        Field{"flags", fields.flags}, Field{"extra_depends", fields.extra_depends},
        Field{"md5", fields.md5}, Field{"sha256", fields.sha256}, Field{"url", fields.url}}) {
    if (field.text.size() > field.max_bytes) {
      return WhyTooLong(field.name, field.text, field.max_bytes);
    }
  }
  return {};
}

PackageKey KeyOf(const DraftRecord& record) {
  return {record.name.value(), record.version.value(), record.build.value()};
}

}  // namespace

DraftSpecId IndexBuilder::FindSpec(std::string_view text) {
  const auto [at, inserted] = spec_ids_.try_emplace(text, DraftSpecId(draft_.specs.size()));
  if (!inserted) {
    return at->second;
  }
  DraftSpec& spec = draft_.specs.emplace_back();
  spec.text = text;
  spec.error = WhyBadDependency(text);
  if (!spec.error.empty()) {
    ++num_malformed_specs_;
    return at->second;
  }
  const absl::StatusOr<MatchSpec> parsed = MatchSpec::Parse(text);
  if (!parsed.ok()) {
    ++num_malformed_specs_;
    // The reason names the spec once more; drop "invalid spec '...': ".
    spec.error = Message(parsed.status());
    const std::string prefix = absl::StrFormat("invalid spec '%s': ", text);
    if (spec.error.starts_with(prefix)) {
      spec.error.erase(0, prefix.size());
    }
  } else if (!parsed->name_is_glob() && parsed->when() == nullptr) {
    // (Who looks for what needs a name by it must not find what needs it sometimes.)
    // Usually the name is how the text begins: no copy.
    const std::string& name = parsed->name();
    spec.name = text.substr(0, name.size()) == name ? text.substr(0, name.size()) : Keep(name);
  }
  return at->second;
}

DraftVersionId IndexBuilder::AddVersion(std::string_view text) {
  if (!draft_.records.empty() &&
      draft_.versions[draft_.records.back().version.index()].text == text) {
    return draft_.records.back().version;
  }
  const auto [at, inserted] =
      version_ids_.try_emplace(text, DraftVersionId(draft_.versions.size()));
  if (inserted) {
    DraftVersion& version = draft_.versions.emplace_back();
    version.text = text;
    version.error = WhyTooLong("it", text, kMaxFileNameBytes);
    if (!version.error.empty()) {
      return at->second;
    }
    const absl::StatusOr<Version> parsed = Version::Parse(text);
    if (parsed.ok()) {
      version.key = Keep(parsed->key());
    } else {
      version.error = Message(parsed.status());
    }
  }
  return at->second;
}

DraftListId IndexBuilder::AddList(std::span<const DraftSpecId> specs) {
  const std::string_view bytes(reinterpret_cast<const char*>(specs.data()), specs.size_bytes());
  const auto at = list_ids_.find(bytes);
  if (at != list_ids_.end()) {
    return at->second;
  }
  const DraftListId id(draft_.list_starts.size() - 1);
  list_ids_.emplace(Keep(bytes), id);
  draft_.list_items.insert(draft_.list_items.end(), specs.begin(), specs.end());
  draft_.list_starts.push_back(static_cast<std::uint32_t>(draft_.list_items.size()));
  return id;
}

std::string IndexBuilder::WhyMalformedSpecs(const char* field,
                                            std::span<const DraftSpecId> specs) const {
  for (const DraftSpecId id : specs) {
    const DraftSpec& spec = draft_.specs[id.index()];
    if (!spec.error.empty()) {
      constexpr std::size_t kShown = 200;
      return absl::StrFormat("%s '%s': %s", field, spec.text.substr(0, kShown), spec.error);
    }
  }
  return {};
}

std::string IndexBuilder::WhyMalformed(const RecordFields& fields, DraftVersionId version) const {
  std::string why = WhyTextTooLong(fields);
  // A name that another record has was looked at already.
  if (why.empty() && !draft_.names.Find(fields.name).ok()) {
    why = WhyBadPackageName(fields.name);
  }
  if (why.empty() && !draft_.versions[version.index()].error.empty()) {
    why = absl::StrFormat("version: %s", draft_.versions[version.index()].error);
  }
  if (why.empty()) {
    why = WhyBadFilePart("build", fields.build);
  }
  if (why.empty()) {
    why = WhyBadFilePart("file name", fields.fn);
  }
  if (why.empty() && num_malformed_specs_ > 0) {
    why = WhyMalformedSpecs("depends", fields.depends);
    if (why.empty()) {
      why = WhyMalformedSpecs("constrains", fields.constrains);
    }
    if (why.empty()) {
      why = WhyMalformedSpecs("extra_depends", fields.extra_specs);
    }
  }
  return why;
}

void IndexBuilder::WatchOrder(const RecordFields& fields) {
  std::string_view& last = last_fn_[fields.is_conda_format ? 1 : 0];
  const std::string_view end = fields.is_conda_format ? ".conda" : ".tar.bz2";
  may_repeat_ = may_repeat_ || fields.fn <= last || !fields.fn.ends_with(end);
  last = fields.fn;
}

void IndexBuilder::AddRecord(const RecordFields& fields) {
  const DraftVersionId version = AddVersion(fields.version);
  if (std::string why = WhyMalformed(fields, version); !why.empty()) {
    SkipRecord(fields.fn, fields.name, std::move(why));
    return;
  }
  WatchOrder(fields);
  DraftRecord& record = draft_.records.emplace_back();
  record.name = draft_.names.Intern(fields.name);
  record.version = version;
  record.build = draft_.builds.Intern(fields.build);
  record.depends = AddList(fields.depends);
  record.constrains = AddList(fields.constrains);
  record.build_number = fields.build_number;
  record.timestamp_ms = fields.timestamp_ms;
  record.size_bytes = fields.size_bytes;
  record.num_track_features = fields.num_track_features;
  record.num_features = fields.num_features;
  record.noarch = fields.noarch;
  record.is_conda_format = fields.is_conda_format;
  record.license = AddText(fields.license);
  record.license_family = AddText(fields.license_family);
  record.track_features = AddText(fields.track_features);
  record.features = AddText(fields.features);
  record.python_site_packages_path = AddText(fields.python_site_packages_path);
  record.flags = AddText(fields.flags);
  record.extra_depends = AddText(fields.extra_depends);
  record.fn = fields.fn;
  record.md5 = fields.md5;
  record.sha256 = fields.sha256;
  record.url = fields.url;
}

void IndexBuilder::SkipRecord(std::string_view fn, std::string_view name, std::string reason) {
  for (const std::string_view text : {name, NameOfFile(fn)}) {
    if (const std::string lower = ToLower(text); WhyBadPackageName(lower).empty()) {
      draft_.names.Intern(Keep(lower));
      break;
    }
  }
  CountSkipped(fn, std::move(reason));
}

void IndexBuilder::CountSkipped(std::string_view fn, std::string reason) {
  ++report_->num_skipped;
  if (report_->skipped.size() < kMaxSkippedNamed) {
    report_->skipped.push_back({std::string(fn.substr(0, kMaxFileNameBytes)), std::move(reason)});
  }
}

void IndexBuilder::DropRemoved() {
  if (removed_.empty()) {
    return;
  }
  report_->num_removed += std::erase_if(
      draft_.records, [this](const DraftRecord& record) { return removed_.contains(record.fn); });
}

// Two records of one file: JSON permits to repeat a key, and a .conda file can stand in both maps.
// The better one stays, so that the order of the text does not matter.
void IndexBuilder::DropDuplicates() {
  if (!may_repeat_) {
    return;
  }
  TextMap<std::size_t> by_file;
  by_file.reserve(draft_.records.size());
  std::vector<bool> is_dropped(draft_.records.size());
  for (std::size_t row = 0; row < draft_.records.size(); ++row) {
    const DraftRecord& record = draft_.records[row];
    const auto [at, inserted] = by_file.try_emplace(record.fn, row);
    if (inserted) {
      continue;
    }
    const bool is_better = ContentLess(draft_, record, draft_.records[at->second]);
    is_dropped[is_better ? at->second : row] = true;
    if (is_better) {
      at->second = row;
    }
    CountSkipped(record.fn, "another record has the same file name");
  }
  if (by_file.size() == draft_.records.size()) {
    return;
  }
  std::size_t kept = 0;
  for (std::size_t row = 0; row < draft_.records.size(); ++row) {
    if (!is_dropped[row]) {
      draft_.records[kept++] = draft_.records[row];
    }
  }
  draft_.records.resize(kept);
}

void IndexBuilder::DropShadowed() {
  const auto is_conda = [](const DraftRecord& record) { return record.is_conda_format; };
  if (std::all_of(draft_.records.begin(), draft_.records.end(), is_conda) ||
      std::none_of(draft_.records.begin(), draft_.records.end(), is_conda)) {
    return;
  }
  absl::flat_hash_set<PackageKey> packed;
  for (const DraftRecord& record : draft_.records) {
    if (record.is_conda_format) {
      packed.insert(KeyOf(record));
    }
  }
  report_->num_shadowed += std::erase_if(draft_.records, [&](const DraftRecord& record) {
    return !record.is_conda_format && packed.contains(KeyOf(record));
  });
}

absl::StatusOr<Index> IndexBuilder::Build(std::string_view subdir, std::string_view base_url) {
  DropRemoved();
  DropDuplicates();
  DropShadowed();
  report_->num_records += draft_.records.size();
  return WriteImage(draft_, OrderIndex(draft_),
                    {subdir, base_url, base_channel_, overridden_channel_});
}

}  // namespace satchel

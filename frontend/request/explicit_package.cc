#include "frontend/request/explicit_package.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/strings.h"
#include "frontend/fetch/url.h"
#include "frontend/files.h"
#include "frontend/request/package_hash.h"
#include "repodata/spec/channel_name.h"

namespace satchel {
namespace {

std::string_view StripArchiveSuffix(std::string_view fn) {
  for (const std::string_view suffix : {".conda", ".tar.bz2"}) {
    if (fn.ends_with(suffix)) {
      return fn.substr(0, fn.size() - suffix.size());
    }
  }
  return {};
}

// Splits off "#md5" or "#sha256"; false if what follows the # is neither.
bool TakeHash(std::string_view& line, ExplicitPackage& package) {
  const std::size_t at = line.rfind('#');
  if (at == std::string_view::npos) {
    return true;
  }
  std::string hash = ToLower(line.substr(at + 1));
  line = line.substr(0, at);
  for (const std::string_view prefix : {"sha256:", "md5:"}) {
    if (hash.starts_with(prefix)) {
      hash.erase(0, prefix.size());
    }
  }
  const bool is_md5 = IsHash(hash, "md5");
  if (!is_md5 && !IsHash(hash, "sha256")) {
    return false;
  }
  (is_md5 ? package.md5 : package.sha256) = std::move(hash);
  return true;
}

// The name of the file that a URL's last part means: "x264-1!164-0.conda" is "x264-1%21164-0.conda"
// in some lock files. What is no such code, or would be a path or a control character, stays.
std::string PercentDecoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2 && value > ' ' &&
        value < 0x7f && value != '/') {
      decoded += static_cast<char>(value);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::uint64_t BuildNumber(std::string_view build) {
  const std::string_view digits = build.substr(build.rfind('_') + 1);
  if (digits.empty() || digits.size() > 9 ||
      digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return 0;
  }
  return std::stoul(std::string(digits));
}

// Known only by its file: nothing is known of what it needs.
PackageRecord RecordOfFile(const ExplicitPackage& package) {
  PackageRecord record = ToRecord(package);
  record.channel = CanonicalChannelName(package.channel);
  record.noarch = package.subdir == "noarch" ? NoarchKind::kGeneric : NoarchKind::kNone;
  return record;
}

bool IsThisFile(const Index& index, RecordId id, const ExplicitPackage& package) {
  if (index.String(index.Record(id).fn) != package.fn) {
    return false;
  }
  const ColdRow& cold = index.Cold(id);
  const auto differs = [](std::string_view asked, std::string_view known) {
    return !asked.empty() && !known.empty() && asked != known;
  };
  return !differs(package.md5, index.String(cold.md5)) &&
         !differs(package.sha256, index.String(cold.sha256));
}

std::optional<PackageRecord> FindIn(const LoadedChannel& channel, const ExplicitPackage& package) {
  for (const LoadedSubdir& subdir : channel.subdirs) {
    const Index& index = *subdir.index;
    if (!package.subdir.empty() && index.subdir() != package.subdir) {
      continue;
    }
    const NameId name = index.FindName(package.name);
    if (!name.ok()) {
      continue;
    }
    const Index::Range range = index.Records(name);
    for (std::uint32_t i = range.first; i < range.last; ++i) {
      if (IsThisFile(index, RecordId(i), package)) {
        return CopyRecord(index, RecordId(i), channel.name);
      }
    }
  }
  return std::nullopt;
}

}  // namespace

PackageRecord ToRecord(const ExplicitPackage& package) {
  PackageRecord record;
  record.name = package.name;
  record.version = package.version;
  record.build = package.build;
  record.build_number = BuildNumber(package.build);
  record.channel = package.channel;
  record.subdir = package.subdir;
  record.fn = package.fn;
  record.url = package.url;
  record.md5 = package.md5;
  record.sha256 = package.sha256;
  return record;
}

bool IsPackageFileName(std::string_view fn) {
  return std::ranges::count(StripArchiveSuffix(fn), '-') >= 2;
}

absl::StatusOr<ExplicitPackage> ParseExplicitPackage(std::string_view line,
                                                     const std::string& where) {
  ExplicitPackage package;
  package.where = where;
  std::string_view rest = StripSpace(line);
  if (!TakeHash(rest, package)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: '%s': after the # there must be an md5 (32) or sha256 (64 hexadecimal digits)", where,
        WithoutCredentials(line)));
  }
  package.url_as_written = rest.find("://") == std::string_view::npos
                               ? PathToFileUrl(AbsolutePath(ExpandPath(rest)))
                               : std::string(rest);
  package.url = StripCredentials(package.url_as_written);
  package.fn = PercentDecoded(package.url.substr(package.url.rfind('/') + 1));
  if (!IsPackageFileName(package.fn)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: '%s' is not the URL of a package "
                        "(.../NAME-VERSION-BUILD.conda or .tar.bz2)",
                        where, WithoutCredentials(line)));
  }
  const std::string_view stem = StripArchiveSuffix(package.fn);
  const std::size_t build = stem.rfind('-');
  const std::size_t version = stem.rfind('-', build - 1);
  package.name = stem.substr(0, version);
  package.version = stem.substr(version + 1, build - version - 1);
  package.build = stem.substr(build + 1);
  std::string_view base(package.url);
  base.remove_suffix(base.size() - std::min(base.rfind('/'), base.size()));
  if (const std::string_view subdir = base.substr(base.rfind('/') + 1); IsKnownSubdir(subdir)) {
    package.subdir = subdir;
    base.remove_suffix(subdir.size() + 1);
  }
  package.channel = base;
  return package;
}

FoundPackages FindPackages(const LoadedChannels& channels,
                           const std::vector<ExplicitPackage>& packages) {
  FoundPackages found;
  for (const ExplicitPackage& package : packages) {
    const std::string channel_name = CanonicalChannelName(package.channel);
    std::vector<const LoadedChannel*> order;
    for (const LoadedChannel& channel : channels.channels) {
      order.push_back(&channel);
    }
    std::stable_partition(order.begin(), order.end(), [&](const LoadedChannel* channel) {
      return channel->url == package.channel || channel->name == channel_name;
    });
    std::optional<PackageRecord> record;
    for (std::size_t i = 0; i < order.size() && !record.has_value(); ++i) {
      record = FindIn(*order[i], package);
    }
    // The file was asked for by this hash, whatever else a channel says of it.
    if (record.has_value() && !(package.sha256.empty() && package.md5.empty())) {
      record->sha256 = package.sha256;
      record->md5 = package.md5.empty() ? record->md5 : package.md5;
    }
    if (!record.has_value()) {
      found.warnings.push_back(absl::StrFormat(
          "%s: no channel has %s; its dependencies are not known", package.where, package.fn));
      record = RecordOfFile(package);
    }
    if (record->url.empty()) {
      record->url = package.url;
    }
    found.records.push_back(*std::move(record));
  }
  return found;
}

}  // namespace satchel

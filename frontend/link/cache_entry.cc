#include "frontend/link/cache_entry.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_format.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/link/conda_meta.h"
#include "frontend/link/extract.h"
#include "frontend/request/record_json.h"

namespace satchel {
namespace {

// rattler's lock file: 8 bytes of a revision, then the file's SHA-256.
std::string HashOfRattlerLock(const std::string& directory) {
  constexpr std::size_t kRevision = 8;
  constexpr std::size_t kHash = 32;
  const absl::StatusOr<std::string> lock = ReadFile(directory + ".lock");
  return lock.ok() && lock->size() >= kRevision + kHash ? ToHex(lock->substr(kRevision, kHash))
                                                        : std::string();
}

bool SameName(const PackageRecord& a, const PackageRecord& b) {
  return a.name == b.name && a.version == b.version && a.build == b.build;
}

}  // namespace

std::string ArchiveName(const PackageRecord& record) {
  return record.fn.empty() ? record.url.substr(record.url.rfind('/') + 1) : record.fn;
}

std::string ExtractedName(const PackageRecord& record) {
  std::string name = ArchiveName(record);
  for (const std::string_view suffix : {".conda", ".tar.bz2"}) {
    if (name.ends_with(suffix)) {
      name.resize(name.size() - suffix.size());
      break;
    }
  }
  return name;
}

Download DownloadOf(const PackageRecord& record, const std::string& destination) {
  Download download;
  download.urls = {record.url.starts_with("/") ? PathToFileUrl(record.url) : record.url};
  download.destination = destination;
  download.size_bytes = record.size_bytes;
  download.sha256 = record.sha256;
  download.md5 = record.md5;
  return download;
}

absl::Status VerifyPackageFile(const std::string& path, const Download& expected) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (expected.size_bytes != 0 && size != expected.size_bytes) {
    return absl::DataLossError(
        absl::StrFormat("has %d bytes, should have %d", size, expected.size_bytes));
  }
  const bool has_sha256 = !expected.sha256.empty();
  const std::string wanted = ToLower(has_sha256 ? expected.sha256 : expected.md5);
  if (wanted.empty()) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string digest,
                   FileDigest(has_sha256 ? Digest::Kind::kSha256 : Digest::Kind::kMd5, path));
  if (digest != wanted) {
    return absl::DataLossError(
        absl::StrFormat("%s is %s, should be %s", has_sha256 ? "sha256" : "md5", digest, wanted));
  }
  return absl::OkStatus();
}

bool IsOfRecord(const std::string& directory, const PackageRecord& record) {
  const std::string sha256 = ToLower(record.sha256);
  const std::string path = directory + "/info/repodata_record.json";
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) {
    if (!sha256.empty()) {
      return HashOfRattlerLock(directory) == sha256;
    }
    const absl::StatusOr<std::string> index = ReadFile(directory + "/info/index.json");
    const auto parsed = ParseCondaMeta(index.ok() ? *index : "", path);
    return record.md5.empty() && parsed.ok() && SameName(parsed->record, record);
  }
  const absl::StatusOr<JsonRecord> parsed = ParseCondaMeta(*text, path);
  if (!parsed.ok()) {
    return false;
  }
  const PackageRecord& known = parsed->record;
  if (!sha256.empty() && !known.sha256.empty()) {
    return sha256 == ToLower(known.sha256);
  }
  if (!record.md5.empty() && !known.md5.empty()) {
    return ToLower(record.md5) == ToLower(known.md5);
  }
  return record.url == known.url ||
         (sha256.empty() && record.md5.empty() && SameName(known, record));
}

absl::StatusOr<PackageContents> ReadWholePackage(const std::string& directory) {
  ASSIGN_OR_RETURN(PackageContents contents, ReadPackageContents(directory));
  RETURN_IF_ERROR(CheckPackageFiles(contents));
  return contents;
}

absl::Status CompleteFromIndex(const std::string& directory, PackageRecord* record) {
  const std::string path = directory + "/info/index.json";
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(JsonRecord index, ParseCondaMeta(text, path));
  if (!SameName(index.record, *record)) {
    return absl::InvalidArgumentError(absl::StrFormat("%s: the package in it is %s %s %s",
                                                      record->url, index.record.name,
                                                      index.record.version, index.record.build));
  }
  PackageRecord complete = std::move(index.record);
  complete.channel = record->channel;
  complete.fn = ArchiveName(*record);
  complete.url = record->url;
  complete.md5 = record->md5;
  complete.sha256 = record->sha256;
  complete.size_bytes = record->size_bytes;
  if (!record->subdir.empty()) {
    complete.subdir = record->subdir;
  }
  *record = std::move(complete);
  return absl::OkStatus();
}

absl::StatusOr<PackageContents> ExtractIntoCache(const std::string& archive,
                                                 const std::string& cache,
                                                 const PackageRecord& record) {
  std::string temporary = cache + "/.satchel/XXXXXX";
  if (mkdtemp(temporary.data()) == nullptr) {
    return absl::ErrnoToStatus(errno, temporary);
  }
  const auto remove_temporary = absl::MakeCleanup([&temporary] {
    std::error_code ignored;
    std::filesystem::remove_all(temporary, ignored);
  });
  const std::string extracted = temporary + "/new";
  if (mkdir(extracted.c_str(), 0777) != 0) {
    return absl::ErrnoToStatus(errno, extracted);
  }
  RETURN_IF_ERROR(ExtractPackage(archive, extracted));
  ASSIGN_OR_RETURN(const std::string index, ReadFile(extracted + "/info/index.json"));
  RETURN_IF_ERROR(
      WriteFile(extracted + "/info/repodata_record.json", RepodataRecordText(record, index)));
  ASSIGN_OR_RETURN(PackageContents contents, ReadWholePackage(extracted));
  const std::string final_place = cache + "/" + ExtractedName(record);
  const std::string old_place = temporary + "/old";
  if (std::rename(final_place.c_str(), old_place.c_str()) != 0 && errno != ENOENT) {
    return absl::ErrnoToStatus(errno, final_place);
  }
  if (std::rename(extracted.c_str(), final_place.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, final_place);
  }
  contents.directory = final_place;
  return contents;
}

}  // namespace satchel

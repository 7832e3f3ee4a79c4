#include "frontend/link/cache/cache_entry.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/link/package/extract.h"
#include "frontend/link/paths/open_beneath.h"
#include "frontend/link/paths/remove_tree.h"
#include "frontend/link/record/conda_meta.h"
#include "frontend/request/record_json.h"

namespace satchel {
namespace {

constexpr char kRecordFile[] = "repodata_record.json";
constexpr std::uint64_t kMaxRecordBytes = std::uint64_t{16} << 20;

// A small file of a package cache, where others may have put a link or a pipe.
absl::StatusOr<std::string> ReadFrom(const std::string& cache, const std::string& path) {
  const FileDescriptor directory(open(cache.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return directory.ok() ? ReadFileBeneath(directory.get(), path, cache, kMaxRecordBytes)
                        : absl::ErrnoToStatus(errno, cache);
}

absl::StatusOr<JsonRecord> ReadRecord(const std::string& cache, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFrom(cache, path));
  return ParseCondaMeta(text, cache + "/" + path);
}

// rattler's lock file: 8 bytes of a revision, then the file's SHA-256.
std::string HashOfRattlerLock(const std::string& cache, const std::string& name) {
  constexpr std::size_t kRevision = 8;
  constexpr std::size_t kHash = 32;
  const absl::StatusOr<std::string> lock = ReadFrom(cache, name + ".lock");
  return lock.ok() && lock->size() >= kRevision + kHash ? ToHex(lock->substr(kRevision, kHash))
                                                        : std::string();
}

struct Hash {
  Digest::Kind kind = Digest::Kind::kSha256;
  std::string hex;  // In lower case; empty: none.
};

// The one that a file is verified by: where there are two, nobody looks at the md5.
Hash HashOf(const PackageRecord& record) {
  return record.sha256.empty() ? Hash{Digest::Kind::kMd5, ToLower(record.md5)}
                               : Hash{Digest::Kind::kSha256, ToLower(record.sha256)};
}

bool IsRegularFile(const std::string& path) {
  struct stat status = {};
  return lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

bool SameName(const PackageRecord& a, const PackageRecord& b) {
  return a.name == b.name && a.version == b.version && a.build == b.build;
}

// Whatever the package has there itself is replaced: be it a link to elsewhere.
absl::Status WriteRepodataRecord(int package, const PackageRecord& record) {
  ASSIGN_OR_RETURN(const std::string index,
                   ReadFileBeneath(package, "info/index.json", record.url, kMaxRecordBytes));
  const FileDescriptor info(OpenWithoutLinks(package, "info", O_RDONLY | O_DIRECTORY));
  if (!info.ok()) {
    return absl::ErrnoToStatus(errno, record.url + ": info");
  }
  RETURN_IF_ERROR(RemoveTree(info.get(), kRecordFile));
  const std::string text = RepodataRecordText(record, index);
  const int fd =
      openat(info.get(), kRecordFile, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  std::FILE* const file = fd < 0 ? nullptr : fdopen(fd, "w");
  const bool written =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file == nullptr || std::fclose(file) != 0 || !written) {
    return absl::ErrnoToStatus(errno, record.url + ": info/" + kRecordFile);
  }
  return absl::OkStatus();
}

// "new" of the temporary directory becomes the package of this name. One that is there already is
// never missing meanwhile: environments may be soft-linked to it.
absl::Status PutInPlace(int cache, const std::string& name, int temporary,
                        const std::string& label) {
  if (renameat2(temporary, "new", cache, name.c_str(), RENAME_EXCHANGE) == 0) {
    return absl::OkStatus();
  }
  if (errno == EINVAL || errno == ENOSYS) {  // A filesystem or kernel without exchanging.
    if (renameat(cache, name.c_str(), temporary, "old") != 0 && errno != ENOENT) {
      return absl::ErrnoToStatus(errno, label);
    }
  } else if (errno != ENOENT) {
    return absl::ErrnoToStatus(errno, label);
  }
  if (renameat(temporary, "new", cache, name.c_str()) == 0) {
    return absl::OkStatus();
  }
  const int error = errno;
  static_cast<void>(renameat(temporary, "old", cache, name.c_str()));
  return absl::ErrnoToStatus(error, label);
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
  if (lstat(path.c_str(), &status) != 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  if (!S_ISREG(status.st_mode)) {
    return absl::DataLossError("is not a regular file");
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

bool IsOfRecord(const std::string& cache, const PackageRecord& record) {
  const std::string name = ExtractedName(record);
  absl::StatusOr<JsonRecord> known = ReadRecord(cache, name + "/info/" + kRecordFile);
  const bool has_record = known.ok();
  if (!has_record) {
    known = ReadRecord(cache, name + "/info/index.json");
  }
  if (!known.ok()) {
    return false;
  }
  Hash verified;
  if (has_record) {
    verified = HashOf(known->record);
  }
  if (verified.kind != Digest::Kind::kSha256 || verified.hex.empty()) {
    if (std::string sha256 = HashOfRattlerLock(cache, name); !sha256.empty()) {
      verified = {Digest::Kind::kSha256, std::move(sha256)};
    }
  }
  const Hash asked = HashOf(record);
  if (asked.hex.empty()) {
    const bool knows_url = has_record && !known->record.url.empty() && !record.url.empty();
    return knows_url ? known->record.url == record.url : SameName(known->record, record);
  }
  if (verified.hex.empty() || verified.kind == asked.kind) {
    return verified.hex == asked.hex;
  }
  const std::string archive = cache + "/" + ArchiveName(record);
  return IsRegularFile(archive) && FileDigest(asked.kind, archive).value_or("") == asked.hex &&
         FileDigest(verified.kind, archive).value_or("") == verified.hex;
}

absl::StatusOr<PackageContents> ReadWholePackage(const std::string& directory) {
  ASSIGN_OR_RETURN(PackageContents contents, ReadPackageContents(directory));
  RETURN_IF_ERROR(CheckPackageFiles(contents));
  return contents;
}

absl::Status CompleteFromIndex(const std::string& directory, PackageRecord* record) {
  ASSIGN_OR_RETURN(JsonRecord index, ReadRecord(directory, "info/index.json"));
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

absl::StatusOr<PackageContents> ExtractIntoCache(const std::string& archive, const CacheHome& cache,
                                                 const PackageRecord& record) {
  ASSIGN_OR_RETURN(const CacheTemporary temporary, cache.MakeTemporary());
  const std::string extracted = temporary.path() + "/new";
  if (mkdirat(temporary.fd(), "new", 0777) != 0) {
    return absl::ErrnoToStatus(errno, extracted);
  }
  const FileDescriptor directory(OpenWithoutLinks(temporary.fd(), "new", O_RDONLY | O_DIRECTORY));
  if (!directory.ok()) {
    return absl::ErrnoToStatus(errno, extracted);
  }
  RETURN_IF_ERROR(ExtractPackage(archive, directory.get()));
  RETURN_IF_ERROR(WriteRepodataRecord(directory.get(), record));
  absl::StatusOr<PackageContents> contents = ReadWholePackage(extracted);
  if (!contents.ok()) {  // Nobody ever sees where it was extracted to.
    std::string message(ToStd(contents.status().message()));
    if (message.starts_with(extracted)) {
      message.replace(0, extracted.size(), archive);
    }
    return absl::Status(contents.status().code(), message);
  }
  const std::string name = ExtractedName(record);
  const std::string final_place = cache.cache() + "/" + name;
  RETURN_IF_ERROR(PutInPlace(cache.cache_fd(), name, temporary.fd(), final_place));
  contents->directory = final_place;
  return contents;
}

}  // namespace satchel

#include "tests/support/package_builder.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/digest.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using Json = nlohmann::json;

la_ssize_t Append(archive* /*writer*/, void* text, const void* data, std::size_t size) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

void WriteEntries(archive* writer, const std::vector<ArchiveEntry>& entries) {
  for (const ArchiveEntry& one : entries) {
    archive_entry* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, one.path.c_str());
    archive_entry_set_perm(entry, static_cast<mode_t>(one.mode));
    archive_entry_set_mtime(entry, 1'600'000'000, 0);
    archive_entry_set_size(entry, 0);
    if (one.device) {
      archive_entry_set_filetype(entry, AE_IFCHR);
      archive_entry_set_rdevmajor(entry, 1);
      archive_entry_set_rdevminor(entry, 3);
    } else if (one.directory) {
      archive_entry_set_filetype(entry, AE_IFDIR);
    } else if (!one.link.empty()) {
      archive_entry_set_filetype(entry, AE_IFLNK);
      archive_entry_set_symlink(entry, one.link.c_str());
    } else {
      archive_entry_set_filetype(entry, AE_IFREG);
      if (!one.hard_link.empty()) {
        archive_entry_set_hardlink(entry, one.hard_link.c_str());
      } else {
        archive_entry_set_size(entry, static_cast<la_int64_t>(one.content.size() + one.zeros));
        if (one.sparse) {
          archive_entry_sparse_add_entry(entry, 0, static_cast<la_int64_t>(one.content.size()));
        }
      }
    }
    archive_write_header(writer, entry);
    archive_write_data(writer, one.content.data(), one.content.size());
    const std::string block(1 << 20, '\0');
    for (std::uint64_t rest = one.zeros; rest > 0;) {
      const std::size_t size = std::min<std::uint64_t>(rest, block.size());
      archive_write_data(writer, block.data(), size);
      rest -= size;
    }
    archive_entry_free(entry);
  }
}

std::string Finish(archive* writer, const std::vector<ArchiveEntry>& entries) {
  std::string text;
  archive_write_set_bytes_per_block(writer, 0);
  archive_write_open(writer, &text, nullptr, &Append, nullptr);
  WriteEntries(writer, entries);
  archive_write_close(writer);
  archive_write_free(writer);
  return text;
}

void AddNumber(std::uint64_t number, int bytes, std::string* text) {
  for (int i = 0; i < bytes; ++i) {
    *text += static_cast<char>(i < 8 ? (number >> (8 * i)) & 0xff : 0);
  }
}

std::uint32_t Crc32(const std::string& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
  }
  return ~crc;
}

Json IndexOf(const BuiltPackage& package) {
  Json index = {
      {"name", package.name},          {"version", package.version},
      {"build", package.build},        {"build_number", 0},
      {"depends", package.depends},    {"subdir", package.noarch.empty() ? "linux-64" : "noarch"},
      {"timestamp", 1'600'000'000'000}};
  if (!package.noarch.empty()) {
    index["noarch"] = package.noarch;
  }
  if (!package.site_packages.empty()) {
    index["python_site_packages_path"] = package.site_packages;
  }
  return index;
}

Json PathsOf(const BuiltPackage& package) {
  Json paths = Json::array();
  for (const BuiltFile& file : package.files) {
    Json path = {{"_path", file.path},
                 {"path_type", file.link.empty() ? "hardlink" : "softlink"},
                 {"sha256", Sha256Hex(file.content)},
                 {"size_in_bytes", file.content.size()}};
    if (!file.placeholder.empty()) {
      path["prefix_placeholder"] = file.placeholder;
      path["file_mode"] = file.binary ? "binary" : "text";
    }
    if (file.no_link) {
      path["no_link"] = true;
    }
    paths.push_back(std::move(path));
  }
  return {{"paths", paths}, {"paths_version", 1}};
}

void AddOldInfo(const BuiltPackage& package, std::vector<ArchiveEntry>* entries) {
  std::string files;
  std::string has_prefix;
  std::string no_link;
  for (const BuiltFile& file : package.files) {
    files += file.path + "\n";
    if (!file.placeholder.empty()) {
      has_prefix += file.placeholder + (file.binary ? " binary " : " text ") + file.path + "\n";
    }
    no_link += file.no_link ? file.path + "\n" : "";
  }
  entries->push_back({.path = "info/files", .content = files});
  entries->push_back({.path = "info/has_prefix", .content = has_prefix});
  entries->push_back({.path = "info/no_link", .content = no_link});
}

std::vector<ArchiveEntry> InfoOf(const BuiltPackage& package) {
  std::vector<ArchiveEntry> entries = {
      {.path = "info/index.json", .content = IndexOf(package).dump(2)}};
  if (package.old_form) {
    AddOldInfo(package, &entries);
  } else {
    entries.push_back({.path = "info/paths.json", .content = PathsOf(package).dump(2)});
  }
  if (!package.entry_points.empty()) {
    const Json link = {{"noarch", {{"type", "python"}, {"entry_points", package.entry_points}}},
                       {"package_metadata_version", 1}};
    entries.push_back({.path = "info/link.json", .content = link.dump(2)});
  }
  return entries;
}

void WriteBytes(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

std::string TarOf(const std::vector<ArchiveEntry>& entries, const std::string& compression) {
  archive* const writer = archive_write_new();
  archive_write_set_format_pax_restricted(writer);
  if (compression == "bzip2") {
    archive_write_add_filter_bzip2(writer);
  } else {
    archive_write_add_filter_zstd(writer);
    archive_write_set_options(writer, "zstd:compression-level=1");
  }
  return Finish(writer, entries);
}

// By hand: libarchive puts the sizes behind the data, which not all readers of packages take.
std::string ZipOf(const std::vector<ArchiveEntry>& members) {
  std::string zip;
  std::string directory;
  for (const ArchiveEntry& member : members) {
    std::string common;                 // What the local header and the directory say alike.
    AddNumber(20, 2, &common);          // Version needed.
    AddNumber(0, 2 + 2, &common);       // Flags, stored.
    AddNumber(0x50210000, 4, &common);  // Time.
    AddNumber(Crc32(member.content), 4, &common);
    AddNumber(member.content.size(), 4, &common);
    AddNumber(member.content.size(), 4, &common);
    AddNumber(member.path.size(), 2, &common);
    AddNumber(0, 2, &common);  // Extra.
    directory += std::string("PK\1\2\24\0", 6) + common;
    AddNumber(0, 2 + 2 + 2, &directory);  // Comment, disk, attributes.
    AddNumber(0, 4, &directory);
    AddNumber(zip.size(), 4, &directory);
    directory += member.path;
    zip += "PK\3\4" + common + member.path + member.content;
  }
  const std::size_t directory_at = zip.size();
  zip += directory + std::string("PK\5\6\0\0\0\0", 8);
  AddNumber(members.size(), 2, &zip);
  AddNumber(members.size(), 2, &zip);
  AddNumber(directory.size(), 4, &zip);
  AddNumber(directory_at, 4, &zip);
  AddNumber(0, 2, &zip);
  return zip;
}

std::string ChannelBuilder::Add(const BuiltPackage& package) {
  std::vector<ArchiveEntry> info = InfoOf(package);
  std::vector<ArchiveEntry> files;
  for (const BuiltFile& file : package.files) {
    files.push_back(
        {.path = file.path, .content = file.content, .mode = file.mode, .link = file.link});
  }
  const std::string name = package.name + "-" + package.version + "-" + package.build;
  const std::string subdir = package.noarch.empty() ? "linux-64" : "noarch";
  std::string path = directory_ + "/" + subdir + "/" + name;
  if (package.old_form) {
    path += ".tar.bz2";
    info.insert(info.end(), files.begin(), files.end());
    WriteBytes(path, TarOf(info, "bzip2"));
  } else {
    path += ".conda";
    WriteBytes(path,
               ZipOf({{.path = "metadata.json", .content = R"({"conda_pkg_format_version": 2})"},
                      {.path = "info-" + name + ".tar.zst", .content = TarOf(info, "zstd")},
                      {.path = "pkg-" + name + ".tar.zst", .content = TarOf(files, "zstd")}}));
  }
  AddFile(path, IndexOf(package).dump(), subdir);
  return path;
}

void ChannelBuilder::AddFile(const std::string& path, const std::string& index_json,
                             const std::string& subdir) {
  Json record = Json::parse(index_json);
  record["sha256"] = *FileDigest(Digest::Kind::kSha256, path);
  record["md5"] = *FileDigest(Digest::Kind::kMd5, path);
  record["size"] = std::filesystem::file_size(path);
  records_.push_back({subdir, std::filesystem::path(path).filename().string(), record.dump()});
}

void ChannelBuilder::Write() const {
  for (const char* subdir : {"linux-64", "noarch"}) {
    Json repodata = {{"info", {{"subdir", subdir}}},
                     {"packages", Json::object()},
                     {"packages.conda", Json::object()}};
    for (const Record& record : records_) {
      if (record.subdir == subdir) {
        repodata[record.fn.ends_with(".conda") ? "packages.conda" : "packages"][record.fn] =
            Json::parse(record.json);
      }
    }
    WriteBytes(directory_ + "/" + subdir + "/repodata.json", repodata.dump());
  }
}

}  // namespace satchel::testing

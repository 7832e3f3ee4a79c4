#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace satchel::testing {

// One entry of an archive.
struct ArchiveEntry {
  std::string path = {};
  std::string content = {};
  int mode = 0644;
  std::string link = {};       // If not empty: a symbolic link to it.
  std::string hard_link = {};  // The same for a hard link.
  std::uint64_t zeros = 0;     // This many of them after `content`.
  bool sparse = false;         // The zeros are a hole.
  bool device = false;
  bool directory = false;
};

// A tar, compressed by "bzip2" or "zstd"; a zip with stored members.
std::string TarOf(const std::vector<ArchiveEntry>& entries, const std::string& compression);
std::string ZipOf(const std::vector<ArchiveEntry>& members);

// A file of a package that a test makes.
struct BuiltFile {
  std::string path = {};
  std::string content = {};
  int mode = 0644;
  std::string link = {};         // If not empty: a symbolic link to it.
  std::string placeholder = {};  // If not empty: its content mentions this build prefix.
  bool binary = false;           // How the prefix is replaced.
  bool no_link = false;
};

struct BuiltPackage {
  std::string name = {};
  std::string version = "1.0";
  std::string build = "0";
  std::vector<std::string> depends = {};
  std::vector<BuiltFile> files = {};
  std::string noarch = {};                     // "python", "generic".
  std::vector<std::string> entry_points = {};  // Of noarch python.
  std::string site_packages = {};              // python_site_packages_path, of python itself.
  bool old_form = false;  // .tar.bz2 with info/files and has_prefix instead of paths.json.
};

// A channel on disk to which a test adds packages.
class ChannelBuilder final {
 public:
  explicit ChannelBuilder(std::string directory) : directory_(std::move(directory)) {}

  // Writes the package's file; returns its path.
  std::string Add(const BuiltPackage& package);
  // Adds an existing package file, with the JSON of its index.json.
  void AddFile(const std::string& path, const std::string& index_json, const std::string& subdir);
  // Writes repodata.json of linux-64 and noarch.
  void Write() const;

  const std::string& directory() const { return directory_; }

 private:
  struct Record {
    std::string subdir;
    std::string fn;
    std::string json;
  };

  std::string directory_;
  std::vector<Record> records_;
};

}  // namespace satchel::testing

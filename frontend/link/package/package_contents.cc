#include "frontend/link/package/package_contents.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <climits>

#include "absl/strings/str_format.h"

#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/json.h"
#include "frontend/link/paths/open_beneath.h"
#include "frontend/link/paths/relative_path.h"
#include "repodata/spec/record_rules.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;

// What packages built before conda-build recorded placeholders have in them.
constexpr char kOldPlaceholder[] = "/opt/anaconda1anaconda2anaconda3";

// The files of info/ that are read here; a list of 100,000 paths takes 30 MB.
constexpr std::uint64_t kMaxInfoBytes = std::uint64_t{256} << 20;

// An extracted package. What it holds is its maker's; in a package cache that several people write,
// anybody's.
class PackageDirectory final {
 public:
  static absl::StatusOr<PackageDirectory> Open(const std::string& path) {
    PackageDirectory directory;
    directory.path_ = path;
    directory.handle_ =
        FileDescriptor(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory.handle_.ok()) {
      return absl::ErrnoToStatus(errno, path);
    }
    return directory;
  }

  int fd() const { return handle_.get(); }
  std::string NameOf(const char* file) const { return path_ + "/" + file; }
  absl::StatusOr<std::string> Read(const char* file) const {
    return ReadFileBeneath(fd(), file, path_, kMaxInfoBytes);
  }
  absl::StatusOr<std::string> ReadIfThere(const char* file) const {
    absl::StatusOr<std::string> text = Read(file);
    return absl::IsNotFound(text.status()) ? std::string() : text;
  }
  absl::StatusOr<Json> ReadObject(const char* file) const {
    ASSIGN_OR_RETURN(const std::string text, ReadIfThere(file));
    return text.empty() ? Json::object() : ParseJsonObject(text, NameOf(file));
  }

 private:
  std::string path_;
  FileDescriptor handle_;
};

absl::StatusOr<std::string> SafePath(std::string_view typed, const std::string& where) {
  std::optional<std::string> path = NormalRelativePath(typed);
  if (!path.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: '%s' would lie outside the environment", where, std::string(typed)));
  }
  return *std::move(path);
}

absl::StatusOr<PackagePath> ParsePath(const Json& entry, const std::string& where) {
  if (!entry.is_object()) {
    return absl::InvalidArgumentError(where + ": a path that is not an object");
  }
  PackagePath path;
  ASSIGN_OR_RETURN(path.path, SafePath(TextField(entry, "_path"), where));
  const std::string type = TextField(entry, "path_type");
  path.type = type == "softlink"    ? PackagePath::Type::kSoftLink
              : type == "directory" ? PackagePath::Type::kDirectory
                                    : PackagePath::Type::kHardLink;
  path.placeholder = TextField(entry, "prefix_placeholder");
  path.mode = TextField(entry, "file_mode") == "binary" ? FileMode::kBinary : FileMode::kText;
  const auto no_link = entry.find("no_link");
  path.no_link = no_link != entry.end() && no_link->is_boolean() && no_link->get<bool>();
  path.sha256 = TextField(entry, "sha256");
  const auto size = entry.find("size_in_bytes");
  if (size != entry.end() && size->is_number_unsigned()) {
    path.size_bytes = size->get<std::uint64_t>();
    path.size_known = true;
  }
  return path;
}

absl::Status ReadPathsJson(const std::string& text, const std::string& where,
                           PackageContents* contents) {
  ASSIGN_OR_RETURN(const Json json, ParseJsonObject(text, where));
  if (!json.contains("paths") || !json["paths"].is_array()) {
    return absl::InvalidArgumentError(where + ": not a list of paths");
  }
  contents->paths.reserve(json["paths"].size());
  for (const Json& entry : json["paths"]) {
    ASSIGN_OR_RETURN(PackagePath path, ParsePath(entry, where));
    contents->paths.push_back(std::move(path));
  }
  return absl::OkStatus();
}

struct OldPrefix {
  std::string placeholder;
  FileMode mode = FileMode::kText;
};

// "placeholder mode path", each perhaps in quotes, or only a path.
std::map<std::string, OldPrefix> ParseHasPrefix(std::string_view text) {
  std::map<std::string, OldPrefix> prefixes;
  for (std::string_view line : Split(text, '\n')) {
    line = StripSpace(line);
    if (line.empty()) {
      continue;
    }
    std::vector<std::string> words;
    std::string_view rest = line;
    while (!rest.empty() && words.size() < 3) {
      const bool quoted = rest.front() == '"' || rest.front() == '\'';
      const char end_mark = quoted ? rest.front() : ' ';
      const std::size_t end = rest.find(end_mark, quoted ? 1 : 0);
      words.emplace_back(rest.substr(quoted ? 1 : 0, end - (quoted ? 1 : 0)));
      rest = end == std::string_view::npos ? std::string_view()
                                           : StripSpace(rest.substr(end + (quoted ? 1 : 0)));
    }
    if (words.size() == 3 && rest.empty()) {
      prefixes[words[2]] = {words[0], words[1] == "binary" ? FileMode::kBinary : FileMode::kText};
    } else {
      prefixes[std::string(line)] = {kOldPlaceholder, FileMode::kText};
    }
  }
  return prefixes;
}

// Packages of before 2016.
absl::Status ReadOldForm(const PackageDirectory& directory, PackageContents* contents) {
  ASSIGN_OR_RETURN(const std::string files, directory.Read("info/files"));
  ASSIGN_OR_RETURN(const std::string has_prefix, directory.ReadIfThere("info/has_prefix"));
  ASSIGN_OR_RETURN(const std::string no_link, directory.ReadIfThere("info/no_link"));
  const std::map<std::string, OldPrefix> prefixes = ParseHasPrefix(has_prefix);
  std::map<std::string, bool> copies;
  for (const std::string_view line : Split(no_link, '\n')) {
    copies[std::string(StripSpace(line))] = true;
  }
  for (std::string_view line : Split(files, '\n')) {
    line = StripSpace(line);
    if (line.empty() || line.starts_with("info/")) {
      continue;
    }
    PackagePath path;
    ASSIGN_OR_RETURN(path.path, SafePath(line, directory.NameOf("info/files")));
    if (const auto prefix = prefixes.find(path.path); prefix != prefixes.end()) {
      path.placeholder = prefix->second.placeholder;
      path.mode = prefix->second.mode;
    }
    path.no_link = copies.contains(path.path);
    if (struct stat status = {};
        fstatat(directory.fd(), path.path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
      path.type = S_ISLNK(status.st_mode)   ? PackagePath::Type::kSoftLink
                  : S_ISDIR(status.st_mode) ? PackagePath::Type::kDirectory
                                            : PackagePath::Type::kHardLink;
    } else if (errno != ENOENT && errno != ENOTDIR) {
      return absl::ErrnoToStatus(errno, directory.NameOf(path.path.c_str()));
    }
    contents->paths.push_back(std::move(path));
  }
  return absl::OkStatus();
}

absl::Status ReadPaths(const PackageDirectory& directory, PackageContents* contents) {
  constexpr char kPaths[] = "info/paths.json";
  ASSIGN_OR_RETURN(const std::string text, directory.ReadIfThere(kPaths));
  RETURN_IF_ERROR(text.empty() ? ReadOldForm(directory, contents)
                               : ReadPathsJson(text, directory.NameOf(kPaths), contents));
  std::erase_if(contents->paths, [contents](const PackagePath& path) {
    const bool is_ours = IsWithinCondaMeta(path.path);
    if (is_ours) {
      contents->left_out.push_back(path.path);
    }
    contents->has_menu |= path.path.starts_with("Menu/") && path.path.ends_with(".json");
    return is_ours;
  });
  return absl::OkStatus();
}

// `directory` is open on that of the file, or -1.
absl::Status CheckFile(const PackageContents& contents, const PackagePath& path, int directory) {
  using Type = PackagePath::Type;
  struct stat status = {};
  const std::string name = path.path.substr(path.path.rfind('/') + 1);
  if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return absl::DataLossError(
        absl::StrFormat("%s: '%s' is missing", contents.directory, path.path));
  }
  // A file where a symbolic link was promised is of no harm; anything else is, if it is followed.
  const bool is_right =
      path.type == Type::kDirectory
          ? S_ISDIR(status.st_mode)
          : S_ISREG(status.st_mode) || (path.type == Type::kSoftLink && S_ISLNK(status.st_mode));
  if (!is_right) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: '%s' is listed as a %s and is none", contents.directory, path.path,
                        path.type == Type::kDirectory ? "directory" : "file"));
  }
  if (path.type == Type::kHardLink && path.size_known &&
      static_cast<std::uint64_t>(status.st_size) != path.size_bytes) {
    return absl::DataLossError(absl::StrFormat("%s: '%s' has %d bytes, should have %d",
                                               contents.directory, path.path, status.st_size,
                                               path.size_bytes));
  }
  return absl::OkStatus();
}

bool IsPythonName(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '.' || (c & 0x80) != 0;
  });
}

}  // namespace

absl::StatusOr<EntryPoint> ParseEntryPoint(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::size_t colon = text.rfind(':');
  EntryPoint point;
  if (equals != std::string_view::npos && colon != std::string_view::npos && equals < colon) {
    point.command = StripSpace(text.substr(0, equals));
    point.module = StripSpace(text.substr(equals + 1, colon - equals - 1));
    // "main [extra]": extras are of no use once everything is installed.
    const std::string_view function = StripSpace(text.substr(colon + 1));
    point.function = StripSpace(function.substr(0, function.find('[')));
  }
  const bool is_file_name =
      WhyBadFilePart("", point.command).empty() && point.command.size() <= NAME_MAX;
  if (!is_file_name || !IsPythonName(point.module) || !IsPythonName(point.function)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "entry point '%s' is not of the form 'command = module:function'", std::string(text)));
  }
  return point;
}

absl::StatusOr<PackageContents> ReadPackageContents(const std::string& directory) {
  ASSIGN_OR_RETURN(const PackageDirectory package, PackageDirectory::Open(directory));
  PackageContents contents;
  contents.directory = directory;
  RETURN_IF_ERROR(ReadPaths(package, &contents));
  ASSIGN_OR_RETURN(const Json link, package.ReadObject("info/link.json"));
  ASSIGN_OR_RETURN(const Json index, package.ReadObject("info/index.json"));
  const auto noarch = link.find("noarch");
  std::string kind;
  if (noarch != link.end() && noarch->is_object()) {
    kind = TextField(*noarch, "type");
    if (const auto points = noarch->find("entry_points");
        points != noarch->end() && points->is_array()) {
      for (const Json& point : *points) {
        if (point.is_string()) {
          ASSIGN_OR_RETURN(EntryPoint parsed, ParseEntryPoint(point.get<std::string>()));
          contents.entry_points.push_back(std::move(parsed));
        }
      }
    }
  }
  if (kind.empty()) {
    kind = TextField(index, "noarch");
  }
  contents.noarch = kind == "python" ? NoarchKind::kPython
                    : kind.empty()   ? NoarchKind::kNone
                                     : NoarchKind::kGeneric;
  return contents;
}

absl::Status CheckPackageFiles(const PackageContents& contents) {
  ASSIGN_OR_RETURN(const PackageDirectory package, PackageDirectory::Open(contents.directory));
  FileDescriptor directory;
  std::string_view opened;  // Neighbours usually are in the same one.
  for (const PackagePath& path : contents.paths) {
    const std::string_view parent = DirectoryOf(path.path);
    if (!directory.ok() || parent != opened) {
      directory =
          FileDescriptor(OpenWithoutLinks(package.fd(), std::string(parent), O_PATH | O_DIRECTORY));
      opened = parent;
    }
    if (!directory.ok() && (errno == ELOOP || errno == ENOTDIR)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: '%s' lies behind a symbolic link or a file of the package",
                          contents.directory, path.path));
    }
    RETURN_IF_ERROR(CheckFile(contents, path, directory.get()));
  }
  return absl::OkStatus();
}

}  // namespace satchel

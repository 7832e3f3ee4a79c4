#include "tools/cli/framework/request_files.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "frontend/fetch/downloader.h"
#include "frontend/files.h"
#include "repodata/spec/channel_name.h"
#include "tools/cli/framework/settings.h"

namespace satchel {
namespace {

bool IsElsewhere(const std::string& file) {
  return file == "-" || HasScheme(file);
}

// "environment.yml" of ".../environment.yml?ref=main"; a name of its kind for standard input.
std::string NameFor(const std::string& file, const std::string& text) {
  if (file == "-") {
    const bool is_yaml = text.starts_with("dependencies:") ||
                         text.find("\ndependencies:") != std::string::npos ||
                         text.find("\npackage:") != std::string::npos;
    return is_yaml ? "standard-input.yml" : "standard-input.txt";
  }
  const std::string path = file.substr(0, file.find_first_of("?#"));
  const std::string name = std::filesystem::path(path).filename().string();
  return name.empty() ? "environment.yml" : name;
}

absl::Status Fetch(const Arguments& arguments, const std::string& url,
                   const std::string& destination) {
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  ASSIGN_OR_RETURN(NetworkOptions network, NetworkSettings(arguments, configuration));
  Download download;
  download.urls = {url};
  download.destination = destination;
  download.accept_compressed = true;
  download.max_bytes = std::uint64_t{64} << 20;
  return Downloader(std::move(network)).Fetch({download})[0].status;
}

}  // namespace

absl::StatusOr<std::optional<ScratchDirectory>> BringFiles(Arguments* arguments) {
  if (std::ranges::none_of(arguments->files, IsElsewhere)) {
    return std::nullopt;
  }
  ASSIGN_OR_RETURN(ScratchDirectory scratch, ScratchDirectory::Make());
  Arguments brought = *arguments;
  for (std::size_t i = 0; i < brought.files.size(); ++i) {
    std::string& file = brought.files[i];
    if (!IsElsewhere(file)) {
      continue;
    }
    const std::string home = scratch.path() + "/" + std::to_string(i);
    std::filesystem::create_directory(home);
    if (file == "-") {
      ASSIGN_OR_RETURN(const std::string text, ReadFile("/dev/stdin"));
      file = home + "/" + NameFor(file, text);
      RETURN_IF_ERROR(WriteFile(file, text));
    } else if (const std::string path = FileUrlToPath(file); !path.empty()) {
      file = path;
    } else {
      const std::string place = home + "/" + NameFor(file, "");
      RETURN_IF_ERROR(Fetch(*arguments, file, place));
      file = place;
    }
  }
  arguments->files = std::move(brought.files);
  return std::optional<ScratchDirectory>(std::move(scratch));
}

}  // namespace satchel

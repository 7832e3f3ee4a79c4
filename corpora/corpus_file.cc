#include "corpora/corpus_file.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

namespace satchel {

absl::StatusOr<std::unique_ptr<CorpusFile>> CorpusFile::Create(const std::string& path) {
  const std::filesystem::path directory = std::filesystem::path(path).parent_path();
  if (std::error_code error; !directory.empty()) {
    std::filesystem::create_directories(directory, error);
    if (error) {
      return absl::ErrnoToStatus(error.value(), directory.string());
    }
  }
  // The process id keeps two writers of one directory apart.
  std::string temporary_path = absl::StrFormat("%s.%d.part", path, static_cast<int>(getpid()));
  std::FILE* file = std::fopen(temporary_path.c_str(), "wb");
  if (file == nullptr) {
    return absl::ErrnoToStatus(errno, temporary_path);
  }
  return std::unique_ptr<CorpusFile>(new CorpusFile(path, std::move(temporary_path), file));
}

CorpusFile::CorpusFile(std::string path, std::string temporary_path, std::FILE* file)
    : path_(std::move(path)), temporary_path_(std::move(temporary_path)), file_(file) {}

CorpusFile::~CorpusFile() {
  if (file_ != nullptr) {
    std::fclose(file_);
    std::remove(temporary_path_.c_str());
  }
}

void CorpusFile::Append(std::string_view text) {
  if (error_ == 0 && std::fwrite(text.data(), 1, text.size(), file_) != text.size()) {
    error_ = errno;
  }
}

absl::Status CorpusFile::Commit() {
  if (std::fclose(std::exchange(file_, nullptr)) != 0 && error_ == 0) {
    error_ = errno;
  }
  if (error_ == 0 && std::rename(temporary_path_.c_str(), path_.c_str()) != 0) {
    error_ = errno;
  }
  if (error_ != 0) {
    std::remove(temporary_path_.c_str());
    return absl::ErrnoToStatus(error_, path_);
  }
  return absl::OkStatus();
}

bool FileHasContent(const std::string& path, std::string_view content) {
  std::ifstream file(path, std::ios::binary);
  return file && std::string{std::istreambuf_iterator<char>(file),
                             std::istreambuf_iterator<char>()} == content;
}

}  // namespace satchel

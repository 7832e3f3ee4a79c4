// A file of an index that is damaged: the input says which bytes of a whole one are altered, three
// at a time (two of the place, one of the value), with or without its checksums made right again.
// It is refused, or what is read of it is safe to read.

#include <array>
#include <cstring>
#include <memory>

#include "frontend/files.h"
#include "repodata/index/index_file.h"
#include "repodata/io/ingest.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/repodata/io/repodata_text.h"

namespace {

constexpr char kRepodata[] = R"({"info":{"subdir":"linux-64","base_url":"https://h/c"},"packages":{
"a-1-0.tar.bz2":{"name":"a","version":"1","build":"0","build_number":0,"depends":["b >=1,<2","c"],
"md5":"0123456789abcdef0123456789abcdef","license":"MIT","timestamp":1600000000000},
"b-1.5-0.tar.bz2":{"name":"b","version":"1.5","build":"0","build_number":0,"depends":["c"],
"constrains":["d 1.*"],"size":5}},"packages.conda":{
"c-2-h_1.conda":{"name":"c","version":"2","build":"h_1","build_number":1,"depends":[],
"track_features":"x y","sha256":"00","noarch":"python"}},"removed":[],"repodata_version":2})";

std::string WholeFile(const std::string& directory) {
  const absl::StatusOr<satchel::Index> index =
      satchel::IngestRepodata(kRepodata, {.subdir = "linux-64", .label = "x"}, nullptr);
  SATCHEL_CHECK(index.ok() && index->num_records() == 3);
  const std::string path = directory + "/whole.idx";
  SATCHEL_CHECK(satchel::WriteIndexFile(path, *index, {.source = "/x", .subdir = "linux-64"}).ok());
  return *satchel::ReadFile(path);
}

// The image alone, whose checksums nothing guards.
void CheckImage(std::string_view altered) {
  const auto copy = std::make_shared<std::vector<std::uint64_t>>(altered.size() / 8 + 1);
  std::memcpy(copy->data(), altered.data(), altered.size());
  const auto bytes = std::as_bytes(std::span(*copy)).first(altered.size());
  const absl::StatusOr<satchel::Index> index = satchel::Index::FromImage(copy, bytes);
  if (index.ok() && index->Validate().ok()) {
    satchel::testing::TouchAll(*index);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  satchel::testing::UseMemory();
  static const satchel::testing::TemporaryDirectory directory;
  static const std::string whole = WholeFile(directory.path());
  static const std::string image = [] {
    const auto index =
        satchel::IngestRepodata(kRepodata, {.subdir = "linux-64", .label = "x"}, nullptr);
    const auto bytes = index->image();
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }();
  std::string altered = whole;
  std::string altered_image = image;
  for (std::size_t i = 0; i + 3 <= size; i += 3) {
    const std::size_t place = data[i] + 256U * data[i + 1];
    altered[place % altered.size()] = static_cast<char>(data[i + 2]);
    altered_image[place % altered_image.size()] = static_cast<char>(data[i + 2]);
  }
  if (size % 3 == 1) {
    altered.resize(altered.size() * data[size - 1] / 256);
  }
  CheckImage(altered_image);
  const std::string path = directory.Write("x.idx", altered);
  if (const absl::StatusOr<satchel::IndexFile> opened = satchel::OpenIndexFile(path);
      opened.ok() && opened->index.Validate().ok()) {
    satchel::testing::TouchAll(opened->index);
  }
  return 0;
}

#include "repodata/index/index_file_notes.h"

#include <cstdint>
#include <cstring>
#include <utility>

namespace satchel {
namespace {

class NotesWriter final {
 public:
  void Number(std::uint64_t number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  void Text(std::string_view text) {
    Number(text.size());
    bytes_.append(text);
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class NotesReader final {
 public:
  explicit NotesReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t Number() {
    std::uint64_t number = 0;
    if (const std::string_view bytes = Bytes(sizeof number); !bytes.empty()) {
      std::memcpy(&number, bytes.data(), sizeof number);
    }
    return number;
  }
  std::string Text() { return std::string(Bytes(Number())); }
  // Whether there was as much as was asked for.
  bool ok() const { return ok_; }
  // Only the padding is left.
  bool AtEnd() const { return ok_ && rest_.size() < sizeof(std::uint64_t); }

 private:
  std::string_view Bytes(std::uint64_t size) {
    if (size > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::string EncodeNotes(const IndexFileNotes& notes) {
  NotesWriter writer;
  writer.Text(notes.source);
  writer.Text(notes.subdir);
  writer.Number(notes.identity.content.low);
  writer.Number(notes.identity.content.high);
  writer.Number(notes.report.num_records);
  writer.Number(notes.report.num_removed);
  writer.Number(notes.report.num_shadowed);
  writer.Number(notes.report.num_skipped);
  writer.Number(notes.report.skipped.size());
  for (const SkippedRecord& skipped : notes.report.skipped) {
    writer.Text(skipped.fn);
    writer.Text(skipped.reason);
  }
  return writer.Take();
}

std::optional<IndexFileNotes> DecodeNotes(std::string_view bytes) {
  NotesReader reader(bytes);
  IndexFileNotes notes;
  notes.source = reader.Text();
  notes.subdir = reader.Text();
  notes.identity.content.low = reader.Number();
  notes.identity.content.high = reader.Number();
  notes.report.num_records = reader.Number();
  notes.report.num_removed = reader.Number();
  notes.report.num_shadowed = reader.Number();
  notes.report.num_skipped = reader.Number();
  const std::uint64_t num_named = reader.Number();
  for (std::uint64_t i = 0; i < num_named && reader.ok(); ++i) {
    SkippedRecord skipped;
    skipped.fn = reader.Text();
    skipped.reason = reader.Text();
    notes.report.skipped.push_back(std::move(skipped));
  }
  return reader.AtEnd() ? std::optional(std::move(notes)) : std::nullopt;
}

}  // namespace satchel

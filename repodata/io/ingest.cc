#include "repodata/io/ingest.h"

#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "repodata/index/index_builder.h"
#include "repodata/io/file.h"
#include "repodata/json/json_reader.h"
#include "repodata/json/text_buffer.h"

namespace satchel {
namespace {

absl::StatusOr<Index> IngestText(const TextBuffer& text, const IngestOptions& options,
                                 IngestReport* report) {
  IngestReport unread;
  if (report == nullptr) {
    report = &unread;
  }
  *report = {};
  IndexBuilder builder(report);
  ASSIGN_OR_RETURN(const RepodataInfo info, ReadRepodataJson(text, options.label, builder));
  builder.SetRelations(info.base_channel, info.overridden_channel);
  return builder.Build(info.subdir.empty() ? std::string_view(options.subdir) : info.subdir,
                       info.base_url);
}

}  // namespace

absl::StatusOr<Index> IngestRepodata(std::string_view json, const IngestOptions& options,
                                     IngestReport* report) {
  if (json.size() > options.max_text_bytes) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("%s: more than %d bytes of text", options.label, options.max_text_bytes));
  }
  // The parser reads beyond the end, which a view does not permit.
  TextBuffer text;
  if (!text.Append(json) || !text.Pad()) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("%s: no memory for %d bytes of text", options.label, json.size()));
  }
  return IngestText(text, options, report);
}

absl::StatusOr<Index> IngestRepodataFile(const std::string& path, const IngestOptions& options,
                                         IngestReport* report, FileIdentity* identity) {
  IngestOptions labelled = options;
  if (labelled.label.empty()) {
    labelled.label = path;
  }
  ASSIGN_OR_RETURN(const TextBuffer text,
                   ReadTextFile(path, labelled.label, options.max_text_bytes, identity));
  return IngestText(text, labelled, report);
}

}  // namespace satchel

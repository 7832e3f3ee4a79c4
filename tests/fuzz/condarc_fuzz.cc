// A .condarc: read, and edited. After an edit that succeeds it can be read still.

#include "frontend/config/condarc_edit.h"
#include "frontend/config/configuration.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Kind = satchel::CondarcEdit::Kind;
  const std::string text(satchel::testing::TextOf(data, size));
  const absl::StatusOr<satchel::CondarcContent> content = satchel::ParseCondarc(text, "condarc");
  if (!content.ok()) {
    satchel::testing::CheckRefusal(content.status());
  }
  for (const satchel::CondarcEdit& edit :
       {satchel::CondarcEdit{Kind::kPrepend, "channels", "a: #b"},
        satchel::CondarcEdit{Kind::kAppend, "channels", "conda-forge"},
        satchel::CondarcEdit{Kind::kSet, "proxy_servers.https", "http://h:1"},
        satchel::CondarcEdit{Kind::kSet, "channel_priority", "strict"},
        satchel::CondarcEdit{Kind::kRemove, "channels", "defaults"},
        satchel::CondarcEdit{Kind::kRemoveKey, "channels", ""}}) {
    const absl::StatusOr<std::string> edited = satchel::EditCondarc(text, "condarc", edit);
    if (edited.ok()) {
      SATCHEL_CHECK(content.ok());
      SATCHEL_CHECK(satchel::ParseCondarc(*edited, "condarc").ok());
    }
  }
  return 0;
}

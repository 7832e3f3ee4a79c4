#include "frontend/config/condarc_edit.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace satchel {
namespace {

using ::testing::HasSubstr;
using EditKind = CondarcEdit::Kind;

struct Case {
  const char* before;
  CondarcEdit edit;
  const char* after;
};

const Case kCases[] = {
    {"", {EditKind::kSet, "offline", "true"}, "offline: true\n"},
    {"# mine\n", {EditKind::kSet, "channel_alias", "https://x"}, "# mine\nchannel_alias: https://x\n"},
    {"offline: false  # at home\n# end\n",
     {EditKind::kSet, "offline", "yes"},
     "offline: yes  # at home\n# end\n"},
    {"channel_alias: \"https://a\" # old\noffline: true\n",
     {EditKind::kSet, "channel_alias", "https://b"},
     "channel_alias: https://b # old\noffline: true\n"},
    {"offline:\n", {EditKind::kSet, "offline", "true"}, "offline: true\n"},
    {"verify_ssl: true\n", {EditKind::kSet, "ssl_verify", "false"}, "verify_ssl: false\n"},
    {"", {EditKind::kSet, "env_prompt", "({name}) "}, "env_prompt: \"({name}) \"\n"},
    {"env_prompt: '({name}) ' # mine\n",
     {EditKind::kSet, "env_prompt", " [{name}]\t"},
     "env_prompt: \" [{name}]\\t\" # mine\n"},
    {"", {EditKind::kSet, "channel_alias", "x\x1b[2J"}, "channel_alias: \"x\\u001b[2J\"\n"},
    {"", {EditKind::kAppend, "channels", "a"}, "channels:\n  - a\n"},
    {"channels:\n  # the best\n  - a  # first\n  - b\n\n# next\noffline: true\n",
     {EditKind::kAppend, "channels", "c"},
     "channels:\n  # the best\n  - a  # first\n  - b\n  - c\n\n# next\noffline: true\n"},
    {"channels:\n- a\n- b\n", {EditKind::kPrepend, "channels", "c"}, "channels:\n- c\n- a\n- b\n"},
    {"channels:\n- a\n- b\n", {EditKind::kPrepend, "channels", "b"}, "channels:\n- b\n- a\n"},
    {"channels:\n- a\n- b # x\n", {EditKind::kAppend, "channels", "a"}, "channels:\n- b # x\n- a\n"},
    {"channels: [a, b]  # two\n", {EditKind::kAppend, "channels", "c"}, "channels: [a, b, c]  # two\n"},
    {"channels: [a, b]\n", {EditKind::kRemove, "channels", "a"}, "channels: [b]\n"},
    {"channels: a\n", {EditKind::kPrepend, "channels", "b"}, "channels: [b, a]\n"},
    {"channels:\n  - a\n  - b # go\n  - c\n",
     {EditKind::kRemove, "channels", "b"},
     "channels:\n  - a\n  - c\n"},
    {"# x\nchannels:\n  - a\noffline: true\n",
     {EditKind::kRemove, "channels", "a"},
     "# x\noffline: true\n"},
    {"channels:\n  - a\n\n# about\noffline: true\n",
     {EditKind::kRemoveKey, "channels", ""},
     "\n# about\noffline: true\n"},
    {"", {EditKind::kSet, "proxy_servers.https", "http://p"}, "proxy_servers:\n  https: http://p\n"},
    {"proxy_servers:\n    http: http://a # one\noffline: true\n",
     {EditKind::kSet, "proxy_servers.https", "http://p"},
     "proxy_servers:\n    http: http://a # one\n    https: http://p\noffline: true\n"},
    {"proxy_servers:\n  http: http://a # one\n",
     {EditKind::kSet, "proxy_servers.http", "http://p"},
     "proxy_servers:\n  http: http://p # one\n"},
    {"proxy_servers:\n  http: a\n  https: b\n",
     {EditKind::kRemoveKey, "proxy_servers.http", ""},
     "proxy_servers:\n  https: b\n"},
    {"proxy_servers:\n  http: a\noffline: true\n",
     {EditKind::kRemoveKey, "proxy_servers.http", ""},
     "offline: true\n"},
    {"",
     {EditKind::kAppend, "custom_multichannels.all", "a"},
     "custom_multichannels:\n  all:\n    - a\n"},
    {"custom_multichannels:\n  all:\n    - a\n",
     {EditKind::kAppend, "custom_multichannels.all", "b"},
     "custom_multichannels:\n  all:\n    - a\n    - b\n"},
    {"pinned_packages:\n  - a\n",
     {EditKind::kAppend, "pinned_packages", "python=3.11.*"},
     "pinned_packages:\n  - a\n  - python=3.11.*\n"},
    {"channels:\n  - a", {EditKind::kAppend, "channels", "yes"}, "channels:\n  - a\n  - \"yes\"\n"},
};

TEST(CondarcEdit, ChangesOneThingAndKeepsTheRest) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(::testing::Message() << c.before << "/ " << c.edit.key << " " << c.edit.value);
    const auto edited = EditCondarc(c.before, "condarc", c.edit);
    ASSERT_TRUE(edited.ok()) << edited.status();
    EXPECT_EQ(*edited, c.after);
  }
}

struct Refusal {
  const char* before;
  CondarcEdit edit;
  const char* message;
};

const Refusal kRefusals[] = {
    {"", {EditKind::kSet, "chanels", "a"}, "unknown key 'chanels'; did you mean 'channel"},
    {"", {EditKind::kSet, "channels", "a"}, "is a list"},
    {"", {EditKind::kAppend, "offline", "true"}, "is not a list"},
    {"", {EditKind::kSet, "proxy_servers", "a"}, "is a map; name an entry"},
    {"", {EditKind::kSet, "offline", "maybe"}, "must be true or false"},
    {"", {EditKind::kRemoveKey, "offline", ""}, "no key 'offline'"},
    {"channels: [a]\n", {EditKind::kRemove, "channels", "b"}, "'channels' has no 'b'"},
    {"channels: [a,\n  b]\n", {EditKind::kAppend, "channels", "c"}, "by hand"},
    {"{offline: true}\n", {EditKind::kSet, "offline", "false"}, "by hand"},
    {"channel_alias: >\n  https://x\n", {EditKind::kSet, "channel_alias", "https://y"}, "by hand"},
    {"channels: &a\n  - x\ndefault_channels: *a\n", {EditKind::kAppend, "channels", "y"}, "by hand"},
    {"offline: maybe\n", {EditKind::kSet, "offline", "true"}, "must be true or false"},
};

TEST(CondarcEdit, RefusesWhatItCannotDoSafely) {
  for (const Refusal& c : kRefusals) {
    SCOPED_TRACE(::testing::Message() << c.before << "/ " << c.edit.key << " " << c.edit.value);
    const auto edited = EditCondarc(c.before, "condarc", c.edit);
    ASSERT_FALSE(edited.ok()) << *edited;
    EXPECT_THAT(std::string(edited.status().message()), HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace satchel

#include "frontend/config/condarc_edit.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace satchel {
namespace {

using ::testing::HasSubstr;
using Kind = CondarcEdit::Kind;

struct Case {
  const char* before;
  CondarcEdit edit;
  const char* after;
};

const Case kCases[] = {
    {"", {Kind::kSet, "offline", "true"}, "offline: true\n"},
    {"# mine\n", {Kind::kSet, "channel_alias", "https://x"}, "# mine\nchannel_alias: https://x\n"},
    {"offline: false  # at home\n# end\n",
     {Kind::kSet, "offline", "yes"},
     "offline: yes  # at home\n# end\n"},
    {"channel_alias: \"https://a\" # old\noffline: true\n",
     {Kind::kSet, "channel_alias", "https://b"},
     "channel_alias: https://b # old\noffline: true\n"},
    {"offline:\n", {Kind::kSet, "offline", "true"}, "offline: true\n"},
    {"verify_ssl: true\n", {Kind::kSet, "ssl_verify", "false"}, "verify_ssl: false\n"},
    {"", {Kind::kSet, "env_prompt", "({name}) "}, "env_prompt: \"({name}) \"\n"},
    {"env_prompt: '({name}) ' # mine\n",
     {Kind::kSet, "env_prompt", " [{name}]\t"},
     "env_prompt: \" [{name}]\\t\" # mine\n"},
    {"", {Kind::kSet, "channel_alias", "x\x1b[2J"}, "channel_alias: \"x\\u001b[2J\"\n"},
    {"", {Kind::kAppend, "channels", "a"}, "channels:\n  - a\n"},
    {"channels:\n  # the best\n  - a  # first\n  - b\n\n# next\noffline: true\n",
     {Kind::kAppend, "channels", "c"},
     "channels:\n  # the best\n  - a  # first\n  - b\n  - c\n\n# next\noffline: true\n"},
    {"channels:\n- a\n- b\n", {Kind::kPrepend, "channels", "c"}, "channels:\n- c\n- a\n- b\n"},
    {"channels:\n- a\n- b\n", {Kind::kPrepend, "channels", "b"}, "channels:\n- b\n- a\n"},
    {"channels:\n- a\n- b # x\n", {Kind::kAppend, "channels", "a"}, "channels:\n- b # x\n- a\n"},
    {"channels: [a, b]  # two\n", {Kind::kAppend, "channels", "c"}, "channels: [a, b, c]  # two\n"},
    {"channels: [a, b]\n", {Kind::kRemove, "channels", "a"}, "channels: [b]\n"},
    {"channels: a\n", {Kind::kPrepend, "channels", "b"}, "channels: [b, a]\n"},
    {"channels:\n  - a\n  - b # go\n  - c\n",
     {Kind::kRemove, "channels", "b"},
     "channels:\n  - a\n  - c\n"},
    {"# x\nchannels:\n  - a\noffline: true\n",
     {Kind::kRemove, "channels", "a"},
     "# x\noffline: true\n"},
    {"channels:\n  - a\n\n# about\noffline: true\n",
     {Kind::kRemoveKey, "channels", ""},
     "\n# about\noffline: true\n"},
    {"", {Kind::kSet, "proxy_servers.https", "http://p"}, "proxy_servers:\n  https: http://p\n"},
    {"proxy_servers:\n    http: http://a # one\noffline: true\n",
     {Kind::kSet, "proxy_servers.https", "http://p"},
     "proxy_servers:\n    http: http://a # one\n    https: http://p\noffline: true\n"},
    {"proxy_servers:\n  http: http://a # one\n",
     {Kind::kSet, "proxy_servers.http", "http://p"},
     "proxy_servers:\n  http: http://p # one\n"},
    {"proxy_servers:\n  http: a\n  https: b\n",
     {Kind::kRemoveKey, "proxy_servers.http", ""},
     "proxy_servers:\n  https: b\n"},
    {"proxy_servers:\n  http: a\noffline: true\n",
     {Kind::kRemoveKey, "proxy_servers.http", ""},
     "offline: true\n"},
    {"",
     {Kind::kAppend, "custom_multichannels.all", "a"},
     "custom_multichannels:\n  all:\n    - a\n"},
    {"custom_multichannels:\n  all:\n    - a\n",
     {Kind::kAppend, "custom_multichannels.all", "b"},
     "custom_multichannels:\n  all:\n    - a\n    - b\n"},
    {"pinned_packages:\n  - a\n",
     {Kind::kAppend, "pinned_packages", "python=3.11.*"},
     "pinned_packages:\n  - a\n  - python=3.11.*\n"},
    {"channels:\n  - a", {Kind::kAppend, "channels", "yes"}, "channels:\n  - a\n  - \"yes\"\n"},
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
    {"", {Kind::kSet, "chanels", "a"}, "unknown key 'chanels'; did you mean 'channel"},
    {"", {Kind::kSet, "channels", "a"}, "is a list"},
    {"", {Kind::kAppend, "offline", "true"}, "is not a list"},
    {"", {Kind::kSet, "proxy_servers", "a"}, "is a map; name an entry"},
    {"", {Kind::kSet, "offline", "maybe"}, "must be true or false"},
    {"", {Kind::kRemoveKey, "offline", ""}, "no key 'offline'"},
    {"channels: [a]\n", {Kind::kRemove, "channels", "b"}, "'channels' has no 'b'"},
    {"channels: [a,\n  b]\n", {Kind::kAppend, "channels", "c"}, "by hand"},
    {"{offline: true}\n", {Kind::kSet, "offline", "false"}, "by hand"},
    {"channel_alias: >\n  https://x\n", {Kind::kSet, "channel_alias", "https://y"}, "by hand"},
    {"channels: &a\n  - x\ndefault_channels: *a\n", {Kind::kAppend, "channels", "y"}, "by hand"},
    {"offline: maybe\n", {Kind::kSet, "offline", "true"}, "must be true or false"},
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

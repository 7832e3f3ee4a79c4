#include "frontend/export/json_writer.h"

#include "gtest/gtest.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;

// The same as nlohmann's printer, which all other output of ours goes through.
TEST(JsonWriter, WritesWhatATreeWouldPrint) {
  JsonWriter out;
  out.BeginObject();
  out.Member("array", std::vector<std::string>{"a", "b"});
  out.Member("big", std::uint64_t{18446744073709551615U});
  out.Member("empty", std::vector<std::string>{});
  out.Member("false", false);
  out.Member("negative", -3);
  out.Key("nested");
  out.BeginArray();
  out.BeginObject();
  out.EndObject();
  out.WriteNull();
  out.BeginArray();
  out.Write(1.5);
  out.Write(0.0);
  out.EndArray();
  out.EndArray();
  out.MemberIfKnown("nothing", "");
  out.Member("text", "x");
  out.EndObject();
  const Json tree = {{"array", {"a", "b"}},
                     {"big", 18446744073709551615U},
                     {"empty", Json::array()},
                     {"false", false},
                     {"negative", -3},
                     {"nested", Json::array({Json::object(), nullptr, Json::array({1.5, 0.0})})},
                     {"text", "x"}};
  EXPECT_EQ(std::move(out).Take(), tree.dump(2) + "\n");
}

TEST(JsonWriter, EscapesEveryCharacterAsATreeWould) {
  std::string all;
  for (int c = 1; c < 128; ++c) {
    all += static_cast<char>(c);
  }
  all += '\0';
  all += "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x90\x8D";
  JsonWriter out;
  out.Write(all);
  EXPECT_EQ(std::move(out).Take(), Json(all).dump() + "\n");
}

TEST(JsonWriter, ReplacesWhatIsNotText) {
  for (const char* const bad : {"\xff", "a\x80z", "\xC3", "\xED\xA0\x80", "\xF5\x80\x80\x80 b"}) {
    JsonWriter out;
    out.Write(bad);
    const std::string text = std::move(out).Take();
    EXPECT_TRUE(Json::accept(text)) << bad;
    EXPECT_NE(text.find("\xEF\xBF\xBD"), std::string::npos) << bad;
  }
}

}  // namespace
}  // namespace satchel

#include "repodata/io/ingest.h"

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"

#include "repodata/spec/record.h"
#include "tests/repodata/io/repodata_text.h"
#include "tests/repodata/json/json_grammar.h"
#include "tests/support/data.h"

namespace satchel {
namespace {

using testing::MakeRecord;
using testing::RecordText;
using testing::RepodataText;

struct Ingested {
  absl::StatusOr<Index> index;
  IngestReport report;
};

Ingested Ingest(std::string_view json) {
  Ingested ingested = {absl::UnknownError(""), {}};
  ingested.index =
      IngestRepodata(json, {.subdir = "noarch", .label = "chan/repodata.json"}, &ingested.report);
  if (ingested.index.ok()) {
    EXPECT_TRUE(ingested.index->Validate().ok()) << ingested.index->Validate();
    EXPECT_EQ(ingested.report.num_records, ingested.index->num_records());
  }
  return ingested;
}

// The index of a text that holds just one record, "a-1-b.conda", with these fields.
Ingested IngestRecord(std::string_view fields) {
  return Ingest(absl::StrFormat(R"({"packages.conda":{"a-1-b.conda":{%s}}})", fields));
}

std::string Image(const Index& index) {
  return std::string(reinterpret_cast<const char*>(index.image().data()), index.image().size());
}

std::vector<std::string> FileNames(const Index& index) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < index.num_records(); ++i) {
    names.emplace_back(index.String(index.Record(RecordId(i)).fn));
  }
  return names;
}

constexpr const char* kMinimal = R"("name":"a","version":"1","build":"b")";

TEST(IngestTest, EmptyTextIsAnEmptyRepodata) {
  for (const char* text : {"", " \n", "\xEF\xBB\xBF", "{}", " { } ", "\xEF\xBB\xBF{}"}) {
    const Ingested ingested = Ingest(text);
    ASSERT_TRUE(ingested.index.ok()) << ingested.index.status();
    EXPECT_EQ(ingested.index->num_records(), 0U);
    EXPECT_EQ(ingested.index->subdir(), "noarch");
  }
}

TEST(IngestTest, InfoIsRead) {
  const Ingested ingested =
      Ingest(R"({"packages":{},"info":{"base_url":"..\/x","subdir":"osx-arm64","arch":null}})");
  ASSERT_TRUE(ingested.index.ok()) << ingested.index.status();
  EXPECT_EQ(ingested.index->subdir(), "osx-arm64");
  EXPECT_EQ(ingested.index->base_url(), "../x");
}

TEST(IngestTest, NullReportIsAllowed) {
  EXPECT_TRUE(IngestRepodata("{}", {}, nullptr).ok());
}

// What is wrong with the text as a whole, and where.
TEST(IngestTest, RefusesWhatIsNoRepodata) {
  struct Case {
    std::string text;
    const char* message;
  };
  const Case cases[] = {
      {"[]", "not an object at byte 0"},
      {"null", "not an object at byte 0"},
      {"\xEF\xBB\xBF[]", "not an object at byte 3"},
      {R"({"packages":[]})", "packages is not an object at byte 12"},
      {R"({"packages.conda":null})", "packages is not an object at byte 18"},
      {R"({"info":1})", "info is not an object at byte 8"},
      {R"({"info":{"subdir":1}})", "info.subdir is not a string at byte 18"},
      {R"({"info":{"subdir":"../x"}})", "info.subdir is not the name of a subdir at byte 18"},
      {R"({"info":{"base_url":[]}})", "info.base_url is not a string at byte 20"},
      {R"({"removed":{}})", "removed is not an array at byte 11"},
      {R"({"removed":["a",1]})", "removed holds something else than file names at byte 16"},
      {R"({"v3":7})", "v3 is not an object at byte 6"},
      {R"({"v3":{"conda":7}})", "packages is not an object at byte 15"},
      {R"({"a":1}{"b":2})", "at byte 7"},
      {R"({"a":1}])", "at byte"},
      {R"({"a":1,"b":[1,2})", "at byte 15"},
      {R"({"a":1)", "cut short?) at byte 6"},
      {R"({"a":"b":1})", "at byte 8"},
      {R"({"a":truex})", "a value was expected at byte 5"},
      {R"({"a":})", "a value was expected at byte 5"},
      {R"({"a":01})", "a value was expected at byte 5"},
      {R"({"a":1.})", "a value was expected at byte 5"},
      {R"({"a":-})", "a value was expected at byte 5"},
      {R"({"a":1,})", "at byte 7"},
      {R"({,"a":1})", "at byte 1"},
      {R"({"a" 1})", "at byte 5"},
      {R"({'a':1})", "at byte 1"},
      {R"({"a":[1,]})", "at byte 8"},
      {R"({"a":"\x"})", "malformed escape at byte 6"},
      {R"({"a":"\u12g4"})", "malformed escape at byte 6"},
      {R"({"a\q":1})", "malformed escape at byte 3"},
      {"{\"a\":\"b}", "a string has no end at byte 5"},
      {"{\"a\":\"b\nc\"}", "a control character in a string at byte 7"},
      {"{\"a\":\"\xFF\"}", "malformed UTF-8 at byte 6"},
      {"{\"a\":\"\xED\xA0\x80\"}", "malformed UTF-8 at byte 6"},
      {std::string("{\"a\":1}\0", 8), "at byte 8"},
      {std::string("{\"a\":\0}", 7), "at byte 5"},
      {"{\"a\":" + std::string(2000, '[') + std::string(2000, ']') + "}", "nested too deep"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text.substr(0, 40));
    const Ingested ingested = Ingest(c.text);
    ASSERT_FALSE(ingested.index.ok());
    EXPECT_EQ(ingested.index.status().code(), absl::StatusCode::kInvalidArgument);
    const std::string message(ingested.index.status().message());
    EXPECT_NE(message.find(c.message), std::string::npos) << message;
    EXPECT_TRUE(message.starts_with("chan/repodata.json: ")) << message;
  }
}

// A text cut short is never taken for a whole one.
TEST(IngestTest, RefusesEveryTruncation) {
  const std::string text = RepodataText(
      std::vector<RecordText>{
          MakeRecord("a", "1", "b", 0, R"("depends":["c >=1","d"],"size":12,"x":[{"y":null}])"),
          MakeRecord("c", "1", "b", 0, R"("license":"MIT \"\u00e9\"")", ".tar.bz2")},
      R"(,"removed":["z-1-b.conda"],"repodata_version":1)");
  ASSERT_TRUE(Ingest(text).index.ok());
  for (std::size_t size = 1; size < text.size(); ++size) {
    const Ingested ingested = Ingest(text.substr(0, size));
    ASSERT_FALSE(ingested.index.ok()) << size;
    EXPECT_EQ(ingested.index.status().code(), absl::StatusCode::kInvalidArgument);
  }
}

// Every text one byte away from a good one is refused exactly if the grammar refuses it (or a type
// is wrong, which the reader says in words of its own).
TEST(IngestTest, AcceptsExactlyJson) {
  const std::string text =
      R"({"a":[1,-2.5e+3,true,null],"packages":{"x":{"depends":["y"]}},"b":""})";
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : {'{', '}', '[', ']', ',', ':', '"', '1', '0', '-', '.', 'e', ' ', '\\', 'u',
                         't', '\n', '\x01'}) {
      for (const bool is_insertion : {false, true}) {
        std::string changed = text;
        changed.replace(at, is_insertion ? 0 : 1, 1, c);
        const Ingested ingested = Ingest(changed);
        const bool is_json = testing::JsonGrammar::Accepts(changed);
        EXPECT_TRUE(is_json || !ingested.index.ok()) << changed;
        if (is_json && !ingested.index.ok()) {
          EXPECT_NE(ingested.index.status().ToString().find("not an object"), std::string::npos)
              << changed << ingested.index.status();
        }
      }
    }
  }
}

TEST(IngestTest, WhatNobodyReadsMayBeAnyJson) {
  const Ingested ingested = Ingest(
      R"({"signatures":{"x":[1e999,123456789012345678901234567890,-0,{"\ud800":"\udfff"}]},"info":{
          "repodata_revisions":{"v3":{}},"x":"é"},"packages.conda":{"a-1-b.conda":{"name":"a",
          "version":"1","build":"b","run_exports":{"weak":["a"]},"purls":[],"size":1e400}},"v9":3})");
  ASSERT_TRUE(ingested.index.ok()) << ingested.index.status();
  EXPECT_EQ(ingested.index->num_records(), 1U);
  EXPECT_EQ(ingested.index->Record(RecordId(0U)).size_bytes, 0U);
}

TEST(IngestTest, EscapesAreResolved) {
  const Ingested ingested = IngestRecord(
      R"("n\u0061me":"a","version":"\u0031","build":"b","license":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00",
         "license_family":"\ud83dx\udc00","depends":["\u0061 >=1"])");
  ASSERT_TRUE(ingested.index.ok()) << ingested.index.status();
  ASSERT_EQ(ingested.index->num_records(), 1U);
  const RecordView view = ingested.index->View(RecordId(0U), "");
  EXPECT_EQ(view.license, "\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(view.license_family, "\xEF\xBF\xBDx\xEF\xBF\xBD") << "lone surrogates are replaced";
  const SpecId spec =
      ingested.index->SpecList(ingested.index->Record(RecordId(0U)).depends).front();
  EXPECT_EQ(ingested.index->String(ingested.index->Spec(spec).text), "a >=1");
  EXPECT_EQ(ingested.index->Spec(spec).name, NameId(0U));
}

// A record that cannot be used is left out with its reason, and the others stay.
TEST(IngestTest, SkipsMalformedRecords) {
  struct Case {
    const char* fields;
    const char* reason;
  };
  const Case cases[] = {
      {R"("version":"1","build":"b")", "name is missing"},
      {R"("name":"a","build":"b")", "version is missing"},
      {R"("name":"a","version":"1")", "build is missing"},
      {R"("name":null,"version":"1","build":"b")", "name is not a string"},
      {R"("name":"a","version":1.0,"build":"b")", "version is not a string"},
      {R"("name":"a","version":"1","build":0)", "build is not a string"},
      {R"("name":"","version":"1","build":"b")", "name ''"},
      {R"("name":"Foo","version":"1","build":"b")", "name 'Foo'"},
      {R"("name":"fOo","version":"1","build":"b")", "name 'fOo' is not lower case"},
      {R"("name":"a/b","version":"1","build":"b")", "a character that is not allowed"},
      {R"("name":"a\u0000","version":"1","build":"b")", "a character that is not allowed"},
      {R"("name":"a","version":"1..2","build":"b")", "version: invalid version '1..2'"},
      {R"("name":"a","version":"","build":"b")", "version: invalid version ''"},
      {R"("name":"a","version":"1","build":"")", "build ''"},
      {R"("name":"a","version":"1","build":"../b")", "build '../b' cannot be part of a path"},
      {R"("name":"a","version":"1","build":"b","build_number":"1")", "build_number"},
      {R"("name":"a","version":"1","build":"b","build_number":-1)", "build_number"},
      {R"("name":"a","version":"1","build":"b","build_number":18446744073709551616)",
       "build_number"},
      {R"("name":"a","version":"1","build":"b","depends":"c")", "depends is not a list"},
      {R"("name":"a","version":"1","build":"b","depends":["c",{}])",
       "depends holds something else than strings"},
      {R"("name":"a","version":"1","build":"b","constrains":[["c"]])",
       "constrains holds something else than strings"},
      {R"("name":"a","version":"1","build":"b","depends":["ok","foo =="])", "depends 'foo ==': "},
      {R"("name":"a","version":"1","build":"b","depends":[""])", "depends '': is empty"},
      {R"("name":"a","version":"1","build":"b","constrains":["foo >1,<"])",
       "constrains 'foo >1,<': "},
      {R"("name":"a","version":"1","build":"b","depends":["c; if __linux"])", "conditional"},
      {R"("name":"a","version":"1","build":"b","depends":["c[when=\"d and\"]"])",
       "the condition ends too early"},
      {R"("name":"a","version":"1","build":"b","depends":["c[when=\"not d\"]"])", "no 'not'"},
      {R"("name":"a","version":"1","build":"b","depends":["c[later=x]"])", "no key 'later'"},
      {R"("name":"a","version":"1","build":"b","depends":["c[extras=X]"])", "name of a group"},
      {R"("name":"a","version":"1","build":"b","depends":["c[flags=[\"X\"]]"])", "not a flag"},
      {R"("name":"a","version":"1","build":"b","flags":"x")", "flags is not a list"},
      {R"("name":"a","version":"1","build":"b","flags":["x","Y"])", "flags: 'Y' is not a flag"},
      {R"("name":"a","version":"1","build":"b","flags":["blas:*"])", "flags: 'blas:*' is not"},
      {R"("name":"a","version":"1","build":"b","extra_depends":[])",
       "extra_depends is not an object"},
      {R"("name":"a","version":"1","build":"b","extra_depends":{"A":[]})", "name of a group"},
      {R"("name":"a","version":"1","build":"b","extra_depends":{"a":"b"})",
       "extra_depends is not a list"},
      {R"("name":"a","version":"1","build":"b","extra_depends":{"a":["b =="]})",
       "extra_depends 'b ==': "},
      {R"("name":"a","version":"1","build":"b","track_features":7)", "track_features"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.fields);
    const Ingested ingested = Ingest(absl::StrFormat(
        R"({"packages":{"bad-1-b.tar.bz2":{%s},"ok-1-b.tar.bz2":{"name":"ok","version":"1","build":"b"}}})",
        c.fields));
    ASSERT_TRUE(ingested.index.ok()) << ingested.index.status();
    EXPECT_EQ(FileNames(*ingested.index), std::vector<std::string>{"ok-1-b.tar.bz2"});
    EXPECT_EQ(ingested.report.num_skipped, 1U);
    ASSERT_EQ(ingested.report.skipped.size(), 1U);
    EXPECT_EQ(ingested.report.skipped[0].fn, "bad-1-b.tar.bz2");
    EXPECT_NE(ingested.report.skipped[0].reason.find(c.reason), std::string::npos)
        << ingested.report.skipped[0].reason;
  }
}

// CEP 48: all kinds, with what CEP 43 to 45 add; what cannot be read is told.
TEST(IngestTest, ReadsRevision3) {
  const Ingested ingested = Ingest(R"({"v3":{
      "conda":{"a-1-b":{"name":"a","version":"1","build":"b","flags":["cuda","blas:mkl"],
        "depends":["c[version=\">=2\",when=\"python<3.11 or __win\"]","d[extras=[x]]"],
        "extra_depends":{"y":["e"],"x":["f[version=\">1\"]","g"]},
        "timestamp":5,"indexed_timestamp":1773851561010}},
      "tar.bz2":{"a-2-b":{"name":"a","version":"2","build":"b"}},
      "whl":{"w-1-py3_none_any_0":{"name":"w","version":"1","build":"py3_none_any_0"}},
      "msi":{"m-1-0":{}}},
      "v4":{"conda":{"n-1-0":{"name":["later"]},"n-2-0":7}},"v4x":9,
      "info":{"channel_relations":{"base":"../b","overrides":"../..","later":[]},
              "repodata_revisions":{"v3":{"n_packages":3}}}})");
  ASSERT_TRUE(ingested.index.ok()) << ingested.index.status();
  const Index& index = *ingested.index;
  EXPECT_EQ(FileNames(index),
            (std::vector<std::string>{"a-2-b.tar.bz2", "a-1-b.conda", "w-1-py3_none_any_0.whl"}));
  const PackageRecord record = CopyRecord(index, RecordId(1U), "chan");
  EXPECT_EQ(record.flags, "cuda blas:mkl");
  EXPECT_EQ(record.extra_depends, (ExtraDepends{{"x", {"f[version=\">1\"]", "g"}}, {"y", {"e"}}}));
  EXPECT_EQ(record.depends.size(), 2U);
  EXPECT_EQ(record.timestamp_ms, 1773851561010);
  EXPECT_EQ(index.base_channel(), "../b");
  EXPECT_EQ(index.overridden_channel(), "../..");
  EXPECT_TRUE(index.Validate().ok()) << index.Validate();
  EXPECT_EQ(ingested.report.num_skipped, 3U);
  ASSERT_EQ(ingested.report.skipped.size(), 3U);
  EXPECT_EQ(ingested.report.skipped[0].reason, "packages of this kind are not supported");
  EXPECT_EQ(ingested.report.skipped[1].fn, "n-1-0.conda");
  EXPECT_EQ(ingested.report.skipped[1].reason,
            "revision v4 of repodata is newer than this satchel");
}

TEST(IngestTest, SkipsWhatIsNoRecordOrNoFile) {
  const Ingested ingested = Ingest(absl::StrFormat(
      R"({"packages":{"a":null,"b":[{}],"../c.tar.bz2":{%s},"":{%s},"d-1-b.tar.bz2":{%s}}})",
      kMinimal, kMinimal, kMinimal));
  ASSERT_TRUE(ingested.index.ok()) << ingested.index.status();
  EXPECT_EQ(ingested.report.num_skipped, 4U);
  EXPECT_EQ(FileNames(*ingested.index), std::vector<std::string>{"d-1-b.tar.bz2"});
}

// With strict priority such a name hides that of later channels.
TEST(IngestTest, ANameOfWhichAllIsLeftOutIsThere) {
  struct Case {
    const char* why;
    std::string_view text;
    std::string_view name;
  };
  for (const Case& c : {
           Case{"a malformed version",
                R"({"packages":{"f":{"name":"a","version":"x/","build":"b"}}})", "a"},
           Case{"a malformed spec",
                R"({"packages":{"f":{"name":"a","version":"1","build":"b","depends":["x >>"]}}})",
                "a"},
           Case{"no version", R"({"packages":{"f":{"name":"a","build":"b"}}})", "a"},
           Case{"no record", R"({"packages":{"py-lib-1-b.tar.bz2":null}})", "py-lib"},
           Case{"no name", R"({"packages.conda":{"a-1-b.conda":{"version":"1"}}})", "a"},
           Case{"a name in capitals",
                R"({"packages.conda":{"A-1-b.conda":{"name":"A","version":"1","build":"b"}}})",
                "a"},
           Case{"a kind of package that is not supported", R"({"v3":{"new":{"a-1-b":{}}}})", "a"},
           Case{"removed",
                R"({"removed":["f"],"packages":{"f":{"name":"a","version":"1","build":"b"}}})",
                "a"},
       }) {
    SCOPED_TRACE(c.why);
    const Ingested ingested = Ingest(c.text);
    ASSERT_TRUE(ingested.index.ok()) << ingested.index.status();
    const NameId name = ingested.index->FindName(c.name);
    ASSERT_TRUE(name.ok());
    EXPECT_EQ(ingested.index->Records(name).first, ingested.index->Records(name).last);
    EXPECT_EQ(ingested.index->num_names(), 1U);
  }
}

TEST(IngestTest, NamesTheFirstThousandSkipped) {
  std::string text = R"({"packages":{)";
  for (int i = 0; i < 1500; ++i) {
    text += absl::StrFormat(R"(%s"f%d":1)", i == 0 ? "" : ",", i);
  }
  const Ingested ingested = Ingest(text + "}}");
  EXPECT_EQ(ingested.report.num_skipped, 1500U);
  EXPECT_EQ(ingested.report.skipped.size(), 1000U);
}

// Where a package is fetched from is not for its record to say.
TEST(IngestTest, TheUrlOfARecordIsNotRead) {
  for (const char* url : {"https://elsewhere/a-1-0.conda", "file:///etc/passwd"}) {
    const Ingested ingested = IngestRecord(absl::StrFormat(R"(%s,"url":"%s")", kMinimal, url));
    ASSERT_TRUE(ingested.index.ok()) << ingested.index.status();
    EXPECT_EQ(ingested.index->View(RecordId(0U), "c").url, "");
    EXPECT_EQ(CopyRecord(*ingested.index, RecordId(0U), "c").url, "");
  }
}

// A text that nobody means is an error of its record, and its message stays short.
TEST(IngestTest, ARecordWithAFieldThatIsTooLongIsLeftOut) {
  const std::string huge(9'000'000, 'x');
  for (const char* field : {"license", "license_family", "track_features", "features", "md5",
                            "sha256", "python_site_packages_path", "version", "build", "name"}) {
    SCOPED_TRACE(field);
    const Ingested ingested =
        IngestRecord(absl::StrFormat(R"(%s,"%s":"%s")", kMinimal, field, huge));
    ASSERT_TRUE(ingested.index.ok()) << ingested.index.status();
    EXPECT_EQ(ingested.report.num_records, 0U);
    ASSERT_EQ(ingested.report.skipped.size(), 1U);
    EXPECT_LT(ingested.report.skipped[0].reason.size(), 300U);
    EXPECT_NE(ingested.report.skipped[0].reason.find(field), std::string::npos)
        << ingested.report.skipped[0].reason;
  }
  for (const char* field : {"depends", "constrains"}) {
    const Ingested ingested =
        IngestRecord(absl::StrFormat(R"(%s,"%s":["%s"])", kMinimal, field, huge));
    ASSERT_EQ(ingested.report.skipped.size(), 1U);
    EXPECT_LT(ingested.report.skipped[0].reason.size(), 400U);
  }
  // What the record says that nobody reads may be as long as it likes.
  EXPECT_EQ(IngestRecord(absl::StrFormat(R"(%s,"url":"%s")", kMinimal, huge)).report.num_records,
            1U);
  const Ingested name = Ingest(absl::StrFormat(
      R"({"packages":{"%s-1-0.tar.bz2":{"name":"a","version":"1","build":"0","build_number":0}}})",
      huge));
  ASSERT_EQ(name.report.skipped.size(), 1U);
  EXPECT_LT(name.report.skipped[0].fn.size(), 300U);
  EXPECT_FALSE(Ingest(absl::StrFormat(R"({"info":{"subdir":"%s-x"}})", huge)).index.ok());
}

TEST(IngestTest, OptionalFieldsOfAnyTypeDoNoHarm) {
  for (const char* field : {"md5", "sha256", "license", "license_family", "url", "size",
                            "timestamp", "noarch", "python_site_packages_path", "unknown"}) {
    for (const char* value : {"null", "1", "-1", "1.5", "\"x\"", "[]", "{\"a\":[1]}", "true"}) {
      const Ingested ingested =
          IngestRecord(absl::StrFormat("%s,\"%s\":%s", kMinimal, field, value));
      ASSERT_TRUE(ingested.index.ok()) << ingested.index.status();
      EXPECT_EQ(ingested.report.num_records, 1U) << field << value;
    }
  }
  const Ingested nulls = IngestRecord(absl::StrFormat(
      R"(%s,"depends":null,"constrains":null,"track_features":null,"features":null,"build_number":null)",
      kMinimal));
  EXPECT_EQ(nulls.report.num_records, 1U);
}

TEST(IngestTest, TimestampsAreMilliseconds) {
  struct Case {
    const char* fields;
    std::int64_t timestamp_ms;
  };
  const Case cases[] = {
      {R"("timestamp":1500000000)", 1500000000000},      // Seconds.
      {R"("timestamp":1500000000000)", 1500000000000},   // Milliseconds.
      {R"("timestamp":253402300799)", 253402300799000},  // The last second of the year 9999.
      {R"("timestamp":253402300800)", 253402300800},
      {R"("timestamp":1.5e12)", 1500000000000},
      {R"("timestamp":1500000000000.5)", 0},
      {R"("timestamp":-5)", 0},
      {R"("timestamp":"1500000000000")", 0},
      {R"("timestamp":1500000000000,"indexed_timestamp":1600000000000)", 1600000000000},
      {R"("indexed_timestamp":1600000000000,"timestamp":1500000000000)", 1600000000000},
      {R"("indexed_timestamp":null,"timestamp":1500000000000)", 1500000000000}};
  for (const Case& c : cases) {
    const Ingested ingested = IngestRecord(absl::StrFormat("%s,%s", kMinimal, c.fields));
    ASSERT_TRUE(ingested.index.ok()) << ingested.index.status();
    EXPECT_EQ(ingested.index->Record(RecordId(0U)).timestamp_ms, c.timestamp_ms) << c.fields;
  }
}

TEST(IngestTest, NoarchIsOneWordForTwoKinds) {
  struct Case {
    const char* value;
    NoarchKind kind;
  };
  const Case cases[] = {{"\"python\"", NoarchKind::kPython},
                        {"\"Python\"", NoarchKind::kPython},
                        {"\"generic\"", NoarchKind::kGeneric},
                        {"\"other\"", NoarchKind::kGeneric},
                        {"true", NoarchKind::kGeneric},
                        {"false", NoarchKind::kNone},
                        {"null", NoarchKind::kNone}};
  for (const Case& c : cases) {
    const Ingested ingested = IngestRecord(absl::StrFormat("%s,\"noarch\":%s", kMinimal, c.value));
    EXPECT_EQ(ingested.index.value().Record(RecordId(0U)).noarch, c.kind) << c.value;
  }
}

TEST(IngestTest, TrackFeaturesInEveryForm) {
  struct Case {
    const char* value;
    const char* joined;
    int count;
  };
  const Case cases[] = {{R"("a")", "a", 1},         {R"("a b,c , d")", "a b c d", 4},
                        {R"(["a","b"])", "a b", 2}, {R"([])", "", 0},
                        {R"("")", "", 0},           {R"(" , ")", "", 0}};
  for (const Case& c : cases) {
    const Ingested ingested =
        IngestRecord(absl::StrFormat("%s,\"track_features\":%s", kMinimal, c.value));
    ASSERT_EQ(ingested.report.num_records, 1U) << c.value;
    EXPECT_EQ(ingested.index->View(RecordId(0U), "").track_features, c.joined);
    EXPECT_EQ(ingested.index->Record(RecordId(0U)).num_track_features, c.count);
  }
}

TEST(IngestTest, CondaWinsOverTarBz2) {
  const std::vector<RecordText> records = {
      MakeRecord("a", "1", "b_0", 0, R"("timestamp":1)", ".tar.bz2"),
      MakeRecord("a", "1", "b_0", 0, R"("timestamp":9)", ".conda"),
      MakeRecord("a", "1", "b_1", 1, "", ".tar.bz2"), MakeRecord("a", "2", "b_0", 0, "", ".conda")};
  const Ingested ingested = Ingest(RepodataText(records));
  EXPECT_EQ(ingested.report.num_shadowed, 1U);
  EXPECT_EQ(FileNames(ingested.index.value()),
            (std::vector<std::string>{"a-2-b_0.conda", "a-1-b_1.tar.bz2", "a-1-b_0.conda"}));
}

// A .conda that cannot be used hides nothing.
TEST(IngestTest, OnlyUsableRecordsShadow) {
  const std::vector<RecordText> records = {
      MakeRecord("a", "1", "b_0", 0, "", ".tar.bz2"),
      MakeRecord("a", "1", "b_0", 0, R"("depends":["x[future=y]"])", ".conda"),
      MakeRecord("c", "1", "b_0", 0, "", ".tar.bz2"), MakeRecord("c", "1", "b_0", 0, "", ".conda")};
  const Ingested ingested = Ingest(RepodataText(records, R"(,"removed":["c-1-b_0.conda"])"));
  EXPECT_EQ(FileNames(ingested.index.value()),
            (std::vector<std::string>{"a-1-b_0.tar.bz2", "c-1-b_0.tar.bz2"}));
  EXPECT_EQ(ingested.report.num_removed, 1U);
  EXPECT_EQ(ingested.report.num_shadowed, 0U);
  EXPECT_EQ(ingested.report.num_skipped, 1U);
}

TEST(IngestTest, RemovedRecordsAreGone) {
  for (const bool is_first : {false, true}) {
    const std::string removed = R"("removed":["a-1-b.conda","gone-1-b.conda"])";
    const std::string packages =
        absl::StrFormat(R"("packages.conda":{"a-1-b.conda":{%s},"a-2-b.conda":{%s}})", kMinimal,
                        R"("name":"a","version":"2","build":"b")");
    const Ingested ingested =
        Ingest("{" + (is_first ? removed + "," + packages : packages + "," + removed) + "}");
    EXPECT_EQ(FileNames(ingested.index.value()), std::vector<std::string>{"a-2-b.conda"});
    EXPECT_EQ(ingested.report.num_removed, 1U);
  }
}

TEST(IngestTest, OfTwoRecordsOfOneFileTheBetterStays) {
  const std::vector<RecordText> records = {
      MakeRecord("a", "1", "b", 0, R"("timestamp":1600000000000)"),
      MakeRecord("a", "1", "b", 0, R"("timestamp":1700000000000)"),
      MakeRecord("a", "1", "b", 0, R"("timestamp":1700000000000,"depends":["c"])"),
      MakeRecord("a", "1", "b", 0, R"("timestamp":1700000000000,"license":"MIT")")};
  std::vector<RecordText> shuffled = records;
  std::string first;
  std::sort(shuffled.begin(), shuffled.end(),
            [](const RecordText& a, const RecordText& b) { return a.json < b.json; });
  do {
    const Ingested ingested = Ingest(RepodataText(shuffled));
    ASSERT_EQ(ingested.report.num_records, 1U);
    EXPECT_EQ(ingested.report.num_skipped, 3U);
    EXPECT_EQ(ingested.index->Record(RecordId(0U)).timestamp_ms, 1700000000000);
    first = first.empty() ? Image(*ingested.index) : first;
    EXPECT_EQ(Image(*ingested.index), first);
  } while (std::next_permutation(
      shuffled.begin(), shuffled.end(),
      [](const RecordText& a, const RecordText& b) { return a.json < b.json; }));
}

TEST(IngestTest, RepodataVersions) {
  for (const char* version : {"1", "2", "3", "0", "null", "\"x\"", "-1"}) {
    EXPECT_TRUE(Ingest(absl::StrFormat(R"({"repodata_version":%s})", version)).index.ok())
        << version;
  }
  for (const char* text : {R"({"repodata_version":4})", R"({"info":{"repodata_version":4}})"}) {
    const absl::Status status = Ingest(text).index.status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented) << status;
  }
}

TEST(IngestTest, ATextThatIsTooLongIsRefused) {
  const absl::Status status =
      IngestRepodata("{\"a\":1}", {.subdir = {}, .label = "x", .max_text_bytes = 6}, nullptr)
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(
      IngestRepodata("{\"a\":1}", {.subdir = {}, .label = "x", .max_text_bytes = 7}, nullptr).ok());
}

// --- On real channels ---

// $SATCHEL_CORPORA, or the place beside the checkout.
std::string CorporaDirectory() {
  const char* const named = std::getenv("SATCHEL_CORPORA");
  return named != nullptr ? named : SATCHEL_DEFAULT_CORPORA;
}

class CorpusTest : public ::testing::TestWithParam<const char*> {
 protected:
  std::string path() const { return CorporaDirectory() + "/" + GetParam() + "/repodata.json"; }
};

TEST_P(CorpusTest, IngestsWholeAndInAnyOrder) {
  IngestReport report;
  const absl::StatusOr<Index> index = IngestRepodataFile(path(), {}, &report);
  if (index.status().code() == absl::StatusCode::kNotFound) {
    SKIP_WITHOUT_DATA(index.status() << "; set SATCHEL_CORPORA");
  }
  ASSERT_TRUE(index.ok()) << index.status();
  EXPECT_EQ(report.num_skipped, 0U) << report.skipped[0].fn << ": " << report.skipped[0].reason;
  EXPECT_EQ(index->num_records(), report.num_records);
  EXPECT_GT(index->num_records(), 1000U);
  ASSERT_TRUE(index->Validate().ok()) << index->Validate();

  // Written out again and shuffled, the same records give the same bytes.
  std::vector<RecordText> records = testing::WriteRecords(*index);
  std::mt19937 random(1);  // NOLINT: the same order in each run.
  std::shuffle(records.begin(), records.end(), random);
  std::string text = RepodataText(records);
  const std::string subdir = absl::StrFormat(R"("subdir":"%s")", index->subdir());
  text.replace(text.find(R"("subdir":"linux-64")"), 19, subdir);
  const absl::StatusOr<Index> again = IngestRepodata(text, {}, &report);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(Image(*again) == Image(*index));
}

INSTANTIATE_TEST_SUITE_P(Corpora, CorpusTest,
                         ::testing::Values("conda-forge/noarch", "osx-2018/pkgs/main/osx-64",
                                           "robostack-jazzy/linux-64", "pytorch/linux-64",
                                           "free-2016/linux-64", "intel-2023/linux-64"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return c == '/' || c == '-'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace satchel

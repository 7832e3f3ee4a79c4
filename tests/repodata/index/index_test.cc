#include "repodata/index/index.h"

#include <algorithm>
#include <stdexcept>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "repodata/index/checksum.h"
#include "repodata/index/index_format.h"
#include "repodata/io/ingest.h"
#include "tests/repodata/io/repodata_text.h"

namespace satchel {
namespace {

using testing::MakeRecord;
using testing::RecordText;
using testing::RepodataText;

Index MakeIndex(std::span<const RecordText> records, std::string_view more = "") {
  absl::StatusOr<Index> index =
      IngestRepodata(RepodataText(records, more), {.subdir = {}, .label = "test"}, nullptr);
  EXPECT_TRUE(index.ok()) << index.status();
  EXPECT_TRUE(index->Validate().ok()) << index->Validate();
  return *std::move(index);
}

std::vector<RecordText> SmallChannel() {
  return {MakeRecord("python", "3.11.0", "h1_0", 0, R"("depends":["openssl >=3","zlib"])"),
          MakeRecord("python", "3.12.0", "h2_0", 0, R"("depends":["openssl >=3","zlib"])"),
          MakeRecord("openssl", "3.1.0", "h3_1", 1, R"("depends":["ca-certificates"])"),
          MakeRecord("zlib", "1.3", "h4_0", 0,
                     R"("constrains":["openssl >=3"],"md5":"ABCD","license":"Zlib","size":7,
                        "track_features":"a, b","noarch":"generic","timestamp":1700000000000)")};
}

// An image of one's own, as a file would be mapped.
struct Image {
  explicit Image(std::span<const std::byte> bytes)
      : owner(::operator new(bytes.size() + 64, std::align_val_t(64)),
              [](void* p) { ::operator delete(p, std::align_val_t(64)); }),
        size(bytes.size()) {
    std::memcpy(owner.get(), bytes.data(), bytes.size());
  }
  std::byte* data() const { return static_cast<std::byte*>(owner.get()); }
  std::span<const std::byte> bytes() const { return {data(), size}; }
  IndexHeader* header() const { return static_cast<IndexHeader*>(owner.get()); }
  absl::StatusOr<Index> Open() const { return Index::FromImage(owner, bytes()); }

  std::shared_ptr<void> owner;
  std::size_t size;
};

TEST(IndexTest, DefaultIsEmpty) {
  const Index index;
  EXPECT_EQ(index.num_names(), 0U);
  EXPECT_EQ(index.num_records(), 0U);
  EXPECT_EQ(index.subdir(), "");
  EXPECT_FALSE(index.FindName("python").ok());
  EXPECT_TRUE(index.Validate().ok());
}

TEST(IndexTest, AccessorsReadWhatWasWritten) {
  const Index index = MakeIndex(SmallChannel(), R"(,"repodata_version":2)");
  EXPECT_EQ(index.subdir(), "linux-64");
  ASSERT_EQ(index.num_names(), 3U);
  EXPECT_EQ(index.Name(NameId(0U)), "openssl");
  EXPECT_EQ(index.Name(NameId(1U)), "python");
  EXPECT_EQ(index.Name(NameId(2U)), "zlib");
  EXPECT_EQ(index.FindName("python"), NameId(1U));
  for (const char* absent : {"", "a", "opensslx", "pytho", "zzz"}) {
    EXPECT_FALSE(index.FindName(absent).ok()) << absent;
  }

  const Index::Range pythons = index.Records(NameId(1U));
  ASSERT_EQ(pythons.last - pythons.first, 2U);
  const RecordRow& newest = index.Record(RecordId(pythons.first));
  EXPECT_EQ(index.VersionOf(newest.version).text, "3.12.0");
  EXPECT_EQ(newest.depends, index.Record(RecordId(pythons.first + 1)).depends)
      << "equal lists share an id";
  const std::span<const SpecId> depends = index.SpecList(newest.depends);
  ASSERT_EQ(depends.size(), 2U);
  EXPECT_EQ(index.String(index.Spec(depends[0]).text), "openssl >=3");
  EXPECT_EQ(index.Spec(depends[0]).name, NameId(0U));
  EXPECT_EQ(newest.constrains, SpecListId(0U));
  EXPECT_TRUE(index.SpecList(newest.constrains).empty());

  const RecordId zlib(index.Records(NameId(2U)).first);
  EXPECT_EQ(index.SpecList(index.Record(zlib).constrains)[0], depends[0])
      << "depends and constrains share specs";
  EXPECT_EQ(index.num_specs(), 3U);
  const SpecId certificates =
      index.SpecList(index.Record(RecordId(index.Records(NameId(0U)).first)).depends)[0];
  EXPECT_FALSE(index.Spec(certificates).name.ok()) << "no record has this name";
}

TEST(IndexTest, ViewHasEveryField) {
  const Index index = MakeIndex(SmallChannel());
  const RecordId zlib(index.Records(index.FindName("zlib")).first);
  const RecordView view = index.View(zlib, "conda-forge");
  EXPECT_EQ(view.name, "zlib");
  EXPECT_EQ(view.version.text, "1.3");
  EXPECT_EQ(view.build, "h4_0");
  EXPECT_EQ(view.channel, "conda-forge");
  EXPECT_EQ(view.subdir, "linux-64");
  EXPECT_EQ(view.fn, "zlib-1.3-h4_0.conda");
  EXPECT_EQ(view.md5, "abcd") << "hashes are lower case";
  EXPECT_EQ(view.sha256, "");
  EXPECT_EQ(view.license, "Zlib");
  EXPECT_EQ(view.track_features, "a b");
  EXPECT_EQ(index.Record(zlib).num_track_features, 2);
  EXPECT_EQ(index.Record(zlib).size_bytes, 7U);
  EXPECT_EQ(index.Record(zlib).timestamp_ms, 1700000000000);
  EXPECT_EQ(index.Record(zlib).noarch, NoarchKind::kGeneric);
  EXPECT_EQ(index.Record(zlib).is_conda_format, 1);
}

// Best first; each line differs from the one before it in what its comment says.
TEST(IndexTest, RecordsStandByPreference) {
  const std::vector<RecordText> best_first = {
      MakeRecord("a", "2.0", "x_1", 1, R"("timestamp":2000000000000)"),
      MakeRecord("a", "2.0", "z_1", 1, R"("timestamp":1900000000000)"),   // Older.
      MakeRecord("a", "2", "y_1", 1, R"("timestamp":1900000000000)"),     // Lesser build, 2 == 2.0.
      MakeRecord("a", "2.0", "y_1", 1, R"("timestamp":1900000000000)"),   // Greater file name.
      MakeRecord("a", "2.0", "y_0", 0, R"("timestamp":1900000000000)"),   // Lower build number.
      MakeRecord("a", "1.10", "y_9", 9, R"("timestamp":1900000000000)"),  // Older version.
      MakeRecord("a", "1.9", "y_9", 9, R"("timestamp":1900000000000)"),   // Not by its digits.
      MakeRecord("a", "3.0", "y_0", 0, R"("track_features":"f")"),        // A tracked feature.
      MakeRecord("a", "4.0", "y_0", 0, R"("track_features":["f","g"])"),  // Two.
      MakeRecord("b", "9.0", "y_0")};                                     // Another name.
  std::vector<RecordText> records = best_first;
  std::reverse(records.begin(), records.end());
  const Index index = MakeIndex(records);
  ASSERT_EQ(index.num_records(), best_first.size());
  for (std::size_t i = 0; i < best_first.size(); ++i) {
    EXPECT_EQ(index.String(index.Record(RecordId(i)).fn), best_first[i].fn) << i;
  }
}

TEST(IndexTest, VersionIdsAscend) {
  const Index index = MakeIndex(SmallChannel());
  for (std::size_t i = 1; i < index.num_versions(); ++i) {
    EXPECT_LT(index.VersionOf(VersionId(i - 1)).key, index.VersionOf(VersionId(i)).key);
  }
}

TEST(IndexTest, AnImageIsAllThatAnIndexNeeds) {
  Index original = MakeIndex(SmallChannel());
  const Image image(original.image());
  const std::uint64_t sum = testing::TouchAll(original);
  original = Index();
  const absl::StatusOr<Index> mapped = image.Open();
  ASSERT_TRUE(mapped.ok()) << mapped.status();
  EXPECT_EQ(testing::TouchAll(*mapped), sum);
  EXPECT_TRUE(mapped->Validate().ok());
}

TEST(IndexTest, OutlivesTheImagesOtherOwners) {
  std::vector<Index> indexes;
  {
    const Image image(MakeIndex(SmallChannel()).image());
    indexes.push_back(image.Open().value());
  }
  const Index moved = std::move(indexes.front());
  EXPECT_EQ(moved.Name(NameId(0U)), "openssl");
}

TEST(IndexTest, RefusesABadHeader) {
  const Index index = MakeIndex(SmallChannel());
  struct Case {
    const char* message;
    void (*damage)(IndexHeader*);
  };
  const Case cases[] = {
      {"magic", [](IndexHeader* header) { header->magic[0] = 'x'; }},
      {"byte order", [](IndexHeader* header) { header->byte_order = 0x04030201; }},
      {"format 99", [](IndexHeader* header) { header->format_version = 99; }},
      {"bytes, expected", [](IndexHeader* header) { ++header->file_size; }},
      {"section 3", [](IndexHeader* header) { header->sections[3].offset += 8; }},
      {"section 3", [](IndexHeader* header) { header->sections[3].offset = ~0ULL << 6; }},
      {"section 3", [](IndexHeader* header) { header->sections[3].count = ~0ULL; }},
      {"section 9", [](IndexHeader* header) { header->sections[9].count += 1000; }},
      {"power of two", [](IndexHeader* header) { --header->sections[9].count; }},
      {"section 1", [](IndexHeader* header) { header->sections[1].offset = 0; }},
      {"offset table", [](IndexHeader* header) { header->sections[2].count = 0; }},
      {"no text", [](IndexHeader* header) { header->subdir = StringId(1U << 30); }},
      {"no text", [](IndexHeader* header) { header->base_url = StringId(1U << 30); }}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.message);
    const Image image(index.image());
    c.damage(image.header());
    const absl::StatusOr<Index> damaged = image.Open();
    ASSERT_FALSE(damaged.ok());
    EXPECT_EQ(damaged.status().code(), absl::StatusCode::kDataLoss);
    EXPECT_NE(damaged.status().ToString().find(c.message), std::string::npos) << damaged.status();
  }
}

TEST(IndexTest, RefusesATruncatedImage) {
  const Index index = MakeIndex(SmallChannel());
  for (std::size_t size = 0; size < index.image().size(); ++size) {
    const Image image(index.image().first(size));
    ASSERT_FALSE(image.Open().ok()) << size;
  }
}

template <typename Row>
Row* Rows(const Image& image, IndexSection section) {
  const std::uint64_t offset = image.header()->sections[static_cast<std::size_t>(section)].offset;
  return reinterpret_cast<Row*>(image.data() + offset);
}

// One field each, that only this check looks at.
TEST(IndexTest, ValidateSeesEachWrongField) {
  const Index index = MakeIndex(SmallChannel());
  struct Case {
    const char* message;
    void (*damage)(const Image&);
  };
  const Case cases[] = {
      {"is not in its slot",
       [](const Image& image) {
         auto* const slots = Rows<NameId>(image, IndexSection::kNameSlots);
         const std::size_t count =
             image.header()->sections[static_cast<std::size_t>(IndexSection::kNameSlots)].count;
         std::vector<std::size_t> used;
         for (std::size_t i = 0; i < count; ++i) {
           if (slots[i].ok()) {
             used.push_back(i);
           }
         }
         std::swap(slots[used[0]], slots[used[1]]);
       }},
      {"is not the empty list",
       [](const Image& image) {
         Rows<std::uint32_t>(image, IndexSection::kSpecListStarts)[1] = 1;
       }},
      {"a flag has no meaning",
       [](const Image& image) {
         Rows<RecordRow>(image, IndexSection::kRecords)[0].noarch = static_cast<NoarchKind>(3);
       }},
      {"a flag has no meaning",
       [](const Image& image) {
         Rows<RecordRow>(image, IndexSection::kRecords)[0].is_conda_format = 2;
       }},
      {"is preferred to the one before it",
       [](const Image& image) {
         auto* const records = Rows<RecordRow>(image, IndexSection::kRecords);
         std::swap(records[1].version, records[2].version);  // Of python.
       }},
      {"is preferred to the one before it",
       [](const Image& image) {
         auto* const records = Rows<RecordRow>(image, IndexSection::kRecords);
         records[2] = records[1];
       }},
      {"is not among the records of its name",
       [](const Image& image) {
         Rows<RecordRow>(image, IndexSection::kRecords)[0].name = NameId(1U);
       }},
      {"an id is out of range",
       [](const Image& image) {
         Rows<RecordRow>(image, IndexSection::kRecords)[0].fn = StringId(1U << 20);
       }},
      {"a string is out of range",
       [](const Image& image) {
         Rows<ColdRow>(image, IndexSection::kColdRows)[3].license = StringId(1U << 20);
       }},
      {"its name is out of range", [](const Image& image) {
         Rows<SpecRow>(image, IndexSection::kSpecs)[0].name = NameId(77U);
       }}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.message);
    const Image image(index.image());
    c.damage(image);
    const absl::StatusOr<Index> damaged = image.Open();
    ASSERT_TRUE(damaged.ok()) << damaged.status();
    const absl::Status valid = damaged->Validate();
    EXPECT_EQ(valid.code(), absl::StatusCode::kDataLoss);
    EXPECT_NE(valid.ToString().find(c.message), std::string::npos) << valid;
  }
}

// Every byte of the image, each changed in three ways, without the checksums that a file has: the
// header's check or Validate() must notice, or it must be safe to read.
TEST(IndexTest, NoCorruptByteIsReadAstray) {
  const Index index = MakeIndex(SmallChannel());
  const Image image(index.image());
  std::size_t num_readable = 0;
  for (std::size_t at = 0; at < image.size; ++at) {
    const std::byte original = image.data()[at];
    for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
      image.data()[at] = original ^ static_cast<std::byte>(flip);
      const absl::StatusOr<Index> damaged = image.Open();
      if (!damaged.ok()) {
        continue;
      }
      if (damaged->Validate().ok()) {
        testing::TouchAll(*damaged);
        ++num_readable;
      }
    }
    image.data()[at] = original;
  }
  EXPECT_GT(num_readable, 0U) << "bytes of texts may change without harm";
}

template <typename T>
T* Section(const Image& image, IndexSection section) {
  const IndexSectionRow& row = image.header()->sections[static_cast<std::size_t>(section)];
  return reinterpret_cast<T*>(image.data() + row.offset);
}
RecordRow* Records(const Image& image) {
  return Section<RecordRow>(image, IndexSection::kRecords);
}
std::uint32_t* Starts(const Image& image, IndexSection section) {
  return Section<std::uint32_t>(image, section);
}
// The last element.
std::uint32_t* End(const Image& image, IndexSection section) {
  const auto count = image.header()->sections[static_cast<std::size_t>(section)].count;
  return Starts(image, section) + count - 1;
}
// A byte of a name; they stand first among the strings.
char* NameByte(const Image& image, std::size_t name) {
  return Section<char>(image, IndexSection::kStringBytes) +
         Starts(image, IndexSection::kStringStarts)[name];
}

// One wrong field at a time, each noticed by the check that is there for it.
TEST(IndexTest, ValidateNamesWhatIsDamaged) {
  const Index index = MakeIndex(SmallChannel());  // openssl, python twice, zlib.
  static constexpr StringId kNoString(1U << 30);
  struct Case {
    const char* message;
    void (*damage)(const Image&);
  };
  using enum IndexSection;
  const Case cases[] = {
      {"string 0: does not start at 0", [](const Image& i) { Starts(i, kStringStarts)[0] = 1; }},
      {"ends before it starts", [](const Image& i) { Starts(i, kStringStarts)[1] = 1U << 20; }},
      {"the table has a wrong end", [](const Image& i) { ++*End(i, kStringStarts); }},
      {"name 3: the table has a wrong end", [](const Image& i) { ++*End(i, kNameRecords); }},
      {"name slot",
       [](const Image& i) { std::fill(Starts(i, kNameSlots), End(i, kNameSlots) + 1, 7); }},
      {"there is not one for each name",
       [](const Image& i) {
         std::fill(Starts(i, kNameSlots), End(i, kNameSlots) + 1, StringId::None().value());
       }},
      {"name 1: is not greater", [](const Image& i) { *NameByte(i, 1) = 'a'; }},
      {"name 2: is not in its slot", [](const Image& i) { *NameByte(i, 2) = 'y'; }},
      {"version 0: a string",
       [](const Image& i) { Section<VersionRow>(i, kVersions)->text = kNoString; }},
      {"version 0: a string",
       [](const Image& i) { Section<VersionRow>(i, kVersions)->key = kNoString; }},
      {"version 1: is not greater",
       [](const Image& i) {
         VersionRow* const rows = Section<VersionRow>(i, kVersions);
         std::swap(rows[0], rows[1]);
       }},
      {"version 1: is not greater",
       [](const Image& i) {
         VersionRow* const rows = Section<VersionRow>(i, kVersions);
         rows[1] = rows[0];
       }},
      {"spec 0: its text", [](const Image& i) { Section<SpecRow>(i, kSpecs)->text = kNoString; }},
      {"spec 0: its name", [](const Image& i) { Section<SpecRow>(i, kSpecs)->name = NameId(3U); }},
      {"the table has a wrong end", [](const Image& i) { ++*End(i, kSpecListStarts); }},
      {"spec list 0: is not the empty list",
       [](const Image& i) { Starts(i, kSpecListStarts)[1] = 1; }},
      {"spec list item 0",
       [](const Image& i) { *Section<SpecId>(i, kSpecListItems) = SpecId(3U); }},
      {"cold row",
       [](const Image& i) { --i.header()->sections[static_cast<std::size_t>(kColdRows)].count; }},
      {"cold row 0: a string",
       [](const Image& i) { Section<ColdRow>(i, kColdRows)->md5 = kNoString; }},
      {"cold row 0: a string",
       [](const Image& i) { Section<ColdRow>(i, kColdRows)->url = kNoString; }},
      {"cold row 0: a string",
       [](const Image& i) { Section<ColdRow>(i, kColdRows)->features = kNoString; }},
      {"record 0: an id", [](const Image& i) { Records(i)->name = NameId(3U); }},
      {"record 0: an id", [](const Image& i) { Records(i)->version = VersionId(1U << 20); }},
      {"record 0: an id", [](const Image& i) { Records(i)->build = kNoString; }},
      {"record 0: an id", [](const Image& i) { Records(i)->build = StringId::None(); }},
      {"record 0: an id", [](const Image& i) { Records(i)->fn = kNoString; }},
      {"record 0: an id", [](const Image& i) { Records(i)->depends = SpecListId(1U << 20); }},
      {"record 0: an id", [](const Image& i) { Records(i)->constrains = SpecListId(1U << 20); }},
      {"record 0: is not among", [](const Image& i) { Records(i)->name = NameId(1U); }},
      {"record 3: is not among", [](const Image& i) { Records(i)[3].name = NameId(1U); }},
      {"record 0: a flag", [](const Image& i) { Records(i)->noarch = static_cast<NoarchKind>(9); }},
      {"record 0: a flag", [](const Image& i) { Records(i)->is_conda_format = 2; }},
      {"record 2: is preferred", [](const Image& i) { std::swap(Records(i)[1], Records(i)[2]); }},
      {"record 2: is preferred", [](const Image& i) { Records(i)[2] = Records(i)[1]; }},
      {"record 2: is preferred", [](const Image& i) { Records(i)[1].num_track_features = 1; }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.message);
    const Image image(index.image());
    c.damage(image);
    const absl::StatusOr<Index> damaged = image.Open();
    ASSERT_TRUE(damaged.ok()) << damaged.status();
    const absl::Status found = damaged->Validate();
    EXPECT_EQ(found.code(), absl::StatusCode::kDataLoss);
    EXPECT_NE(found.ToString().find(c.message), std::string::npos) << found;
  }
}

TEST(IndexTest, AnIdOutOfRangeIsAnInternalError) {
  const Index index = MakeIndex(SmallChannel());
  EXPECT_THROW(static_cast<void>(index.Record(RecordId(4U))), std::logic_error);
  EXPECT_THROW(static_cast<void>(index.Name(NameId::None())), std::logic_error);
  EXPECT_THROW(static_cast<void>(index.Spec(SpecId(3U))), std::logic_error);
  EXPECT_THROW(static_cast<void>(index.SpecList(SpecListId::None())), std::logic_error);
  EXPECT_EQ(index.String(StringId::None()), "");
}

TEST(IndexTest, EmptyChannel) {
  const Index index = MakeIndex({});
  EXPECT_EQ(index.num_records(), 0U);
  EXPECT_FALSE(index.FindName("a").ok());
  EXPECT_LT(index.image().size(), 600U);
}

TEST(ChecksumTest, IsXxh3) {
  const auto checksum = [](std::string_view text) {
    return Checksum(std::as_bytes(std::span(text)));
  };
  EXPECT_EQ(checksum(""), 0x2D06800538D394C2U);
  EXPECT_EQ(checksum("a"), 0xE6C632B61E964E1FU);
}

TEST(ChecksumTest, ContentIsHashedInPieces) {
  const std::string text(5000, 'x');
  ContentHasher whole;
  whole.Append(text);
  ContentHasher pieces;
  for (std::size_t at = 0; at < text.size(); at += 700) {
    pieces.Append(std::string_view(text).substr(at, 700));
  }
  EXPECT_EQ(whole.Finish(), pieces.Finish());
  pieces.Append("y");
  EXPECT_NE(whole.Finish(), pieces.Finish());
  EXPECT_EQ(ContentHasher().Finish(), (ContentHash{0x6001C324468D497FU, 0x99AA06D3014798D8U}));
}

}  // namespace
}  // namespace satchel

#include "frontend/fetch/downloader.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "base/digest.h"
#include "frontend/files.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/fault_server.h"

namespace satchel {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::FaultServer;
using testing::FileReply;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TemporaryDirectory;
using Reply = FaultServer::Reply;
using Asked = FaultServer::Asked;

NetworkOptions Quick() {
  NetworkOptions options;
  options.backoff_s = 0.01;
  options.read_timeout_s = 0.5;
  options.connect_timeout_s = 2;
  options.use_netrc = false;
  return options;
}

std::string Body(std::size_t size) {
  std::string body;
  for (std::size_t i = 0; body.size() < size; ++i) {
    body += "line " + std::to_string(i) + "\n";
  }
  body.resize(size);
  return body;
}

class DownloaderTest : public ::testing::Test {
 protected:
  Download For(std::vector<std::string> urls, const std::string& body) const {
    Download download;
    download.urls = std::move(urls);
    download.destination = Target();
    download.size_bytes = body.size();
    download.sha256 = Sha256Hex(body);
    return download;
  }
  std::string Target() const { return directory_.path() + "/file"; }
  std::string Content() const { return ReadFile(Target()).value_or("(none)"); }
  static DownloadResult FetchOne(const Download& download,
                                 const NetworkOptions& options = Quick()) {
    Downloader downloader(options);
    return downloader.Fetch({download}).front();
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
      names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
  }

  TemporaryDirectory directory_;
};

TEST_F(DownloaderTest, FetchesAndVerifies) {
  const std::string body = Body(300'000);
  const FaultServer server([&](const Asked& asked) { return FileReply(asked, body, "\"v1\""); });
  std::uint64_t last = 0;
  std::uint64_t total = 0;
  std::vector<std::size_t> done;
  DownloadWatch watch;
  watch.progress = [&](std::size_t item, std::uint64_t bytes, std::uint64_t of) {
    EXPECT_EQ(item, 0U);
    last = bytes;
    total = of;
  };
  watch.done = [&](std::size_t item, const DownloadResult& result) {
    EXPECT_TRUE(result.status.ok()) << result.status;
    done.push_back(item);
  };
  Downloader downloader(Quick());
  const DownloadResult result = downloader.Fetch({For({server.Url("/a")}, body)}, watch).front();
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(Content(), body);
  EXPECT_EQ(result.etag, "\"v1\"");
  EXPECT_EQ(result.received_bytes, body.size());
  EXPECT_EQ(last, body.size());
  EXPECT_EQ(total, body.size());
  EXPECT_THAT(done, ElementsAre(0U));
  EXPECT_THAT(Files(), ElementsAre("file"));
}

TEST_F(DownloaderTest, AnEmptyFile) {
  const FaultServer server([](const Asked&) { return Reply(); });
  Download download;
  download.urls = {server.Url("/empty")};
  download.destination = Target();
  EXPECT_TRUE(FetchOne(download).status.ok());
  EXPECT_EQ(Content(), "");
}

TEST_F(DownloaderTest, ManyAtOnceEachToItsPlace) {
  const FaultServer server([](const Asked& asked) {
    Reply reply;
    reply.body = "body of " + asked.path;
    reply.delay_ms = 5;
    return reply;
  });
  std::vector<Download> downloads;
  for (int i = 0; i < 150; ++i) {
    const std::string name = "/" + std::to_string(i);
    Download download = For({server.Url(name)}, "body of " + name);
    download.destination = directory_.path() + name;
    downloads.push_back(download);
  }
  Downloader downloader(Quick());
  const std::vector<DownloadResult> results = downloader.Fetch(downloads);
  ASSERT_EQ(results.size(), downloads.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_TRUE(results[i].status.ok()) << results[i].status;
    EXPECT_EQ(ReadFile(downloads[i].destination).value_or(""), "body of /" + std::to_string(i));
  }
}

TEST_F(DownloaderTest, ResumesAfterAReset) {
  const std::string body = Body(200'000);
  int count = 0;
  const FaultServer server([&](const Asked& asked) {
    Reply reply = FileReply(asked, body);
    if (++count == 1) {
      reply.reset_after = 100'000;
    }
    return reply;
  });
  const DownloadResult result = FetchOne(For({server.Url("/a")}, body));
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(Content(), body);
  ASSERT_EQ(server.asked().size(), 2U);
  EXPECT_THAT(server.asked()[1].Header("range"), HasSubstr("bytes="));
  EXPECT_LT(result.received_bytes, 2 * body.size());
}

TEST_F(DownloaderTest, ResumesWhatAnotherProcessBegan) {
  const std::string body = Body(1000);
  directory_.Write("file.part", body.substr(0, 600));
  const FaultServer server([&](const Asked& asked) { return FileReply(asked, body); });
  const DownloadResult result = FetchOne(For({server.Url("/a")}, body));
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.received_bytes, 400U);
  EXPECT_EQ(Content(), body);
  EXPECT_THAT(Files(), ElementsAre("file"));
}

TEST_F(DownloaderTest, WhatIsThereInFullIsOnlyVerified) {
  const std::string body = Body(1000);
  directory_.Write("file.part", body);
  EXPECT_TRUE(FetchOne(For({"http://127.0.0.1:1/"}, body)).status.ok());
  EXPECT_EQ(Content(), body);
}

TEST_F(DownloaderTest, StartsAgainIfTheRestDoesNotFit) {
  const std::string body = Body(1000);
  directory_.Write("file.part", std::string(600, '#'));
  const FaultServer server([&](const Asked& asked) { return FileReply(asked, body); });
  const DownloadResult result = FetchOne(For({server.Url("/a")}, body));
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(Content(), body);
}

TEST_F(DownloaderTest, ResumesWithoutHashOnlyTheSameVersion) {
  const std::string old_body = Body(100'000);
  const std::string new_body = std::string(100'000, 'n');
  for (const bool changes : {false, true}) {
    SCOPED_TRACE(changes);
    int count = 0;
    const FaultServer server([&](const Asked& asked) {
      const bool is_new = ++count > 1 && changes;
      Reply reply = FileReply(asked, is_new ? new_body : old_body, is_new ? "\"2\"" : "\"1\"");
      if (count == 1) {
        reply.reset_after = 50'000;
      }
      return reply;
    });
    Download download;
    download.urls = {server.Url("/a")};
    download.destination = Target();
    const DownloadResult result = FetchOne(download);
    ASSERT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(Content(), changes ? new_body : old_body);
    EXPECT_EQ(server.asked()[1].Header("if-range"), "\"1\"");
    EXPECT_THAT(Files(), ElementsAre("file"));
  }
}

TEST_F(DownloaderTest, ABeginningOfNoKnownVersionIsDropped) {
  directory_.Write("file.part", "of something else");
  const FaultServer server([&](const Asked& asked) { return FileReply(asked, "right"); });
  Download download;
  download.urls = {server.Url("/a")};
  download.destination = Target();
  EXPECT_TRUE(FetchOne(download).status.ok());
  EXPECT_EQ(Content(), "right");
}

TEST_F(DownloaderTest, NotModified) {
  directory_.Write("file", "old");
  const FaultServer server([&](const Asked& asked) { return FileReply(asked, "new", "\"x\""); });
  Download download;
  download.urls = {server.Url("/a")};
  download.destination = Target();
  download.if_none_match = "\"x\"";
  const DownloadResult result = FetchOne(download);
  EXPECT_TRUE(result.status.ok()) << result.status;
  EXPECT_TRUE(result.not_modified);
  EXPECT_EQ(Content(), "old");
  download.if_none_match = "\"y\"";
  EXPECT_FALSE(FetchOne(download).not_modified);
  EXPECT_EQ(Content(), "new");
}

TEST_F(DownloaderTest, NotModifiedSinceATime) {
  directory_.Write("file", "old");
  const std::string time = "Tue, 01 Jan 2030 00:00:00 GMT";
  const FaultServer server([&](const Asked& asked) {
    Reply reply;
    reply.headers.emplace_back("Last-Modified", time);
    reply.status = asked.Header("if-modified-since") == time ? 304 : 200;
    reply.body = reply.status == 200 ? "new" : "";
    return reply;
  });
  Download download;
  download.urls = {server.Url("/a")};
  download.destination = Target();
  download.if_modified_since = time;
  EXPECT_TRUE(FetchOne(download).not_modified);
  EXPECT_EQ(Content(), "old");
  download.if_modified_since = "Mon, 01 Jan 2029 00:00:00 GMT";
  EXPECT_EQ(FetchOne(download).last_modified, time);
  EXPECT_EQ(Content(), "new");
}

struct FaultCase {
  std::string name;
  std::function<Reply(int count, const std::string& body)> answer;
  absl::StatusCode code;  // kOk: fetched in the end.
  std::string message;
  std::size_t requests;
};

void PrintTo(const FaultCase& tested, std::ostream* out) {
  *out << tested.name;
}

Reply Status(int status, const std::string& header = "", const std::string& value = "") {
  Reply reply;
  reply.status = status;
  reply.body = "<html>an error page</html>";
  if (!header.empty()) {
    reply.headers.emplace_back(header, value);
  }
  return reply;
}

Reply Good(const std::string& body) {
  Reply reply;
  reply.body = body;
  return reply;
}

const FaultCase kFaults[] = {
    {"NotThere", [](int, const std::string&) { return Status(404); }, absl::StatusCode::kNotFound,
     "not found (HTTP 404)", 1},
    {"Forbidden", [](int, const std::string&) { return Status(403); },
     absl::StatusCode::kPermissionDenied, "HTTP 403", 1},
    {"BusyOnce",
     [](int count, const std::string& body) { return count == 1 ? Status(503) : Good(body); },
     absl::StatusCode::kOk, "", 2},
    {"BusyForEver", [](int, const std::string&) { return Status(503); },
     absl::StatusCode::kUnavailable, "HTTP 503", 4},
    {"TooManyRequests",
     [](int count, const std::string& body) {
       return count == 1 ? Status(429, "Retry-After", "1") : Good(body);
     },
     absl::StatusCode::kOk, "", 2},
    {"AsksForAnHour", [](int, const std::string&) { return Status(429, "Retry-After", "3600"); },
     absl::StatusCode::kUnavailable, "asks to wait for 3600 seconds", 1},
    {"WrongContent",
     [](int, const std::string& body) { return Good(std::string(body.size(), 'x')); },
     absl::StatusCode::kDataLoss, "its sha256 is", 1},
    {"TooLong", [](int, const std::string& body) { return Good(body + "more"); },
     absl::StatusCode::kDataLoss, "more than the 5000 bytes", 1},
    {"TooShort", [](int, const std::string& body) { return Good(body.substr(1)); },
     absl::StatusCode::kDataLoss, "has 4999 bytes, should have 5000", 1},
    {"ShorterThanDeclared",
     [](int, const std::string& body) {
       Reply reply = Good(body.substr(0, 100));
       reply.declared_length = body.size();
       return reply;
     },
     absl::StatusCode::kUnavailable, "", 4},
    {"ResetOnce",
     [](int count, const std::string& body) {
       Reply reply = Good(body);
       if (count == 1) {
         reply.reset_after = 2000;
       }
       return reply;
     },
     absl::StatusCode::kOk, "", 2},
    {"StallsOnce",
     [](int count, const std::string& body) {
       Reply reply = Good(body);
       if (count == 1) {
         reply.stall_after = 2000;
       }
       return reply;
     },
     absl::StatusCode::kOk, "", 2},
    {"SlowOnce",
     [](int count, const std::string& body) {
       Reply reply = Good(body);
       reply.trickle_ms = count == 1 ? 200 : 0;
       return reply;
     },
     absl::StatusCode::kOk, "", 2},
    {"RedirectLoop", [](int, const std::string&) { return Status(302, "Location", "/a"); },
     absl::StatusCode::kUnavailable, "redirects", 11},
    {"RedirectToFile",
     [](int, const std::string&) { return Status(302, "Location", "file:///etc/passwd"); },
     absl::StatusCode::kUnavailable, "file", 1},
    {"BusyThenNotThere",
     [](int count, const std::string&) { return Status(count == 1 ? 503 : 404); },
     absl::StatusCode::kNotFound, "not found (HTTP 404)", 2},
    {"ForbiddenAfterAReset",
     [](int count, const std::string& body) {
       Reply reply = count == 1 ? Good(body) : Status(403);
       reply.reset_after = count == 1 ? std::optional<std::size_t>(0) : std::nullopt;
       return reply;
     },
     absl::StatusCode::kPermissionDenied, "HTTP 403", 2},
    {"NotImplemented", [](int, const std::string&) { return Status(501); },
     absl::StatusCode::kUnavailable, "HTTP 501", 1},
    {"LogInToTheNetwork", [](int, const std::string&) { return Status(511); },
     absl::StatusCode::kUnavailable, "log in", 1},
    {"NoContent", [](int, const std::string&) { return Status(204); },
     absl::StatusCode::kUnavailable, "HTTP 204", 1},
    {"NotYet", [](int, const std::string&) { return Status(202); }, absl::StatusCode::kUnavailable,
     "HTTP 202", 1},
    {"TransformedOnTheWay",
     [](int, const std::string& body) {
       Reply reply = Good(body);
       reply.status = 203;
       return reply;
     },
     absl::StatusCode::kOk, "", 1},
    {"AWebPage",
     [](int, const std::string&) { return Good("\n  <!DOCTYPE html><html>log in</html>"); },
     absl::StatusCode::kDataLoss, "a web page (HTML)", 1},
    {"AWebPageWithAByteOrderMark",
     [](int, const std::string&) { return Good("\xef\xbb\xbf<HTML>"); },
     absl::StatusCode::kDataLoss, "a web page (HTML)", 1},
    {"APartThatWasNotAsked",
     [](int, const std::string& body) {
       Reply reply = Good(body);
       reply.status = 206;
       reply.headers.emplace_back("Content-Range", "bytes 0-4999/5000");
       return reply;
     },
     absl::StatusCode::kDataLoss, "bytes from 0 on", 1},
    {"NoAnswerOnce",
     [](int count, const std::string& body) {
       Reply reply = Good(body);
       reply.raw = count == 1 ? std::optional<std::string>("") : std::nullopt;
       return reply;
     },
     absl::StatusCode::kOk, "", 2},
    {"NotHttp",
     [](int, const std::string&) {
       Reply reply;
       reply.raw = "220 mail.example.com ESMTP\r\n";
       return reply;
     },
     absl::StatusCode::kUnavailable, "", 4},
    {"EndlessHeaders",
     [](int, const std::string&) {
       Reply reply;
       reply.raw = "HTTP/1.1 200 OK\r\n";
       for (int i = 0; i < 20'000; ++i) {
         *reply.raw += "X-Filler: " + std::string(40, 'x') + "\r\n";
       }
       return reply;
     },
     absl::StatusCode::kUnavailable, "", 4},
    {"UnaskedNotModified", [](int, const std::string&) { return Status(304); },
     absl::StatusCode::kUnavailable, "304", 1},
};

class DownloaderFaultTest : public DownloaderTest,
                            public ::testing::WithParamInterface<FaultCase> {};

TEST_P(DownloaderFaultTest, TheFileOrOneClearError) {
  const FaultCase& tested = GetParam();
  const std::string body = Body(5000);
  int count = 0;
  const FaultServer server([&](const Asked&) { return tested.answer(++count, body); });
  const DownloadResult result = FetchOne(For({server.Url("/a")}, body));
  EXPECT_EQ(result.status.code(), tested.code) << result.status;
  EXPECT_THAT(std::string(result.status.message()), HasSubstr(tested.message));
  EXPECT_EQ(server.asked().size(), tested.requests);
  if (tested.code == absl::StatusCode::kOk) {
    EXPECT_EQ(Content(), body);
  } else {
    EXPECT_THAT(std::string(result.status.message()), HasSubstr(server.Url("/a")));
    EXPECT_EQ(Content(), "(none)");
  }
}

INSTANTIATE_TEST_SUITE_P(All, DownloaderFaultTest, ::testing::ValuesIn(kFaults),
                         [](const auto& tested) { return tested.param.name; });

// Of what several mirrors say, that one of them has it for others says more than that one has not.
TEST_F(DownloaderTest, TheMostTellingMirrorIsQuoted) {
  const FaultServer none([](const Asked&) { return Status(404); });
  const FaultServer closed([](const Asked&) { return Status(403); });
  for (const std::vector<std::string>& urls :
       {std::vector<std::string>{none.Url("/a"), closed.Url("/a")},
        {closed.Url("/a"), none.Url("/a")}}) {
    const DownloadResult result = FetchOne(For(urls, "x"));
    EXPECT_TRUE(absl::IsPermissionDenied(result.status)) << result.status;
    EXPECT_TRUE(result.was_reached);
  }
  EXPECT_FALSE(FetchOne(For({"http://127.0.0.1:1/a"}, "x")).was_reached);
}

TEST_F(DownloaderTest, ABeginningOfFullLengthIsNoProofWithoutAHash) {
  directory_.Write("file.part", "wrong");
  directory_.Write("file.part.etag", "\"old\"");
  const FaultServer server([](const Asked& asked) { return FileReply(asked, "right", "\"new\""); });
  Download download = For({server.Url("/a")}, "right");
  download.sha256.clear();
  EXPECT_TRUE(FetchOne(download).status.ok());
  EXPECT_EQ(Content(), "right");
  EXPECT_EQ(server.asked().front().Header("if-range"), "\"old\"");
}

// "Weak" names a version of the same meaning, not of the same bytes.
TEST_F(DownloaderTest, NothingIsPutTogetherByAWeakETag) {
  const std::string old_body = Body(100'000);
  const std::string new_body = std::string(100'000, 'n');
  int count = 0;
  const FaultServer server([&](const Asked& asked) {
    Reply reply = FileReply(asked, ++count == 1 ? old_body : new_body, "W/\"1\"");
    if (count == 1) {
      reply.reset_after = 50'000;
    }
    return reply;
  });
  Download download;
  download.urls = {server.Url("/a")};
  download.destination = Target();
  EXPECT_TRUE(FetchOne(download).status.ok());
  EXPECT_EQ(Content(), new_body);
}

// A proxy, or a server that counts from one, sends another part than was asked for.
TEST_F(DownloaderTest, APartOfTheWrongPlaceIsNotAppended) {
  const std::string body = Body(1000);
  for (const std::string range : {"bytes 601-999/1000", "bytes 0-999/1000", "bytes */1000", ""}) {
    SCOPED_TRACE(range);
    std::filesystem::remove(Target());
    directory_.Write("file.part", body.substr(0, 600));
    int count = 0;
    const FaultServer server([&](const Asked& asked) {
      if (++count > 1) {
        return FileReply(asked, body);
      }
      Reply reply = Good(body.substr(600));
      reply.status = 206;
      if (!range.empty()) {
        reply.headers.emplace_back("Content-Range", range);
      }
      return reply;
    });
    Download download = For({server.Url("/a")}, body);
    EXPECT_TRUE(FetchOne(download).status.ok());
    EXPECT_EQ(Content(), body);
    EXPECT_EQ(server.asked().size(), 2U);
  }
}

TEST_F(DownloaderTest, APartThatEndsEarlyIsGoneOnWith) {
  const std::string body = Body(1000);
  directory_.Write("file.part", body.substr(0, 600));
  directory_.Write("file.part.etag", "\"1\"");
  int count = 0;
  const FaultServer server([&](const Asked& asked) {
    Reply reply = FileReply(asked, body, "\"1\"");
    if (++count == 1) {
      reply.body.resize(
          100);  // And says so: the length is right, the part is not all that was asked.
    }
    return reply;
  });
  Download download;
  download.urls = {server.Url("/a")};
  download.destination = Target();
  EXPECT_TRUE(FetchOne(download).status.ok());
  EXPECT_EQ(Content(), body);
}

TEST_F(DownloaderTest, AsMuchAsIsAllowedAndNoMore) {
  const FaultServer server([](const Asked&) { return Good("12345"); });
  Download download;
  download.urls = {server.Url("/a")};
  download.destination = Target();
  download.max_bytes = 5;
  EXPECT_TRUE(FetchOne(download).status.ok());
  download.max_bytes = 4;
  const DownloadResult result = FetchOne(download);
  EXPECT_TRUE(absl::IsDataLoss(result.status)) << result.status;
  EXPECT_THAT(std::string(result.status.message()), HasSubstr("more than 4 bytes"));
}

TEST_F(DownloaderTest, TellsOfRetriesOnceForAllFiles) {
  int count = 0;
  const FaultServer server([&](const Asked&) { return ++count <= 3 ? Status(503) : Good("x"); });
  std::vector<Download> downloads;
  for (const char* name : {"a", "b", "c"}) {
    downloads.push_back(For({server.Url(std::string("/t/SECRET/") + name)}, "x"));
    downloads.back().destination = directory_.path() + "/" + name;
  }
  std::vector<std::string> told;
  DownloadWatch watch;
  watch.retrying = [&](const std::string& what) { told.push_back(what); };
  Downloader downloader(Quick());
  for (const DownloadResult& result : downloader.Fetch(downloads, watch)) {
    EXPECT_TRUE(result.status.ok()) << result.status;
  }
  EXPECT_THAT(told, ElementsAre(AllOf(HasSubstr("HTTP 503; trying again in 1 s (1 of 3)"),
                                      Not(HasSubstr("SECRET")))));
}

// In a directory that is not ours alone somebody may have put anything at the name of the part.
TEST_F(DownloaderTest, WhatLiesAtTheNameOfThePartIsLeftAlone) {
  const std::string body = Body(1000);
  const FaultServer server([&](const Asked& asked) { return FileReply(asked, body); });
  const std::string victim = directory_.Write("victim", "precious");
  const std::string part = Target() + ".part";
  const std::vector<std::function<void()>> plants = {
      [&] { std::filesystem::create_symlink(victim, part); },
      [&] { std::filesystem::create_hard_link(victim, part); },
      [&] { std::filesystem::create_directory(part); },
      [&] { ASSERT_EQ(mkfifo(part.c_str(), 0600), 0); },
  };
  for (const auto& plant : plants) {
    plant();
    const DownloadResult result = FetchOne(For({server.Url("/a")}, body));
    EXPECT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(Content(), body);
    EXPECT_EQ(ReadFile(victim).value_or(""), "precious");
    EXPECT_TRUE(std::filesystem::is_regular_file(std::filesystem::symlink_status(Target())));
    std::filesystem::remove_all(part);
    std::filesystem::remove(Target());
  }
}

TEST_F(DownloaderTest, GoesOnToTheNextMirror) {
  const std::string body = Body(5000);
  const FaultServer bad([&](const Asked&) { return Good(std::string(5000, 'x')); });
  const FaultServer good([&](const Asked& asked) { return FileReply(asked, body); });
  const DownloadResult result =
      FetchOne(For({"http://127.0.0.1:1/a", bad.Url("/a"), good.Url("/a")}, body));
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.url, good.Url("/a"));
  EXPECT_EQ(Content(), body);
}

TEST_F(DownloaderTest, KeepsTheOldFileIfTheNewOneFails) {
  directory_.Write("file", "old");
  const FaultServer server([&](const Asked&) { return Status(404); });
  EXPECT_FALSE(FetchOne(For({server.Url("/a")}, "new")).status.ok());
  EXPECT_EQ(Content(), "old");
}

TEST_F(DownloaderTest, OfflineReadsFilesOnly) {
  NetworkOptions options = Quick();
  options.offline = true;
  const DownloadResult refused = FetchOne(For({"http://127.0.0.1:1/a"}, "x"), options);
  EXPECT_TRUE(absl::IsUnavailable(refused.status)) << refused.status;
  EXPECT_THAT(std::string(refused.status.message()), HasSubstr("offline"));
  const std::string source = directory_.Write("source", "from a file");
  EXPECT_TRUE(FetchOne(For({"file://" + source}, "from a file"), options).status.ok());
  EXPECT_EQ(Content(), "from a file");
  EXPECT_TRUE(absl::IsNotFound(FetchOne(For({"file:///no/such/file"}, "x"), options).status));
}

TEST_F(DownloaderTest, SendsCredentialsAndDoesNotShowThem) {
  const FaultServer server([&](const Asked&) { return Status(404); });
  NetworkOptions options = Quick();
  options.credentials = [](const std::string& url) {
    Credentials credentials;
    if (url.find("basic") != std::string::npos) {
      credentials.user = "ann";
      credentials.password = "secret";
    } else if (url.find("bearer") != std::string::npos) {
      credentials.bearer = "secret";
    } else if (url.find("token") != std::string::npos) {
      credentials.token = "secret";
    }
    return credentials;
  };
  std::string in_url = server.Url("/in-url");
  in_url.replace(0, 7, "http://ann:secret@");
  for (const std::string& url : {server.Url("/basic"), server.Url("/bearer"), server.Url("/token"),
                                 in_url, server.Url("/t/secret/x")}) {
    const DownloadResult result = FetchOne(For({url}, "x"), options);
    EXPECT_THAT(std::string(result.status.message()),
                AllOf(HasSubstr("127.0.0.1"), Not(HasSubstr("secret"))));
  }
  const std::vector<Asked> asked = server.asked();
  ASSERT_EQ(asked.size(), 5U);
  EXPECT_EQ(asked[0].Header("authorization"), "Basic YW5uOnNlY3JldA==");
  EXPECT_EQ(asked[1].Header("authorization"), "Bearer secret");
  EXPECT_EQ(asked[2].path, "/t/secret/token");
  EXPECT_EQ(asked[3].Header("authorization"), "Basic YW5uOnNlY3JldA==");
  EXPECT_EQ(asked[4].path, "/t/secret/x");
}

TEST_F(DownloaderTest, KeepsCredentialsFromOtherServers) {
  const FaultServer other([&](const Asked&) { return Good("x"); });
  const FaultServer server(
      [&](const Asked&) { return Status(302, "Location", other.Url("/there")); });
  NetworkOptions options = Quick();
  options.credentials = [](const std::string&) {
    Credentials credentials;
    credentials.bearer = "secret";
    return credentials;
  };
  EXPECT_TRUE(FetchOne(For({server.Url("/a")}, "x"), options).status.ok());
  EXPECT_EQ(server.asked()[0].Header("authorization"), "Bearer secret");
  EXPECT_EQ(other.asked()[0].Header("authorization"), "");
}

TEST_F(DownloaderTest, UsesTheProxyOfTheConfiguration) {
  const FaultServer proxy([&](const Asked&) { return Good("x"); });
  NetworkOptions options = Quick();
  options.proxies = {{"http", proxy.Url("/")}};
  EXPECT_TRUE(FetchOne(For({"http://channel.invalid/a"}, "x"), options).status.ok());
  EXPECT_EQ(proxy.asked()[0].path, "http://channel.invalid/a");
}

TEST_F(DownloaderTest, CanBeCancelled) {
  const FaultServer server([&](const Asked&) {
    Reply reply = Good(Body(5000));
    reply.stall_after = 3000;
    return reply;
  });
  NetworkOptions options = Quick();
  options.read_timeout_s = 60;
  std::atomic<bool> cancel = false;
  DownloadWatch watch;
  watch.cancel = &cancel;
  watch.progress = [&](std::size_t item, std::uint64_t, std::uint64_t) {
    cancel = cancel || item == 0;
  };
  const Download download = For({server.Url("/a")}, Body(5000));
  const auto start = std::chrono::steady_clock::now();
  Downloader downloader(options);
  const std::vector<DownloadResult> results = downloader.Fetch({download, download}, watch);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_TRUE(absl::IsCancelled(results[0].status));
  EXPECT_TRUE(absl::IsCancelled(results[1].status));
  EXPECT_THAT(Files(), ElementsAre("file.part"));
}

TEST_F(DownloaderTest, TwoAtOnceForOneFileDoNotDisturbEachOther) {
  const std::string body = Body(300'000);
  const FaultServer server([&](const Asked& asked) {
    Reply reply = FileReply(asked, body);
    reply.delay_ms = 20;
    return reply;
  });
  const Download download = For({server.Url("/a")}, body);
  auto other = std::async(std::launch::async, [&] { return FetchOne(download).status; });
  EXPECT_TRUE(FetchOne(download).status.ok());
  EXPECT_TRUE(other.get().ok());
  EXPECT_EQ(Content(), body);
  EXPECT_THAT(Files(), ElementsAre("file"));
}

TEST_F(DownloaderTest, SaysWhatTheDiskSays) {
  const FaultServer server([&](const Asked&) { return Good("x"); });
  Download download = For({server.Url("/a")}, "x");
  download.destination = directory_.path() + "/no/such/directory/file";
  const DownloadResult result = FetchOne(download);
  EXPECT_TRUE(absl::IsUnavailable(result.status)) << result.status;
  EXPECT_THAT(std::string(result.status.message()), HasSubstr("no/such/directory"));
}

}  // namespace
}  // namespace satchel

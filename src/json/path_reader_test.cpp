// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "json/path_reader.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/view.hpp"
#include "json/testing/event_log.hpp"

namespace linnet::json {
namespace {

using testing::PathLog;

template <std::size_t kPath = 64>
std::string Paths(StringView document, std::size_t piece = 1, std::size_t skipped = 0) {
  PathLog log;
  PathReaderBuffer<32, kPath> reader;
  reader->Begin(log);
  Status status;
  for (std::size_t i = 0; i < document.size() && status.ok(); i += piece) {
    status = reader->Feed(AsBytes(document.substr(i, piece)));
  }
  if (status.ok()) {
    status = reader->Finish();
  }
  EXPECT_TRUE(status.ok()) << document;
  EXPECT_EQ(reader->skipped(), skipped) << document;
  return log.text;
}

TEST(PathReader, NamesEveryValue) {
  const StringView document =
      R"({"execution":{"jobId":"j","jobDocument":{"location":{"url":"https:"}}},"n":1})";
  const std::string expected =
      "={ ;execution={ ;execution.jobId=j;execution.jobDocument={ ;"
      "execution.jobDocument.location={ ;execution.jobDocument.location.url=https:;"
      "execution.jobDocument.location=} ;execution.jobDocument=} ;execution=} ;n=i:1 ;=} ;";
  for (std::size_t piece = 1; piece <= document.size(); ++piece) {
    ASSERT_EQ(Paths(document, piece), expected) << piece;
  }
}

TEST(PathReader, MarksElementsOfArrays) {
  EXPECT_EQ(Paths(R"([1,[2,{"a":3}],{"b":[4]},5])"),
            "=[ ;[]=i:1 ;[]=[ ;[][]=i:2 ;[][]={ ;[][].a=i:3 ;[][]=} ;[]=] ;"
            "[]={ ;[].b=[ ;[].b[]=i:4 ;[].b=] ;[]=} ;[]=i:5 ;=] ;");
  EXPECT_EQ(Paths(R"({"a":[1],"b":2})"), "={ ;a=[ ;a[]=i:1 ;a=] ;b=i:2 ;=} ;");
  EXPECT_EQ(Paths("7"), "=i:7 ;");
}

TEST(PathReader, NoKeyPassesForAPathOfSeveral) {
  EXPECT_EQ(Paths(R"({"a.b":1,"a":{"b":2},"a[]":3,"a\\.b":4})"),
            R"(={ ;a\.b=i:1 ;a={ ;a.b=i:2 ;a=} ;a\[]=i:3 ;a\\\.b=i:4 ;=} ;)");
  EXPECT_EQ(Paths(R"({"":{"version":1},"version":2})"),
            "={ ;={ ;.version=i:1 ;=} ;version=i:2 ;=} ;");
}

TEST(PathReader, LeavesOutPathsThatDoNotFitAndRecovers) {
  const std::string document = R"({"12345678":1,"123456789":{"x":[2]},"1234":{"567":3,"5678":4}})";
  EXPECT_EQ(Paths<8>(document, 1, 6), "={ ;12345678=i:1 ;1234={ ;1234.567=i:3 ;1234=} ;=} ;");
  const std::string giant = R"({")" + std::string(40000, 'k') + R"(":{"a":1},"b":2})";
  EXPECT_EQ(Paths<8>(giant, 100, 3), "={ ;b=i:2 ;=} ;");
}

TEST(PathReader, PassesLongStringsInParts) {
  const std::string url(2560, 'u');
  EXPECT_EQ(Paths(R"({"url":")" + url + R"("})"), "={ ;url=" + url + ";=} ;");
}

TEST(PathReader, ReadsDocumentsOneAfterTheOther) {
  PathReaderBuffer<32, 16> reader;
  EXPECT_EQ(reader->Feed(AsBytes("1")).code(), Code::kFailedPrecondition);
  EXPECT_EQ(reader->Finish().code(), Code::kFailedPrecondition);
  for (int i = 0; i < 2; ++i) {
    PathLog cut;
    reader->Begin(cut);
    EXPECT_TRUE(reader->Feed(AsBytes(R"({"a":[{"b":"x)")).ok());
    PathLog log;
    reader->Begin(log);
    EXPECT_TRUE(reader->Feed(AsBytes(R"({"c":null})")).ok());
    EXPECT_TRUE(reader->Finish().ok());
    EXPECT_EQ(log.text, "={ ;c=null ;=} ;");
  }
}

}  // namespace
}  // namespace linnet::json

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/output.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace linnet::cli {
namespace {

TEST(OutputTest, TextAndJsonExcludeEachOther) {
  std::ostringstream stream;
  Output out(stream);
  out.Line("hello");
  out.Value({{"a", 1}});
  EXPECT_EQ(stream.str(), "hello\n");
  out.set_json(true);
  out.Line("hello");
  out.Value({{"a", 1}});
  EXPECT_EQ(stream.str(), "hello\n{\"a\":1}\n");
}

TEST(OutputTest, TableAlignsByCharactersNotBytes) {
  std::ostringstream stream;
  Output(stream).Table({"name", "state"}, {{"w\u00e4rme-1", "on"}, {"b", "off"}});
  EXPECT_EQ(stream.str(), "name     state\nw\u00e4rme-1  on\nb        off\n");
}

TEST(OutputTest, BytesAreGrouped) {
  EXPECT_EQ(HumanBytes(0), "0 B");
  EXPECT_EQ(HumanBytes(999), "999 B");
  EXPECT_EQ(HumanBytes(1000), "1,000 B");
  EXPECT_EQ(HumanBytes(734003), "734,003 B");
  EXPECT_EQ(HumanBytes(12345678), "12,345,678 B");
}

}  // namespace
}  // namespace linnet::cli

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/shadow_document.hpp"

#include <gmock/gmock.h>

namespace linnet::twin {
namespace {

struct DeltaCase {
  const char* desired;
  const char* reported;
  const char* delta;
};

class DeltaTest : public testing::TestWithParam<DeltaCase> {};

TEST_P(DeltaTest, Table) {
  EXPECT_EQ(Delta(Json::parse(GetParam().desired), Json::parse(GetParam().reported)),
            Json::parse(GetParam().delta));
}

INSTANTIATE_TEST_SUITE_P(
    Table, DeltaTest,
    testing::Values(DeltaCase{"null", R"({"a":1})", "null"},
                    DeltaCase{R"({"a":1})", "null", R"({"a":1})"},
                    DeltaCase{R"({"a":1})", R"({"a":1,"b":2})", "null"},
                    DeltaCase{R"({"a":1})", R"({"a":1.0})", "null"},
                    DeltaCase{R"({"a":1})", R"({"a":"1"})", R"({"a":1})"},
                    DeltaCase{R"({"a":{"b":1,"c":2}})", R"({"a":{"b":1}})", R"({"a":{"c":2}})"},
                    DeltaCase{R"({"a":{"b":1}})", R"({"a":5})", R"({"a":{"b":1}})"},
                    DeltaCase{R"({"a":[1,2]})", R"({"a":[1,2,3]})", R"({"a":[1,2]})"},
                    DeltaCase{R"({"a":[{"x":1}]})", R"({"a":[{"x":1}]})", "null"}));

// The metadata with every timestamp set to 0: what is left is its shape.
Json Restamped(const Json& metadata) {
  if (!metadata.is_structured()) {
    return metadata;
  }
  if (metadata.is_object() && metadata.contains("timestamp")) {
    return {{"timestamp", 0}};
  }
  Json result = metadata;
  for (Json& child : result) {
    child = Restamped(child);
  }
  return result;
}

struct MergeCase {
  const char* before;
  const char* patch;
  const char* after;
};

class MergeTest : public testing::TestWithParam<MergeCase> {};

TEST_P(MergeTest, StateAndMetadataMoveTogether) {
  Section section;
  MergeSection(section, Json::parse(GetParam().before), 1);
  MergeSection(section, Json::parse(GetParam().patch), 2);
  EXPECT_EQ(section.state, Json::parse(GetParam().after));
  EXPECT_EQ(Restamped(section.metadata),
            section.state.is_null() ? Json(nullptr) : StampTree(section.state, 0));
}

INSTANTIATE_TEST_SUITE_P(
    Table, MergeTest,
    testing::Values(MergeCase{R"({"a":1})", R"({"b":2})", R"({"a":1,"b":2})"},
                    MergeCase{R"({"a":1})", R"({"a":null})", "null"},
                    MergeCase{R"({"a":1})", R"({"zz":null})", R"({"a":1})"},
                    MergeCase{R"({"a":{"b":1,"c":2}})", R"({"a":{"b":null}})", R"({"a":{"c":2}})"},
                    MergeCase{R"({"a":[1,2,3]})", R"({"a":[4]})", R"({"a":[4]})"},
                    MergeCase{R"({"a":{"b":1}})", R"({"a":7})", R"({"a":7})"},
                    MergeCase{R"({"a":7})", R"({"a":{"b":1,"c":null}})", R"({"a":{"b":1}})"},
                    MergeCase{R"({"a":1})", "null", "null"}));

TEST(DepthTest, CountsFilledContainers) {
  EXPECT_EQ(Depth(Json::parse("5")), 0);
  EXPECT_EQ(Depth(Json::parse("{}")), 0);
  EXPECT_EQ(Depth(Json::parse(R"({"a":{}})")), 1);
  EXPECT_EQ(Depth(Json::parse(R"({"a":[1]})")), 2);
}

TEST(DeltaMetadataTest, FollowsTheDelta) {
  const Json metadata =
      Json::parse(R"({"a":{"timestamp":1},"b":{"c":{"timestamp":2},"d":{"timestamp":3}}})");
  EXPECT_EQ(DeltaMetadata(metadata, Json::parse(R"({"b":{"d":9}})")),
            Json::parse(R"({"b":{"d":{"timestamp":3}}})"));
}

}  // namespace
}  // namespace linnet::twin

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/trust.hpp"

#include <gtest/gtest.h>

#include "crypto/testing/test_arena.hpp"
#include "tls/testing/certificates.hpp"

namespace linnet::tls {
namespace {

using testing::Identity;
using testing::Issue;

const Identity& Root() {
  static const Identity root = Issue({.common_name = "root", .authority = true}, nullptr);
  return root;
}

TEST(TrustTest, TakesTwoRootsAndNoThird) {
  const std::size_t before = crypto::Arena::installed().in_use();
  Trust trust;
  EXPECT_TRUE(trust.Add(Root().der).ok());
  EXPECT_TRUE(trust.Add(Root().der).ok());
  EXPECT_EQ(trust.Add(Root().der).code(), Code::kResourceExhausted);
  EXPECT_EQ(trust.count(), 2U);
  trust.Clear();
  EXPECT_EQ(trust.count(), 0U);
  EXPECT_EQ(crypto::Arena::installed().in_use(), before);
  EXPECT_TRUE(trust.Add(Root().der).ok());
}

TEST(TrustTest, RefusesWhatIsNoAuthority) {
  Trust trust;
  const Identity leaf = Issue({}, &Root());
  EXPECT_EQ(trust.Add(leaf.der).code(), Code::kPermissionDenied);
  EXPECT_EQ(trust.count(), 0U);
}

TEST(TrustTest, RefusesWhatItCannotRead) {
  Trust trust;
  EXPECT_EQ(trust.Add({}).code(), Code::kMalformed);
  EXPECT_EQ(trust.Add(Bytes(Root().der).first(Root().der.size() - 1)).code(), Code::kMalformed);
  const Identity other_curve = Issue({.key = testing::KeyKind::kP384, .authority = true}, nullptr);
  EXPECT_EQ(trust.Add(other_curve.der).code(), Code::kMalformed);
  EXPECT_EQ(trust.count(), 0U);
}

TEST(TrustTest, EveryTruncationIsRefused) {
  const std::size_t before = crypto::Arena::installed().in_use();
  Trust trust;
  for (std::size_t size = 0; size < Root().der.size(); ++size) {
    EXPECT_FALSE(trust.Add(Bytes(Root().der).first(size)).ok()) << size;
  }
  EXPECT_EQ(crypto::Arena::installed().in_use(), before);
}

}  // namespace
}  // namespace linnet::tls

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.hpp"

#include <gtest/gtest.h>

#include <string>

#include "crypto/testing/hex.hpp"

namespace linnet::crypto {
namespace {

using testing::Hex;

// FIPS 180-4 examples.
TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(Hash(AsBytes("")),
            Hex<32>("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  EXPECT_EQ(Hash(AsBytes("abc")),
            Hex<32>("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  EXPECT_EQ(Hash(AsBytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            Hex<32>("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
}

TEST(Sha256, AMillionLettersInUnevenPieces) {
  const std::string letters(997, 'a');
  Sha256 hash;
  std::size_t left = 1000000;
  while (left > 0) {
    const std::size_t count = std::min(left, letters.size());
    hash.Update(AsBytes(letters).first(count));
    left -= count;
  }
  EXPECT_EQ(hash.Finish(),
            Hex<32>("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

TEST(Sha256, EverySplitGivesTheSame) {
  const std::string text(150, 'x');
  const Digest whole = Hash(AsBytes(text));
  Sha256 hash;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    hash.Update(AsBytes(text).first(cut));
    hash.Update(AsBytes(text).subspan(cut));
    EXPECT_EQ(hash.Finish(), whole) << cut;
  }
}

TEST(Sha256, ACopyGoesItsOwnWay) {
  Sha256 hash;
  hash.Update(AsBytes("ab"));
  Sha256 copy = hash;
  hash.Update(AsBytes("x"));
  copy.Update(AsBytes("c"));
  EXPECT_EQ(copy.Finish(), Hash(AsBytes("abc")));
  EXPECT_EQ(hash.Finish(), Hash(AsBytes("abx")));
}

}  // namespace
}  // namespace linnet::crypto

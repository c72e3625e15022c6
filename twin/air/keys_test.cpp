// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/keys.hpp"

#include <gtest/gtest.h>

#include <string>

#include "twin/air/sae.hpp"
#include "twin/air/testing/hex.hpp"

namespace linnet::air {
namespace {

TEST(Psk, AsTheStandardsVectors) {  // IEEE 802.11-2020, J.4.2
  EXPECT_EQ(Hex(PskFrom("password", "IEEE")),
            "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e");
  EXPECT_EQ(Hex(PskFrom("ThisIsAPassword", "ThisIsASSID")),
            "0dc0d6eb90555ed6419756b9a15ec3e3209b63df707dd508d14581f8982721af");
  EXPECT_EQ(Hex(PskFrom(std::string(32, 'a'), std::string(32, 'Z'))),
            "becb93866bb8c3832cb777c2f559807c8c59afcb6eae734885001300a981cc62");
}

TEST(Psk, SixtyFourDigitsAreTheKeyItself) {
  const std::string digits = "F42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e";
  EXPECT_EQ(PskFrom(digits, "any"), PskFrom("password", "IEEE"));
  EXPECT_TRUE(IsPassphrase(digits));
  EXPECT_FALSE(IsPassphrase(std::string(64, 'x')));
  EXPECT_FALSE(IsPassphrase("seven77"));
  EXPECT_FALSE(IsPassphrase("with\ttab"));
}

TEST(Prf, AsTheStandardsVectors) {  // J.3.2
  const Blob key(20, std::byte{0x0b});
  EXPECT_EQ(Hex(Prf(key, "prefix", linnet::AsBytes("Hi There"), 64)),
            "bcd4c650b30b9684951829e0d75f9d54b862175ed9f00606e17d8da35402ffee"
            "75df78c3d31e0f889f012120c0862beb67753e7439ae242edb8373698356cf5a");
}

TEST(KeyWrap, ComesBackOnlyWithItsKey) {
  Ptk ptk;
  ptk.kek.fill(std::byte{7});
  const Blob plain(40, std::byte{0x42});
  const Blob wrapped = WrapKey(ptk, plain);
  EXPECT_EQ(wrapped.size(), 48U);
  EXPECT_EQ(UnwrapKey(ptk, wrapped), plain);
  ptk.kek[0] = std::byte{8};
  EXPECT_EQ(UnwrapKey(ptk, wrapped), std::nullopt);
  EXPECT_EQ(UnwrapKey(ptk, Bytes(wrapped).first(20)), std::nullopt);
}

TEST(KeyWrap, AsRfc3394) {  // 4.1
  Ptk ptk;
  CopyBytes(FromHex("000102030405060708090a0b0c0d0e0f"), ptk.kek);
  EXPECT_EQ(Hex(WrapKey(ptk, FromHex("00112233445566778899aabbccddeeff"))),
            "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
}

constexpr Mac kFirst = {0x4d, 0x3f, 0x2f, 0xff, 0xe3, 0x87};
constexpr Mac kSecond = {0xa5, 0xd8, 0xaa, 0x95, 0x8e, 0x3c};

TEST(SaeExchange, AsTheStandardsVectors) {  // J.10
  Sae sae("mekmitasdigoat", kFirst, kSecond,
          FromHex("992465fd3daa3c60aa6565b7f62a2a7f2e12dd12f198faf4fbed89d7ff1ace94"),
          FromHex("9507a90f777a044d6a0830b91ea3d5dd70bece44e1acffb86983b5e1bf9fb322"));
  EXPECT_EQ(Hex(sae.commit()),
            "13002e2c0f0db52440ad146d967114ce005ce1eab0aa2c2e5c2871b774f6c2575c65"
            "d5ad9e00829707aa36ba8b859738fc961d08243505f47c035376d7ac4bc8d7b9"
            "5083bf43827d0fc31ed778dd3671fd21a46d1091d64b6f9a1e1272621325dbe1");
  ASSERT_TRUE(
      sae.TakeCommit(FromHex("1300591b96f3397fb945100848e7b550543b6720d88337ee93fc49fd6df7e08b5223"
                             "e71b9bb048d3873f20556953a96c91536fd8ee6ca9b4a68a148b056a909be03e"
                             "83ae208f60f8ef5537858074db06687032399862999b511e0a1552a5fea317c2")));
  EXPECT_EQ(Hex(sae.kck()), "1e733f6d9bd53256287304338831b09a39406d121017073a5c30db36f36cb81a");
  EXPECT_EQ(Hex(sae.pmk()), "4e4dfab1a2dd8ac1a91790f953faaa452ae5c6873ab75b63605ba663f8a7fe59");
}

TEST(SaeExchange, BothSidesAgreeOrFindOut) {
  Sae station("correct horse", kFirst, kSecond);
  Sae same("correct horse", kSecond, kFirst);
  ASSERT_TRUE(station.TakeCommit(same.commit()));
  ASSERT_TRUE(same.TakeCommit(station.commit()));
  EXPECT_TRUE(station.CheckConfirm(same.Confirm()));
  EXPECT_TRUE(same.CheckConfirm(station.Confirm()));
  EXPECT_EQ(station.pmk(), same.pmk());

  Sae other("wrong horse", kSecond, kFirst);
  ASSERT_TRUE(station.TakeCommit(other.commit()));
  ASSERT_TRUE(other.TakeCommit(station.commit()));
  EXPECT_FALSE(station.CheckConfirm(other.Confirm()));
  EXPECT_FALSE(other.CheckConfirm(station.Confirm()));
}

TEST(SaeExchange, RefusesWhatIsNoCommit) {
  Sae sae("correct horse", kFirst, kSecond);
  EXPECT_FALSE(sae.TakeCommit(sae.commit())) << "its own one, sent back";
  Blob commit = Sae("correct horse", kSecond, kFirst).commit();
  EXPECT_FALSE(sae.TakeCommit(Bytes(commit).first(97)));
  commit[97] ^= std::byte{1};
  EXPECT_FALSE(sae.TakeCommit(commit)) << "not on the curve";
  commit[97] ^= std::byte{1};
  commit[0] = std::byte{20};
  EXPECT_FALSE(sae.TakeCommit(commit)) << "another group";
}

TEST(MacText, BothWays) {
  EXPECT_EQ(ToText(kFirst), "4d:3f:2f:ff:e3:87");
  EXPECT_EQ(ParseMac("4d:3f:2f:ff:e3:87"), kFirst);
  for (const char* wrong : {"", "4d:3f:2f:ff:e3", "4d:3f:2f:ff:e3:8g", "4d-3f-2f-ff-e3-87"}) {
    EXPECT_EQ(ParseMac(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace linnet::air

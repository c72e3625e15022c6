// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/handshake.hpp"

#include <gtest/gtest.h>

namespace linnet::air {
namespace {

constexpr Mac kAp = {2, 0, 0, 0, 0, 1};
constexpr Mac kStation = {2, 0, 0, 0, 0, 2};
constexpr Gtk kGtk = {std::byte{1}, std::byte{2}, std::byte{3}};

HandshakeTerms Terms(Akm akm, const char* passphrase) {
  return {akm,      PskFrom(passphrase, "home"),        kAp,
          kStation, RsnElement({Akm::kPsk, Akm::kSae}), RsnElement({akm})};
}

class FourWay : public ::testing::TestWithParam<Akm> {
 protected:
  Akm akm() const { return GetParam(); }
  Authenticator ap_{Terms(akm(), "correct horse"), kGtk};
  Supplicant station_{Terms(akm(), "correct horse")};
};
INSTANTIATE_TEST_SUITE_P(Akms, FourWay, ::testing::Values(Akm::kPsk, Akm::kSae));

TEST_P(FourWay, BothAreDoneAfterFourMessages) {
  const auto second = station_.Take(ap_.Send());
  ASSERT_TRUE(second);
  EXPECT_FALSE(station_.done());
  ASSERT_TRUE(ap_.Take(*second));
  const auto fourth = station_.Take(ap_.Send());
  ASSERT_TRUE(fourth);
  EXPECT_TRUE(station_.done());
  ASSERT_TRUE(ap_.Take(*fourth));
  EXPECT_TRUE(ap_.done());
}

TEST_P(FourWay, AWrongKeyFailsAtTheMicOfMessageTwo) {
  Supplicant wrong(Terms(akm(), "wrong horse!"));
  const auto second = wrong.Take(ap_.Send());
  ASSERT_TRUE(second);
  EXPECT_FALSE(ap_.Take(*second));
  EXPECT_TRUE(ap_.mic_failed());
  EXPECT_TRUE(wrong.has_answered());
  EXPECT_FALSE(wrong.done());
}

TEST_P(FourWay, AnAccessPointWithoutTheKeyFailsAtTheMicOfMessageThree) {
  Authenticator evil(Terms(akm(), "does not know"), kGtk);
  ASSERT_TRUE(station_.Take(evil.Send()));
  // Even one that skips its own check cannot sign what comes next.
  Supplicant accomplice(Terms(akm(), "does not know"));
  ASSERT_TRUE(evil.Take(*accomplice.Take(evil.Send())));
  EXPECT_FALSE(station_.Take(evil.Send()));
  EXPECT_FALSE(station_.done());
}

TEST_P(FourWay, ChangedMessagesAreDropped) {
  const Blob second = *station_.Take(ap_.Send());
  for (std::size_t at : {std::size_t{6}, std::size_t{20}, std::size_t{85}, second.size() - 1}) {
    Blob changed = second;
    changed[at] ^= std::byte{0x10};
    EXPECT_FALSE(ap_.Take(changed)) << at;
  }
  ASSERT_TRUE(ap_.Take(second));
  const Blob third = ap_.Send();
  for (std::size_t at : {std::size_t{9}, std::size_t{20}, std::size_t{85}, third.size() - 1}) {
    Blob changed = third;
    changed[at] ^= std::byte{0x10};
    EXPECT_FALSE(station_.Take(changed)) << at;
  }
  EXPECT_TRUE(station_.Take(third));
}

TEST_P(FourWay, ALostMessageIsSentAgain) {
  static_cast<void>(ap_.Send());
  const auto second = station_.Take(ap_.Send());
  ASSERT_TRUE(second && ap_.Take(*second));
  static_cast<void>(ap_.Send());
  const auto fourth = station_.Take(ap_.Send());
  ASSERT_TRUE(fourth && ap_.Take(*fourth));
  EXPECT_TRUE(ap_.done());
}

TEST_P(FourWay, AWeakenedOfferIsFound) {
  HandshakeTerms terms = Terms(akm(), "correct horse");
  terms.offered = RsnElement({Akm::kPsk});  // what a forged beacon said
  Supplicant cheated(terms);
  ASSERT_TRUE(ap_.Take(*cheated.Take(ap_.Send())));
  EXPECT_FALSE(cheated.Take(ap_.Send()));
}

TEST_P(FourWay, MessageThreeAgainIsDropped) {
  ASSERT_TRUE(ap_.Take(*station_.Take(ap_.Send())));
  const Blob third = ap_.Send();
  ASSERT_TRUE(station_.Take(third));
  EXPECT_FALSE(station_.Take(third));
}

TEST(KeyMessages, OnlyWholeOnesAreRead) {
  KeyMessage message;
  message.info = key_info::kPairwise | key_info::kAck;
  message.replay = 0x0102030405060708;
  message.data = Blob(24, std::byte{5});
  const Blob bytes = Serialize(message);
  ASSERT_EQ(bytes.size(), kKeyMessageSize + 24);
  const Result<KeyMessage> read = ParseKeyMessage(bytes);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->replay, message.replay);
  EXPECT_EQ(read->data, message.data);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(ParseKeyMessage(Bytes(bytes).first(size)).ok()) << size;
  }
}

TEST(KeyMessages, KeyDataOfAnySizeIsPadded) {
  KeyData data;
  data.rsn = RsnElement({Akm::kPsk});
  data.gtk = kGtk;
  const Blob bytes = SerializeKeyData(data);
  EXPECT_EQ(bytes.size() % 8, 0U);
  const Result<KeyData> read = ParseKeyData(bytes);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->rsn, data.rsn);
  EXPECT_EQ(read->gtk, data.gtk);
}

}  // namespace
}  // namespace linnet::air

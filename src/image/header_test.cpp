// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/header.hpp"

#include <gtest/gtest.h>

#include "base/endian.hpp"
#include "image/testing/sample_image.hpp"
#include "image/tlv.hpp"
#include "image/writer.hpp"

namespace linnet::image {
namespace {

TEST(Header, EncodesAndDecodesEveryField) {
  const Header header{.load_address = 0x01020304,
                      .header_size = 0x200,
                      .protected_size = 0x1234,
                      .body_size = 0xABCDEF,
                      .flags = flag::kNonBootable,
                      .version = {1, 2, 3, 4}};
  const auto bytes = EncodeHeader(header);
  EXPECT_EQ(bytes[0], std::byte{0x3D});  // little endian
  EXPECT_EQ(LoadLe32(bytes), kImageMagic);
  Header back;
  ASSERT_TRUE(DecodeHeader(bytes, back).ok());
  EXPECT_EQ(EncodeHeader(back), bytes);
  EXPECT_EQ(back.version, header.version);
  EXPECT_EQ(back.body_end(), 0xABCDEFU + 0x200);
  EXPECT_EQ(back.digest_end(), 0xABCDEFU + 0x200 + 0x1234);
}

TEST(Header, SizesStayWithin32Bits) {
  Header header{.header_size = 0x200, .protected_size = 0x10};
  Header back;
  header.body_size = 0xFFFFFFFF - 0x210;
  EXPECT_TRUE(DecodeHeader(EncodeHeader(header), back).ok());
  header.body_size += 1;
  EXPECT_EQ(DecodeHeader(EncodeHeader(header), back).reason, Reason::kSizeOverflow);
}

TEST(Header, RefusesOtherMagicsAndShortHeaders) {
  Header back;
  for (const std::uint32_t magic : {0x96F3B83CU, 0xFFFFFFFFU, 0U}) {
    auto bytes = EncodeHeader({});
    StoreLe32(magic, bytes);
    EXPECT_EQ(DecodeHeader(bytes, back).reason, Reason::kBadMagic);
  }
  EXPECT_EQ(DecodeHeader(EncodeHeader({.header_size = 31}), back).reason, Reason::kBadHeaderSize);
}

TEST(Verdict, EveryReasonHasItsTextAndCode) {
  int known = 0;
  for (int value = 0; value <= 255; ++value) {
    const auto reason = static_cast<Reason>(value);
    known += ToText(reason) != "unknown reason" ? 1 : 0;
    EXPECT_EQ(ToCode(reason) == Code::kOk, reason == Reason::kAccepted) << value;
  }
  EXPECT_EQ(known, 39);
  EXPECT_FALSE(Verdict{}.ok());
}

TEST(WriteImage, RefusesWhatItsFieldsCannotHold) {
  testing::TestKey key;
  const std::vector<std::byte> big(0x10000);
  std::vector<std::byte> out(0x40000);
  const TlvItem too_long[] = {{0xA0, big}};
  const TlvItem together[] = {{0xA0, Bytes(big).first(0x8000)}, {0xA1, Bytes(big).first(0x8000)}};
  const TlvItem just[] = {{0xA0, Bytes(big).first(0xFFFF - 8)}};
  EXPECT_EQ(WriteImage({.protected_tlvs = too_long}, key, out).code(), Code::kOutOfRange);
  EXPECT_EQ(WriteImage({.protected_tlvs = together}, key, out).code(), Code::kOutOfRange);
  EXPECT_TRUE(WriteImage({.protected_tlvs = just}, key, out).ok());
  EXPECT_EQ(WriteImage({.header_size = 16}, key, out).code(), Code::kOutOfRange);
  EXPECT_EQ(WriteImage({}, key, MutableBytes(out).first(MaxImageSize({}) - 1)).code(),
            Code::kTooLarge);
}

}  // namespace
}  // namespace linnet::image

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Whole small images, damaged in every way that can be counted out: none is accepted. A failure
// names the damage, which is always the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "base/endian.hpp"
#include "image/manifest.hpp"
#include "image/testing/judge.hpp"
#include "image/testing/print.hpp"

namespace linnet::image {
namespace {

using testing::Image;
using testing::Judge;
using testing::SampleBody;
using testing::SampleImage;
using testing::Signed;
using testing::Small;
using testing::TestKey;

constexpr std::size_t kBodySize = 64;

/// With all that boot reads from the signed entries: counter, dependency, and a manifest.
Image WithSignedEntries() {
  TestKey key;
  const Image body = SampleBody(kBodySize);
  const std::array<std::byte, 4> counter{std::byte{5}};
  std::array<std::byte, 12> dependency{};
  dependency[0] = std::byte{1};
  dependency[4] = std::byte{2};
  std::array<std::byte, kManifestEntrySize> manifest{};
  manifest[0] = static_cast<std::byte>(ManifestKind::kBootImage);
  manifest[1] = std::byte{1};
  manifest[12] = std::byte{1};
  const TlvItem items[] = {
      {tlv::kSecurityCounter, counter}, {tlv::kDependency, dependency}, {tlv::kManifest, manifest}};
  return Signed({.body = body, .protected_tlvs = items}, key);
}

/// What lies behind an image does not matter.
bool BeginsWith(const Image& bytes, const Image& image) {
  return bytes.size() >= image.size() && std::equal(image.begin(), image.end(), bytes.begin());
}

struct Sample {
  const char* name;
  Image (*make)();
};

class Damage : public ::testing::TestWithParam<Sample> {
 protected:
  void SetUp() override { ASSERT_EQ(Judge(image_), Reason::kAccepted); }
  ~Damage() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    std::printf("image: %-40s %6zu cases\n", test->name(), cases_);
  }
  void ExpectRefused(const Image& damaged, const std::string& damage) {
    ++cases_;
    ASSERT_NE(Judge(damaged), Reason::kAccepted) << damage;
  }

  const Image image_ = GetParam().make();
  std::size_t cases_ = 0;
};

TEST_P(Damage, NoSingleBitMayFlip) {
  for (std::size_t bit = 0; bit < image_.size() * 8; ++bit) {
    Image flipped = image_;
    flipped[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    ExpectRefused(flipped, "byte " + std::to_string(bit / 8) + " bit " + std::to_string(bit % 8));
  }
}

TEST_P(Damage, NoByteMayBeMissing) {
  for (std::size_t size = 0; size < image_.size(); ++size) {
    ExpectRefused({image_.begin(), image_.begin() + static_cast<std::ptrdiff_t>(size)},
                  std::to_string(size) + " bytes");
  }
}

/// From its end on, as a download that was cut leaves it in flash.
TEST_P(Damage, NoByteMayBeErased) {
  for (const std::byte erased : {std::byte{0xFF}, std::byte{0}}) {
    Image slot = image_;
    for (std::size_t last = slot.size(); last-- > 0;) {
      slot[last] = erased;
      if (slot != image_) {
        ExpectRefused(slot, "from byte " + std::to_string(last));
      }
    }
  }
}

/// Every entry and both area heads, each 16-bit field with values that are near, far and extreme.
TEST_P(Damage, NoFieldOfTheHeaderOrTheTlvAreasMayChange) {
  for (std::size_t at = 0; at + 1 < image_.size(); ++at) {
    const std::uint16_t old = LoadLe16(Bytes(image_).subspan(at));
    for (const int value :
         {old - 0x100, old - 4, old - 1, old + 1, old + 4, old + 0x100, 0, 0xFFFF}) {
      Image changed = image_;
      StoreLe16(static_cast<std::uint16_t>(value), MutableBytes(changed).subspan(at));
      if (changed != image_) {
        ExpectRefused(changed, "field at " + std::to_string(at) + " " + std::to_string(value));
      }
    }
  }
}

/// Its pieces, with those of another good image behind them, spliced at every pair of places.
TEST_P(Damage, NoSpliceOfTwoImagesIsAnImage) {
  const Image other = SampleImage({2, 0, 0, 0}, 48);
  for (std::size_t head = 1; head < image_.size(); head += 3) {
    for (std::size_t tail = 0; tail < other.size(); tail += 5) {
      Image spliced(image_.begin(), image_.begin() + static_cast<std::ptrdiff_t>(head));
      spliced.insert(spliced.end(), other.begin() + static_cast<std::ptrdiff_t>(tail), other.end());
      if (!BeginsWith(spliced, image_) && !BeginsWith(spliced, other)) {
        ExpectRefused(spliced, std::to_string(head) + " bytes, then from " + std::to_string(tail));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Images, Damage,
                         ::testing::Values(Sample{"small", Small},
                                           Sample{"signed_entries", WithSignedEntries}),
                         [](const auto& sample) { return std::string(sample.param.name); });

}  // namespace
}  // namespace linnet::image

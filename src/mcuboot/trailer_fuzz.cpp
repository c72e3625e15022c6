// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as the end of a slot: read without a step outside, and decided as one of four.
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "mcuboot/trailer.hpp"

namespace {

using namespace linnet;

class Slot final : public hal::Flash {
 public:
  explicit Slot(std::byte erased) : geometry_{512, 512, 1, erased}, bytes_(512, erased) {}
  [[nodiscard]] const hal::FlashGeometry& geometry() const override { return geometry_; }
  Status Read(std::uint32_t offset, MutableBytes out) override {
    LINNET_ASSERT(offset <= bytes_.size() && out.size() <= bytes_.size() - offset);
    CopyBytes(Bytes(bytes_).subspan(offset, out.size()), out);
    return OkStatus();
  }
  Status Program(std::uint32_t /*offset*/, Bytes /*data*/) override { return Code::kUnsupported; }
  Status ErasePage(std::uint32_t /*offset*/) override { return Code::kUnsupported; }
  void SetEnd(Bytes bytes) {
    const Bytes end = bytes.last(std::min(bytes.size(), bytes_.size()));
    CopyBytes(end, MutableBytes(bytes_).last(end.size()));
  }

 private:
  hal::FlashGeometry geometry_;
  std::vector<std::byte> bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span(data, size));
  for (const std::uint32_t align : {8U, 16U, 32U}) {
    for (const std::byte erased : {std::byte{0xFF}, std::byte{0}}) {
      Slot primary(erased);
      Slot secondary(erased);
      primary.SetEnd(bytes.first(size / 2));
      secondary.SetEnd(bytes.subspan(size / 2));
      mcuboot::Trailer first;
      mcuboot::Trailer second;
      LINNET_ASSERT(mcuboot::ReadTrailer(primary, {align}, first).ok());
      LINNET_ASSERT(mcuboot::ReadTrailer(secondary, {align}, second).ok());
      const auto type = mcuboot::DecideSwap(first, second, mcuboot::SwapMode::kOffset);
      LINNET_ASSERT(type >= mcuboot::SwapType::kNone && type <= mcuboot::SwapType::kRevert);
    }
  }
  return 0;
}

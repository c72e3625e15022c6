// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The first two bytes choose position and pieces, the rest is a stream: nothing may crash, and what
// comes out is in order and no longer than the target.
#include <array>
#include <cstdint>

#include "base/assert.hpp"
#include "base/endian.hpp"
#include "delta/decoder.hpp"

namespace {

using linnet::Bytes;

class Checker final : public linnet::delta::TargetSink {
 public:
  Checker(std::uint32_t position, std::uint32_t end) : at_(position), end_(end) {}
  linnet::Status OnTarget(std::uint32_t offset, Bytes data) override {
    LINNET_ASSERT(offset == at_ && data.size() <= end_ - at_);
    at_ += static_cast<std::uint32_t>(data.size());
    return linnet::OkStatus();
  }
  [[nodiscard]] bool at_end() const { return at_ == end_; }

 private:
  std::uint32_t at_;
  std::uint32_t end_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kOptions = 2;
  constexpr std::uint32_t kLongest = 1U << 20;
  if (size < kOptions + linnet::delta::kHeadSize) {
    return 0;
  }
  static std::array<std::byte, 5000> base_bytes;
  for (std::size_t i = 0; i < base_bytes.size(); ++i) {
    base_bytes[i] = static_cast<std::byte>(i * i >> 3);
  }
  linnet::image::MemorySource base(base_bytes);
  const Bytes stream = std::as_bytes(std::span(data, size)).subspan(kOptions);
  const std::uint32_t target = linnet::LoadLe32(stream.subspan(8));
  if (target == 0 || target > kLongest) {
    return 0;
  }
  const std::uint32_t position = target / 256 * data[0];
  Checker checker(position, target);
  linnet::delta::Decoder decoder(&base, checker);
  decoder.Begin(target, position);
  linnet::Status status;
  while (status.ok() && !decoder.complete() && decoder.next() < stream.size()) {
    const Bytes rest = stream.subspan(decoder.next());
    status =
        decoder.Feed(decoder.next(), rest.first(std::min<std::size_t>(rest.size(), 1U + data[1])));
  }
  LINNET_ASSERT(!decoder.complete() || checker.at_end());
  return 0;
}

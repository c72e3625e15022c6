// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/delta/blocks.hpp"

#include <lzma.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "delta/lzma.hpp"

namespace linnet::delta {
namespace {

void PutNumber(std::vector<std::byte>& out, std::uint32_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<std::byte>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<std::byte>(value));
}

std::uint32_t ZigZag(std::uint32_t step) {
  return step << 1 ^ (0U - (step >> 31));
}

class CommandWriter {
 public:
  CommandWriter(Bytes base, Bytes target, std::uint32_t begin)
      : base_(base),
        target_(target),
        at_(begin),
        base_at_(std::min(begin, static_cast<std::uint32_t>(base.size()))) {}

  /// A stretch, which may be empty, and what is new behind it up to `end`.
  void Put(const Stretch& stretch, std::uint32_t end) {
    PutNumber(out_, stretch.length);
    const std::uint32_t base = stretch.length > 0 ? stretch.base : base_at_;
    PutNumber(out_, ZigZag(base - base_at_));
    for (std::uint32_t i = 0; i < stretch.length; ++i) {
      out_.push_back(static_cast<std::byte>(std::to_integer<unsigned>(target_[at_ + i]) -
                                            std::to_integer<unsigned>(base_[base + i])));
    }
    at_ += stretch.length;
    base_at_ = base + stretch.length;
    PutNumber(out_, end - at_);
    out_.insert(out_.end(), target_.begin() + at_, target_.begin() + end);
    at_ = end;
  }

  [[nodiscard]] std::uint32_t at() const { return at_; }
  std::vector<std::byte> Take() { return std::move(out_); }

 private:
  Bytes base_;
  Bytes target_;
  std::uint32_t at_;
  std::uint32_t base_at_;
  std::vector<std::byte> out_;
};

/// The part of a stretch that lies in [begin, end).
Stretch Cut(const Stretch& stretch, std::uint32_t begin, std::uint32_t end) {
  const std::uint32_t from = std::clamp(stretch.target, begin, end);
  const std::uint32_t to = std::clamp(stretch.target + stretch.length, begin, end);
  return {from, from >= stretch.target ? stretch.base + (from - stretch.target) : 0, to - from};
}

std::vector<std::byte> EncodeLzma(const Properties& properties, Bytes content) {
  lzma_options_lzma options{};
  lzma_lzma_preset(&options, 9 | LZMA_PRESET_EXTREME);
  options.dict_size = LzmaDecoder::kWindow;
  options.lc = properties.literal_context_bits;
  options.lp = properties.literal_position_bits;
  options.pb = properties.position_bits;
  options.ext_flags = 0;  // no end marker: the length is known
  lzma_set_ext_size(options, content.size());
  const std::array<lzma_filter, 2> filters = {
      {{LZMA_FILTER_LZMA1EXT, &options}, {LZMA_VLI_UNKNOWN, nullptr}}};
  std::vector<std::byte> out(content.size() + 1024);
  std::size_t size = 0;
  const lzma_ret result = lzma_raw_buffer_encode(
      filters.data(), nullptr, reinterpret_cast<const std::uint8_t*>(content.data()),
      content.size(), reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size());
  if (result != LZMA_OK) {
    throw std::runtime_error("liblzma cannot encode a block (code " + std::to_string(result) +
                             ").");
  }
  out.resize(size);
  return out;
}

}  // namespace

std::vector<std::byte> BlockCommands(Bytes base, Bytes target,
                                     const std::vector<Stretch>& stretches, std::uint32_t begin,
                                     std::uint32_t end) {
  CommandWriter writer(base, target, begin);
  Stretch pending{begin, 0, 0};
  for (const Stretch& stretch : stretches) {
    const Stretch here = Cut(stretch, begin, end);
    if (here.length == 0) {
      continue;
    }
    if (pending.length > 0 || here.target > begin) {
      writer.Put(pending, here.target);
    }
    pending = here;
  }
  if (pending.length > 0 || writer.at() < end) {
    writer.Put(pending, end);
  }
  return writer.Take();
}

std::vector<std::byte> StoreBlock(const Properties& properties, Bytes content) {
  if (content.size() > kMaxContent) {
    throw std::runtime_error("a block's commands are longer than the format allows.");
  }
  const std::vector<std::byte> packed = EncodeLzma(properties, content);
  const bool plain = packed.size() >= content.size();
  const Bytes stored = plain ? content : Bytes(packed);
  if (stored.size() > kMaxStored) {
    throw std::runtime_error("a block is longer than the format allows.");
  }
  const auto head = EncodeBlockHead({.plain = plain,
                                     .stored = static_cast<std::uint16_t>(stored.size()),
                                     .content = static_cast<std::uint16_t>(content.size())});
  std::vector<std::byte> out(head.begin(), head.end());
  out.insert(out.end(), stored.begin(), stored.end());
  return out;
}

}  // namespace linnet::delta

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Sources that behave worse than flash.
#pragma once

#include <algorithm>
#include <cstdint>

#include "image/source.hpp"

namespace linnet::image::testing {

/// Gives every byte once and in order; a byte asked for again comes back changed, so that whoever
/// judges one copy and uses another is found out.
class OnceSource final : public Source {
 public:
  explicit OnceSource(Bytes bytes) : memory_(bytes) {}

  Status Read(std::uint32_t offset, MutableBytes out) override {
    LINNET_TRY(memory_.Read(offset, out));
    for (std::size_t i = 0; i < out.size() && offset + i < read_to_; ++i) {
      out[i] ^= std::byte{0xFF};
      again_ = true;
    }
    read_to_ = std::max<std::uint32_t>(read_to_, offset + static_cast<std::uint32_t>(out.size()));
    return OkStatus();
  }
  [[nodiscard]] std::uint32_t size() const override { return memory_.size(); }
  [[nodiscard]] bool read_again() const { return again_; }

 private:
  MemorySource memory_;
  std::uint32_t read_to_ = 0;
  bool again_ = false;
};

/// Fails the read with this number (from 0), leaving garbage in the buffer.
class FailingSource final : public Source {
 public:
  FailingSource(Bytes bytes, std::uint32_t fail_at, Code code)
      : memory_(bytes), fail_at_(fail_at), code_(code) {}

  Status Read(std::uint32_t offset, MutableBytes out) override {
    if (reads_++ == fail_at_) {
      std::ranges::fill(out, std::byte{0x5A});
      return code_;
    }
    return memory_.Read(offset, out);
  }
  [[nodiscard]] std::uint32_t size() const override { return memory_.size(); }
  [[nodiscard]] std::uint32_t reads() const { return reads_; }

 private:
  MemorySource memory_;
  std::uint32_t reads_ = 0;
  std::uint32_t fail_at_;
  Code code_;
};

}  // namespace linnet::image::testing

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Where an image is read from: a flash region, a part of the store, a file.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"

namespace linnet::image {

class Source {
 public:
  /// Fills all of `out` from `offset`. kOutOfRange: that goes beyond size(). Any other failure is
  /// the medium's.
  virtual Status Read(std::uint32_t offset, MutableBytes out) = 0;

  /// Bytes that can be read; an image may end before.
  [[nodiscard]] virtual std::uint32_t size() const = 0;

 protected:
  ~Source() = default;  // nobody deletes through it
};

/// An image that lies in memory.
class MemorySource final : public Source {
 public:
  explicit MemorySource(Bytes bytes) : bytes_(bytes) {}

  Status Read(std::uint32_t offset, MutableBytes out) override {
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
      return Code::kOutOfRange;
    }
    CopyBytes(bytes_.subspan(offset, out.size()), out);
    return OkStatus();
  }
  [[nodiscard]] std::uint32_t size() const override {
    return static_cast<std::uint32_t>(bytes_.size());
  }

 private:
  Bytes bytes_;
};

}  // namespace linnet::image

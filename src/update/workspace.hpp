// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Memory for the two large things that an order needs one after the other.
#pragma once

#include <array>
#include <cstddef>
#include <variant>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "delta/decoder.hpp"
#include "package/format.hpp"

namespace linnet::update {

/// Either the head of the ordered file, from FileReader::Begin() until the plan is complete, or the
/// decoder of a part that is a stream, from PartWriter::Open() until the part is complete. Each
/// begins anew by taking the memory from the other, and asking for what is not there is a mistake
/// of the engine's that stops the device.
class Workspace {
 public:
  using Head = std::array<std::byte, package::kMaxHeadSize>;

  /// The decoder is gone.
  void BeginHead() { held_.emplace<Head>(); }
  [[nodiscard]] MutableBytes head() { return *Held<Head>(held_); }
  [[nodiscard]] Bytes head() const { return *Held<const Head>(held_); }

  /// The head is gone.
  delta::Decoder& BeginDecoder(image::Source* base, delta::TargetSink& target) {
    return held_.emplace<delta::Decoder>(base, target);
  }
  [[nodiscard]] delta::Decoder& decoder() { return *Held<delta::Decoder>(held_); }
  [[nodiscard]] const delta::Decoder& decoder() const { return *Held<const delta::Decoder>(held_); }

 private:
  template <class T>
  static T* Held(auto& held) {
    T* const found = std::get_if<std::remove_const_t<T>>(&held);
    LINNET_ASSERT(found != nullptr);
    return found;
  }

  std::variant<std::monostate, Head, delta::Decoder> held_;
};

}  // namespace linnet::update

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Makes an MCUboot image: for the host tools, and for tests that need one.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "crypto/signer.hpp"
#include "image/header.hpp"

namespace linnet::image {

struct TlvItem {
  std::uint16_t type = 0;
  Bytes value{};  ///< Not owned.
};

struct Content {
  Version version{};
  std::uint32_t flags = 0;
  std::uint32_t load_address = 0;
  std::uint16_t header_size = kHeaderSize;  ///< Filled with 0xFF behind the 32 bytes.
  Bytes body{};                             ///< Not owned.
  Span<const TlvItem> protected_tlvs{};     ///< In this order. Empty: no protected area.
};

/// Most bytes that WriteImage() takes for this content.
std::size_t MaxImageSize(const Content& content);

/// Writes header, body, protected TLVs, then SHA-256, key hash and signature; returns the size.
/// kOutOfRange: the header size is under 32, or TLVs or body exceed their fields. kTooLarge: `out`
/// is shorter than MaxImageSize(). Else: what the signer said.
Result<std::size_t> WriteImage(const Content& content, crypto::Signer& signer, MutableBytes out);

}  // namespace linnet::image

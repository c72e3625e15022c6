// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Uploads go straight into the execution areas: there is nothing in them that could be started. The
// next start verifies what lies there before it runs, as always.
#pragma once

#include <array>
#include <cstdint>

#include "base/view.hpp"
#include "hal/flash.hpp"
#include "recovery/server.hpp"
#include "release/record.hpp"
#include "release/verifier.hpp"

namespace linnet::recovery {

/// An upload is written in order, each page erased when it is reached. When it is whole it must be
/// the file that was announced, and verify as boot would verify it; otherwise its first page is
/// erased again. Power lost in the middle leaves an area that does not verify, and an upload to be
/// made again.
class AreaImages final : public Images {
 public:
  static constexpr std::size_t kMaxImages = release::kMaxBootImages;

  struct Config {
    release::Verifier* verifier = nullptr;
    const release::Record* record = nullptr;  ///< Its counters are the least that is accepted.
    /// The execution area of each image of a release, the application's first; at most kMaxImages.
    Span<hal::Flash* const> areas;
  };

  /// What `config` points to outlives this.
  explicit AreaImages(const Config& config);

  Status Begin(std::uint8_t image, std::uint32_t length, const crypto::Digest* sha) override;
  [[nodiscard]] std::uint32_t position() const override { return position_; }
  [[nodiscard]] std::uint32_t length() const override { return length_; }
  Status Append(Bytes data) override;
  Status Finish() override;
  [[nodiscard]] StringView refusal() const override { return refusal_; }
  Status Describe(std::uint32_t index, ImageEntry& out) override;

 private:
  static constexpr std::size_t kLargestUnit = 32;

  [[nodiscard]] hal::Flash& area() const { return *config_.areas[image_]; }
  Status Write(std::uint32_t at, Bytes units);
  Status FlushUnit();
  Status Take(Bytes& data);
  Status CheckFile() const;
  Status Check();

  Config config_;
  std::uint8_t image_ = 0;
  std::uint32_t length_ = 0;    // of the current upload
  std::uint32_t position_ = 0;  // bytes taken of it
  bool has_sha_ = false;
  crypto::Digest sha_{};
  std::size_t unit_size_ = 0;  // bytes taken that are no whole program unit yet
  std::array<std::byte, kLargestUnit> unit_{};
  std::array<std::byte, kLargestUnit> first_{};  // the area's first unit, written last
  StringView refusal_;
};

}  // namespace linnet::recovery

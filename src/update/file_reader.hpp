// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Finds out what is in the ordered file from as few of its bytes as possible: its head, and of the
// application what names it and what it names (its header and its TLVs).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/bytes.hpp"
#include "hal/radio.hpp"
#include "image/header.hpp"
#include "image/manifest.hpp"
#include "package/format.hpp"
#include "package/plan.hpp"
#include "update/finding.hpp"
#include "update/types.hpp"
#include "update/workspace.hpp"

namespace linnet::update {

/// No I/O: says which bytes it wants, and is given them. Every kind of file that package::Identify
/// knows.
class FileReader final : public ByteSink {
 public:
  /// The longest TLV area, protected and unprotected, of an application that can be ordered.
  static constexpr std::size_t kMaxTlvs = 2048;

  struct Range {
    std::uint32_t offset = 0;
    std::uint32_t end = 0;
  };

  /// All outlive the reader, which has the workspace from Begin() until the plan is complete.
  FileReader(const package::Device& device, const package::Inventory& inventory,
             Workspace& workspace)
      : device_(device), inventory_(inventory), workspace_(workspace) {}

  void Begin();
  /// The bytes that are wanted next; of the first range, what the file has of it.
  [[nodiscard]] Range wanted() const { return wanted_; }
  Status OnBytes(std::uint32_t offset, Bytes data) override;
  /// They have come. `file_size` is the whole file's. kPending: others are wanted. ok: plan() is
  /// complete. kPermissionDenied: finding() says what is wrong with the file.
  Status Advance(std::uint32_t file_size);

  [[nodiscard]] const package::Plan& plan() const { return plan_; }
  /// Of the application in the file, if has_manifest(): its bytes were there to be read. A package
  /// without a raw application does not show it before the application has been made of it.
  [[nodiscard]] const image::Manifest& manifest() const { return manifest_; }
  [[nodiscard]] bool has_manifest() const { return has_manifest_; }
  [[nodiscard]] const Finding& finding() const { return finding_; }

 private:
  enum class State : std::uint8_t { kFirst, kHead, kHeader, kTlvs, kWrapped, kDone };
  static constexpr std::uint32_t kFirstBytes = 512;

  Status Refuse(const Finding& finding);
  Status Want(State state, std::uint32_t offset, std::uint32_t size);
  Status OnFirst(std::uint32_t file_size);
  Status OnHead(std::uint32_t file_size);
  Status OnHeader();
  Status OnTlvs();
  Status Complete();
  Status NextWrapped();
  [[nodiscard]] Bytes here() const { return std::as_const(workspace_).head().first(size_); }

  const package::Device& device_;
  const package::Inventory& inventory_;
  Workspace& workspace_;
  package::Plan plan_;
  image::Manifest manifest_;
  Finding finding_;
  State state_ = State::kFirst;
  Range wanted_;
  std::size_t size_ = 0;  // Of what has come.
  bool has_manifest_ = false;
  std::optional<hal::RadioFirmware> firmware_;  // What its Wi-Fi driver needs.
  image::Header header_;
  std::array<std::byte, image::kHeaderSize> header_bytes_{};
};

}  // namespace linnet::update

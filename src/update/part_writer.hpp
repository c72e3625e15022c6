// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Puts one part of the file into the store, whatever way it is stored in the file.
#pragma once

#include <cstdint>
#include <optional>

#include "delta/content.hpp"
#include "package/plan.hpp"
#include "release/store.hpp"
#include "release/store_view.hpp"
#include "update/types.hpp"
#include "update/workspace.hpp"

namespace linnet::update {

/// Takes the bytes of the file at which the part is stored, and writes the part's. After any reset
/// it goes on where the store is; what must come again is in wanted().
class PartWriter final : public ByteSink, private delta::TargetSink {
 public:
  struct Range {
    std::uint32_t offset = 0;  ///< In the file.
    std::uint32_t end = 0;
  };

  /// Both outlive the writer, which has the workspace from Open() until the part is complete.
  PartWriter(release::Store& store, Workspace& workspace) : store_(store), workspace_(workspace) {}

  /// Opens the part in the store, or finds what is there of it. As Store::Begin(), Store::Mount();
  /// kNotFound: the base of a delta is not in the store.
  Status Open(const package::PlanPart& part);
  /// What is to be fetched next. Empty: the part is complete in the store.
  [[nodiscard]] Range wanted() const;
  /// kDataLoss: the store failed. kMalformed: the part is no sound stream.
  Status OnBytes(std::uint32_t offset, Bytes data) override;
  /// The part's content is not what it should be, however often it is fetched.
  [[nodiscard]] bool unsound() const { return unsound_; }

 private:
  static constexpr std::uint32_t kTableStretch = 256;

  Status OnTarget(std::uint32_t offset, Bytes data) override;
  [[nodiscard]] bool raw() const { return part_.encoding == package::Encoding::kRaw; }

  release::Store& store_;
  Workspace& workspace_;
  package::PlanPart part_;
  std::optional<release::FlashSource> base_;
  bool unsound_ = false;
};

}  // namespace linnet::update

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the shadow says of releases beside the application's version: the second image that runs,
// and what happened to the last releases.
#pragma once

#include <optional>

#include "base/fixed_string.hpp"
#include "image/version.hpp"
#include "images/device/board.hpp"
#include "json/writer.hpp"
#include "release/boot_control.hpp"
#include "release/store_view.hpp"
#include "vault/client.hpp"

namespace linnet::device {

/// An event of the outcome log in five words: start, release, outcome, code, part; this folder's
/// README says what they mean.
using EventText = FixedString<52>;
EventText ToText(const release::Event& event);

class ReleaseReport {
 public:
  explicit ReleaseReport(Board& board)
      : control_(board.vault), application_(board.execution_area), second_(board.second_area) {}

  /// Looks for the second image, once, and logs it with the first words of its content.
  void Start();
  /// Its version; null if what runs has none.
  void WriteSecond(json::Writer& json) const;
  /// The outcome log, oldest first, read anew; null: the vault does not answer.
  void WriteOutcomes(json::Writer& json) const;

 private:
  [[nodiscard]] bool NamesSecond();

  mutable vault::ReleaseControl control_;
  release::FlashSource application_;
  release::FlashSource second_;
  std::optional<image::Version> version_;
};

}  // namespace linnet::device

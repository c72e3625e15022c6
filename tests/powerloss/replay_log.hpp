// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A replayed case tells what the device said.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/log.hpp"

namespace linnet::powerloss {

/// Prints the device's log while it exists, if the environment names one case to replay.
class ReplayLog final : public log::Sink {
 public:
  ReplayLog() {
    if (std::getenv("LINNET_CASE") != nullptr) {
      log::SetSink(this);
      log::SetLevel(log::Level::kDebug);
    }
  }
  ~ReplayLog() {
    log::SetSink(nullptr);
    log::SetLevel(log::Level::kInfo);
  }
  void Write(log::Level /*level*/, StringView tag, StringView text) override {
    std::printf("  [%.*s] %.*s\n", static_cast<int>(tag.size()), tag.data(),
                static_cast<int>(text.size()), text.data());
  }
};

}  // namespace linnet::powerloss

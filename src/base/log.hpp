// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Log lines: a level, a module's tag, the event first and then its values. Never a secret.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/format.hpp"

namespace linnet::log {

enum class Level : std::uint8_t { kError = 0, kWarning = 1, kInfo = 2, kDebug = 3 };

std::string_view ToString(Level level);

/// Where lines go. The sink adds time and line ends.
class Sink {
 public:
  virtual void Write(Level level, std::string_view tag, std::string_view text) = 0;

 protected:
  ~Sink() = default;  // nobody deletes through it
};

/// Installs the one sink; nullptr turns logging off. Not owned.
void SetSink(Sink* sink);
/// Lines above this level are dropped before they are formatted. Default kInfo.
void SetLevel(Level level);
[[nodiscard]] Level level();

void Write(Level level, std::string_view tag, std::string_view format,
           std::span<const FormatArgument> arguments);

template <typename... Args>
void Error(std::string_view tag, std::string_view format, const Args&... args) {
  const std::array<FormatArgument, sizeof...(Args)> arguments{FormatArgument(args)...};
  Write(Level::kError, tag, format, arguments);
}
template <typename... Args>
void Warning(std::string_view tag, std::string_view format, const Args&... args) {
  const std::array<FormatArgument, sizeof...(Args)> arguments{FormatArgument(args)...};
  Write(Level::kWarning, tag, format, arguments);
}
template <typename... Args>
void Info(std::string_view tag, std::string_view format, const Args&... args) {
  const std::array<FormatArgument, sizeof...(Args)> arguments{FormatArgument(args)...};
  Write(Level::kInfo, tag, format, arguments);
}
template <typename... Args>
void Debug(std::string_view tag, std::string_view format, const Args&... args) {
  const std::array<FormatArgument, sizeof...(Args)> arguments{FormatArgument(args)...};
  Write(Level::kDebug, tag, format, arguments);
}

}  // namespace linnet::log

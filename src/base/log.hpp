// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Log lines: a level, a module's tag, the event first and then its values. Never a secret.
#pragma once

#include <cstdint>

#include "base/format.hpp"
#include "base/view.hpp"

namespace linnet::log {

enum class Level : std::uint8_t { kError = 0, kWarning = 1, kInfo = 2, kDebug = 3 };

StringView ToString(Level level);

/// Where lines go. The sink adds time and line ends.
class Sink {
 public:
  virtual void Write(Level level, StringView tag, StringView text) = 0;

 protected:
  ~Sink() = default;  // nobody deletes through it
};

/// Installs the one sink; nullptr turns logging off. Not owned.
void SetSink(Sink* sink);
/// Lines above this level are dropped before they are formatted. Default kInfo.
void SetLevel(Level level);
[[nodiscard]] Level level();

/// `tag` and `format` are constant texts: a line is then little more than their addresses.
void Write(Level level, const char* tag, const char* format, Span<const FormatArgument> arguments);

/// Kept out of line, once for each kind of arguments.
template <typename... Args>
[[gnu::noinline]] void Say(Level level, const char* tag, const char* format, const Args&... args) {
  const std::array<FormatArgument, sizeof...(Args)> arguments{FormatArgument(args)...};
  Write(level, tag, format, arguments);
}

template <typename... Args>
void Error(const char* tag, const char* format, const Args&... args) {
  Say(Level::kError, tag, format, args...);
}
template <typename... Args>
void Warning(const char* tag, const char* format, const Args&... args) {
  Say(Level::kWarning, tag, format, args...);
}
template <typename... Args>
void Info(const char* tag, const char* format, const Args&... args) {
  Say(Level::kInfo, tag, format, args...);
}
template <typename... Args>
void Debug(const char* tag, const char* format, const Args&... args) {
  Say(Level::kDebug, tag, format, args...);
}

}  // namespace linnet::log

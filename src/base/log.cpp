// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <array>

#include "base/view.hpp"

namespace linnet::log {

namespace {

constexpr std::size_t kMaxLine = 192;

Sink* g_sink = nullptr;
Level g_level = Level::kInfo;

}  // namespace

StringView ToString(Level level) {
  static constexpr std::array<StringView, 4> kNames = {"error", "warning", "info", "debug"};
  const auto index = static_cast<std::size_t>(level);
  return index < kNames.size() ? kNames[index] : "?";
}

void SetSink(Sink* sink) {
  g_sink = sink;
}

void SetLevel(Level level) {
  g_level = level;
}

Level level() {
  return g_level;
}

void Write(Level level, const char* tag, const char* format, Span<const FormatArgument> arguments) {
  if (g_sink == nullptr || level > g_level) {
    return;
  }
  std::array<char, kMaxLine> line;  // NOLINT(cppcoreguidelines-pro-type-member-init): written below
  g_sink->Write(level, tag, FormatTo(line, format, arguments));
}

}  // namespace linnet::log

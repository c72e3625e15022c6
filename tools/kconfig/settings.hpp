// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A `.config`, a `prj.conf`, a `CMakeCache.txt`: names and values, with their lines.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace linnet::kconfig {

inline constexpr std::size_t kMaxSettingsSize = 8U << 20;

struct Setting {
  std::string value{};  ///< "n" for "# CONFIG_X is not set"; without quotes.
  std::string where{};  ///< "file:line"
};

/// By name without CONFIG_, as in SB_CONFIG_X -> SB_X.
using Settings = std::map<std::string, Setting, std::less<>>;

/// Reads a Kconfig result or fragment into `out`; a later value wins, as in Kconfig. Throws
/// layout::Error with the line of what is no setting, and beyond kMaxSettingsSize.
void ReadSettings(const std::string& file, std::string_view text, Settings& out);
/// Of a CMakeCache.txt: NAME:TYPE=VALUE. Other lines are passed over.
Settings ReadCache(std::string_view text);

/// The value, or "" when it is not there at all (an option that this build does not know).
std::string ValueOf(const Settings& settings, std::string_view name);
inline bool IsOn(const Settings& settings, std::string_view name) {
  return ValueOf(settings, name) == "y";
}

}  // namespace linnet::kconfig

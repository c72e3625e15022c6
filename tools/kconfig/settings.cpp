// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/kconfig/settings.hpp"

#include <algorithm>

#include "tools/kconfig/text.hpp"
#include "tools/layout/yaml.hpp"

namespace linnet::kconfig {

namespace {

bool IsOption(std::string_view name) {
  return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// "CONFIG_X" -> "X", "SB_CONFIG_X" -> "SB_X"; empty: no option.
std::string NameOf(std::string_view text) {
  const bool sysbuild = text.starts_with("SB_CONFIG_");
  if (!sysbuild && !text.starts_with("CONFIG_")) {
    return "";
  }
  text.remove_prefix(sysbuild ? 10 : 7);
  return IsOption(text) ? (sysbuild ? "SB_" : "") + std::string(text) : "";
}

std::string Unquote(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  return std::string(value);
}

template <typename Use>
void EachLine(std::string_view text, Use use) {
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    use(number, Trim(text.substr(0, end)));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
}

}  // namespace

void ReadSettings(const std::string& file, std::string_view text, Settings& out) {
  if (text.size() > kMaxSettingsSize) {
    throw layout::Error(
        file, 0,
        "is longer than the " + std::to_string(kMaxSettingsSize) + " bytes read: no configuration");
  }
  constexpr std::string_view kNotSet = " is not set";
  EachLine(text, [&](int number, std::string_view line) {
    const std::string where = file + ":" + std::to_string(number);
    if (line.starts_with('#')) {
      const std::string_view rest = Trim(line.substr(1));
      if (rest.ends_with(kNotSet)) {
        const std::string name = NameOf(rest.substr(0, rest.size() - kNotSet.size()));
        if (!name.empty()) {
          out[name] = {"n", where};
        }
      }
      return;
    }
    if (line.empty()) {
      return;
    }
    const auto equals = line.find('=');
    const std::string name =
        equals == std::string_view::npos ? "" : NameOf(Trim(line.substr(0, equals)));
    if (name.empty()) {
      throw layout::Error(file, number, "expected CONFIG_NAME=value or a comment");
    }
    out[name] = {Unquote(Trim(line.substr(equals + 1))), where};
  });
}

Settings ReadCache(std::string_view text) {
  Settings cache;
  EachLine(text, [&](int number, std::string_view line) {
    const auto colon = line.find(':');
    const auto equals = line.find('=');
    if (colon < equals && equals != std::string_view::npos && line[0] != '#' && line[0] != '/') {
      cache[std::string(line.substr(0, colon))] = {std::string(line.substr(equals + 1)),
                                                   std::to_string(number)};
    }
  });
  return cache;
}

std::string ValueOf(const Settings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "" : found->second.value;
}

}  // namespace linnet::kconfig

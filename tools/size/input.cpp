// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/input.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>

namespace linnet::size {
namespace {

constexpr std::size_t kMaxLine = 4096;
constexpr std::string_view kSpace = " \t\r";

}  // namespace

BadInput Text::Fault(std::size_t line, const std::string& what) const {
  return BadInput(name + ":" + std::to_string(line) + ": " + what);
}

std::vector<Line> Text::Lines() const {
  std::vector<Line> lines;
  std::size_t number = 0;
  for (std::size_t at = 0; at < content.size();) {
    const std::size_t end = std::min(content.find('\n', at), content.size());
    const std::string_view raw = std::string_view(content).substr(at, end - at);
    ++number;
    at = end + 1;
    if (raw.size() > kMaxLine) {
      throw Fault(number, "a line of more than " + std::to_string(kMaxLine) + " bytes");
    }
    if (raw.find('\0') != std::string_view::npos) {
      throw Fault(number, "holds a zero byte: this is not a text file");
    }
    const std::string_view text = Trim(raw);
    if (!text.empty() && text.front() != '#') {
      lines.push_back({text, number});
    }
  }
  return lines;
}

Text ReadText(const std::string& path, std::size_t limit) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) {
    throw BadInput(path + ": cannot be read: " + error.message());
  }
  if (size > limit) {
    throw BadInput(path + ": has " + std::to_string(size) + " bytes; at most " +
                   std::to_string(limit) + " are read");
  }
  std::ifstream in(path, std::ios::binary);
  Text text{path, std::string(size, '\0')};
  in.read(text.content.data(), static_cast<std::streamsize>(size));
  if (!in) {
    throw BadInput(path + ": cannot be read");
  }
  return text;
}

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = text.find_first_not_of(kSpace); at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(kSpace, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kSpace, end);
  }
  return words;
}

std::int64_t ParseNumber(std::string_view text) {
  const bool hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  const char* const begin = text.data() + (hex ? 2 : 0);
  const char* const end = text.data() + text.size();
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value, hex ? 16 : 10);
  return error == std::errc{} && stop == end && value >= 0 ? value : -1;
}

// Greedy from the last "*": one point to go back to, so the work is bounded by the product of the
// two lengths.
bool MatchGlob(std::string_view pattern, std::string_view text,
               std::vector<std::string>* captures) {
  struct Star {
    std::size_t pattern;
    std::size_t begin;
    std::size_t end;
  };
  std::vector<Star> stars;
  std::size_t p = 0;
  std::size_t t = 0;
  while (t < text.size() || p < pattern.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      stars.push_back({p++, t, t});
    } else if (p < pattern.size() && t < text.size() &&
               (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (!stars.empty() && stars.back().end < text.size()) {
      t = ++stars.back().end;
      p = stars.back().pattern + 1;
    } else {
      return false;
    }
  }
  for (const Star& star : stars) {
    if (captures != nullptr) {
      captures->emplace_back(text.substr(star.begin, star.end - star.begin));
    }
  }
  return true;
}

}  // namespace linnet::size

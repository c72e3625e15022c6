// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What every reader of tools/size shares: errors that say where, bounded files, lines, globs.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::size {

/// Input that cannot be used. The text says which file, where in it, and what is wrong.
class BadInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One line of a text file, without its end and without white space around it.
struct Line {
  std::string_view text;
  std::size_t number = 0;  ///< From 1.
};

/// A text to be read, with the name that errors give it.
struct Text {
  std::string name;
  std::string content;

  /// "name:12: what".
  [[nodiscard]] BadInput Fault(std::size_t line, const std::string& what) const;
  /// Lines that are neither empty nor comments ("#"). Throws BadInput for a line over 4,096 bytes
  /// or one that holds a NUL: this is not such a text.
  [[nodiscard]] std::vector<Line> Lines() const;
};

/// Reads a whole file of at most `limit` bytes. Throws BadInput.
Text ReadText(const std::string& path, std::size_t limit);

std::string_view Trim(std::string_view text);
/// Words between white space.
std::vector<std::string_view> Words(std::string_view text);
/// A number, decimal or 0x…, or -1 if `text` is none.
std::int64_t ParseNumber(std::string_view text);

/// Whether all of `text` matches: "*" stands for any run of characters, "?" for one. What each "*"
/// stood for is appended to `captures` when that is given. Takes at most pattern × text steps.
bool MatchGlob(std::string_view pattern, std::string_view text,
               std::vector<std::string>* captures = nullptr);

}  // namespace linnet::size

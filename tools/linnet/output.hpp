// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The two faces of every command: text for a person, or one JSON value a line for a script.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::cli {

/// Standard output of a command. In the JSON form only `Value` prints, so that a script reads
/// nothing but values.
class Output {
 public:
  Output();
  /// For tests: prints into `stream`.
  explicit Output(std::ostream& stream) : stream_(&stream) {}

  void set_json(bool json) { json_ = json; }
  [[nodiscard]] bool json() const { return json_; }

  /// One line for a person.
  void Line(std::string_view text) const;
  /// One JSON value on one line for a script.
  void Value(const nlohmann::json& value) const;

  /// A table with aligned columns for a person; column widths follow the content.
  void Table(const std::vector<std::string>& header,
             const std::vector<std::vector<std::string>>& rows) const;

 private:
  std::ostream* stream_;
  bool json_ = false;
};

/// A progress bar on standard error, drawn only when that is a terminal and the work takes longer
/// than a blink; otherwise silent. The bar is cleared when it is destroyed.
class Progress {
 public:
  /// `total` counts `unit`s, for example "B" or "pages".
  Progress(std::string label, std::uint64_t total, std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Set(std::uint64_t done);

 private:
  std::string label_;
  std::string unit_;
  std::uint64_t total_;
  bool drawn_ = false;
  bool terminal_;
  std::int64_t started_ms_;
  int percent_ = -1;
};

/// "734,003 B": bytes, grouped in thousands.
std::string HumanBytes(std::uint64_t bytes);

}  // namespace linnet::cli

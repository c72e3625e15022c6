// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/output.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

namespace linnet::cli {
namespace {

constexpr std::int64_t kShowBarAfterMs = 300;
constexpr int kBarWidth = 30;

std::int64_t NowMs() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// Columns on a terminal: bytes that continue a UTF-8 character take none.
std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

Output::Output() : stream_(&std::cout) {}

void Output::Line(std::string_view text) const {
  if (!json_) {
    *stream_ << text << std::endl;
  }
}

void Output::Value(const nlohmann::json& value) const {
  if (json_) {
    *stream_ << value.dump() << std::endl;
  }
}

void Output::Table(const std::vector<std::string>& header,
                   const std::vector<std::vector<std::string>>& rows) const {
  std::vector<std::size_t> widths;
  widths.reserve(header.size());
  for (const std::string& cell : header) {
    widths.push_back(Width(cell));
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], Width(row[i]));
    }
  }
  const auto print = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) {
        line.append(widths[i] - Width(row[i]) + 2, ' ');
      }
    }
    Line(line);
  };
  print(header);
  std::for_each(rows.begin(), rows.end(), print);
}

Progress::Progress(std::string label, std::uint64_t total, std::string unit)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      terminal_(isatty(STDERR_FILENO) == 1),
      started_ms_(NowMs()) {}

Progress::~Progress() {
  if (drawn_) {
    std::fputs("\r\033[K", stderr);
  }
}

void Progress::Set(std::uint64_t done) {
  if (!terminal_ || total_ == 0 || NowMs() - started_ms_ < kShowBarAfterMs) {
    return;
  }
  const int percent = static_cast<int>(std::min(done, total_) * 100 / total_);
  if (percent == percent_) {
    return;
  }
  percent_ = percent;
  drawn_ = true;
  const auto filled = static_cast<std::size_t>(percent * kBarWidth / 100);
  const std::string bar = std::string(filled, '#') + std::string(kBarWidth - filled, '.');
  std::fprintf(stderr, "\r\033[K%s [%s] %3d %%  %llu/%llu %s", label_.c_str(), bar.c_str(), percent,
               static_cast<unsigned long long>(done), static_cast<unsigned long long>(total_),
               unit_.c_str());
  std::fflush(stderr);
}

std::string HumanBytes(std::uint64_t bytes) {
  std::string digits = std::to_string(bytes);
  for (std::size_t at = digits.size(); at > 3; at -= 3) {
    digits.insert(at - 3, ",");
  }
  return digits + " B";
}

}  // namespace linnet::cli

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/timeline.hpp"

#include <array>
#include <cstdio>

namespace linnet::scenario {

namespace {

constexpr int kTelemetryShown = 2;  // In each chapter; the rest says the same.
constexpr std::size_t kMaxText = 150;

/// Modules whose informative lines belong to the story.
constexpr std::array<std::string_view, 8> kStoryTags = {"boot",     "app",    "cloud", "vault",
                                                        "firmware", "update", "wifi",  "prov"};

std::string Shorten(std::string text) {
  if (text.size() > kMaxText) {
    text.resize(kMaxText - 1);
    text += "…";
  }
  return text;
}

/// The words of "[    1.234] info cloud: connected ..." or of boot's lines, which have no time.
struct ConsoleLine {
  std::string level;
  std::string tag;
  std::string text;
};

bool Split(std::string line, ConsoleLine& out) {
  if (!line.empty() && line.front() == '[') {
    const std::size_t end = line.find(']');
    if (end == std::string::npos) {
      return false;
    }
    line.erase(0, line.find_first_not_of(' ', end + 1));
  }
  const std::size_t space = line.find(' ');
  const std::size_t colon = line.find(": ");
  if (space == std::string::npos || colon == std::string::npos || colon < space) {
    return false;
  }
  out.level = line.substr(0, space);
  out.tag = line.substr(space + 1, colon - space - 1);
  out.text = line.substr(colon + 2);
  return true;
}

}  // namespace

void Timeline::Chapter(std::string_view title) {
  out_ << "\n" << title << "\n" << std::flush;
  telemetry_ = 0;
}

void Timeline::Note(std::string_view who, std::string_view what) {
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "%7.1f s  ", since.count());
  std::string name(who);
  name.resize(10, ' ');
  out_ << time.data() << name << " " << what << "\n" << std::flush;
}

void Timeline::Event(const nlohmann::json& event) {
  const std::string kind = event["kind"];
  const std::string text = event["text"];
  if (kind == "telemetry" && ++telemetry_ > kTelemetryShown) {
    return;
  }
  if (kind == "download" || kind == "thing" || kind == "twin" || kind == "broker") {
    return;
  }
  if (kind == "job") {
    if (text == last_job_text_) {
      return;
    }
    last_job_text_ = text;
  }
  Note("cloud", kind + "  " + Shorten(text));
}

void Timeline::Console(const std::string& line) {
  if (line.starts_with("\x1B[30;107m") || line.starts_with("To set up")) {
    out_ << std::string(16, ' ') << line << "\n";  // the label of a new board, to be scanned
    return;
  }
  ConsoleLine parts;
  if (!Split(line, parts)) {
    return;
  }
  bool story = parts.level == "warning" || parts.level == "error";
  for (const std::string_view tag : kStoryTags) {
    story = story || (parts.level == "info" && parts.tag == tag);
  }
  if (story) {
    Note("board", parts.tag + ": " + Shorten(parts.text));
  }
}

void PrintWhatToTry(std::ostream& out, const std::filesystem::path& directory) {
  const std::string tool = "build/host/bin/linnet --dir " + (directory / "twin").string() + " ";
  out << "\nThe twin and the board stay up until Ctrl-C. In another terminal, try:\n"
      << "  " << tool << "status\n"
      << "  " << tool << "telemetry tail\n"
      << "  " << tool << "shadow set lamp-1 telemetry.interval_s=10\n"
      << "  " << tool << "shadow set lamp-1 telemetry.interval_s=0    (refused, with the reason)\n"
      << "  " << tool << "job list\n"
      << "  build/host/bin/linnet board console " << (directory / "board.flash").string() << "\n"
      << std::flush;
}

}  // namespace linnet::scenario

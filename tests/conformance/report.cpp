// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/report.hpp"

#include <array>

#include "base/format.hpp"

namespace linnet::conformance {

void Report::Add(std::string_view suite, std::string_view name, std::string_view why) {
  ++(why.empty() ? passed_ : failed_);
  console_.Write(why.empty() ? "PASS " : "FAIL ");
  console_.Write(suite);
  console_.Write(": ");
  console_.Write(name);
  if (!why.empty()) {
    console_.Write(": ");
    console_.Write(why);
  }
  console_.Write("\n");
}

void Report::Finish() {
  std::array<char, 64> line{};
  console_.Write(Format(line, "conformance: {} passed, {} failed\n", passed_, failed_));
}

}  // namespace linnet::conformance

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Where the conformance suites say what held and what did not.
#pragma once

#include <cstdint>
#include <string_view>

#include "hal/console.hpp"

namespace linnet::conformance {

/// Prints "PASS flash: name" or "FAIL flash: name: why" for each case, and at the end
/// "conformance: N passed, M failed", which a harness waits for.
class Report {
 public:
  explicit Report(hal::Console& console) : console_(console) {}

  void Add(std::string_view suite, std::string_view name, std::string_view why);
  /// The closing line.
  void Finish();
  [[nodiscard]] std::uint32_t failed() const { return failed_; }

 private:
  hal::Console& console_;
  std::uint32_t passed_ = 0;
  std::uint32_t failed_ = 0;
};

/// One case: fails with the first expectation that does not hold, and reports itself at the end of
/// its scope.
class Case {
 public:
  Case(Report& report, std::string_view suite, std::string_view name)
      : report_(report), suite_(suite), name_(name) {}
  Case(const Case&) = delete;
  Case& operator=(const Case&) = delete;
  ~Case() { report_.Add(suite_, name_, why_); }

  /// `otherwise` says what is wrong when `holds` is false.
  void Expect(bool holds, std::string_view otherwise) {
    if (!holds && why_.empty()) {
      why_ = otherwise;
    }
  }
  [[nodiscard]] bool ok() const { return why_.empty(); }

 private:
  Report& report_;
  std::string_view suite_;
  std::string_view name_;
  std::string_view why_;
};

}  // namespace linnet::conformance

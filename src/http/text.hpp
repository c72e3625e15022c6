// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The small words of HTTP: what a reader of requests and one of responses both need. For src/http.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace linnet::http {

/// Of A to Z.
char Lower(char c);
/// Without regard to case.
bool SameWord(std::string_view a, std::string_view b);
/// Without blanks and tabs around it.
std::string_view Trim(std::string_view text);
/// Digits of base 10 or 16 at the front of `text`, which loses them. kMalformed: none.
/// kUnsupported: more than 32 bits.
Result<std::uint32_t> TakeNumber(std::string_view& text, unsigned base);
/// kMalformed: not only digits.
Result<std::uint32_t> WholeNumber(std::string_view text);
/// Whether `word` stands in a comma-separated list.
bool Lists(std::string_view list, std::string_view word);

}  // namespace linnet::http

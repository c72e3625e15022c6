// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The small words of HTTP: what a reader of requests and one of responses both need. For src/http.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "base/view.hpp"

namespace linnet::http {

/// Of A to Z.
char Lower(char c);
/// Without regard to case.
bool SameWord(StringView a, StringView b);
/// Without blanks and tabs around it.
StringView Trim(StringView text);
/// Digits of base 10 or 16 at the front of `text`, which loses them. kMalformed: none.
/// kUnsupported: more than 32 bits.
Result<std::uint32_t> TakeNumber(StringView& text, unsigned base);
/// kMalformed: not only digits.
Result<std::uint32_t> WholeNumber(StringView text);
/// Whether `word` stands in a comma-separated list.
bool Lists(StringView list, StringView word);

}  // namespace linnet::http

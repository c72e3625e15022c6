// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Small tables of words, each table one constant text: "get|update|delta". A third of the flash of
// an array of views, and a caller passes no more than its address.
#pragma once

#include <cstddef>

#include "base/view.hpp"

namespace linnet {

/// Takes what is in front of the first `end` from `text`, and that `end`; where there is none, all
/// of it, and leaves `text` without data.
StringView TakeWord(StringView& text, char end);
/// Which word of `words` equals `text`, from 0; how many there are when none does. Words hold no
/// '|'.
std::size_t IndexOf(StringView text, const char* words);
/// Word `index` of `words`; "" behind the last.
StringView WordAt(std::size_t index, const char* words);
StringView WordAt(std::size_t index, StringView words);

}  // namespace linnet

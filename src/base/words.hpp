// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Small tables of words, each table one text: "get|update|delta". A third of the flash of an array
// of views.
#pragma once

#include <cstddef>
#include <string_view>

namespace linnet {

/// Which word of `words` equals `text`, from 0; how many there are when none does. Words hold no
/// '|'.
std::size_t IndexOf(std::string_view text, std::string_view words);
/// Word `index` of `words`; "" behind the last.
std::string_view WordAt(std::size_t index, std::string_view words);

}  // namespace linnet

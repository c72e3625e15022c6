// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace linnet::twin {

/// Whether `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above
/// U+10FFFF).
bool IsUtf8(std::string_view text);

/// The number of characters (code points) of well-formed UTF-8.
std::size_t Utf8Length(std::string_view text);

}  // namespace linnet::twin

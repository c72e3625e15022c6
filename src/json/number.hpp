// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The grammar of a JSON number, and its value when that is an integer.
#pragma once

#include <string_view>

#include "base/status.hpp"
#include "json/event.hpp"

namespace linnet::json {

/// Sets `integral` and `integer` of `event`. kMalformed: `text` is not a number of RFC 8259.
Status ParseNumber(std::string_view text, Event& event);

}  // namespace linnet::json

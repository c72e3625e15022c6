// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The grammar of a JSON number, and its value when that is an integer.
#pragma once

#include "base/status.hpp"
#include "base/view.hpp"
#include "json/event.hpp"

namespace linnet::json {

/// Sets `integral` and `integer` of `event`. kMalformed: `text` is not a number of RFC 8259.
Status ParseNumber(StringView text, Event& event);

}  // namespace linnet::json

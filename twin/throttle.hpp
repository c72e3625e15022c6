// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What whoever asks too often is told.
#pragma once

#include <string_view>

#include "twin/message.hpp"
#include "twin/topics.hpp"

namespace linnet::twin {

/// The shadow's 429, or RequestThrottled of jobs, with the request's client token.
Message ThrottledAnswer(const Request& request, std::string_view payload, UnixSeconds now);

}  // namespace linnet::twin

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Commands that print what happens in the twin as it happens.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "tools/linnet/context.hpp"

namespace linnet::cli {

/// Hands every event from now on to `on_event`, until the process is ended or the twin goes.
void FollowEvents(const Context& context,
                  const std::function<void(const nlohmann::json&)>& on_event);

/// One event as a line, or as JSON.
void PrintEvent(const Context& context, const nlohmann::json& event);

/// "12:01:02.345", local time.
std::string ClockText(std::int64_t at_ms);

}  // namespace linnet::cli

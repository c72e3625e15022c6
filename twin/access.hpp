// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Who may publish and hear what: the policy that each thing has. The broker's plugin asks.
#pragma once

#include <string_view>

namespace linnet::twin {

/// The twin's own client name; no thing can have it, because thing names have no dots.
inline constexpr const char* kServiceName = "service.linnet";

/// Of the twin's own client.
bool IsService(std::string_view user);

/// A thing publishes its own requests and its telemetry.
bool MayPublish(std::string_view user, std::string_view topic);
/// It receives what is under its own names.
bool MayReceive(std::string_view user, std::string_view topic);
/// A filter that could match anything else is refused as a whole.
bool MaySubscribe(std::string_view user, std::string_view filter);

}  // namespace linnet::twin

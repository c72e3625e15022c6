// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// States and reasons as logs, telemetry and the shadow have them.
#include <array>

#include "wifi/supervisor.hpp"

namespace linnet::wifi {
namespace {

constexpr std::array<std::string_view, 11> kStates{"stopped",
                                                   "starting",
                                                   "no firmware",
                                                   "idle",
                                                   "scanning",
                                                   "joining",
                                                   "waiting for an address",
                                                   "checking",
                                                   "online",
                                                   "roaming",
                                                   "waiting"};
static_assert(kStates.size() == static_cast<std::size_t>(State::kWaiting) + 1);

constexpr std::array<std::string_view, 12> kReasons{"none",
                                                    "firmware missing",
                                                    "firmware refused",
                                                    "radio hung",
                                                    "network not found",
                                                    "wrong key",
                                                    "refused by the access point",
                                                    "no answer from the access point",
                                                    "no address",
                                                    "no internet",
                                                    "captive portal",
                                                    "link lost"};
static_assert(kReasons.size() == static_cast<std::size_t>(Reason::kLinkLost) + 1);

}  // namespace

std::string_view ToString(State state) {
  return kStates[static_cast<std::size_t>(state)];
}

std::string_view ToString(Reason reason) {
  return kReasons[static_cast<std::size_t>(reason)];
}

}  // namespace linnet::wifi

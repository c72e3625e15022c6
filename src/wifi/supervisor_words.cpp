// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// States and reasons as logs, telemetry and the shadow have them.
#include "base/view.hpp"
#include "base/words.hpp"
#include "wifi/supervisor.hpp"

namespace linnet::wifi {

StringView ToString(State state) {
  return WordAt(static_cast<std::size_t>(state),
                "stopped|starting|no firmware|idle|scanning|joining|waiting for an address|"
                "checking|online|roaming|waiting");
}

StringView ToString(Reason reason) {
  return WordAt(static_cast<std::size_t>(reason),
                "none|firmware missing|firmware refused|radio hung|network not found|wrong key|"
                "refused by the access point|no answer from the access point|no address|"
                "no internet|captive portal|link lost");
}

}  // namespace linnet::wifi

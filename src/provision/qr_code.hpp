// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A QR code (ISO/IEC 18004) of one size, for a text as short as a Wi-Fi network's.
#pragma once

#include "base/view.hpp"
#include "hal/console.hpp"

namespace linnet::provision {

/// Prints what phones' cameras understand as a WPA network: "WIFI:T:WPA;S:...;P:...;;". The texts,
/// up to 35 bytes together, have none of the characters that would need escaping; what is longer is
/// cut. Version 3, error correction L, byte mode, mask 0. Two rows in a line of text, with a quiet
/// zone: black on white on any terminal that knows colours.
void PrintWifiQr(StringView ssid, StringView passphrase, hal::Console& console);

}  // namespace linnet::provision

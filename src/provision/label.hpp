// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What stands on the device's label: the name and passphrase of its own network.
#pragma once

#include "base/fixed_string.hpp"
#include "base/view.hpp"
#include "crypto/signer.hpp"
#include "hal/console.hpp"
#include "hal/wifi.hpp"

namespace linnet::provision {

/// The same at each start and after every update; from the device's key, so nothing is stored, and
/// no two devices have the same.
struct Label {
  hal::Ssid ssid{};              ///< "lamp-12AB": the product, and four digits.
  FixedString<12> passphrase{};  ///< 60 bits, in letters and digits that are not mistaken.
};

/// `product` has up to 32 characters, of which the first 18 count. Also the signer's codes.
Status MakeLabel(crypto::Signer& device_key, StringView product, Label& out);

/// As text and as a QR code, for somebody at the console.
void PrintLabel(const Label& label, hal::Console& console);

}  // namespace linnet::provision

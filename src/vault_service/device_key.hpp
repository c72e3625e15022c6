// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The device key in the vault's region of Secure flash. docs/formats/vault.md has the bits.
#pragma once

#include "base/status.hpp"
#include "crypto/private_key.hpp"
#include "hal/flash.hpp"

namespace linnet::vault_service {

/// The factory step, and only that: tools call it on a flash image, the device never.
/// Replaces what was there, in both banks. kFailedPrecondition: `key` has no key. Otherwise what
/// the flash returned. Cut in between, it is done again.
Status WriteDeviceKey(hal::Flash& region, const crypto::PrivateKey& key);

/// Loads the key that the factory wrote. kFailedPrecondition: there is none. kDataLoss: there is
/// something, but it cannot be read. kUnsupported: of a newer format.
Status LoadDeviceKey(hal::Flash& region, crypto::PrivateKey& out);

}  // namespace linnet::vault_service

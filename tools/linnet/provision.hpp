// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Writes what `linnet thing factory` made into a board's flash: the key into the vault, the rest
// into the settings.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hal/flash.hpp"

namespace linnet::cli {

/// Replaces the identity that the board had. `address` is where the board finds the endpoint, for
/// networks without a name server; empty: it asks one. Throws Failure when a file is missing or the
/// flash refuses.
void Provision(hal::Flash& settings_region, hal::Flash& vault_region,
               const std::filesystem::path& factory, const std::string& address);

/// Sets one entry of src/settings by its name: "telemetry.interval_s=5". Throws Failure when there
/// is no such entry, or when it does not allow the value.
void SetEntry(hal::Flash& settings_region, const std::string& assignment);

/// Wi-Fi networks that the device knows from the start: name and passphrase one behind the other,
/// the preferred one first; "" for an open one. They replace what it knew, and are sealed by its
/// first start. Throws Failure when one of them can never be joined.
void SetNetworks(hal::Flash& settings_region, const std::vector<std::string>& names_and_keys);

}  // namespace linnet::cli

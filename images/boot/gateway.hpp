// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Opens the Secure gateway to the application.
#pragma once

#include "vault/gate.hpp"

namespace linnet {

/// From now on calls of LinnetVaultEntry reach `service`, which must live as long as the device
/// runs. Before that, and while another call is being served, they return kUnavailable;
/// kPermissionDenied: a pointer leads to memory that is not the caller's.
void OpenGateway(vault::Gate& service);

}  // namespace linnet

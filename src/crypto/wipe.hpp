// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Secrets do not stay in memory that is used for something else later.
#pragma once

#include "base/bytes.hpp"

namespace linnet::crypto {

/// Zeros. Survives the optimizer, unlike a plain fill of memory that is not read again.
void Wipe(MutableBytes secret);

}  // namespace linnet::crypto

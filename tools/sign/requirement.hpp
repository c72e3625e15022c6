// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a program says of the Wi-Fi firmware that its driver needs: src/radio/requirement.hpp.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "image/manifest.hpp"

namespace linnet::sign {

/// The value of the signed entry for this program; empty when it says nothing. Throws Error when
/// the firmware that the release names has another version, or when the program contradicts itself.
std::vector<std::byte> RequirementEntry(Bytes program,
                                        const std::vector<image::ManifestEntry>& manifest);

}  // namespace linnet::sign

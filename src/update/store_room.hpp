// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Makes room for a release: what neither the record nor the ordered file needs is unlinked.
#pragma once

#include "base/endian.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
#include "package/plan.hpp"
#include "release/boot_control.hpp"
#include "release/store.hpp"

namespace linnet::update {

/// The name of a download: the same content goes on where it was, whoever offers it.
constexpr release::PartTag TagOf(const crypto::Digest& digest) {
  return LoadLe64(digest);
}

/// Keeps the releases that `status` names with everything that they name, and `wanted` with what
/// `manifest` names, complete or partial. One directory write for each part that goes. As
/// Store::Erase().
Status MakeRoom(release::Store& store, const release::ReleaseStatus& status,
                Span<const package::PlanPart> wanted, const image::Manifest& manifest);

}  // namespace linnet::update

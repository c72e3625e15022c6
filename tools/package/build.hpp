// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Makes a package. Same inputs, same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/package/parts.hpp"

namespace linnet::package {

struct BuildOptions {
  std::string product{};
  std::string board{};
  /// Where parts begin; the erase page of the devices' store is good.
  std::uint32_t alignment = 4096;
  /// Adds a compressed form of each part that it makes shorter.
  bool compress = false;
  /// Leaves out what the application names and nobody gave: the devices have it.
  bool partial = false;
  /// Takes parts that an application without a manifest does not name.
  bool allow_unnamed = false;
  /// Adds deltas from these to the parts of the same kind and index.
  std::vector<PartFile> bases{};
};

/// The package of a release. Throws sign::Error when the parts are not what the application names,
/// with the part and the remedy, or when something does not fit the format.
std::vector<std::byte> Build(const PartFile& application, std::vector<PartFile> others,
                             const BuildOptions& options);

}  // namespace linnet::package

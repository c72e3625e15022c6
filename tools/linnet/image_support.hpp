// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the commands about keys and images share.
#pragma once

#include <string>
#include <vector>

#include "crypto/ecdsa.hpp"
#include "tools/linnet/context.hpp"
#include "tools/sign/files.hpp"
#include "tools/sign/keys.hpp"

namespace linnet::cli {

/// Runs the work of a command; what tools/sign throws becomes the command's Failure.
template <typename Work>
void Explained(Work work) {
  try {
    work();
  } catch (const sign::Error& error) {
    throw Failure(error.what());
  }
}

inline std::vector<crypto::P256PublicKey> LoadPublicKeys(const std::vector<std::string>& paths) {
  std::vector<crypto::P256PublicKey> keys;
  keys.reserve(paths.size());
  for (const std::string& path : paths) {
    keys.push_back(sign::LoadPublicKeyPem(path));
  }
  return keys;
}

}  // namespace linnet::cli

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Who this device is and whom it talks to; written by the factory step, read once at start.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/fixed_string.hpp"
#include "base/status.hpp"
#include "settings/settings.hpp"
#include "tls/trust.hpp"

namespace linnet::device {

/// All zero before it is loaded, so that it costs RAM and no flash.
struct Identity {
  static constexpr std::size_t kMaxCertificate = 1280;  ///< DER, bytes.

  FixedString<128> thing;
  FixedString<253> endpoint;
  std::uint16_t port = 0;
  std::uint8_t mqtt_version = 0;  ///< Protocol level: mqtt::Version.
  FixedString<269> host_entry;    ///< "name=address" for a network without a name server, or empty.
  FixedString<253> time_server;
  std::uint16_t time_port = 0;
  FixedString<kMaxCertificate> certificate;
  std::array<FixedString<kMaxCertificate>, tls::Trust::kMaxRoots> roots;
};

/// kNotFound: the thing's name, its endpoint, its certificate or every root is missing: the device
/// did not go through the factory step. kTooLarge: a certificate is longer than `kMaxCertificate`.
/// What is missing or wrong is in the log.
Status LoadIdentity(settings::Settings& settings, Identity& out);

}  // namespace linnet::device

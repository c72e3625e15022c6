// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Everything that the device application needs from its board: one struct that a port's main fills.
#pragma once

#include <cstdint>

#include "base/view.hpp"
#include "hal/clock.hpp"
#include "hal/entropy.hpp"
#include "hal/flash.hpp"
#include "hal/idle.hpp"
#include "hal/led.hpp"
#include "hal/memory_stats.hpp"
#include "hal/network.hpp"
#include "hal/radio.hpp"
#include "hal/reset.hpp"
#include "hal/watchdog.hpp"
#include "images/device/connectivity.hpp"
#include "vault/gate.hpp"

namespace linnet::device {

/// Index of the boot image that a release may have beside its application.
inline constexpr std::uint8_t kSecondImage = 1;

/// All references outlive the application.
struct Board {
  StringView name;  ///< As release packages name it.
  hal::Clock& clock;
  hal::Entropy& entropy;
  hal::Watchdog& watchdog;
  hal::Reset& reset;
  hal::Led& led;
  hal::MemoryStats& memory;
  hal::Idle& idle;
  hal::Network& network;
  hal::TcpSocket& cloud_socket;     ///< For MQTT.
  hal::TcpSocket& download_socket;  ///< For HTTPS.
  hal::UdpSocket& time_socket;      ///< For SNTP.
  hal::Radio& radio;
  hal::Flash& settings_flash;
  hal::Flash& store_flash;
  hal::Flash& execution_area;  ///< Read only: what boot started, from its image header.
  hal::Flash& second_area;     ///< Read only: boot image 1 of what runs, if that names one.
  vault::Gate& vault;
  Connectivity* connectivity = nullptr;  ///< Nothing: the network comes up by itself.
};

}  // namespace linnet::device

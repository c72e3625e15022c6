// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/log.hpp"
#include "images/boot/nothing_to_run.hpp"
#include "ports/an505/registers.hpp"
#include "ports/an505/retained.hpp"
#include "ports/an505/serial.hpp"
#include "recovery/area_images.hpp"
#include "recovery/session.hpp"

namespace linnet {

void NothingToRun(const Recoverable& device) {
  static std::array<std::byte, recovery::Server::kReplySize> reply;
  recovery::AreaImages images(
      {.verifier = device.verifier, .record = device.record, .areas = device.areas});
  recovery::Server server(images, static_cast<std::uint32_t>(device.scratch.size()));
  an505::UartSerial line(an505::peripheral::kUart0);
  recovery::Session session(server, line, device.scratch, reply);
  log::Error("boot", "nothing to run: waiting for a signed image on this console (mcumgr)");
  while (!session.Step()) {
  }
  an505::ResetDevice(hal::ResetCause::kSoftware);
}

}  // namespace linnet

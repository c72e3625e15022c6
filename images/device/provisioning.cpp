// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/provisioning.hpp"

#include "images/device/config.hpp"
#include "images/device/links.hpp"

namespace linnet::device {

void Provisioning::Start(wifi::Supervisor& supervisor, const Connectivity::Neighbours& neighbours) {
  Links& links = neighbours.links;
  provisioner_.Start({.supervisor = supervisor,
                      .random = links.random(),
                      .device_key = links.signer(),
                      .clock = links.wall_clock(),
                      .product = kConfig.product,
                      .version = neighbours.version});
}

}  // namespace linnet::device

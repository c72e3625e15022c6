// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/assert.hpp"
#include "base/view.hpp"
#include "net/host_table.hpp"
#include "net/url.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace linnet;
  const StringView text(reinterpret_cast<const char*>(data), size);
  if (const auto url = net::ParseUrl(text); url.ok()) {
    LINNET_ASSERT(net::CheckHost(url->host).ok());
    LINNET_ASSERT(net::CheckTarget(url->target).ok());
    LINNET_ASSERT(url->port != 0);
  }
  if (const auto address = net::ParseIpv4(text); address.ok()) {
    LINNET_ASSERT(net::ToText(*address) == text);
  }
  net::HostTable hosts;
  IgnoreStatus(hosts.Add(text));
  return 0;
}

// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/stream_client.hpp"

#include <algorithm>

namespace linnet::aws {

Instant StreamClient::Run(Instant now) {
  Request request;  // NOLINT(*-member-init): written before it is read
  if (download_.Next(now, request).ok()) {
    // What is not sent now is asked for again, as if it had been lost.
    IgnoreStatus(publisher_.Publish(request.topic, AsBytes(request.payload), mqtt::Qos::kAtMostOnce)
                     .status());
  }
  return std::max(download_.wake(), now);
}

}  // namespace linnet::aws

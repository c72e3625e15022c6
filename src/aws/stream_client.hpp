// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Binds a download over MQTT to a publisher and to the loop.
#pragma once

#include "aws/client.hpp"
#include "aws/stream_download.hpp"
#include "sched/loop.hpp"

namespace linnet::aws {

/// The owner hands what its MQTT listener hears to the download itself.
class StreamClient final : public sched::Task {
 public:
  /// Both outlive the client.
  StreamClient(Publisher& publisher, StreamDownload& download)
      : publisher_(publisher), download_(download) {}

  Instant Run(Instant now) override;

 private:
  Publisher& publisher_;
  StreamDownload& download_;
};

}  // namespace linnet::aws

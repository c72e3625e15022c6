// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What brings the network up on boards where that takes more than a cable. An image whose board has
// none links nothing of it.
#pragma once

#include "aws/shadow.hpp"
#include "base/view.hpp"
#include "json/writer.hpp"
#include "radio/service.hpp"
#include "sched/loop.hpp"
#include "settings/settings.hpp"
#include "telemetry/metrics.hpp"

namespace linnet::device {

struct Board;
class Cloud;
class Links;

class Connectivity : public sched::Task {
 public:
  /// What it works with; all outlive it.
  struct Neighbours {
    settings::Settings& stored;
    Links& links;
    Cloud& cloud;
    radio::FirmwareService& firmware;
    aws::Shadow& shadow;
    StringView version;  ///< Of the running release.
  };

  /// Once, when everything else of the application is there.
  virtual void Start(Board& board, const Neighbours& neighbours) = 0;
  virtual void Fill(telemetry::Metrics& metrics) const = 0;
  /// One JSON value: what the shadow shows of it.
  virtual void Report(json::Writer& json) const = 0;
  /// A network to join, from the shadow: first its name, then its passphrase, which an open one has
  /// not. "": will be tried soon. Otherwise why not, as constant text.
  virtual StringView OrderNetwork(StringView ssid) = 0;
  virtual StringView OrderPassphrase(StringView passphrase) = 0;

 protected:
  ~Connectivity() = default;  // nobody deletes through it
};

}  // namespace linnet::device

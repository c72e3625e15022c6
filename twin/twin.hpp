// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The twin: a local AWS IoT Core in one process and its broker. This is where its parts are joined.
//
// DIR/   twin.json     endpoint and ports while it runs      api.token   key to the admin API
//        twin.db       everything that it remembers          ca/         certificate authority
//        fw/           files that it serves under /fw/       broker/     Mosquitto's configuration
//        and sessions                                        air/        access points, radios
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>

#include "twin/pki.hpp"

namespace linnet::twin {

struct TwinOptions {
  std::filesystem::path directory;
  /// Not given: the port of the last time, so that devices find it again. 0: any free one.
  std::optional<std::uint16_t> mqtt_port;
  std::optional<std::uint16_t> https_port;
  std::optional<std::uint16_t> sntp_port;
  std::optional<std::uint16_t> api_port;
  KeyKind server_key = KeyKind::kP256;
  std::uint64_t https_bytes_per_second = 0;  ///< Of each connection; 0: no limit.
  bool json_output = false;                  ///< Print events as JSON instead of text.
  std::filesystem::path events_file;         ///< JSON lines are appended; empty: none.
  /// The program linnet_air, which runs in DIR/air while the twin does; empty: no air.
  std::filesystem::path air_program;
};

class Twin {
 public:
  /// Starts everything; events are printed on `out`. Throws std::runtime_error with one sentence
  /// when something cannot be started; then nothing is left running.
  Twin(TwinOptions options, std::ostream& out);
  ~Twin();
  Twin(const Twin&) = delete;
  Twin& operator=(const Twin&) = delete;

  /// Serves until SIGINT, SIGTERM or SIGHUP arrives, or the admin API says stop.
  void Run();

 private:
  struct State;

  std::unique_ptr<State> state_;
};

}  // namespace linnet::twin

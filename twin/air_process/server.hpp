// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The process in which the air and the radios are: one thread, one loop.
//
// DIR/   radio.sock     who connects here is the host of a chip of its own
// (radio-host-interface.md)
//        control.sock   requests, a JSON object a line; an answer for each
//        air.json       the access points, kept for the next time
//
//   {"do": "status"}                         accessPoints, radios, visitors, hangs
//   {"do": "add" | "set", "accessPoint": A}  as Scene has it            -> the access point
//   {"do": "remove", "name": N}
//   {"do": "join", "ssid": S, "passphrase": P, "forwards": [{remote, udp}]}
//                                            answered when it has an address and has looked for the
//                                            device's service   -> number, address, service, ports
//   {"do": "leave", "number": N}
//   {"do": "hang", "at": COMMAND | "now", "times": 1}                   times 0: until cleared
//   {"do": "clear"}                          no more hangs
//
// An answer is {"value": …} or {"error": one sentence}.
#pragma once

#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "twin/air/air.hpp"
#include "twin/air/scene.hpp"
#include "twin/air/visitor.hpp"
#include "twin/air_process/sockets.hpp"
#include "twin/radio/chip.hpp"

namespace linnet::air {

class Server {
 public:
  static constexpr int kMaxVisitors = 4;

  /// Listens at once, and makes the access points of the last time. What happens goes to `log`, a
  /// line each. Throws std::runtime_error.
  Server(const std::filesystem::path& directory, std::ostream& log);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Serves until SIGINT, SIGTERM or SIGHUP.
  void Run();

 private:
  struct Radio;
  struct Client;
  using Reply = std::function<void(const Json& answer)>;

  void Step();
  void Tick();
  void AcceptAll();
  void OnRequest(const std::string& text, const Reply& reply);
  Json Handle(const Json& request, const Reply& reply);
  Json Join(const Json& request, const Reply& reply);
  Json Leave(const Json& request);
  Json HangAt(const Json& request);
  [[nodiscard]] Json Status() const;
  void Save() const;
  void Load();
  void Log(const std::string& text);

  std::filesystem::path directory_;
  std::ostream& log_;
  Descriptor signals_;
  Descriptor radio_listener_;
  Descriptor control_listener_;
  Air air_;
  Faults faults_;
  Scene scene_;
  MacPool stations_{{0x02, 0x4c, 0x69, 0x00, 0x00, 0x00}};
  std::list<Radio> radios_;
  std::list<std::shared_ptr<Client>> clients_;
  std::list<std::unique_ptr<Visitor>> visitors_;
  bool stopped_ = false;
};

}  // namespace linnet::air

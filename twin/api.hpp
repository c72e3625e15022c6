// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The twin's admin API: JSON over HTTP on the loopback address, for the command line and for tests.
// Whoever knows the token in DIR/api.token (readable by the owner only) may use it: "Authorization:
// Bearer TOKEN".
//
//   GET    /v1/status                     ports, process, counts
//   POST   /v1/stop                       ends the twin
//   GET    /v1/air                        the air's status
//   POST   /v1/air                        {"do": …}, see air_process/server.hpp; all but join,
//                                         which takes its time
//   GET    /v1/things                     POST {"thingName"}
//   GET    /v1/things/T                   DELETE
//   POST   /v1/things/T/certificates      {"csr": PEM} -> {"certificateId", "certificatePem"}
//   DELETE /v1/things/T/certificates      revokes them all
//   GET    /v1/things/T/shadow?name=N     POST, DELETE; as AWS's data plane, with its texts
//   GET    /v1/jobs                       POST {"jobId", "document", "targets": [T], …}
//   GET    /v1/jobs/J                     DELETE ?force=true
//   POST   /v1/jobs/J/cancel?force=true
//   GET    /v1/streams                    POST {"streamId", "files": [{"fileId", "object"}], …}
//   GET    /v1/streams/S                  DELETE, POST: other files, a new version
//   GET    /v1/telemetry?thing=T&after=ID&limit=N    without `after`: the last ones
//   GET    /v1/events?after=ID&limit=N
//   GET    /v1/faults                     DELETE clears all of them
//   POST   /v1/faults                     {"name", "value", "times", "file"}, see faults.hpp
//   DELETE /v1/faults/NAME
//
// An error is {"code", "message"}.
#pragma once

#include <functional>
#include <string>

#include "twin/cloud.hpp"
#include "twin/http.hpp"

namespace linnet::twin {

class Api {
 public:
  struct Hooks {
    std::function<Json()> status;
    std::function<void()> stop;
    /// Asks the air; throws std::runtime_error with its sentence.
    std::function<Json(const Json& request)> air = nullptr;
  };

  Api(Cloud& cloud, Faults& faults, std::string token, Hooks hooks)
      : cloud_(cloud), faults_(faults), token_(std::move(token)), hooks_(std::move(hooks)) {}

  HttpResponse Handle(const HttpRequest& request);

 private:
  struct Route;
  using Segments = std::vector<std::string>;

  [[nodiscard]] bool IsAllowed(const HttpRequest& request) const;
  HttpResponse Dispatch(const HttpRequest& request);

  HttpResponse GetShadow(const Segments& at, const HttpRequest& request);
  HttpResponse UpdateShadow(const Segments& at, const HttpRequest& request);
  HttpResponse DeleteShadow(const Segments& at, const HttpRequest& request);
  HttpResponse GetTelemetry(const Segments& at, const HttpRequest& request);
  HttpResponse AskAir(const Json& request) const;
  HttpResponse GetEvents(const Segments& at, const HttpRequest& request);
  HttpResponse SetFault(const Segments& at, const HttpRequest& request);
  HttpResponse ShadowAnswer(const Json& answer) const;

  static std::vector<Route> TwinRoutes();
  static std::vector<Route> ThingRoutes();
  static std::vector<Route> JobRoutes();
  static std::vector<Route> StreamRoutes();
  static std::vector<Route> FaultRoutes();
  static const std::vector<Route>& Routes();

  Cloud& cloud_;
  Faults& faults_;
  std::string token_;
  Hooks hooks_;
};

}  // namespace linnet::twin

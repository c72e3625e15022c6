// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/api.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>

namespace linnet::twin {
namespace {

constexpr std::int64_t kDefaultLimit = 100;
constexpr std::int64_t kMaxLimit = 1000;

HttpResponse JsonResponse(int status, const Json& body) {
  return {status,
          {{"Content-Type", "application/json"}},
          body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"};
}

HttpResponse Problem(int status, const std::string& code, const std::string& message) {
  return JsonResponse(status, {{"code", code}, {"message", message}});
}

HttpResponse Done() {
  return JsonResponse(200, Json::object());
}

int StatusFor(const std::string& code) {
  if (code == "ResourceNotFound") {
    return 404;
  }
  return code == "InvalidRequest" ? 400 : 409;
}

Json Body(const HttpRequest& request) {
  Json body = Json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) {
    throw RequestError("InvalidRequest", "The request's body must be a JSON object");
  }
  return body;
}

std::string Member(const Json& body, const char* name) {
  if (!body.contains(name) || !body[name].is_string()) {
    throw RequestError("InvalidRequest", std::string("The request's body lacks \"") + name + "\"");
  }
  return body[name];
}

std::int64_t Number(const HttpRequest& request, const std::string& name, std::int64_t fallback) {
  const std::string text = request.Query(name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty()) {
    return fallback;
  }
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) {
    throw RequestError("InvalidRequest", "The parameter " + name + " must be a number");
  }
  return value;
}

std::int64_t Limit(const HttpRequest& request) {
  return std::clamp<std::int64_t>(Number(request, "limit", kDefaultLimit), 1, kMaxLimit);
}

bool Force(const HttpRequest& request) {
  return request.Query("force") == "true";
}

std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    segments.emplace_back(segment);
    path.remove_prefix(segment.size());
  }
  return segments;
}

bool Matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                    [](const std::string& want, const std::string& have) {
                      return want == have || (want == "*" && !have.empty());
                    });
}

}  // namespace

struct Api::Route {
  const char* method;
  std::vector<std::string> pattern;  ///< "*" takes one segment.
  std::function<HttpResponse(Api&, const Segments&, const HttpRequest&)> handle;
};

std::vector<Api::Route> Api::TwinRoutes() {
  return {
      {"GET",
       {"v1", "status"},
       [](Api& api, const Segments&, const HttpRequest&) {
         return JsonResponse(200, api.hooks_.status());
       }},
      {"POST",
       {"v1", "stop"},
       [](Api& api, const Segments&, const HttpRequest&) {
         api.hooks_.stop();
         return Done();
       }},
      {"GET",
       {"v1", "air"},
       [](Api& api, const Segments&, const HttpRequest&) {
         return api.AskAir({{"do", "status"}});
       }},
      {"POST",
       {"v1", "air"},
       [](Api& api, const Segments&, const HttpRequest& request) {
         return api.AskAir(Body(request));
       }},
      {"GET", {"v1", "telemetry"}, &Api::GetTelemetry},
      {"GET", {"v1", "events"}, &Api::GetEvents},
  };
}

std::vector<Api::Route> Api::ThingRoutes() {
  return {
      {"GET",
       {"v1", "things"},
       [](Api& api, const Segments&, const HttpRequest&) {
         return JsonResponse(200, {{"things", api.cloud_.Things()}});
       }},
      {"POST",
       {"v1", "things"},
       [](Api& api, const Segments&, const HttpRequest& request) {
         api.cloud_.CreateThing(Member(Body(request), "thingName"));
         return JsonResponse(201, Json::object());
       }},
      {"GET",
       {"v1", "things", "*"},
       [](Api& api, const Segments& at, const HttpRequest&) {
         return JsonResponse(200, api.cloud_.DescribeThing(at[2]));
       }},
      {"DELETE",
       {"v1", "things", "*"},
       [](Api& api, const Segments& at, const HttpRequest&) {
         api.cloud_.DeleteThing(at[2]);
         return Done();
       }},
      {"POST",
       {"v1", "things", "*", "certificates"},
       [](Api& api, const Segments& at, const HttpRequest& request) {
         return JsonResponse(201, api.cloud_.IssueCertificate(at[2], Member(Body(request), "csr")));
       }},
      {"DELETE",
       {"v1", "things", "*", "certificates"},
       [](Api& api, const Segments& at, const HttpRequest&) {
         api.cloud_.RevokeCertificates(at[2]);
         return Done();
       }},
      {"GET", {"v1", "things", "*", "shadow"}, &Api::GetShadow},
      {"POST", {"v1", "things", "*", "shadow"}, &Api::UpdateShadow},
      {"DELETE", {"v1", "things", "*", "shadow"}, &Api::DeleteShadow},
  };
}

std::vector<Api::Route> Api::JobRoutes() {
  return {
      {"GET",
       {"v1", "jobs"},
       [](Api& api, const Segments&, const HttpRequest&) {
         return JsonResponse(200, {{"jobs", api.cloud_.Jobs()}});
       }},
      {"POST",
       {"v1", "jobs"},
       [](Api& api, const Segments&, const HttpRequest& request) {
         api.cloud_.CreateJob(Body(request));
         return JsonResponse(201, Json::object());
       }},
      {"GET",
       {"v1", "jobs", "*"},
       [](Api& api, const Segments& at, const HttpRequest&) {
         return JsonResponse(200, api.cloud_.DescribeJob(at[2]));
       }},
      {"DELETE",
       {"v1", "jobs", "*"},
       [](Api& api, const Segments& at, const HttpRequest& request) {
         api.cloud_.DeleteJob(at[2], Force(request));
         return Done();
       }},
      {"POST",
       {"v1", "jobs", "*", "cancel"},
       [](Api& api, const Segments& at, const HttpRequest& request) {
         api.cloud_.CancelJob(at[2], Force(request));
         return Done();
       }},
  };
}

std::vector<Api::Route> Api::FaultRoutes() {
  return {
      {"GET",
       {"v1", "faults"},
       [](Api& api, const Segments&, const HttpRequest&) {
         return JsonResponse(200, {{"faults", api.faults_.List()}});
       }},
      {"POST", {"v1", "faults"}, &Api::SetFault},
      {"DELETE",
       {"v1", "faults"},
       [](Api& api, const Segments&, const HttpRequest&) {
         api.faults_.ClearAll();
         return Done();
       }},
      {"DELETE",
       {"v1", "faults", "*"},
       [](Api& api, const Segments& at, const HttpRequest&) {
         api.faults_.Clear(at[2]);
         return Done();
       }},
  };
}

std::vector<Api::Route> Api::StreamRoutes() {
  return {
      {"GET",
       {"v1", "streams"},
       [](Api& api, const Segments&, const HttpRequest&) {
         return JsonResponse(200, {{"streams", api.cloud_.Streams()}});
       }},
      {"POST",
       {"v1", "streams"},
       [](Api& api, const Segments&, const HttpRequest& request) {
         return JsonResponse(201, api.cloud_.CreateStream(Body(request)));
       }},
      {"GET",
       {"v1", "streams", "*"},
       [](Api& api, const Segments& at, const HttpRequest&) {
         return JsonResponse(200, api.cloud_.DescribeStream(at[2]));
       }},
      {"POST",
       {"v1", "streams", "*"},
       [](Api& api, const Segments& at, const HttpRequest& request) {
         Json wish = Body(request);
         wish["streamId"] = at[2];
         return JsonResponse(200, api.cloud_.UpdateStream(wish));
       }},
      {"DELETE",
       {"v1", "streams", "*"},
       [](Api& api, const Segments& at, const HttpRequest&) {
         api.cloud_.DeleteStream(at[2]);
         return Done();
       }},
  };
}

const std::vector<Api::Route>& Api::Routes() {
  static const std::vector<Route> routes = [] {
    std::vector<Route> all = TwinRoutes();
    for (const auto& more : {ThingRoutes(), JobRoutes(), StreamRoutes(), FaultRoutes()}) {
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }();
  return routes;
}

HttpResponse Api::Handle(const HttpRequest& request) {
  if (!IsAllowed(request)) {
    return Problem(401, "Unauthorized",
                   "The token is missing or wrong: it is in api.token in the twin's directory");
  }
  try {
    return Dispatch(request);
  } catch (const RequestError& error) {
    return Problem(StatusFor(error.code()), error.code(), error.what());
  } catch (const std::exception& error) {
    return Problem(500, "InternalError", error.what());
  }
}

bool Api::IsAllowed(const HttpRequest& request) const {
  const std::string given = request.Header("authorization");
  const std::string wanted = "Bearer " + token_;
  return given.size() == wanted.size() &&
         CRYPTO_memcmp(given.data(), wanted.data(), wanted.size()) == 0;
}

HttpResponse Api::Dispatch(const HttpRequest& request) {
  const Segments segments = Split(request.path);
  bool known = false;
  for (const Route& route : Routes()) {
    if (Matches(route.pattern, segments)) {
      known = true;
      if (route.method == request.method) {
        return route.handle(*this, segments, request);
      }
    }
  }
  return known ? Problem(405, "MethodNotAllowed", request.method + " is not for " + request.path)
               : Problem(404, "ResourceNotFound", "There is no " + request.path + " in this API");
}

HttpResponse Api::SetFault(const Segments& /*at*/, const HttpRequest& request) {
  const Json body = Body(request);
  Faults::Wish wish;
  wish.name = Member(body, "name");
  try {
    if (body.contains("value")) {
      wish.value = body["value"].get<std::int64_t>();
    }
    wish.times = body.value("times", std::int64_t{0});
    wish.file = body.value("file", "");
  } catch (const Json::exception&) {
    throw RequestError("InvalidRequest", "A fault's value and times must be numbers");
  }
  faults_.Set(wish);
  return Done();
}

HttpResponse Api::ShadowAnswer(const Json& answer) const {
  if (answer.contains("accepted")) {
    return JsonResponse(200, answer["accepted"]);
  }
  const Json& rejected = answer["rejected"];
  return JsonResponse(rejected["code"].get<int>(), rejected);
}

HttpResponse Api::GetShadow(const Segments& at, const HttpRequest& request) {
  return ShadowAnswer(
      cloud_.ShadowRequest(Operation::kShadowGet, {at[2], request.Query("name")}, ""));
}

HttpResponse Api::UpdateShadow(const Segments& at, const HttpRequest& request) {
  return ShadowAnswer(
      cloud_.ShadowRequest(Operation::kShadowUpdate, {at[2], request.Query("name")}, request.body));
}

HttpResponse Api::DeleteShadow(const Segments& at, const HttpRequest& request) {
  return ShadowAnswer(
      cloud_.ShadowRequest(Operation::kShadowDelete, {at[2], request.Query("name")}, ""));
}

HttpResponse Api::GetTelemetry(const Segments& /*at*/, const HttpRequest& request) {
  const std::string thing = request.Query("thing");
  const std::vector<TelemetryRecord> records =
      request.Query("after").empty()
          ? cloud_.store().LastTelemetry(thing, Limit(request))
          : cloud_.store().TelemetryAfter(thing, Number(request, "after", 0), Limit(request));
  Json list = Json::array();
  for (const TelemetryRecord& record : records) {
    list.push_back({{"id", record.id},
                    {"thingName", record.thing},
                    {"atMs", record.at_ms},
                    {"topic", record.topic},
                    {"payload", Json::parse(record.payload)}});
  }
  return JsonResponse(200, {{"telemetry", std::move(list)}});
}

HttpResponse Api::AskAir(const Json& request) const {
  if (request.value("do", "") == "join") {
    throw RequestError("InvalidRequest", "join takes its time: use `linnet air join`");
  }
  if (!hooks_.air) {
    throw RequestError("InvalidRequest", "this twin has no air");
  }
  try {
    return JsonResponse(200, hooks_.air(request));
  } catch (const std::runtime_error& error) {
    throw RequestError("InvalidRequest", error.what());
  }
}

HttpResponse Api::GetEvents(const Segments& /*at*/, const HttpRequest& request) {
  Json list = Json::array();
  for (const Event& event : cloud_.events().After(Number(request, "after", 0), Limit(request))) {
    list.push_back(ToJson(event));
  }
  return JsonResponse(200, {{"events", std::move(list)}});
}

}  // namespace linnet::twin
